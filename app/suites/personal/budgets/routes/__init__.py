"""Addresses of budgets, envelopes, targets and templates."""

from app.suites.personal.budgets.routes import limits

NAMESPACES = (limits.namespace,)
