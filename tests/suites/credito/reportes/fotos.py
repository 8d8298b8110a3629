"""Snapshots of the portfolio compared with the facts."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.identity import ALL
from app.suites.credito.prestamos.models import Cierre, TipoCierre
from app.suites.credito.reportes.queries.cartera import suma_de_foto, suma_de_hechos
from app.suites.credito.reportes.queries.filtros import Filtro
from app.suites.credito.reportes.queries.fuentes import Fuente
from app.suites.credito.reportes.queries.par import lineas
from app.suites.credito.reportes.rules.valores import Por


def dias_con_foto(session: Session) -> list[date]:
    """Days that were closed, in their order."""
    closed = select(Cierre.dia).where(Cierre.tipo == TipoCierre.DIARIO).distinct()
    return list(session.scalars(closed.order_by(Cierre.dia)))


def diferencias(session: Session) -> Iterator[str]:
    """Lines and sums of snapshots that are others by the facts."""
    for day in dias_con_foto(session):
        found = Filtro(alcance=ALL, dia=day)
        for por in Por:
            by_facts = [one._replace(reestructurado=None) for one in lineas(session, Fuente.HECHOS, por, found)]
            if lineas(session, Fuente.FOTO, por, found) != by_facts:
                yield f"lines of {day} by {por}"
        facts = suma_de_hechos(session, found)._replace(saldo_interes=None, saldo_cargos=None)
        if suma_de_foto(session, found) != facts:
            yield f"sums of {day}"
