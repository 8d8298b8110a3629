"""Double entry: books, accounts, entries, and balances that are kept by day."""
