"""Rules of bonuses, and bonuses that groups earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import ColumnElement, or_, select

from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, Repository, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError
from app.suites.credito.caja.models import Bono, BonoGanado, BonoGanadoRecord, BonoRecord
from app.suites.credito.caja.rules.cortes import EstadoBono


@dataclass(frozen=True, slots=True)
class BonoFilter(Filter):
    """Criteria of bonuses; `vigente_en` is a day on which they are valid."""

    vigente_en: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        if self.vigente_en is None:
            return []
        return [
            Bono.vigente_desde <= self.vigente_en,
            or_(Bono.vigente_hasta.is_(None), Bono.vigente_hasta >= self.vigente_en),
        ]


class BonoRepository(Repository[Bono, BonoRecord]):
    """Bonuses."""

    model = Bono
    record = BonoRecord
    conflicts: ClassVar[dict[str, DomainError]] = {
        "ex_credito_bonos_rangos": Conflict("Another bonus of the time has a part of this range.", code="bono_solapado")
    }

    def vigentes(self, day: date) -> Sequence[BonoRecord]:
        """Bonuses that are valid on a day, by their ranges."""
        valid = select(*columns_of(BonoRecord, Bono.__table__)).where(*BonoFilter(vigente_en=day).conditions())
        return reader(BonoRecord)(self.session.execute(valid.order_by(Bono.cobranza_desde)))


@dataclass(frozen=True, slots=True)
class BonoGanadoFilter(Filter):
    """Criteria of earned bonuses."""

    semana: date | None = None
    titular_id: int | None = None
    grupo_id: int | None = None
    estado: EstadoBono | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal(
            (BonoGanado.semana, self.semana),
            (BonoGanado.titular_id, self.titular_id),
            (BonoGanado.grupo_id, self.grupo_id),
            (BonoGanado.estado, self.estado),
        )


class BonoGanadoRepository(ScopedRepository[BonoGanado, BonoGanadoRecord]):
    """Earned bonuses of the groups within the scope."""

    model = BonoGanado
    record = BonoGanadoRecord
    scoped_by: ClassVar[str] = "grupo_id"
