"""Sums and lines from which reports are made."""
