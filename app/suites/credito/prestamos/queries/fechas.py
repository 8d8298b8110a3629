"""Due dates of many loans, moved by a few statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    and_,
    any_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.infra import clock
from app.infra.db import require_writable
from app.infra.queries.bulk import ArrayColumns, rows_of
from app.suites.credito.equipo.models import Asignacion, vigente
from app.suites.credito.prestamos.models import Cargo, Cuota, Pago, Prestamo
from app.suites.credito.prestamos.queries.prestamos import IS_OPEN, LOANS
from app.suites.credito.prestamos.rules.pagos import EstadoPago

_CUOTAS = Cuota.__table__.c
_FAST = {"synchronize_session": False}


class Vencimiento(NamedTuple):
    """Installments of one date: the calendar and the number of its weeks that do not move them, and their due date."""

    calendario: int
    tramo: int
    original: date
    vence: date


def _of_route(ruta_id: int | None, dia: date) -> list[ColumnElement[bool]]:
    """Condition that a loan is of a group that belongs to a route on a day; none for all routes."""
    groups = select(Asignacion.grupo_id).where(Asignacion.ruta_id == ruta_id, vigente(Asignacion, dia))
    return [] if ruta_id is None else [LOANS.grupo_id.in_(groups)]


def abiertos_de(session: Session, ruta_id: int | None, dia: date, tras_id: int, limite: int) -> list[int]:
    """Ids of open loans of a route after an id, as many as a limit at most, in their order."""
    own = select(LOANS.id).where(IS_OPEN, LOANS.id > tras_id, *_of_route(ruta_id, dia)).order_by(LOANS.id)
    return list(session.scalars(own.limit(limite)))


def bloquear_abiertos(session: Session, ids: Collection[int]) -> dict[int, int | None]:
    """Lock those of loans that are open, in the order of their ids; their groups by id."""
    return _bloquear(session, LOANS.id == any_(cast(list(ids), ARRAY(BigInteger))))


def bloquear_de_grupo(session: Session, grupo_id: int) -> dict[int, int | None]:
    """Lock the open loans of a group in the order of their ids; the group by each id."""
    return _bloquear(session, LOANS.grupo_id == grupo_id)


def _bloquear(session: Session, condition: ColumnElement[bool]) -> dict[int, int | None]:
    own = select(LOANS.id, LOANS.grupo_id).where(IS_OPEN, condition).order_by(LOANS.id)
    return dict(map(tuple, session.execute(own.with_for_update(of=Prestamo))))


def esperar_poco(session: Session) -> None:
    """Let statements of this transaction wait a second at most for rows that others lock."""
    session.execute(text("SET LOCAL lock_timeout = '1s'"))


def se_pago_entre(session: Session, ruta_id: int | None, desde: date, hasta: date) -> bool:
    """Whether a loan of a route has a payment between two days that is not reversed."""
    paid = and_(Pago.fecha.between(desde, hasta), Pago.estado != EstadoPago.REVERSADO)
    own = select(Pago.id).join(Prestamo, LOANS.id == Pago.prestamo_id).where(paid, *_of_route(ruta_id, desde))
    return session.scalar(own.limit(1)) is not None


class Abiertas:
    """Unpaid installments of locked loans that are due within a range, with the calendar of each."""

    def __init__(
        self,
        session: Session,
        calendarios: Mapping[int, int],
        semanas: Sequence[date],
        desde: date,
        hasta: date | None,
    ) -> None:
        """`calendarios` are numbers by the ids of loans, `semanas` the Mondays of all weeks in their order."""
        self.session = session
        ids, numbers = list(calendarios), list(calendarios.values())
        self.given: TableValuedAlias = rows_of({"loan": (Integer(), ids), "calendario": (Integer(), numbers)})
        self.semanas = cast(literal("{" + ",".join(map(str, semanas)) + "}", String()), ARRAY(Date))
        later = [] if hasta is None else [_CUOTAS.fecha_vencimiento <= hasta]
        self.unpaid = and_(
            _CUOTAS.pagado + _CUOTAS.condonado < _CUOTAS.monto, _CUOTAS.fecha_vencimiento >= desde, *later
        )

    def vencimientos(self) -> list[Vencimiento]:
        """Their dates, each once."""
        loans = self._loans()
        dates = select(loans.c.calendario, loans.c.tramo, _CUOTAS.fecha_original, _CUOTAS.fecha_vencimiento)
        own = dates.join(loans, loans.c.id == _CUOTAS.prestamo_id).where(self.unpaid).distinct()
        return [Vencimiento(*row) for row in self.session.execute(own)]

    def mover(self, nuevos: Iterable[tuple[Vencimiento, date]]) -> None:
        """Give installments of these dates others."""
        require_writable(self.session)
        moved = list(nuevos)
        names: dict[str, TypeEngine[Any]] = {
            "calendario": Integer(),
            "tramo": Integer(),
            "original": Date(),
            "vence": Date(),
        }
        columns: ArrayColumns = {name: (kind, [getattr(one, name) for one, _ in moved]) for name, kind in names.items()}
        given = rows_of({**columns, "nueva": (Date(), [new for _, new in moved])})
        loans = self._loans()
        dates = tuple_(given.c.calendario, given.c.tramo, given.c.original, given.c.vence)
        same = tuple_(loans.c.calendario, loans.c.tramo, _CUOTAS.fecha_original, _CUOTAS.fecha_vencimiento)
        own = update(Cuota).where(loans.c.id == _CUOTAS.prestamo_id, self.unpaid, dates == same)
        self.session.execute(own.values(fecha_vencimiento=given.c.nueva), execution_options=_FAST)

    def _loans(self) -> Subquery:
        since = func.coalesce(LOANS.calendario_desde, LOANS.fecha_desembolso)
        tramo = func.width_bucket(since, self.semanas).label("tramo")
        own: Select[Any] = select(LOANS.id, self.given.c.calendario, tramo).join(
            self.given, self.given.c.loan == LOANS.id
        )
        return own.subquery("loans")


def seguir_a_las_cuotas(session: Session, ids: Collection[int]) -> list[int]:
    """Bring the dates of loans into line with those of their installments; ids of the loans that changed."""
    require_writable(session)
    unpaid = _CUOTAS.pagado + _CUOTAS.condonado < _CUOTAS.monto
    dates = (
        select(
            _CUOTAS.prestamo_id,
            func.min(_CUOTAS.fecha_vencimiento).filter(unpaid).label("antiguo"),
            func.min(_CUOTAS.fecha_vencimiento).filter(_CUOTAS.numero == 1).label("primera"),
            func.max(_CUOTAS.fecha_vencimiento).label("ultima"),
        )
        .where(_CUOTAS.prestamo_id.in_(ids))
        .group_by(_CUOTAS.prestamo_id)
        .subquery("dates")
    )
    stored = tuple_(LOANS.vence_mas_antiguo, LOANS.primera_fecha, LOANS.fecha_vencimiento)
    own = update(Prestamo).where(
        LOANS.id == dates.c.prestamo_id,
        stored.is_distinct_from(tuple_(dates.c.antiguo, dates.c.primera, dates.c.ultima)),
    )
    values = {
        "vence_mas_antiguo": dates.c.antiguo,
        "primera_fecha": dates.c.primera,
        "fecha_vencimiento": dates.c.ultima,
        "version": LOANS.version + 1,
        "updated_at": clock.now(),
    }
    done = own.values(values).returning(LOANS.id)
    return sorted(session.scalars(done, execution_options=_FAST))


def cargar_prestamos(session: Session, ids: Collection[int]) -> list[Prestamo]:
    """Loans, which are locked, as they are stored now, by id."""
    own = select(Prestamo).where(Prestamo.id.in_(ids)).order_by(Prestamo.id)
    return list(session.scalars(own, execution_options={"populate_existing": True}))


def por_reasignar(session: Session, ids: Collection[int]) -> list[int]:
    """Loans among these whose payments may pay otherwise once dates moved: a charge or a part was paid."""
    part = exists().where(
        _CUOTAS.prestamo_id == LOANS.id,
        _CUOTAS.pagado + _CUOTAS.condonado < _CUOTAS.monto,
        or_(_CUOTAS.pagado > 0, _CUOTAS.a_tiempo > 0),
    )
    charge = exists().where(Cargo.prestamo_id == LOANS.id, Cargo.pagado > 0)
    own = select(LOANS.id).where(LOANS.id.in_(ids), or_(part, charge)).order_by(LOANS.id)
    return list(session.scalars(own)) if ids else []
