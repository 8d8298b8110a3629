"""Queries of payments."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.movements.models import MovementDueSum, OpenItemSum
from app.core.parties.models import Party
from app.infra.db.columns import containing, tagged
from app.infra.queries.amounts import AmountTable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, among, equal, within
from app.suites.fresco.payments.models import Payment, PaymentRecord, UnpaidPayment
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType
from app.suites.fresco.projects.models import PaymentPlan, Project

CLIENT_OF_PROJECT = select(Project.client_id).where(Project.id == parameter("of_project", int)).scalar_subquery()
"""The client of the project of a new payment."""

_NAMED = (
    select(Party.name).where(Party.id == Payment.client_id).scalar_subquery().label("client_name"),
    select(Project.name).where(Project.id == Payment.project_id).scalar_subquery().label("project_name"),
)


def _sums() -> FromClause:
    """Sums of paid and unpaid payments, by the columns of lists' filters and totals."""
    paid, owed = MovementDueSum.__table__.c, OpenItemSum.__table__.c
    parts = [
        select(
            columns.amount,
            columns.currency,
            columns.movements,
            columns.due_date.label("date"),
            paid_date.label("paid_date"),
            columns.facet.label("type"),
            status.label("status"),
        ).where(columns.suite == "fresco", columns.source == "payment")
        for columns, paid_date, status in (
            (paid, paid.date, cast(literal(PaymentStatus.PAID.value), String)),
            (owed, cast(null(), Date), owed.status),
        )
    ]
    return union_all(*parts).subquery("sums")


# Amounts are converted at the rate of the paid date, or of the due date while unpaid.
PAYMENTS = AmountTable(
    Payment,
    PaymentRecord,
    day=func.coalesce(Payment.paid_date, Payment.date),
    rollup=_sums(),
    named=_NAMED,
)


@dataclass(frozen=True, slots=True)
class PaymentFilter(Filter):
    """Criteria of payments; all that are set must hold."""

    project_id: int | None = None
    client_id: int | None = None
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
        *(Payment.__table__.c[name] for name in ("id", "date", "amount", "currency")),
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
