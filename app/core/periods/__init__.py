"""Months of a company's book, open or closed.

A domain of its own, below the ledger: tables of other suites are guarded by it that have no entries.
"""
