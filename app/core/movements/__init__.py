"""Movements and open items: all money that moved, and all that is owed, whatever suite it belongs to."""
