"""Parties: the people and companies that are dealt with, each stored once, whatever its roles in the suites."""
