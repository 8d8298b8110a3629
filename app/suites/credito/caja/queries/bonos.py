"""Rules of bonuses, and bonuses that groups earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.infra.db.columns import containing
from app.infra.locks import lock_key
from app.infra.queries.bulk import Row, insert_rows
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, Repository, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError
from app.suites.credito.caja.models import Bono, BonoGanado, BonoGanadoRecord, BonoRecord
from app.suites.credito.caja.rules.cortes import EstadoBono
from app.suites.credito.equipo.models import Asignacion, Grupo, vigente
from app.suites.credito.prestamos.models import Prestamo

_CALCULO = lock_key("credito-bonos")


@dataclass(frozen=True, slots=True)
class BonoFilter(Filter):
    """Criteria of bonuses; `vigente_en` is a day on which they are valid."""

    q: str | None = None
    vigente_en: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        named = [] if self.q is None else [containing(self.q, Bono.nombre)]
        if self.vigente_en is None:
            return named
        return [
            *named,
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

    def find_for_update(self, grupo_id: int, semana: date) -> BonoGanado | None:
        """The row of a group's week, locked, or None."""
        own = select(BonoGanado).where(BonoGanado.grupo_id == grupo_id, BonoGanado.semana == semana).with_for_update()
        return self.session.scalar(own, execution_options={"populate_existing": True})


class GrupoDeTitular(NamedTuple):
    """A group, and whose it is on a day."""

    grupo_id: int
    titular_id: int
    activo: bool


def titulares(session: Session, day: date) -> list[GrupoDeTitular]:
    """Groups with their titulares on a day, by id."""
    found = select(Asignacion.grupo_id, Asignacion.titular_id, Grupo.activo).join(
        Grupo, Grupo.id == Asignacion.grupo_id
    )
    return reader(GrupoDeTitular)(session.execute(found.where(vigente(Asignacion, day)).order_by(Grupo.id)))


def grupo_de(session: Session, prestamo_id: int) -> int | None:
    """The group of a loan, or None."""
    return session.scalar(select(Prestamo.grupo_id).where(Prestamo.id == prestamo_id))


def insertar_bonos(session: Session, rows: Sequence[Row]) -> None:
    """Store what groups earned in a week."""
    if rows:
        insert_rows(session, BonoGanado.metadata.tables[BonoGanado.__tablename__], rows)


def bloquear_calculo_de_bonos(session: Session) -> None:
    """Let no payment be reversed while the bonuses of a week are computed, until the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(_CALCULO)))


def bloquear_bonos(session: Session) -> None:
    """Wait for the computation of bonuses, and let none begin, until the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_CALCULO)))
