"""Rules of reports, over plain values; each module has those of its noun."""
