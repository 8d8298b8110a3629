"""Rows below a loan: installments, charges, guarantors and payments, read and written by a few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, Table, Update, and_, any_, delete, func, select, update
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.db import Base, require_writable
from app.infra.queries.bulk import Row, given_columns, given_values, insert_rows, reserve_ids
from app.infra.queries.cached import BoundQuery, cached_query, parameter
from app.infra.queries.records import columns_of, reader
from app.suites.credito.prestamos.models import (
    Aval,
    Cargo,
    CargoRecord,
    Cuota,
    CuotaRecord,
    Pago,
    PagoValido,
    Prestamo,
)
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.productos.rules.calendario import Cuota as CuotaPactada

R = TypeVar("R", bound=tuple[Any, ...])
_TABLES = Base.metadata.tables
_CUOTAS, _CARGOS, _PAGOS, _AVALES, _PRESTAMOS = (
    _TABLES[model.__tablename__] for model in (Cuota, Cargo, Pago, Aval, Prestamo)
)
_PARTS = ("capital", "interes", "iva", "cargos", "iva_cargos", "a_favor")


@cached_query
def _cuotas() -> Select[Any]:
    own = _CUOTAS.c.prestamo_id == parameter("prestamo_id", int)
    return select(*columns_of(CuotaRecord, _CUOTAS)).where(own).order_by(_CUOTAS.c.numero)


@cached_query
def _cargos() -> Select[Any]:
    own = _CARGOS.c.prestamo_id == parameter("prestamo_id", int)
    return select(*columns_of(CargoRecord, _CARGOS)).where(own).order_by(_CARGOS.c.fecha, _CARGOS.c.id)


@cached_query
def _pagos() -> Select[Any]:
    own = and_(_PAGOS.c.prestamo_id == parameter("prestamo_id", int), _PAGOS.c.estado == EstadoPago.VALIDO.value)
    in_order = (_PAGOS.c.fecha, _PAGOS.c.registrado_en, _PAGOS.c.id)
    return select(*columns_of(PagoValido, _PAGOS)).where(own).order_by(*in_order)


def cuotas_de(session: Session, prestamo_id: int) -> list[CuotaRecord]:
    """Installments of a loan by number."""
    return _cuotas(prestamo_id=prestamo_id).all(session, CuotaRecord)


def cargos_de(session: Session, prestamo_id: int) -> list[CargoRecord]:
    """Charges of a loan by date."""
    return _cargos(prestamo_id=prestamo_id).all(session, CargoRecord)


def pagos_validos_de(session: Session, prestamo_id: int) -> list[PagoValido]:
    """Valid payments of a loan, in the order in which they are allocated."""
    return _pagos(prestamo_id=prestamo_id).all(session, PagoValido)


@cached_query
def _cuotas_de_varios() -> Select[Any]:
    loan = _CUOTAS.c.prestamo_id
    return _de_varios(CuotaRecord, _CUOTAS).order_by(loan, _CUOTAS.c.numero)


@cached_query
def _cargos_de_varios() -> Select[Any]:
    loan = _CARGOS.c.prestamo_id
    return _de_varios(CargoRecord, _CARGOS).order_by(loan, _CARGOS.c.fecha, _CARGOS.c.id)


@cached_query
def _pagos_de_varios() -> Select[Any]:
    loan, valid = _PAGOS.c.prestamo_id, _PAGOS.c.estado == EstadoPago.VALIDO.value
    in_order = (_PAGOS.c.fecha, _PAGOS.c.registrado_en, _PAGOS.c.id)
    return _de_varios(PagoValido, _PAGOS).where(valid).order_by(loan, *in_order)


def _de_varios(record: type[tuple[object, ...]], table: Table) -> Select[Any]:
    own = select(*columns_of(record, table), table.c.prestamo_id.label("de_prestamo"))
    return own.where(table.c.prestamo_id == any_(parameter("ids", list)))


class Renglones(NamedTuple):
    """Rows below loans, by the id of the loan."""

    cuotas: Mapping[int, list[CuotaRecord]]
    cargos: Mapping[int, list[CargoRecord]]
    pagos: Mapping[int, list[PagoValido]]


def renglones_de(session: Session, ids: Collection[int]) -> Renglones:
    """Installments, charges and valid payments of many loans, by three statements."""
    own = list(ids)
    return Renglones(
        _por_prestamo(session, CuotaRecord, _cuotas_de_varios(ids=own)),
        _por_prestamo(session, CargoRecord, _cargos_de_varios(ids=own)),
        _por_prestamo(session, PagoValido, _pagos_de_varios(ids=own)),
    )


def _por_prestamo(session: Session, record: type[R], query: BoundQuery) -> dict[int, list[R]]:
    """Rows by the id of their loan, which is the last column."""
    found: defaultdict[int, list[R]] = defaultdict(list)
    rows = query.rows(session)
    for row, made in zip(rows, reader(record)(row[:-1] for row in rows), strict=True):
        found[row[-1]].append(made)
    return found


def insertar_cuotas(session: Session, prestamo_id: int, cuotas: Sequence[CuotaPactada]) -> None:
    """Store the schedule of a loan."""
    insert_rows(session, _CUOTAS, [{"prestamo_id": prestamo_id, **cuota._asdict()} for cuota in cuotas])


def borrar_cuotas(session: Session, prestamo_id: int, numeros: Collection[int] | None = None) -> None:
    """Delete the schedule of a loan whose disbursement is taken back, or the installments that another one replaces."""
    require_writable(session)
    own = delete(_CUOTAS).where(_CUOTAS.c.prestamo_id == prestamo_id)
    session.execute(own if numeros is None else own.where(_CUOTAS.c.numero.in_(numeros)))


def cambiar_cuotas(session: Session, rows: Sequence[Row]) -> None:
    """Set values of installments by their `prestamo_id` and `numero`, all the same columns, by one statement."""
    _change(session, _CUOTAS, ("prestamo_id", "numero"), rows)


def cambiar_cargos(session: Session, rows: Sequence[Row]) -> None:
    """Set values of charges by their `id`, all the same columns."""
    _change(session, _CARGOS, ("id",), rows)


def cambiar_pagos(session: Session, rows: Sequence[Row]) -> None:
    """Set values of payments by their `id`, all the same columns."""
    _change(session, _PAGOS, ("id",), rows)


def insertar_cargos(session: Session, rows: Sequence[Row]) -> None:
    """Store new charges, all with the same columns."""
    if rows:
        insert_rows(session, _CARGOS, rows)


def cambiar_saldos(session: Session, rows: Sequence[Row]) -> None:
    """Set balances of loans by their `id`, all the same columns."""
    _change(session, _PRESTAMOS, ("id",), rows)


def _change(session: Session, table: Table, keys: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Set values of rows by their keys; each gets a new version and the time of its change, if it has such columns."""
    if not rows:
        return
    changed = {"updated_at": clock.now()} if "updated_at" in table.c else {}
    timed = [{**row, **changed} for row in rows]
    _changing(table, keys, tuple(timed[0]), **given_values(table, timed)).write(session)


