"""Checks of stored loans, for `flask verify`."""

from app.infra.context import Context
from app.suites.credito.prestamos.queries import descuadres


def violations(context: Context) -> list[str]:
    """Messages about loans whose installments, payments and balances do not agree."""
    return [f"loan {found.folio}: {found.regla}" for found in descuadres(context.session)]
