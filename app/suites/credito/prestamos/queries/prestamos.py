"""Loans with what follows from their installments and the day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.core.parties.models import Party
from app.infra import clock
from app.infra.db.columns import containing, containing_by_index, folded
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.records import fields_of
from app.infra.queries.repository import Filter, equal, within
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.identity import Scope
from app.suites.credito.equipo.models import Asignacion, vigente
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.prestamos.models import (
    OPEN,
    PENDING,
    Aval,
    Cuota,
    Prestamo,
    PrestamoRecord,
    Propuesta,
    ultimo_atrasado,
)
from app.suites.credito.prestamos.queries.renglones import cambiar_saldos
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta

LOANS = Prestamo.__table__.c
_DAY = timedelta(days=1)
IS_OPEN: ColumnElement[bool] = literal_column(f"credito_prestamos.estado IN ({OPEN})", Boolean())
"""Condition that a loan is open, as the indexes have it."""
_PENDING: ColumnElement[bool] = literal_column(f"credito_prestamos.estado IN ({PENDING})", Boolean())


_LETRAS_DE_FOLIO = "^[-p0-9]*$"
"""Pattern of letters that a folio has, so that none is read where q has others."""


def values_of_day(today: date) -> Values:
    """Values of the parameters of what follows from the day."""
    return {"today": today, "yesterday": today - _DAY, "last_sunday": lunes(today) - _DAY}


def _today() -> ColumnElement[date]:
    found: ColumnElement[date] = parameter("today", date)
    return found


def _last_late_day() -> ColumnElement[date]:
    return ultimo_atrasado(parameter("yesterday", date), parameter("last_sunday", date))


def is_late() -> ColumnElement[bool]:
    """Condition that an installment of an open loan is late on the day."""
    return and_(IS_OPEN, LOANS.vence_mas_antiguo <= _last_late_day())


def state_of_day() -> ColumnElement[Any]:
    """State of a loan on the day; that of an open one is computed, whenever the nightly job ran."""
    open_state = case(
        (LOANS.vence_mas_antiguo <= _last_late_day(), EstadoPrestamo.ATRASADO.value),
        (or_(LOANS.pagado > 0, LOANS.primera_fecha <= _today()), EstadoPrestamo.ACTIVO.value),
        else_=EstadoPrestamo.DESEMBOLSADO.value,
    )
    return case((IS_OPEN, open_state), else_=cast(LOANS.estado, String))


def _days_late() -> ColumnElement[int]:
    return case((is_late(), _today() - LOANS.vence_mas_antiguo), else_=0)


def _figures() -> FromClause:
    """Figures of the installments of a loan on the day."""
    cuotas = Cuota.__table__.c
    left = cuotas.monto - cuotas.condonado - cuotas.pagado
    return (
        select(
            func.coalesce(func.sum(left).filter(cuotas.fecha_vencimiento <= _last_late_day()), 0).label("vencido"),
            func.count().filter(left == 0).label("semana_activa"),
            func.count().filter(left > 0, cuotas.fecha_vencimiento <= _today()).label("semanas_que_debe"),
            func.coalesce(func.sum(cuotas.pagado).filter(cuotas.fecha_vencimiento > _today()), 0).label("adelanto"),
        )
        .where(cuotas.prestamo_id == LOANS.id)
        .correlate(Prestamo.__table__)
        .lateral("figures")
    )


def _guarantors() -> ColumnElement[Any]:
    avales = select(Aval.cliente_id).where(Aval.prestamo_id == LOANS.id).order_by(Aval.id)
    return func.array(avales.correlate(Prestamo.__table__).scalar_subquery())


@dataclass(frozen=True, slots=True)
class PrestamoFilter(Filter):
    """Criteria of loans; routes and collectors are those of their groups today."""

    estado: EstadoPrestamo | None = None
    cliente_id: int | None = None
    aval_id: int | None = None
    grupo_id: int | None = None
    ruta_id: int | None = None
    cobrador_id: int | None = None
    tipo_prestamo_id: int | None = None
    atraso_desde: int | None = None
    atraso_hasta: int | None = None
    vence_desde: date | None = None
    vence_hasta: date | None = None
    propuesta: TipoPropuesta | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        own = equal(
            (LOANS.cliente_id, self.cliente_id),
            (LOANS.grupo_id, self.grupo_id),
            (LOANS.tipo_prestamo_id, self.tipo_prestamo_id),
        )
        due = within(LOANS.fecha_vencimiento, self.vence_desde, self.vence_hasta)
        return [*own, *due, *self._of_state(), *self._of_others(), *self._of_text()]

    def _of_state(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.estado in ABIERTOS:
            conditions += [IS_OPEN, state_of_day() == self.estado.value]
        elif self.estado is not None:
            conditions.append(LOANS.estado == self.estado)
        if self.atraso_desde is not None:
            conditions.append(_days_late() >= self.atraso_desde)
        if self.atraso_hasta is not None:
            conditions.append(_days_late() <= self.atraso_hasta)
        return conditions

    def _of_others(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.aval_id is not None:
            conditions.append(LOANS.id.in_(select(Aval.prestamo_id).where(Aval.cliente_id == self.aval_id)))
        if self.propuesta is not None:
            waiting = select(Propuesta.prestamo_id).where(Propuesta.estado == EstadoPropuesta.PENDIENTE)
            conditions.append(LOANS.id.in_(waiting.where(Propuesta.tipo == self.propuesta)))
        collector = func.coalesce(Asignacion.cobrador_id, Asignacion.titular_id)
        assigned = equal((Asignacion.ruta_id, self.ruta_id), (collector, self.cobrador_id))
        if assigned:
            groups = select(Asignacion.grupo_id).where(vigente(Asignacion, _today()), *assigned)
            conditions.append(LOANS.grupo_id.in_(groups))
        return conditions

    def _of_text(self) -> list[ColumnElement[bool]]:
        if self.q is None:
            return []
        # Each table is searched by itself: a join of both, row by row, takes longer.
        by_folio = select(LOANS.id).where(
            folded(self.q).regexp_match(_LETRAS_DE_FOLIO), containing(self.q, LOANS.folio)
        )
        by_name = select(LOANS.id).join(Party, Party.id == LOANS.cliente_id)
        return [LOANS.id.in_(union_all(by_folio, by_name.where(containing_by_index(self.q, Party.name))))]


SALDOS = (
    *("saldo", "saldo_capital", "saldo_interes", "saldo_cargos", "saldo_a_favor", "pagado", "recuperado"),
    *("vence_mas_antiguo", "estado", "reabierto", "fecha_cierre"),
)
"""Columns of a loan that the allocation of its payments writes."""


def saldos_de(prestamo: Prestamo) -> dict[str, object]:
    """Values of these columns."""
    return {name: getattr(prestamo, name) for name in SALDOS}


def _pending_of(message: str) -> Conflict:
    return Conflict(message, code="cliente_con_prestamo")


class PrestamoRepository(ScopedRepository[Prestamo, PrestamoRecord]):
    """Loans of the groups within the caller's scope, as they are on a day."""

    model = Prestamo
    record = PrestamoRecord
    scoped_by: ClassVar[str] = "grupo_id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_prestamos_abierto": _pending_of("The client has an open loan."),
        "uq_credito_prestamos_pendiente": _pending_of("The client has a request or approved loan that is pending."),
        "uq_credito_prestamos_anterior": Conflict("The loan is being renewed already.", code="no_renovable"),
        "ck_credito_prestamos_saldo_a_favor_not_negative": Conflict(
            "The credit that came from it was used.", code="saldo_a_favor_usado"
        ),
        "fk_credito_prestamos_cliente_id_credito_clientes": NotFound("This client does not exist."),
        "fk_credito_prestamos_tipo_prestamo_id_credito_tipos_prestamo": NotFound("This loan type does not exist."),
    }

    def __init__(self, session: Session, scope: Scope, today: date) -> None:
        super().__init__(session, scope)
        self.today = today

    @classmethod
    def base_query(cls) -> Select[Any]:
        figures, table = _figures(), Prestamo.__table__
        computed: dict[str, ColumnElement[Any]] = {
            **figures.c,
            "cliente": Party.__table__.c.name,
            "estado": state_of_day(),
            "dias_atraso": _days_late(),
            "avales": _guarantors(),
        }
        columns = (computed[name] if name in computed else table.c[name] for name in fields_of(PrestamoRecord))
        joined = table.join(Party.__table__, Party.id == table.c.cliente_id).join(figures, true())
        return select(
            *(column.label(name) for column, name in zip(columns, fields_of(PrestamoRecord), strict=True))
        ).select_from(joined)

    def query_values(self) -> Values:
        return values_of_day(self.today)

    def require(self, prestamo_id: int) -> None:
        """Raise NotFound for a loan that is out of scope; less to read than a record."""
        values = {} if self.scope.ids is None else self.scope_values()
        found = _id_of(self.scope.ids is None, prestamo_id=prestamo_id, **values).scalar(self.session, int)
        if found is None:
            raise self._not_found(prestamo_id)

    def find_open_of(self, cliente_id: int, *, sin: int | None = None) -> int | None:
        """Id of the open loan of a client, or None; `sin` is a loan that does not count."""
        found = select(LOANS.id).where(LOANS.cliente_id == cliente_id, IS_OPEN)
        others = found if sin is None else found.where(LOANS.id != sin)
        return self.session.scalar(others.order_by(LOANS.id).limit(1))

    def a_favor_de(self, cliente_id: int) -> Decimal:
        """Credit of a client from earlier loans."""
        return sum((one.monto for one in saldos_a_favor(self.session, cliente_id)), Decimal(0))

    def lock_with(self, prestamo_id: int, otro_id: int | None) -> tuple[Prestamo, Prestamo | None]:
        """Lock a loan, and the one that it renews, in the order of their ids; the version of the first is checked."""
        if otro_id is None:
            return self.get_for_update(prestamo_id), None
        locked = {one.id: one for one in self.lock_all({prestamo_id, otro_id})}
        return self.get_for_update(prestamo_id), locked[otro_id]

    def guardar_saldos(self, prestamos: Sequence[Prestamo]) -> None:
        """Store what the allocation changed of loans by one statement, where a flush would send one a loan."""
        rows = [{"id": one.id, **saldos_de(one)} for one in prestamos]
        for one in prestamos:
            for name, value in {**saldos_de(one), "version": one.version + 1}.items():
                set_committed_value(one, name, value)
            self.session.expire(one, ("updated_at",))
        with self.translated():
            cambiar_saldos(self.session, rows)

    def lock_approved_before(self, day: date) -> list[Prestamo]:
        """Approved loans of before a day, locked in the order of their ids."""
        approved = select(Prestamo).where(Prestamo.estado == EstadoPrestamo.APROBADO, Prestamo.fecha_aprobacion < day)
        return list(self.session.scalars(approved.order_by(Prestamo.id).with_for_update()))

    def somebody_is_late(self, grupo_id: int) -> bool:
        """Whether an open loan of a group is late on the day."""
        late = select(LOANS.id).where(LOANS.grupo_id == grupo_id, is_late()).limit(1)
        return self.session.scalar(late, self.query_values()) is not None


