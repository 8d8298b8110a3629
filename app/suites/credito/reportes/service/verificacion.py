"""Checks of stored data, for `flask verify`."""

from app.infra.context import Context
from app.suites.credito.reportes.queries.verificacion import desacuerdos


def violations(context: Context) -> list[str]:
    """Loans whose closing day or payments on time do not follow from their rows."""
    return [f"loan {one.folio}: {one.regla}" for one in desacuerdos(context.session)]
