"""Rules of imports: rows that are there already, entries that they confirm, transfers, and learned categories."""
