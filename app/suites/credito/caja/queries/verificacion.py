"""Cuts as the checks of stored data see them."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.infra.queries.records import reader
from app.suites.credito.caja.queries.cortes import CajaRepository, CorteDeCaja
from app.suites.credito.diario.models import Corte
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.equipo.models import Personal

_CUTS = Corte.__table__.c
_UNCONFIRMED = (EstadoCorte.ABIERTO.value, EstadoCorte.ENTREGADO.value)


def cortes_confirmados(session: Session) -> list[tuple[CorteDeCaja, Decimal]]:
    """Confirmed cuts with the sums of their lines, and what was expected when they were confirmed."""
    found = CajaRepository.base_query().where(_CUTS.estado == EstadoCorte.CONFIRMADO.value).order_by(_CUTS.id)
    stored = {row[0]: row[1] for row in session.execute(select(_CUTS.id, _CUTS.esperado_al_confirmar))}
    return [(corte, stored[corte.id]) for corte in reader(CorteDeCaja)(session.execute(found))]


def efectivo_por_persona(session: Session) -> dict[str, Decimal]:
    """Cash that each person with a cut should hold, by clave.

    It is what unconfirmed cuts expect, and what the last one left where no other followed.
    """
    named = select(_CUTS.id, Personal.clave).join(Personal, Personal.id == _CUTS.personal_id)
    claves: dict[int, str] = {row[0]: row[1] for row in session.execute(named)}
    held = dict.fromkeys(claves.values(), Decimal(0))
    waiting = CajaRepository.base_query().where(_CUTS.estado.in_(_UNCONFIRMED))
    opened = set[str]()
    for corte in reader(CorteDeCaja)(session.execute(waiting)):
        held[claves[corte.id]] += corte.esperado
        if corte.estado is EstadoCorte.ABIERTO:
            opened.add(claves[corte.id])
    last = select(_CUTS.id, _CUTS.semilla_siguiente).where(_CUTS.estado != EstadoCorte.ANULADO.value)
    latest = last.ext(distinct_on(_CUTS.personal_id)).order_by(
        _CUTS.personal_id, _CUTS.abierto_en.desc(), _CUTS.id.desc()
    )
    for corte_id, seed in session.execute(latest):
        if claves[corte_id] not in opened:
            held[claves[corte_id]] += seed
    return held
