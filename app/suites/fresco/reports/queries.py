"""Queries of reports."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    String,
    Subquery,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.fresco.clients.models import Client
from app.suites.fresco.payments.models import CreditRefund, Payment, PaymentReceipt
from app.suites.fresco.payments.rules import WITHHELD_COLUMNS
from app.suites.fresco.projects.models import Project
from app.suites.fresco.reports.rules import Entry, EntryKind, Owed, Sums

NEW_CLIENTS = select(Client.id).where(Client.start_date.between(parameter("first", date), parameter("last", date)))
"""Clients that started within the days of a report."""

_OWN, _RECEIVED, _REFUNDED = Payment.__table__.c, PaymentReceipt.__table__.c, CreditRefund.__table__.c
_ZERO: ColumnElement[Decimal] = literal_column("0.00", Numeric)
_NOBODY: ColumnElement[int] = literal_column("NULL::bigint", Integer)
_UNSAID: ColumnElement[str] = literal_column("NULL::varchar", String)


class AccountQueries:
    """Queries of what a client was charged, and how it was settled."""

    def __init__(self, session: Session, client_id: int) -> None:
        self.session = session
        self.client_id = client_id

    def sums_before(self, day: date) -> list[Sums]:
        """Sums of all entries before that day, by currency."""
        return _sums_before(client_id=self.client_id, first=day).all(self.session, Sums)

    def entries(self, first: date, last: date, most: int) -> list[Entry]:
        """Entries of these days, by currency and in their order; no more than that many."""
        return _entries(client_id=self.client_id, first=first, last=last, most=most).all(self.session, Entry)

    def coming(self, last: date) -> list[Owed]:
        """Balances of what is due after that day, by currency."""
        return _coming(client_id=self.client_id, last=last).all(self.session, Owed)


def _kind(kind: EntryKind) -> ColumnElement[str]:
    return literal_column(f"'{kind.value}'", String)


def _branch(**columns: ColumnElement[Any]) -> Select[Any]:
    """Entries of one kind, in the columns of `Entry`; none knows its balance."""
    columns["balance"] = _ZERO
    return select(*(columns[name].label(name) for name in Entry._fields))


_UNSETTLED: dict[str, ColumnElement[Any]] = {"receipt": _ZERO, "credit": _ZERO, "withheld": _ZERO}
_OF_PAYMENT: dict[str, ColumnElement[Any]] = {
    "project_name": Project.__table__.c.name,
    "type": _OWN.type,
    "installment_number": _OWN.installment_number,
    "invoice_number": _OWN.invoice_number,
}


def _charges() -> Select[Any]:
    """Payments, on the days on which they fall due."""
    branch = _branch(
        **_OF_PAYMENT,
        **_UNSETTLED,
        **{name: _OWN[name] for name in ("currency", "date")},
        kind=_kind(EntryKind.CHARGE),
        charge=_OWN.amount,
        payment_id=_OWN.id,
        receipt_id=_NOBODY,
        payment_method=_UNSAID,
        reference=_UNSAID,
    )
    return branch.join_from(Payment, Project, Project.id == _OWN.project_id)


def _receipts() -> Select[Any]:
    """Receipts, on their days."""
    used = case((_RECEIVED.uses_credit, _RECEIVED.amount), else_=_ZERO)
    branch = _branch(
        **_OF_PAYMENT,
        **{name: _RECEIVED[name] for name in ("currency", "date", "payment_method", "reference", "payment_id")},
        kind=_kind(EntryKind.RECEIPT),
        charge=_ZERO,
        receipt=_RECEIVED.amount,
        credit=_RECEIVED.credit_amount - used,
        withheld=sum((_RECEIVED[column] for column in WITHHELD_COLUMNS.values()), _ZERO),
        receipt_id=_RECEIVED.id,
    )
    of_payments = branch.join_from(PaymentReceipt, Payment, _OWN.id == _RECEIVED.payment_id)
    return of_payments.join(Project, Project.id == _OWN.project_id)


def _refunds() -> Select[Any]:
    """Refunds of credits, on their days."""
    of_nothing = dict.fromkeys(("project_name", "type", "invoice_number", "reference"), _UNSAID)
    return _branch(
        **_UNSETTLED | {"credit": -_REFUNDED.amount},
        **of_nothing,
        **dict.fromkeys(("payment_id", "receipt_id", "installment_number"), _NOBODY),
        **{name: _REFUNDED[name] for name in ("currency", "date", "payment_method")},
        kind=_kind(EntryKind.REFUND),
        charge=_ZERO,
    )


def _account() -> Subquery:
    """All entries of one client."""
    # Receipts are found by their payments, which have an index by client.
    of_client = ((_charges(), _OWN), (_receipts(), _OWN), (_refunds(), _REFUNDED))
    client_id = parameter("client_id", int)
    return union_all(*(branch.where(own.client_id == client_id) for branch, own in of_client)).subquery("account")


@cached_query
def _sums_before() -> Select[Any]:
    own = _account().c
    sums = (func.sum(column) for column in (own.charge, own.receipt, own.credit))
    return select(own.currency, *sums).where(own.date < parameter("first", date)).group_by(own.currency)


@cached_query
def _entries() -> Select[Any]:
    own = _account().c
    days = own.date.between(parameter("first", date), parameter("last", date))
    # Of one day what is charged comes first; the kinds are in the order of their names.
    order = (own.currency, own.date, own.kind, own.payment_id, own.receipt_id)
    return select(*(own[name] for name in Entry._fields)).where(days).order_by(*order).limit(parameter("most", int))


@cached_query
def _coming() -> Select[Any]:
    sums = (func.sum(_OWN.amount - _OWN.paid_amount), func.count())
    unpaid = (_OWN.client_id == parameter("client_id", int), _OWN.paid_date.is_(None))
    later = _OWN.date > parameter("last", date)
    return select(_OWN.currency, *sums).where(*unpaid, later).group_by(_OWN.currency).order_by(_OWN.currency)
