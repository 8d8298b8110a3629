"""Queries of reports: each a few statements, whatever the number of groups."""
