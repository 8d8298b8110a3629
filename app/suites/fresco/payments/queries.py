"""Queries of payments."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.movements.models import MovementDueSum, OpenItemSum
from app.core.movements.rules import Nature
from app.core.parties.models import Party
from app.infra.db.columns import containing, tagged
from app.infra.queries.amounts import PartedTable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, among, equal, within
from app.suites.fresco.payments.models import (
    ClientCredit,
    NamedCredit,
    Payment,
    PaymentProgress,
    PaymentReceipt,
    PaymentRecord,
    UnpaidPayment,
)
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType
from app.suites.fresco.projects.models import PaymentPlan, Project
from app.suites.fresco.projects.rules import ProjectStatus

CLIENT_OF_PROJECT = select(Project.client_id).where(Project.id == parameter("of_project", int)).scalar_subquery()
"""The client of the project of a new payment."""

_NAMED = (
    select(Party.name).where(Party.id == Payment.client_id).scalar_subquery().label("client_name"),
    select(Project.name).where(Project.id == Payment.project_id).scalar_subquery().label("project_name"),
)


PART_STATUS: ColumnElement[str] = column("part_status", String)
"""Key of sums: paid for what was received, else the status of the payment, for its balance."""

_PAID = literal_column(f"'{PaymentStatus.PAID.value}'", String)
_NO_DAY, _NONE, _ONE = cast(null(), Date), literal_column("0", BigInteger), literal_column("1", Integer)
_STATES = literal_column("':'", String)
"""Sign between type and status in the facet of receipts that do not make their payment paid."""


def _received_sums() -> list[Select[Any]]:
    """Sums of receipts: of those that made their payment paid, which count it, and of the others."""
    sums = MovementDueSum.__table__.c
    whole = sums.facet.in_([literal_column(f"'{one.value}'", String) for one in PaymentType])
    status = func.split_part(sums.facet, _STATES, 2)
    others = (func.split_part(sums.facet, _STATES, 1), status, case((status == _PAID, sums.date)), _NONE)
    # The IVA of a receipt is a movement of its own, and no payment more.
    counted = case((sums.nature == literal_column(f"'{Nature.TAX.value}'", String), 0), else_=sums.movements)
    states = ((whole, (sums.facet, _PAID, sums.date, counted)), (func.strpos(sums.facet, _STATES) > 0, others))
    return [
        select(
            sums.amount.label("part"),
            sums.currency,
            sums.movements,
            items.label("items"),
            sums.due_date.label("date"),
            paid_date.label("paid_date"),
            facet.label("type"),
            own_status.label("status"),
            sums.date.label("part_day"),
            _PAID.label("part_status"),
        ).where(sums.suite == "fresco", sums.source == "payment", condition)
        for condition, (facet, own_status, paid_date, items) in states
    ]


def _credit_used() -> Select[Any]:
    """Receipts that moved no cash, which are few, one by one."""
    own = PaymentReceipt.__table__.c
    return select(
        own.amount.label("part"),
        own.currency,
        _ONE.label("movements"),
        cast(own.completes, Integer).label("items"),
        own.due_date.label("date"),
        case((own.payment_status == PaymentStatus.PAID.value, own.date)).label("paid_date"),
        own.payment_type.label("type"),
        own.payment_status.label("status"),
        own.date.label("part_day"),
        _PAID.label("part_status"),
    ).where(own.uses_credit)


def _owed_sums() -> Select[Any]:
    """Sums of the balances of unpaid payments."""
    sums = OpenItemSum.__table__.c
    return select(
        sums.amount.label("part"),
        sums.currency,
        sums.movements,
        sums.movements.label("items"),
        sums.due_date.label("date"),
        _NO_DAY.label("paid_date"),
        sums.facet.label("type"),
        sums.status,
        sums.due_date.label("part_day"),
        sums.status.label("part_status"),
    ).where(sums.suite == "fresco", sums.source == "payment")


def _part(
    amount: ColumnElement[Any],
    day: ColumnElement[Any],
    status: ColumnElement[Any],
    items: ColumnElement[int],
    *conditions: ColumnElement[bool],
) -> Select[Any]:
    """Payments, with the amount of one part of each, its day and status."""
    more = {"part": amount, "part_day": day, "part_status": status, "items": items}
    columns = (expression.label(name) for name, expression in more.items())
    return select(*Payment.__table__.c, *columns).where(*conditions)


_OWN = Payment.__table__.c
_BALANCE = _OWN.amount - _OWN.paid_amount
# What was received in one piece, as most is, or not at all, is told by the payment itself.
_AT_ONCE = _part(_OWN.amount, func.coalesce(_OWN.paid_date, _OWN.date), _OWN.status, _ONE, ~_OWN.in_parts)
_REST = _part(_BALANCE, _OWN.date, _OWN.status, _ONE, _OWN.in_parts, _OWN.paid_date.is_(None))
_RECEIPT = PaymentReceipt.__table__
_COUNTED = cast(_RECEIPT.c.completes, Integer)
_PIECES = _part(_RECEIPT.c.amount, _RECEIPT.c.date, _PAID, _COUNTED, _OWN.in_parts).join_from(
    Payment.__table__, _RECEIPT, _RECEIPT.c.payment_id == _OWN.id
)
_UNPAID = _part(_BALANCE, _OWN.date, _OWN.status, _ONE, _OWN.paid_date.is_(None))

# Amounts are converted at the rate of the paid date, or of the due date while unpaid; sums, each part at its own day's.
_DAY = func.coalesce(Payment.paid_date, Payment.date)
PAYMENTS = PartedTable(
    Payment,
    PaymentRecord,
    day=_DAY,
    named=_NAMED,
    rollup=union_all(*_received_sums(), _credit_used(), _owed_sums()).subquery("sums"),
    parts=union_all(_AT_ONCE, _REST, _PIECES).subquery("parts"),
)
OWED = PartedTable(
    Payment,
    PaymentRecord,
    day=_DAY,
    named=_NAMED,
    rollup=_owed_sums().subquery("owed"),
    parts=_UNPAID.subquery("balances"),
)
"""Unpaid payments, of which the balances are summed."""


@dataclass(frozen=True, slots=True)
class PaymentFilter(Filter):
    """Criteria of payments; all that are set must hold."""

    project_id: int | None = None
    client_id: int | None = None
    supplier_id: int | None = None
    """No payment has a supplier: with one, nothing matches."""
    payment_method: str | None = None
    """Method of one of its receipts."""
    status: tuple[PaymentStatus, ...] | None = None
    type: tuple[PaymentType, ...] | None = None
    tag: str | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None
    overdue_on: date | None = None
    unpaid: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        conditions = equal(
            (Payment.project_id, self.project_id),
            (Payment.client_id, self.client_id),
        )
        conditions += among((Payment.status, self.status), (Payment.type, self.type))
        conditions += within(Payment.amount, self.amount_min, self.amount_max) + tagged(Payment.tags, self.tag)
        if self.unpaid or self.overdue_on is not None or (self.status and PaymentStatus.PAID not in self.status):
            conditions.append(Payment.paid_date.is_(None))  # implied, but needed to use ix_payments_unpaid
        elif self.status == (PaymentStatus.PAID,):
            conditions.append(Payment.paid_date.is_not(None))  # implied, but needed to use ix_payments_paid_date
        conditions += within(Payment.date, self.date_from, self.date_to)
        if self.supplier_id is not None:
            conditions.append(false())
        if self.payment_method is not None:
            received = select(PaymentReceipt.payment_id).where(PaymentReceipt.payment_method == self.payment_method)
            conditions.append(Payment.id.in_(received))
        if self.overdue_on is not None:
            # Whatever the status says: the job that marks payments overdue runs once a day.
            conditions.append(Payment.date < self.overdue_on)
        if self.q is not None:
            conditions.append(_search_condition(self.q))
        return conditions


def _search_condition(q: str) -> ColumnElement[bool]:
    projects = select(Project.id).where(containing(q, Project.name))
    parties = select(Party.id).where(containing(q, Party.name))
    own = containing(q, Payment.invoice_number, Payment.notes)
    return or_(own, Payment.project_id.in_(projects), Payment.client_id.in_(parties))


def upcoming_filter(days: int, today: date) -> PaymentFilter:
    """Criteria of unpaid payments due from today to `days` from now, both included."""
    return PaymentFilter(unpaid=True, date_from=today, date_to=today + timedelta(days=days))


def unpaid_between(session: Session, first: date, last: date) -> list[UnpaidPayment]:
    """Unpaid payments due from the first to the last of these days, by date."""
    return _unpaid_between(first=first, last=last).all(session, UnpaidPayment)


@cached_query
def _unpaid_between() -> Select[Any]:
    columns: list[ColumnElement[Any]] = [
        _OWN.id,
        _OWN.date,
        _BALANCE,
        _OWN.currency,
        Party.__table__.c.name,
        Project.__table__.c.name,
    ]
    due = within(Payment.date, parameter("first", date), parameter("last", date))
    return (
        select(*columns)
        .select_from(Payment)
        .join(Party, Party.id == Payment.client_id)
        .join(Project, Project.id == Payment.project_id)
        .where(Payment.paid_date.is_(None), *due)
        .order_by(Payment.date, Payment.id)
    )


class Unfinished(NamedTuple):
    """Project whose plan may charge more, with the days up to which payments were generated, if any were."""

    project_id: int
    charged_through: date | None
    fee_through: date | None


def projects_to_generate(session: Session, last: date) -> list[Unfinished]:
    """Active projects whose plans may charge something through the last day that has no payment yet.

    Those with an implementation fee are always among them: its installments are generated whenever they are due.
    """
    return _to_generate(last=last).all(session, Unfinished)


@cached_query
def _to_generate() -> Select[Any]:
    plan, progress = PaymentPlan.__table__.c, PaymentProgress.__table__.c
    reached = progress.charged_through >= func.least(parameter("last", date), Project.end_date)
    return (
        select(Project.id.label("project_id"), progress.charged_through, progress.fee_through)
        .join(PaymentPlan, PaymentPlan.project_id == Project.id)
        .outerjoin(PaymentProgress, progress.id == Project.id)
        .where(
            Project.status == literal_column(f"'{ProjectStatus.ACTIVE.value}'", String),
            or_(plan.implementation_fee_total.is_not(None), reached.is_not(true())),
        )
        .order_by(Project.id)
    )


def credits_left(session: Session) -> list[NamedCredit]:
    """The credits of all clients, with their names."""
    return _credits_left().all(session, NamedCredit)


@cached_query
def _credits_left() -> Select[Any]:
    own = ClientCredit.__table__.c
    named = select(own.client_id, Party.__table__.c.name, own.currency, own.balance)
    return named.join(Party, Party.id == own.client_id).where(own.balance > 0).order_by(own.client_id, own.currency)


def overcharged_fees(session: Session) -> list[str]:
    """Messages about projects whose installments come to more than their implementation fee."""
    plan = PaymentPlan.__table__.c
    charged = func.sum(Payment.amount)
    statement = (
        select(plan.project_id, charged.label("charged"), plan.implementation_fee_total.label("total"))
        .join(Payment, Payment.project_id == plan.project_id)
        .where(
            Payment.type == PaymentType.IMPLEMENTATION,
            Payment.installment_number.is_not(None),
            cast(Payment.currency, String) == cast(plan.implementation_fee_currency, String),
        )
        .group_by(plan.project_id, plan.implementation_fee_total)
        .having(charged > plan.implementation_fee_total)
        .order_by(plan.project_id)
    )
    return [
        f"the installments of project {row.project_id} come to {row.charged}, of a fee of {row.total}"
        for row in session.execute(statement)
    ]
