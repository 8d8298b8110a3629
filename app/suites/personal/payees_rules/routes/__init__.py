"""Addresses of payees, tags and rules."""

from app.suites.personal.payees_rules.routes.payees import payees, tags
from app.suites.personal.payees_rules.routes.rules import rules

__all__ = ["payees", "rules", "tags"]
