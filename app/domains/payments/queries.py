"""Reading payments: pages as plain rows, and totals in one currency over all that match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.domains.clients.models import Client
from app.domains.payments.models import Payment
from app.domains.payments.rules import PaymentStatus, PaymentType
from app.domains.projects.models import Project
from app.infra.columns import containing
from app.infra.repository import ordered
from app.kernel.paging import PageRequest

Convert = Callable[[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]
"""Amount, currency and day as SQL to an SQL expression."""

OWN_DAY: ColumnElement[date] = func.coalesce(Payment.paid_date, Payment.date)
"""The day at whose rate a payment is converted: when it was paid, else when it is due."""

_COLUMNS = [column for column in Payment.__table__.c if column.name not in {"generated", "version"}]


@dataclass(frozen=True, slots=True)
class StatusTotal:
    """What the matching payments of one status come to, unrounded; None where a rate is missing."""

    status: PaymentStatus
    count: int
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments are meant; every condition that is given must hold."""

    project_id: int | None = None
    client_id: int | None = None
    status: PaymentStatus | None = None
    type: PaymentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None
    overdue_on: date | None = None
    unpaid: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        equal = (
            (Payment.project_id, self.project_id),
            (Payment.client_id, self.client_id),
            (Payment.status, self.status),
            (Payment.type, self.type),
        )
        given: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
        if self.unpaid or self.status in {PaymentStatus.PENDING, PaymentStatus.OVERDUE}:
            given.append(Payment.paid_date.is_(None))  # said so that the index of what is unpaid serves
        if self.date_from is not None:
            given.append(Payment.date >= self.date_from)
        if self.date_to is not None:
            given.append(Payment.date <= self.date_to)
        if self.overdue_on is not None:
            given.append(_overdue(self.overdue_on))
        if self.q is not None:
            given.append(_found(self.q))
        return given


def _overdue(today: date) -> ColumnElement[bool]:
    """Marked so, or due on an earlier day though tonight's job has not marked it yet."""
    late = and_(Payment.status == PaymentStatus.PENDING, Payment.date < today)
    return and_(Payment.paid_date.is_(None), or_(Payment.status == PaymentStatus.OVERDUE, late))


def _found(q: str) -> ColumnElement[bool]:
    projects = select(Project.id).where(containing(q, Project.name))
    clients = select(Client.id).where(containing(q, Client.name))
    own = containing(q, Payment.invoice_number, Payment.notes)
    return or_(own, Payment.project_id.in_(projects), Payment.client_id.in_(clients))


class PaymentQueries:
    """Read-only questions about payments."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def rows(
        self,
        asked: PaymentFilter,
        request: PageRequest,
        *more: ColumnElement[Any],
    ) -> Sequence[Row[Any]]:
        """One page of payments as plain rows, with more columns if given."""
        statement = select(*_COLUMNS, *more).where(*asked.conditions())
        return self.session.execute(ordered(statement, Payment, request)).all()

    def totals(self, asked: PaymentFilter, convert: Convert) -> list[StatusTotal]:
        """Counts and sums by status of all that match: summed by day and currency first, converted after."""
        days = (
            select(
                Payment.status,
                Payment.currency,
                OWN_DAY.label("day"),
                func.count().label("count"),
                func.sum(Payment.amount).label("amount"),
            )
            .where(*asked.conditions())
            .group_by(Payment.status, Payment.currency, OWN_DAY)
            .subquery()
        )
        worth = convert(days.c.amount, days.c.currency, days.c.day)
        # A NULL among them is a missing rate, which sum() would pass over in silence.
        total = case((func.bool_or(worth.is_(None)), None), else_=func.sum(worth))
        statement = select(days.c.status, func.sum(days.c.count), total).group_by(days.c.status)
        return [StatusTotal(status, int(count), total) for status, count, total in self.session.execute(statement)]


def days_overdue(today: date) -> ColumnElement[int]:
    """Whole days since it was due."""
    return func.greatest(literal(today) - Payment.date, 0).label("days_overdue")


def in_the_next(days: int, today: date) -> PaymentFilter:
    """Unpaid payments from today to `days` from now, both included."""
    return PaymentFilter(unpaid=True, date_from=today, date_to=today + timedelta(days=days))
