"""Transfers to and from the insurer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from app.infra.queries.repository import Filter, Repository, equal, within
from app.suites.credito.caja.models import Seguro, SeguroRecord
from app.suites.credito.caja.rules.seguros import TipoSeguro


@dataclass(frozen=True, slots=True)
class SeguroFilter(Filter):
    """Criteria of transfers."""

    tipo: TipoSeguro | None = None
    desde: date | None = None
    hasta: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return [*equal((Seguro.tipo, self.tipo)), *within(Seguro.fecha, self.desde, self.hasta)]


class SeguroRepository(Repository[Seguro, SeguroRecord]):
    """Transfers to and from the insurer."""

    model = Seguro
    record = SeguroRecord
