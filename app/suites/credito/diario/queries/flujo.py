"""Money that postings moved, as it is stored for the company's movements."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Insert,
    Numeric,
    Select,
    String,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.core.ledger.models import Account, Book, EntryLine
from app.infra.db import require_writable
from app.infra.queries.bulk import given_arrays, given_rows
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.suites.credito.diario.models import Flujo
from app.suites.credito.diario.rules import BOOK, PERSONALES, Cuenta, Rubro
from app.suites.credito.equipo.models import Asignacion, Ruta, vigente

_FLUJO = Flujo.metadata.tables[Flujo.__tablename__]
_KINDS: dict[str, TypeEngine[Any]] = {
    "origen": String(),
    "origen_id": BigInteger(),
    "concepto": String(),
    "fecha": Date(),
    "rubro": String(),
    "entra": Boolean(),
    "monto": Numeric(),
    "detalle": String(),
    "grupo_id": BigInteger(),
}


class NewFlujo(NamedTuple):
    """Money that moved, to be stored."""

    origen: str
    origen_id: int
    concepto: str
    fecha: date
    rubro: Rubro
    entra: bool
    monto: Decimal
    detalle: str | None
    grupo_id: int | None


class FlujoRecord(NamedTuple):
    """Money that moved, as it is stored."""

    id: int
    concepto: str
    fecha: date
    rubro: Rubro
    entra: bool
    monto: Decimal

    @property
    def neto(self) -> Decimal:
        """The amount, negative where it went out."""
        return self.monto if self.entra else -self.monto


def insertar_flujo(session: Session, rows: Sequence[NewFlujo]) -> None:
    """Store money that moved, with the names of the routes of its days, by one statement."""
    if rows:
        columns = dict(zip(NewFlujo._fields, zip(*rows, strict=True), strict=True))
        _inserting(**given_arrays(columns)).write(session)


@cached_query
def _inserting() -> Insert:
    given = given_rows(_KINDS)
    assigned, routes = Asignacion.__table__, Ruta.__table__
    own = given.outerjoin(
        assigned, (assigned.c.grupo_id == given.c.grupo_id) & vigente(Asignacion, given.c.fecha)
    ).outerjoin(routes, routes.c.id == assigned.c.ruta_id)
    columns = [given.c[name] for name in _KINDS if name != "grupo_id"]
    values = select(*columns, routes.c.nombre).select_from(own)
    return insert(_FLUJO).from_select([*(column.name for column in columns), "ruta"], values, include_defaults=False)


def flujo_de(session: Session, origen: str, origen_id: int) -> list[FlujoRecord]:
    """Money that the postings of an origin moved, by id."""
    return _of_origin(origen=origen, origen_id=origen_id).all(session, FlujoRecord)


@cached_query
def _of_origin() -> Select[Any]:
    own = (_FLUJO.c.origen == parameter("origen", str), _FLUJO.c.origen_id == parameter("origen_id", int))
    return select(*columns_of(FlujoRecord, _FLUJO)).where(*own).order_by(_FLUJO.c.id)


def borrar_flujo(session: Session, ids: Collection[int]) -> None:
    """Delete money that moved, and was moved back on its day."""
    require_writable(session)
    session.execute(delete(_FLUJO).where(_FLUJO.c.id.in_(ids)))


def dias_descuadrados(session: Session) -> list[tuple[date, Decimal]]:
    """Days on which the money of the journal differs from the money that moved, with the difference."""
    accounts, lines = Account.__table__.c, EntryLine.__table__.c
    held = or_(
        accounts.code.in_((Cuenta.BANCO, Cuenta.CAJA_OFICINA, Cuenta.SEGURO_POR_COBRAR)),
        func.split_part(accounts.code, ":", 1).in_(tuple(PERSONALES)),
    )
    in_book = select(Book.id).where(Book.code == BOOK).scalar_subquery()
    posted = select(lines.date.label("day"), lines.amount.label("amount")).join(
        Account.__table__, accounts.id == lines.account_id
    )
    moved = select(_FLUJO.c.fecha, case((_FLUJO.c.entra, -_FLUJO.c.monto), else_=_FLUJO.c.monto))
    both = union_all(posted.where(lines.book_id == in_book, held), moved).subquery()
    by_day = select(both.c.day, func.sum(both.c.amount)).group_by(both.c.day).order_by(both.c.day)
    return [(row[0], row[1]) for row in session.execute(by_day.having(func.sum(both.c.amount) != 0))]
