"""Addresses of budgets, envelopes, targets and templates."""

from app.suites.personal.budgets.routes import envelopes, limits, targets

NAMESPACES = (limits.namespace, envelopes.namespace, targets.namespace)
