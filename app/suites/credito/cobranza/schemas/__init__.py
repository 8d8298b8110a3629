"""Schemas of collection."""
