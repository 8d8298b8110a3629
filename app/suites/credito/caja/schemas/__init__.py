"""Schemas of cash."""
