"""Addresses of budgets, envelopes, targets and templates."""

from app.suites.personal.budgets.routes import envelopes, limits, targets, templates

NAMESPACES = (limits.namespace, envelopes.namespace, targets.namespace, templates.namespace)
