"""Checks of stored cuts, for `flask verify`."""

from app.infra.context import Context
from app.suites.credito.caja.queries.verificacion import cortes_confirmados, efectivo_por_persona
from app.suites.credito.diario.rules import efectivo
from app.suites.credito.diario.service import Diario


def violations(context: Context) -> list[str]:
    """Confirmed cuts that are not the sum of their lines, and people whose cash in the journal is not that of cuts."""
    wrong = [
        f"cut {corte.id}: {corte.esperado} by its lines, confirmed for {stored}"
        for corte, stored in cortes_confirmados(context.session)
        if corte.esperado != stored
    ]
    diario = Diario(context)
    for clave, expected in efectivo_por_persona(context.session).items():
        posted = diario.saldo(efectivo(clave))
        if posted != expected:
            wrong.append(f"cash of {clave}: {expected} by the cuts, {posted} in the journal")
    return wrong
