"""Payments within the caller's scope, and what is asked about others before one is entered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.infra.db import Base
from app.infra.queries.bulk import insert_rows
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, among, equal, within
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.identity import Scope
from app.suites.credito.cobranza.models import Llave, PagoRecord
from app.suites.credito.cobranza.rules.duplicados import Cobro
from app.suites.credito.diario.models import Corte
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.prestamos.models import Pago, Prestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago

_PAGOS, _LLAVES = Base.metadata.tables[Pago.__tablename__], Base.metadata.tables[Llave.__tablename__]
_LOANS, _CUTS = Prestamo.__table__.c, Corte.__table__.c
_UNCONFIRMED = (EstadoCorte.ABIERTO.value, EstadoCorte.ENTREGADO.value)
OTRO_CONTENIDO = Conflict("This local id belongs to another payment.", code="contenido_distinto")
RECIBO_REPETIDO = Conflict("Another payment has this receipt.", code="recibo_repetido")


@dataclass(frozen=True, slots=True)
class PagoFilter(Filter):
    """Criteria of payments."""

    prestamo_id: int | None = None
    cliente_id: int | None = None
    grupo_id: int | None = None
    cobrador_id: int | None = None
    estado: EstadoPago | None = None
    metodo: MetodoPago | None = None
    desde: date | None = None
    hasta: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        state = None if self.estado is None else self.estado.value
        method = None if self.metodo is None else self.metodo.value
        same = equal(
            (Pago.prestamo_id, self.prestamo_id),
            (Pago.cobrador_id, self.cobrador_id),
            (_PAGOS.c.estado, state),
            (_PAGOS.c.metodo, method),
        )
        of_loans = equal((_LOANS.cliente_id, self.cliente_id), (_LOANS.grupo_id, self.grupo_id))
        if of_loans:
            same.append(Pago.prestamo_id.in_(select(_LOANS.id).where(*of_loans)))
        return [*same, *within(Pago.fecha, self.desde, self.hasta)]


@dataclass(frozen=True, slots=True)
class Alcance:
    """Payments that the caller may see."""

    grupos: Scope
    """Groups of the loans."""
    personas: Scope
    """People whose payments without a loan are seen."""
    propio: int
    """Id of the caller's person, who sees what they took until its cut is confirmed; 0 for none."""


SIN_LEER = Alcance(Scope(frozenset()), Scope(frozenset()), 0)
"""Scope of who writes payments of loans, which are looked for in their own scope, and reads none by it."""


class PagoRepository(ScopedRepository[Pago, PagoRecord]):
    """Payments of loans within the scope, of people within it where no loan is known, and one's own."""

    model = Pago
    record = PagoRecord
    scoped_by: ClassVar[str] = "prestamo_id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_pagos_recibo": RECIBO_REPETIDO,
        "uq_credito_pagos_local_id": OTRO_CONTENIDO,
        "pk_credito_llaves": OTRO_CONTENIDO,
        "ck_credito_prestamos_saldo_a_favor_not_negative": Conflict(
            "The credit that came from it was used.", code="saldo_a_favor_usado"
        ),
        "fk_credito_pagos_pagador_id_credito_clientes": NotFound("The client who pays does not exist."),
    }

    def __init__(self, session: Session, alcance: Alcance) -> None:
        super().__init__(session, alcance.grupos)
        self.alcance = alcance

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        own, groups, people = parameter("own_id", int), parameter("scope_ids", list), parameter("people_ids", list)
        return _seen(own, groups, people)

    def scope_values(self) -> Values:
        people = list(self.alcance.personas.ids or ())
        return {**super().scope_values(), "own_id": self.alcance.propio, "people_ids": people}

    def _within(self) -> list[ColumnElement[bool]]:
        if self.scope.ids is None:
            return []
        values = self.scope_values()
        groups, people = (literal(values[name], ARRAY(BigInteger)) for name in ("scope_ids", "people_ids"))
        return [_seen(literal(self.alcance.propio, BigInteger), groups, people)]


def _seen(
    own: ColumnElement[int], groups: ColumnElement[Sequence[int]], people: ColumnElement[Sequence[int]]
) -> ColumnElement[bool]:
    """Condition that a payment is within a scope."""
    unconfirmed = select(_CUTS.id).where(_CUTS.personal_id == own, among((_CUTS.estado, _UNCONFIRMED))[0])
    return or_(
        _PAGOS.c.prestamo_id.in_(select(_LOANS.id).where(_LOANS.grupo_id == func.any(groups))),
        and_(_PAGOS.c.prestamo_id.is_(None), _PAGOS.c.cobrador_id == func.any(people)),
        and_(_PAGOS.c.cobrador_id == own, _PAGOS.c.corte_id.in_(unconfirmed)),
    )


class CobroDe(NamedTuple):
    """A payment of a loan as far as duplicates go."""

    prestamo_id: int
    cobro: Cobro


def cobros_de(session: Session, prestamos: Collection[int], fechas: Collection[date]) -> list[CobroDe]:
    """Payments of loans on some days that are not reversed."""
    if not prestamos or not fechas:
        return []
    days = (min(fechas), max(fechas))
    found = _cobros(ids=list(prestamos), first=days[0], last=days[1]).rows(session)
    return [CobroDe(row[0], Cobro(*row[1:])) for row in found]


@cached_query
def _cobros() -> Select[Any]:
    of_loans = _PAGOS.c.prestamo_id == func.any(parameter("ids", list))
    on_days = _PAGOS.c.fecha.between(parameter("first", date), parameter("last", date))
    columns = (_PAGOS.c.prestamo_id, _PAGOS.c.fecha, _PAGOS.c.registrado_en, _PAGOS.c.monto, _PAGOS.c.cobrador_id)
    return select(*columns).where(of_loans, on_days, _PAGOS.c.estado != EstadoPago.REVERSADO.value)


def recibos_usados(session: Session, recibos: Collection[str]) -> set[str]:
    """Those of the receipts that valid payments have."""
    if not recibos:
        return set()
    return {one for (one,) in _recibos(recibos=list(recibos)).rows(session)}


@cached_query
def _recibos() -> Select[Any]:
    same = _PAGOS.c.recibo == func.any(parameter("recibos", tuple))
    return select(_PAGOS.c.recibo).where(same, _PAGOS.c.estado == EstadoPago.VALIDO.value)


def pagos_con_llaves(session: Session, llaves: Collection[UUID]) -> list[PagoRecord]:
    """Payments that devices sent with these keys, whoever may see them."""
    if not llaves:
        return []
    with_key = _PAGOS.c.id.in_(select(_LLAVES.c.pago_id).where(_LLAVES.c.local_id.in_(llaves)))
    return reader(PagoRecord)(session.execute(select(*columns_of(PagoRecord, _PAGOS)).where(with_key)))


def guardar_llaves(session: Session, llaves: Mapping[UUID, int]) -> None:
    """Keep the keys of payments; a key that there is already violates a constraint."""
    rows = [{"local_id": local_id, "pago_id": pago_id} for local_id, pago_id in llaves.items()]
    if rows:
        insert_rows(session, _LLAVES, rows)


def pagos_de(session: Session, ids: Sequence[int]) -> list[PagoRecord]:
    """Payments by their ids, in the order of these."""
    found = {one.id: one for one in _por_ids(ids=list(ids)).all(session, PagoRecord)} if ids else {}
    return [found[one] for one in ids]


@cached_query
def _por_ids() -> Select[Any]:
    return select(*columns_of(PagoRecord, _PAGOS)).where(_PAGOS.c.id == func.any(parameter("ids", list)))
