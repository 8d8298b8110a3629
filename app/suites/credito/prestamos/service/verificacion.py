"""Checks of stored loans, for `flask verify`."""

from app.infra.context import Context
from app.suites.credito.equipo.rules import DAY
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.queries import descuadres, estados_contra_fechas
from app.suites.credito.prestamos.service.cierres import CierreService


def violations(context: Context) -> list[str]:
    """Messages about loans whose installments, payments, balances and states do not agree."""
    closed = CierreService(context).procesado_hasta()
    next_day = None if closed is None else closed + DAY
    found = [*descuadres(context.session), *estados_contra_fechas(context.session, hoy(context), next_day)]
    return [f"loan {one.folio}: {one.regla}" for one in found]
