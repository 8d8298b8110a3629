"""Query of what makes up the balances of a cash account."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.cash_accounts.models import CashAccount, CashTransferSum
from app.core.movements.models import MovementAccountSum
from app.core.movements.rules import Kind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency
from app.kernel.periods import FIRST_DAY

_ACCOUNT = CashAccount.__table__.c
_OPENED = func.coalesce(_ACCOUNT.opening_date, FIRST_DAY)


class Part(StrEnum):
    """Part of a balance: the opening one, movements, or transfers."""

    OPENING = "opening"
    MOVED = "moved"
    TRANSFERRED = "transferred"


def _parts() -> FromClause:
    """Days of accounts since they were opened, in their currency."""
    moved, transferred = MovementAccountSum.__table__, CashTransferSum.__table__
    reached = moved.c.account_amount
    signed = case((moved.c.kind == Kind.INCOME.value, reached), else_=-reached)
    opening = _part(Part.OPENING, _OPENED, _ACCOUNT.opening_balance, literal(1))
    parts = [
        _part(part, sums.c.date, amount, sums.c.movements)
        .join(sums, sums.c.cash_account_id == _ACCOUNT.id)
        .where(sums.c.date >= _OPENED)
        for part, sums, amount in (
            (Part.MOVED, moved, signed),
            (Part.TRANSFERRED, transferred, transferred.c.amount),
        )
    ]
    return union_all(opening, *parts).subquery("parts")


def _part(
    part: Part, day: ColumnElement[Any], amount: ColumnElement[Any], movements: ColumnElement[Any]
) -> Select[Any]:
    named = cast(literal(part.value), String).label("part")
    columns = (_ACCOUNT.id, _ACCOUNT.currency, day.label("date"), amount.label("amount"), movements.label("movements"))
    return select(named, *columns).select_from(CashAccount.__table__)


@cached_query
def _sums(exchange: Exchange, target: Currency) -> Select[Any]:
    parts = _parts()
    columns, first = parts.c, parameter("first", date)
    # An opening balance counts at the start of its day, all else at the end.
    opens = and_(columns.part == Part.OPENING.value, columns.date == first)
    conditions = (columns.id == parameter("account_id", int), columns.date <= parameter("last", date))
    own = (columns.amount, columns.currency, columns.date)
    key = (or_(columns.date < first, opens), columns.part)
    return grouped_sums(own, conditions, exchange, target, *key, movements=columns.movements)


class AccountQueries:
    """Sums of a cash account in the target currency."""

    def __init__(self, session: Session, exchange: Exchange, target: Currency) -> None:
        self.session = session
        self._of = (exchange, target)

    def sums(self, account_id: int, first: date, last: date) -> list[Sum]:
        """Sums by whether before the first day, and by part of the balance; days after the last are excluded."""
        query = _sums(*self._of, account_id=account_id, first=first, last=last)
        return list(sums_in(query.rows(self.session)))