@cached_query
def _changing(table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Update:
    values = given_columns(table, names)
    same = [table.c[key] == values.pop(key) for key in keys]
    versioned = {"version": table.c.version + 1} if "version" in table.c else {}
    return update(table).where(*same).values({**values, **versioned})


def reservar_pagos(session: Session, count: int) -> list[int]:
    """Ids for new payments, so that they can be allocated before they are stored."""
    return reserve_ids(session, _PAGOS, count)


def insertar_pagos(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Store new payments with what they paid, all the same columns."""
    if rows:
        insert_rows(session, _PAGOS, rows)


def reversar_pagos(session: Session, motivos: Mapping[int, str], today: date) -> None:
    """Mark payments as reversed today, with the reason by id; they pay nothing any more."""
    state = {"estado": EstadoPago.REVERSADO, "reversado_en": clock.now(), "fecha_reverso": today}
    gone = {**dict.fromkeys(_PARTS, Decimal(0)), **state}
    cambiar_pagos(session, [{"id": pago_id, "motivo": motivo, **gone} for pago_id, motivo in motivos.items()])


def poner_avales(session: Session, prestamo_id: int, clientes: Collection[int]) -> None:
    """Replace the guarantors of a loan."""
    require_writable(session)
    session.execute(delete(_AVALES).where(Aval.prestamo_id == prestamo_id))
    if clientes:
        insert_rows(session, _AVALES, [{"prestamo_id": prestamo_id, "cliente_id": one} for one in clientes])


def agregar_aval(session: Session, prestamo_id: int, cliente_id: int) -> None:
    """Give a loan another guarantor."""
    insert_rows(session, _AVALES, [{"prestamo_id": prestamo_id, "cliente_id": cliente_id}])


def avales_de(session: Session, prestamo_id: int) -> list[int]:
    """Ids of the guarantors of a loan, in the order in which they were given."""
    own = select(Aval.cliente_id).where(Aval.prestamo_id == prestamo_id).order_by(Aval.id)
    return list(session.scalars(own))


class Avalado(NamedTuple):
    """A guarantor with a client for whom they guarantee an open loan."""

    aval_id: int
    cliente_id: int


def avalados_por(session: Session, avales: Collection[int], *, sin: int | None = None) -> list[Avalado]:
    """Open loans that people guarantee, by client, without one loan."""
    joined = select(Aval.cliente_id, Prestamo.cliente_id).join(Prestamo, Prestamo.id == Aval.prestamo_id)
    of_open = joined.where(Aval.cliente_id.in_(avales), Prestamo.estado.in_(ABIERTOS))
    found = of_open if sin is None else of_open.where(Prestamo.id != sin)
    return [Avalado(*row) for row in session.execute(found.order_by(Aval.cliente_id, Prestamo.id))]


def tiene_pagos(session: Session, prestamo_id: int, *, desde: date | None = None) -> bool:
    """Whether a loan has payments that are not reversed."""
    own = [_PAGOS.c.prestamo_id == prestamo_id, _PAGOS.c.estado != EstadoPago.REVERSADO.value]
    if desde is not None:
        own.append(_PAGOS.c.fecha >= desde)
    return bool(session.scalar(select(func.count()).select_from(_PAGOS).where(*own)))
