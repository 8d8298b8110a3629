"""Repositories of cash accounts and of transfers, and balances by the kept sums."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, any_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.core.cash_accounts.models import (
    CashAccount,
    CashAccountRecord,
    CashTransfer,
    CashTransferRecord,
    CashTransferSum,
    NamedAccount,
)
from app.core.cash_accounts.rules import CashAccountKind
from app.core.movements.models import MovementAccountSum
from app.core.movements.rules import Kind
from app.infra.db.columns import containing
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of, fields_of
from app.infra.queries.repository import Filter, Repository, equal, within
from app.kernel.errors import NotFound
from app.kernel.money import Currency
from app.kernel.periods import FIRST_DAY, LAST_DAY

_ACCOUNT = CashAccount.__table__.c
_MOVED, _TRANSFERRED = MovementAccountSum.__table__, CashTransferSum.__table__
_DAY = "day"
"""Parameter of the day at whose end balances are."""


@dataclass(frozen=True, slots=True)
class CashAccountFilter(Filter):
    """Criteria of cash accounts, and the day of their balances."""

    day: date
    kind: CashAccountKind | None = None
    active: bool | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = equal((CashAccount.kind, self.kind))
        if self.active is not None:
            given.append(CashAccount.active.is_(self.active))
        return given + ([] if self.q is None else [containing(self.q, CashAccount.name, CashAccount.notes)])


@dataclass(frozen=True, slots=True)
class CashTransferFilter(Filter):
    """Criteria of transfers; all that are set must hold."""

    cash_account_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = within(CashTransfer.date, self.date_from, self.date_to)
        if self.cash_account_id is not None:
            of_account = (CashTransfer.from_account_id, CashTransfer.to_account_id)
            given.append(or_(*(column == self.cash_account_id for column in of_account)))
        return given


def _net(sums: FromClause, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sum of an account since its opening day, up to the day of the balance."""
    since = func.coalesce(_ACCOUNT.opening_date, FIRST_DAY)
    days = sums.c.date.between(since, parameter(_DAY, date))
    found = select(func.coalesce(func.sum(amount), 0)).where(sums.c.cash_account_id == _ACCOUNT.id, days)
    return found.correlate(CashAccount.__table__).scalar_subquery()


def _balance() -> ColumnElement[Any]:
    """Balance at the end of a day: 0 before the opening day; what moved before it is left out, as of the company's."""
    reached = _MOVED.c.account_amount
    moved = case((_MOVED.c.kind == Kind.INCOME.value, reached), else_=-reached)
    net = _net(_MOVED, moved) + _net(_TRANSFERRED, _TRANSFERRED.c.amount)
    unopened = _ACCOUNT.opening_date > parameter(_DAY, date)
    return case((unopened, 0), else_=_ACCOUNT.opening_balance + net).label("balance")


class CashAccountRepository(Repository[CashAccount, CashAccountRecord]):
    """Cash accounts, with their balances."""

    model = CashAccount
    record = CashAccountRecord

    @classmethod
    def base_query(cls) -> Select[Any]:
        balance = _balance()
        return select(*(balance if name == "balance" else _ACCOUNT[name] for name in fields_of(CashAccountRecord)))

    def get(self, row_id: int, day: date = LAST_DAY) -> CashAccountRecord:
        """The account with its balance at the end of a day; or NotFound."""
        found = _by_id(row_id=row_id, day=day).first(self.session, CashAccountRecord)
        if found is None:
            raise self._not_found(row_id)
        return found

    def every(self, day: date) -> list[CashAccountRecord]:
        """All accounts with their balances at the end of a day, by name, in one statement."""
        return _every(day=day).all(self.session, CashAccountRecord)

    def find_open(self, kind: CashAccountKind, currency: Currency, day: date) -> int | None:
        """Id of the first active account of this kind and currency, by name, that was open on that day; or None."""
        return _open(kind=kind, currency=currency, day=day).scalar(self.session, int)

    def named(self, account_id: int) -> NamedAccount:
        """The account, without its balance; or NotFound."""
        found = _named(row_id=account_id).first(self.session, NamedAccount)
        if found is None:
            raise self._not_found(account_id)
        return found

    def named_among(self, ids: Collection[int]) -> list[NamedAccount]:
        """Those of the accounts that exist, without their balances."""
        return _named_among(row_ids=list(ids)).all(self.session, NamedAccount)


@cached_query
def _by_id() -> Select[Any]:
    return CashAccountRepository.base_query().where(_ACCOUNT.id == parameter("row_id", int))


@cached_query
def _every() -> Select[Any]:
    return CashAccountRepository.base_query().order_by(_ACCOUNT.name, _ACCOUNT.id)


@cached_query
def _open() -> Select[Any]:
    same = (_ACCOUNT.kind == parameter("kind", str), _ACCOUNT.currency == parameter("currency", str))
    opened = or_(_ACCOUNT.opening_date.is_(None), _ACCOUNT.opening_date <= parameter(_DAY, date))
    return select(_ACCOUNT.id).where(_ACCOUNT.active, *same, opened).order_by(_ACCOUNT.name, _ACCOUNT.id).limit(1)


@cached_query
def _named() -> Select[Any]:
    return select(*columns_of(NamedAccount, CashAccount.__table__)).where(_ACCOUNT.id == parameter("row_id", int))


@cached_query
def _named_among() -> Select[Any]:
    among = _ACCOUNT.id == any_(parameter("row_ids", list))
    return select(*columns_of(NamedAccount, CashAccount.__table__)).where(among)


_FROM, _TO = (aliased(CashAccount.__table__, name=name) for name in ("from_account", "to_account"))
_NAMES = {"from_account": _FROM.c.name, "to_account": _TO.c.name}


class CashTransferRepository(Repository[CashTransfer, CashTransferRecord]):
    """Transfers between cash accounts."""

    model = CashTransfer
    record = CashTransferRecord
    conflicts: ClassVar = {
        f"fk_cash_transfers_{key}_cash_accounts": NotFound("There is no such cash account in this currency.")
        for key in ("from_account_id_currency", "to_account_id_received_currency")
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        own = CashTransfer.__table__
        columns = (_NAMES[name].label(name) if name in _NAMES else own.c[name] for name in fields_of(cls.record))
        joined = own.outerjoin(_FROM, _FROM.c.id == own.c.from_account_id)
        return select(*columns).select_from(joined.outerjoin(_TO, _TO.c.id == own.c.to_account_id))
