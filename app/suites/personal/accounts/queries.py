"""Accounts with their names and currencies, which the ledger has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from app.core.ledger.models import Account
from app.infra import clock
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import fields_of
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.suites.personal.accounts.models import (
    AccountValuation,
    AccountValuationRecord,
    PersonalAccount,
    PersonalAccountRecord,
)
from app.suites.personal.accounts.rules import AccountType


@dataclass(frozen=True, slots=True)
class AccountFilter(Filter):
    """Criteria of accounts."""

    type: AccountType | None = None
    is_closed: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((PersonalAccount.type, self.type), (PersonalAccount.is_closed, self.is_closed))


class AccountKey(NamedTuple):
    """An account to which something is posted."""

    id: int
    currency: Currency
    opening_date: date | None
    is_closed: bool


class PersonalAccountRepository(InBookRepository[PersonalAccount, PersonalAccountRecord]):
    """Accounts of one book."""

    model = PersonalAccount
    record = PersonalAccountRecord
    conflicts: ClassVar = {
        f"fk_{name}": Conflict("The account has transactions; close it.", code="has_transactions")
        for name in (
            "lines_account_id_accounts",
            "transactions_account_id_personal_accounts",
            "transactions_to_account_id_personal_accounts",
            "transaction_legs_account_id_personal_accounts",
            "transaction_splits_account_id_personal_accounts",
            "account_valuations_account_id_personal_accounts",
            "reconciliations_account_id_personal_accounts",
        )
    }
    joined_columns: ClassVar = {"name": Account.name, "currency": Account.currency}

    @classmethod
    def base_query(cls) -> Select[Any]:
        """SELECT with the columns of the record."""
        own, account = PersonalAccount.__table__, Account.__table__
        columns = (own.c[name] if name in own.c else account.c[name] for name in fields_of(PersonalAccountRecord))
        return select(*columns).select_from(own.join(account, own.c.id == account.c.id))

    def change(self, row: PersonalAccount, changes: Mapping[str, object]) -> PersonalAccount:
        """Set the given attributes; a change of the ledger's account is a new version, too."""
        for name, value in changes.items():
            setattr(row, name, value)
        if self.session.is_modified(row.account):
            row.updated_at = clock.now()
        self.flush()
        return row

    def key(self, account_id: int) -> AccountKey:
        """The account by its id; NotFound if it is not in the book."""
        found = _key(account_id=account_id, **self.scope_values()).first(self.session, AccountKey)
        if found is None:
            raise self._not_found(account_id)
        return found

    def first_open(self) -> AccountKey | None:
        """The first account that is not closed, by position."""
        return _first_open(**self.scope_values()).first(self.session, AccountKey)

    def number_indexes(self) -> dict[str, int]:
        """Accounts by the blind indexes of their numbers; a number that several have is none's."""
        found: dict[str, set[int]] = {}
        for account_id, index in _number_indexes(**self.scope_values()).rows(self.session):
            found.setdefault(index, set()).add(account_id)
        return {index: ids.pop() for index, ids in found.items() if len(ids) == 1}

    def next_position(self) -> int:
        """A position after all others."""
        own = select(func.coalesce(func.max(PersonalAccount.position), 0) + 1).where(self.scope_condition())
        return int(self.session.scalar(own, self.scope_values()) or 1)


@dataclass(frozen=True, slots=True)
class ValuationFilter(Filter):
    """Criteria of valuations."""

    account_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((AccountValuation.account_id, self.account_id))


class ValuationRepository(InBookRepository[AccountValuation, AccountValuationRecord]):
    """Valuations of the accounts of one book."""

    model = AccountValuation
    record = AccountValuationRecord

    def find(self, account_id: int, day: date) -> int | None:
        """Id of the valuation of an account on a day, or None."""
        return _valuation(account_id=account_id, day=day, **self.scope_values()).scalar(self.session, int)


@cached_query
def _valuation() -> Select[Any]:
    own = AccountValuation.__table__.c
    of_day = (own.account_id == parameter("account_id", int), own.date == parameter("day", date))
    return select(own.id).where(ValuationRepository.scope_condition(), *of_day)


def _keys() -> Select[Any]:
    own, account = PersonalAccount.__table__, Account.__table__
    columns = (own.c.id, account.c.currency, own.c.opening_date, own.c.is_closed)
    inside = PersonalAccountRepository.scope_condition()
    return select(*columns).select_from(own.join(account, own.c.id == account.c.id)).where(inside)


@cached_query
def _key() -> Select[Any]:
    return _keys().where(PersonalAccount.id == parameter("account_id", int))


@cached_query
def _number_indexes() -> Select[Any]:
    own = PersonalAccount.__table__.c
    inside = (PersonalAccountRepository.scope_condition(), own.account_number_index.is_not(None))
    return select(own.id, own.account_number_index).where(*inside).order_by(own.id)


@cached_query
def _first_open() -> Select[Any]:
    own = PersonalAccount.__table__.c
    return _keys().where(~own.is_closed).order_by(own.position, own.id).limit(1)
