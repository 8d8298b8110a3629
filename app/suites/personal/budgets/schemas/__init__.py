"""Schemas of budgets, envelopes, targets and templates."""