@cached_query
def _id_of(everything: bool) -> Select[Any]:
    own = select(LOANS.id).where(LOANS.id == parameter("prestamo_id", int))
    return own if everything else own.where(PrestamoRepository.scope_condition())


class Comprometido(NamedTuple):
    """Debt and requests of a client, apart from one loan."""

    capital: Decimal
    """Open capital, without that of the loan that is renewed."""
    solicitado: Decimal
    """Amounts of requests and approvals that are pending."""

    @property
    def total(self) -> Decimal:
        """Their sum."""
        return self.capital + self.solicitado


def comprometido_de(session: Session, cliente_id: int, *, sin: Collection[int | None] = ()) -> Comprometido:
    """Open capital and pending requests of a client, without some loans."""
    own = [LOANS.cliente_id == cliente_id, LOANS.id.not_in([one for one in sin if one is not None])]
    capital = func.coalesce(func.sum(LOANS.saldo_capital).filter(IS_OPEN), 0)
    pending = func.coalesce(func.sum(LOANS.monto).filter(_PENDING), 0)
    return Comprometido(*session.execute(select(capital, pending).where(*own)).one())


@cached_query
def _credits() -> Select[Any]:
    left = LOANS.saldo_a_favor
    return select(LOANS.id, left).where(LOANS.cliente_id == parameter("cliente_id", int), left > 0).order_by(LOANS.id)


class SaldoAFavor(NamedTuple):
    """Credit of a client, at the loan that it came from."""

    prestamo_id: int
    monto: Decimal


def saldos_a_favor(session: Session, cliente_id: int) -> list[SaldoAFavor]:
    """Credits of a client, the oldest loan first."""
    return _credits(cliente_id=cliente_id).all(session, SaldoAFavor)


def usar_a_favor(session: Session, cliente_id: int) -> Decimal:
    """Use all credit of a client, which is locked; returns how much it was."""
    own = and_(LOANS.cliente_id == cliente_id, LOANS.saldo_a_favor > 0)
    used = {"a_favor_usado": LOANS.a_favor_usado + LOANS.saldo_a_favor, "saldo_a_favor": 0}
    changed = {**used, "version": LOANS.version + 1, "updated_at": clock.now()}
    before = saldos_a_favor(session, cliente_id)
    if before:
        session.execute(update(Prestamo).where(own).values(changed), execution_options={"synchronize_session": False})
    return sum((one.monto for one in before), Decimal(0))
