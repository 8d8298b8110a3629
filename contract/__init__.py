"""The contract with the programs that call the API: its document, written down, and what may change in it."""
