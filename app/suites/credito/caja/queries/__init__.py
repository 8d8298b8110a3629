"""Repositories of cash."""
