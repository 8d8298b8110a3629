"""Manifest of cash flow."""

from app.domains.cashflow import routes
from app.domains.cashflow.service import CLIENT_SUMS, DAILY_SUMS
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace, routes.incomes_analysis, routes.expenses_analysis),
    sums=(DAILY_SUMS, CLIENT_SUMS),
)
