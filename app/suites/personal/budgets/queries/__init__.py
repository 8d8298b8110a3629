"""Queries of budgets over the kept sums of the ledger."""
