"""Entries of an account that no statement has confirmed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Numeric, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.personal.imports.models import ImportLine
from app.suites.personal.imports.rules.states import Decision
from app.suites.personal.imports.rules.transfers import MOST_DAYS
from app.suites.personal.recurring.models import Recurring
from app.suites.personal.transactions.models import Payee, Transaction, TransactionLeg
from app.suites.personal.transactions.rules import CategorySource, TransactionStatus, TransactionType


class UnconfirmedRecord(NamedTuple):
    """An entry of an account that no statement has confirmed."""

    id: int
    date: date
    amount: Decimal
    description: str | None
    payee: str | None
    recurring_id: int | None
    min_amount: Decimal | None
    """Least amount of the recurring transaction of which it is an occurrence."""
    max_amount: Decimal | None


class BroughtRecord(NamedTuple):
    """An entry that a row made or confirmed."""

    id: int
    date: date
    amount: Decimal
    type: TransactionType
    is_refund: bool
    description: str | None
    payee: str | None


class LegRow(NamedTuple):
    """An income or expense that may be one side of a transfer."""

    id: int
    account_id: int
    date: date
    amount: Decimal
    currency: str
    description: str | None
    text: str | None
    """Text of the row that confirmed it, encrypted."""
    counterpart: str | None
    import_id: int | None
    line_id: int | None
    category_source: CategorySource | None
    status: TransactionStatus


MOST_LEGS = 20_000
"""Entries among which transfers are looked for."""


@dataclass(frozen=True, slots=True)
class CandidateQueries:
    """Reads the entries of one book that rows may confirm."""

    session: Session
    book_id: int

    def unconfirmed(
        self, account_id: int, first: date, last: date, amounts: Collection[Decimal]
    ) -> list[UnconfirmedRecord]:
        """Entries of an account between two days that no row has made or confirmed.

        They have one of these amounts, or are occurrences of a recurring transaction, whose amounts may vary.
        """
        values = {"account_id": account_id, "first": first, "last": last, "amounts": list(amounts)}
        return _unconfirmed(**values, book_id=self.book_id).all(self.session, UnconfirmedRecord)

    def brought(self, account_id: int, first: date, last: date, least: Decimal, most: Decimal) -> list[BroughtRecord]:
        """Entries of an account between two days and amounts that rows made or confirmed and that are no occurrence.

        Those that a person let be new are left out.
        """
        bounds = {"first": first, "last": last, "least": least, "most": most}
        return _brought(**bounds, account_id=account_id, book_id=self.book_id).all(self.session, BroughtRecord)

    def legs(self, first: date, last: date, amounts: Collection[Decimal], currencies: Collection[str]) -> list[LegRow]:
        """Incomes and expenses between two days that have one of these signed amounts, or are in such a currency."""
        values = {"first": first, "last": last, "amounts": list(amounts), "currencies": list(currencies)}
        return _legs(**values, book_id=self.book_id).all(self.session, LegRow)

    def legs_of(self, ids: Collection[int]) -> list[LegRow]:
        """Those of these transactions that are incomes or expenses."""
        return _legs_of(ids=list(ids), book_id=self.book_id).all(self.session, LegRow) if ids else []

    def paired_legs(self, first: date, last: date) -> list[LegRow]:
        """Incomes and expenses between two days of which as much came in as went out, or that have two currencies."""
        return _paired(first=first, last=last, book_id=self.book_id).all(self.session, LegRow)


@cached_query
def _unconfirmed() -> Select[Any]:
    leg, own, line = TransactionLeg.__table__.c, Transaction.__table__.c, ImportLine.__table__.c
    book = parameter("book_id", int)
    confirmed = (line.transaction_id == own.id, line.account_id == leg.account_id, line.is_known)
    days = (leg.date >= parameter("first", date), leg.date <= parameter("last", date))
    given = (leg.book_id == book, leg.account_id == parameter("account_id", int), *days)
    planned = Recurring.__table__.c
    columns = (own.id, leg.date, leg.amount, own.description, Payee.name)
    scheduled = (own.recurring_id, planned.min_amount, planned.max_amount)
    fits = or_(leg.amount == func.any(cast(parameter("amounts", list), ARRAY(Numeric))), own.recurring_id.is_not(None))
    return (
        select(*columns, *scheduled)
        .join_from(TransactionLeg, Transaction, leg.transaction_id == own.id)
        .outerjoin(Payee, Payee.id == own.payee_id)
        .outerjoin(Recurring, Recurring.id == own.recurring_id)
        .where(*given, fits)
        .where(~select(line.id).where(line.book_id == book, *confirmed).correlate(TransactionLeg, Transaction).exists())
        .order_by(own.id)
    )


@cached_query
def _brought() -> Select[Any]:
    leg, own, line = TransactionLeg.__table__.c, Transaction.__table__.c, ImportLine.__table__.c
    book = parameter("book_id", int)
    confirmed = (line.book_id == book, line.transaction_id == own.id, line.account_id == leg.account_id)
    row = select(line.id).where(*confirmed, line.is_known, line.decision.is_distinct_from(Decision.IMPORT))
    days = (leg.date >= parameter("first", date), leg.date <= parameter("last", date))
    amounts = (leg.amount >= parameter("least", Decimal), leg.amount <= parameter("most", Decimal))
    given = (leg.book_id == book, leg.account_id == parameter("account_id", int), *days, *amounts)
    return (
        select(own.id, leg.date, leg.amount, own.type, own.is_refund, own.description, Payee.name)
        .join_from(TransactionLeg, Transaction, leg.transaction_id == own.id)
        .outerjoin(Payee, Payee.id == own.payee_id)
        .where(*given, own.recurring_id.is_(None))
        .where(row.correlate(TransactionLeg, Transaction).exists())
        .order_by(own.id)
    )


def _whole_legs() -> Select[Any]:
    """Incomes and expenses that are not split."""
    leg, own, line = TransactionLeg.__table__.c, Transaction.__table__.c, ImportLine.__table__.c
    book = parameter("book_id", int)
    confirmed = (line.transaction_id == own.id) & (line.account_id == leg.account_id) & line.is_known
    columns = (
        *(own.id, leg.account_id, leg.date, leg.amount, own.currency, own.description),
        *(line.text, line.counterpart, line.import_id, line.id.label("line_id"), own.category_source, leg.status),
    )
    return (
        select(*columns)
        .join_from(TransactionLeg, Transaction, leg.transaction_id == own.id)
        .outerjoin(ImportLine, (line.book_id == book) & confirmed)
        .where(leg.book_id == book, own.book_id == book, own.type != TransactionType.TRANSFER, ~own.is_split)
    )


@cached_query
def _legs() -> Select[Any]:
    leg, own = TransactionLeg.__table__.c, Transaction.__table__.c
    days = (own.date >= parameter("first", date), own.date <= parameter("last", date))
    amount = leg.amount == func.any(cast(parameter("amounts", list), ARRAY(Numeric)))
    wanted = or_(amount, own.currency == func.any(parameter("currencies", tuple)))
    return _whole_legs().where(*days, wanted).order_by(own.date.desc(), own.id.desc()).limit(MOST_LEGS)


@cached_query
def _legs_of() -> Select[Any]:
    own = Transaction.__table__.c
    return _whole_legs().where(own.id == func.any(parameter("ids", list))).order_by(own.id)


@cached_query
def _paired() -> Select[Any]:
    leg, own = TransactionLeg.__table__.c, Transaction.__table__.c
    other, whole = TransactionLeg.__table__.alias("other"), Transaction.__table__.alias("whole")
    first, last = parameter("first", date), parameter("last", date)
    days = (own.date >= first, own.date <= last)
    near = (other.c.date >= leg.date - MOST_DAYS, other.c.date <= leg.date + MOST_DAYS)
    same = (other.c.book_id == leg.book_id, other.c.account_id != leg.account_id)
    fits = or_(other.c.amount == -leg.amount, whole.c.currency != own.currency)
    plain = (whole.c.type != TransactionType.TRANSFER, ~whole.c.is_split)
    rival = select(other.c.id).join(whole, whole.c.id == other.c.transaction_id)
    rival = rival.where(*same, *near, fits, *plain).correlate(TransactionLeg.__table__, Transaction.__table__)
    return _whole_legs().where(*days, rival.exists()).order_by(own.date.desc(), own.id.desc()).limit(MOST_LEGS)
