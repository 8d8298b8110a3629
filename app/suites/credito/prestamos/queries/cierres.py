"""Slices of the close of a day, and the loans and snapshots in them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, any_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.db import require_writable
from app.infra.queries.bulk import insert_rows
from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.prestamos.models import (
    OPEN,
    ULTIMO_ID,
    Cargo,
    Cierre,
    Cuota,
    Prestamo,
    TipoCierre,
    Tramo,
)
from app.suites.credito.prestamos.queries.prestamos import IS_OPEN, LOANS, is_late, state_of_day, values_of_day
from app.suites.credito.prestamos.rules.cierre import ATRASOS
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.mora import POR_DIAS
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.productos.rules.condiciones import Frecuencia

POR_TRAMO = 5_000
"""Loans of a slice."""
_CUOTAS, _CARGOS = Cuota.__table__.c, Cargo.__table__.c


class Avance(NamedTuple):
    """The last day whose close began, and whether it is done."""

    dia: date
    terminado: bool


def avance_de(session: Session, tipo: TipoCierre) -> Avance | None:
    """Progress of the closes of a kind, or None before the first one."""
    left = func.count().filter(Cierre.terminado_en.is_(None))
    of_day = select(Cierre.dia, left == 0).where(Cierre.tipo == tipo).group_by(Cierre.dia)
    found = session.execute(of_day.order_by(Cierre.dia.desc()).limit(1)).first()
    return None if found is None else Avance(*found)


def ultimo_cerrado(session: Session, tipo: TipoCierre) -> date | None:
    """The last day of which all slices are done, or None before there is one."""
    return session.scalar(_terminados(tipo).order_by(Cierre.dia.desc()).limit(1))


def dias_cerrados(session: Session, tipo: TipoCierre, desde: date) -> list[date]:
    """Days from one on whose close of a kind is done."""
    return list(session.scalars(_terminados(tipo).where(Cierre.dia >= desde).order_by(Cierre.dia)))


def _terminados(tipo: TipoCierre) -> Select[date]:
    """Days of which all slices of a close are done."""
    left = func.count().filter(Cierre.terminado_en.is_(None))
    return select(Cierre.dia).where(Cierre.tipo == tipo).group_by(Cierre.dia).having(left == 0)


def planear_cierre(session: Session, tipo: TipoCierre, dia: date) -> None:
    """Store the slices of a day, once: loans that are open now, divided by id; the last one has no end."""
    require_writable(session)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"credito-cierre:{tipo}"))))
    planned = select(Cierre.id).where(Cierre.tipo == tipo, Cierre.dia >= dia).limit(1)
    if session.scalar(planned) is not None:
        return
    numbered = (
        select(LOANS.id, (func.row_number().over(order_by=LOANS.id) - 1).label("place")).where(IS_OPEN).subquery()
    )
    first_of_slices = select(numbered.c.id).where(numbered.c.place % POR_TRAMO == 0, numbered.c.place > 0)
    starts = [0, *session.scalars(first_of_slices.order_by(numbered.c.id))]
    ends = [*(start - 1 for start in starts[1:]), ULTIMO_ID]
    rows = [
        {"tipo": tipo.value, "dia": dia, "desde_id": start, "hasta_id": end}
        for start, end in zip(starts, ends, strict=True)
    ]
    insert_rows(session, Cierre.metadata.tables[Cierre.__tablename__], rows)


def registrar_cierre(session: Session, tipo: TipoCierre, dia: date) -> bool:
    """Mark a day as closed wholly, by one slice; False where it was before, which is waited for."""
    require_writable(session)
    row = {"tipo": tipo, "dia": dia, "desde_id": 0, "hasta_id": ULTIMO_ID, "terminado_en": clock.now()}
    once = insert(Cierre).values(row).on_conflict_do_nothing(constraint="uq_credito_cierres_tramo")
    return session.scalar(once.returning(Cierre.id)) is not None


def tomar_tramo(session: Session, tipo: TipoCierre, dia: date, desde_id: int, *, esperar: bool) -> Tramo | None:
    """Lock the first slice of a day from an id on that is not done, or None; one that another takes is waited for."""
    left = select(Cierre.id, Cierre.desde_id, Cierre.hasta_id).where(
        Cierre.tipo == tipo, Cierre.dia == dia, Cierre.desde_id >= desde_id, Cierre.terminado_en.is_(None)
    )
    first = left.order_by(Cierre.desde_id).limit(1).with_for_update(skip_locked=not esperar)
    found = session.execute(first).first()
    return None if found is None else Tramo(*found)


def terminar_tramo(session: Session, tramo: Tramo) -> None:
    """Mark a slice as done."""
    require_writable(session)
    session.execute(update(Cierre).where(Cierre.id == tramo.id).values(terminado_en=clock.now()))


def cortar_tramo(session: Session, tramo: Tramo, hasta_id: int) -> None:
    """End a locked slice at a loan; the loans after it become a slice that is not done."""
    require_writable(session)
    ended = update(Cierre).where(Cierre.id == tramo.id).values(hasta_id=hasta_id).returning(Cierre.tipo, Cierre.dia)
    tipo, dia = session.execute(ended).one()
    rest = {"tipo": tipo, "dia": dia, "desde_id": hasta_id + 1, "hasta_id": tramo.hasta_id}
    session.execute(insert(Cierre).values(rest))


def bloquear_prestamos(session: Session, ids: Collection[int], *, esperar: bool) -> set[int]:
    """Lock loans in the order of their ids, and return those that were: what others lock is skipped, or waited for."""
    return {loan for (loan,) in _bloquear(esperar, ids=list(ids)).rows(session)} if ids else set()


@cached_query
def _bloquear(esperar: bool) -> Select[Any]:
    own = select(LOANS.id).where(LOANS.id == any_(parameter("ids", list))).order_by(LOANS.id)
    return own.with_for_update(skip_locked=not esperar)


def por_cerrar(session: Session, tramo: Tramo, siguiente: date, desde: datetime) -> list[int]:
    """Ids of the loans of a slice that the start of a day may change.

    That is those whose stored state is another, and those with penalties by the day that are late, or that were
    written since an instant and have something of them: a payment may have come late.
    """
    changing = or_(_otro_estado(), _con_mora(desde))
    found = select(LOANS.id).where(_del_tramo(tramo), IS_OPEN, changing).order_by(LOANS.id)
    return list(session.scalars(found, values_of_day(siguiente)))


def _del_tramo(tramo: Tramo) -> ColumnElement[bool]:
    own: ColumnElement[bool] = LOANS.id.between(tramo.desde_id, tramo.hasta_id)
    return own


def _otro_estado() -> ColumnElement[bool]:
    other: ColumnElement[bool] = state_of_day() != LOANS.estado
    return other


def _con_mora(desde: datetime) -> ColumnElement[bool]:
    by_day = LOANS.condiciones["mora_tipo"].astext.in_([tipo.value for tipo in POR_DIAS])
    written = and_(LOANS.updated_at >= desde, or_(_hay(_pagado_tarde()), _hay(_cargo())))
    return and_(by_day, LOANS.reestructurado.is_(False), or_(is_late(), written))


def _pagado_tarde() -> Select[tuple[int]]:
    """Installments of earlier days that were not paid by then: the others bring no penalty, whatever the grace."""
    late = or_(_CUOTAS.fecha_pagada.is_(None), _CUOTAS.fecha_pagada > _CUOTAS.fecha_vencimiento)
    due = and_(_CUOTAS.fecha_vencimiento < parameter("today", date), _CUOTAS.condonado < _CUOTAS.monto)
    return select(_CUOTAS.prestamo_id).where(_CUOTAS.prestamo_id == LOANS.id, due, late)


def _cargo() -> Select[tuple[int]]:
    return select(_CARGOS.prestamo_id).where(_CARGOS.prestamo_id == LOANS.id, _CARGOS.tipo == TipoCargo.MORA.value)


def _hay(rows: Select[tuple[int]]) -> ColumnElement[bool]:
    """Whether a loan has such rows; for an EXISTS that is part of an OR PostgreSQL would read those of all loans."""
    return rows.limit(1).correlate(Prestamo.__table__).scalar_subquery().is_not(None)


class Moroso(NamedTuple):
    """An open loan that may owe penalties by the day."""

    id: int
    condiciones: Mapping[str, object]
    saldo: Decimal
    saldo_cargos: Decimal
    fecha_fallecimiento: date | None


def morosos(session: Session, ids: Collection[int], siguiente: date, desde: datetime) -> list[Moroso]:
    """Loans among these that may owe penalties by the day, by id."""
    own = _morosos(ids).where(IS_OPEN, _con_mora(desde))
    return [Moroso(*row) for row in session.execute(own, values_of_day(siguiente))] if ids else []


def con_cargos_de_mora(session: Session, ids: Collection[int]) -> list[Moroso]:
    """Loans among these that were charged for lateness and not restructured since, by id; they may be settled."""
    own = _morosos(ids).where(LOANS.reestructurado.is_(False), _hay(_cargo()))
    return [Moroso(*row) for row in session.execute(own)]


def _morosos(ids: Collection[int]) -> Select[Any]:
    client = Cliente.__table__.c
    columns = (LOANS.id, LOANS.condiciones, LOANS.saldo, LOANS.saldo_cargos, client.fecha_fallecimiento)
    found = select(*columns).join(Cliente.__table__, client.id == LOANS.cliente_id)
    return found.where(LOANS.id.in_(ids)).order_by(LOANS.id)


def actualizar_estados(session: Session, ids: Collection[int], siguiente: date) -> int:
    """Store the states of open loans among these as they are on a day; returns how many were others."""
    if not ids:
        return 0
    require_writable(session)
    changed = {"estado": state_of_day(), "version": LOANS.version + 1, "updated_at": clock.now()}
    own = update(Prestamo).where(LOANS.id.in_(ids), IS_OPEN, _otro_estado()).values(changed)
    done = session.execute(own, values_of_day(siguiente), execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # that of an UPDATE has one


_BUCKETS = " ".join(f"WHEN dias >= {least} THEN {least}" for least in reversed(ATRASOS))
_FOTO = text(f"""
    WITH loans AS MATERIALIZED (
        SELECT loan.id, loan.grupo_id, loan.tipo_prestamo_id, month_of(loan.fecha_desembolso) AS mes, loan.estado,
               loan.saldo_capital + later.capital AS capital, later.a_cuotas,
               grace.last_late, loan.estado IN ({OPEN}) AND later.a_cuotas = 0
               AND (loan.vence_mas_antiguo IS NULL OR loan.vence_mas_antiguo > grace.last_late) AS al_corriente
        FROM credito_prestamos loan
        CROSS JOIN LATERAL (
            SELECT CASE WHEN loan.condiciones ->> 'gracia_mora' IS NOT NULL
                             THEN CAST(:yesterday AS date) - (loan.condiciones ->> 'gracia_mora')::int
                        WHEN loan.condiciones ->> 'frecuencia' = '{Frecuencia.SEMANAL}'
                             THEN CAST(:last_sunday AS date)
                        ELSE CAST(:yesterday AS date) END AS last_late
        ) grace
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(capital), 0) AS capital, coalesce(sum(capital + interes + iva), 0) AS a_cuotas
            FROM credito_pagos WHERE prestamo_id = loan.id AND estado = '{EstadoPago.VALIDO}' AND fecha > :dia
        ) later
        WHERE loan.id BETWEEN :desde_id AND :hasta_id AND loan.fecha_desembolso <= :dia
          AND (loan.estado IN ({OPEN}) OR loan.fecha_cierre > :dia)
    ),
    cartera AS MATERIALIZED (
        SELECT grupo_id, tipo_prestamo_id, mes, capital, vencido, CASE {_BUCKETS} END AS atraso_desde
        FROM (
            SELECT grupo_id, tipo_prestamo_id, mes, capital, 0 AS vencido, 0 AS dias FROM loans WHERE al_corriente
            UNION ALL
            SELECT loan.grupo_id, loan.tipo_prestamo_id, loan.mes, loan.capital,
                   greatest(0, cuotas.debido - (cuotas.pagado - loan.a_cuotas)),
                   CASE WHEN cuotas.antiguo <= loan.last_late THEN :dia - cuotas.antiguo ELSE 0 END
            FROM loans loan
            CROSS JOIN LATERAL (
                SELECT min(fecha_vencimiento) FILTER (WHERE hasta_aqui > pagado_en_total - loan.a_cuotas) AS antiguo,
                       coalesce(sum(exigible) FILTER (WHERE fecha_vencimiento <= loan.last_late), 0) AS debido,
                       max(pagado_en_total) AS pagado
                FROM (
                    SELECT fecha_vencimiento, exigible, sum(exigible) OVER (ORDER BY numero) AS hasta_aqui,
                           sum(pagado) OVER () AS pagado_en_total
                    FROM (
                        SELECT numero, fecha_vencimiento, pagado,
                               monto - CASE WHEN loan.estado IN ({OPEN}) THEN condonado ELSE 0 END AS exigible
                        FROM credito_cuotas WHERE prestamo_id = loan.id
                    ) own
                ) running
            ) cuotas
            WHERE NOT loan.al_corriente
        ) open_loans
    ),
    productos AS (
        INSERT INTO credito_fotos_de_productos AS foto (dia, tipo_prestamo_id, mes, atraso_desde, prestamos, capital)
        SELECT :dia, tipo_prestamo_id, mes, atraso_desde, count(*), sum(capital)
        FROM cartera GROUP BY tipo_prestamo_id, mes, atraso_desde ORDER BY tipo_prestamo_id, mes, atraso_desde
        ON CONFLICT (dia, tipo_prestamo_id, mes, atraso_desde) DO UPDATE
        SET prestamos = foto.prestamos + excluded.prestamos, capital = foto.capital + excluded.capital
    )
    INSERT INTO credito_fotos AS foto (dia, ruta_id, grupo_id, atraso_desde, prestamos, capital, vencido)
    SELECT :dia, asignacion.ruta_id, cartera.grupo_id, cartera.atraso_desde, count(*),
           sum(cartera.capital), sum(cartera.vencido)
    FROM cartera LEFT JOIN credito_asignaciones asignacion ON asignacion.grupo_id = cartera.grupo_id
        AND asignacion.desde <= :dia AND (asignacion.hasta IS NULL OR asignacion.hasta >= :dia)
    GROUP BY asignacion.ruta_id, cartera.grupo_id, cartera.atraso_desde
    ORDER BY cartera.grupo_id, cartera.atraso_desde
    ON CONFLICT (dia, grupo_id, atraso_desde) DO UPDATE
    SET prestamos = foto.prestamos + excluded.prestamos, capital = foto.capital + excluded.capital,
        vencido = foto.vencido + excluded.vencido
""")  # noqa: S608 - of constants of the program
"""Adds the loans of a slice to both snapshots of a day, as they were at its end: later payments are taken off again.

Payments go to installments in the order of their numbers, so what was paid by a day says which ones were. Those of a
loan without later payments that is not late are not read.
"""


def fotografiar(session: Session, tramo: Tramo, dia: date) -> None:
    """Add the loans of a slice to the snapshot of the end of a day."""
    require_writable(session)
    own = {"dia": dia, "desde_id": tramo.desde_id, "hasta_id": tramo.hasta_id}
    session.execute(_FOTO, {**values_of_day(dia), **own})
