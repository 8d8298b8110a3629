"""Arithmetic of loans after their schedule: allocation, lateness, penalties, settlement, renewal, states."""
