"""Loans that payments may be for which wait for a decision."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.cobranza.queries.abiertos import abierto
from app.suites.credito.prestamos.models import Prestamo

_LOANS = Prestamo.__table__


def sugeridos(session: Session, prestamos: Collection[int]) -> dict[int, int]:
    """The open loan of the client of each of these loans, the loan itself if it is open; others are missing."""
    return {row[0]: row[1] for row in _sugeridos(ids=list(prestamos)).rows(session)} if prestamos else {}


@cached_query
def _sugeridos() -> Select[Any]:
    given, opened = _LOANS.alias("given"), _LOANS.alias("opened")
    own = (given.c.cliente_id == opened.c.cliente_id, abierto("opened"))
    best = func.max(opened.c.id).filter(opened.c.id == given.c.id)
    found = select(given.c.id, func.coalesce(best, func.max(opened.c.id))).join_from(given, opened, own[0] & own[1])
    return found.where(given.c.id == func.any(parameter("ids", list))).group_by(given.c.id)
