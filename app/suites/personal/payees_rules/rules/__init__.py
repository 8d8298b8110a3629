"""Rules of payees, of rules, and of what is learned."""
