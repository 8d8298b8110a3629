"""Accounts: opening, changing, closing and deleting them, and their balances."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, TypedDict, Unpack

from app.core.currencies.service import MissingRate
from app.core.ledger.rules import NewEntry, NewLine
from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency, in_digits, require_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import FIRST_DAY, LAST_DAY, DateRange, Month
from app.suites.personal.accounts.models import PersonalAccount, PersonalAccountRecord
from app.suites.personal.accounts.queries import AccountFilter, AccountKey, PersonalAccountRepository
from app.suites.personal.accounts.rules import (
    AccountType,
    Opening,
    SystemAccount,
    plain_number,
    running,
    shown_number,
    totals_of,
)
from app.suites.personal.accounts.service.converting import Converter
from app.suites.personal.accounts.service.system import SystemAccounts
from app.suites.personal.books.service import BookCipher, BookLedger, InBookService

OPENING = "opening"
"""Source of the entry that gives an account its first balance."""
IN_ORDER = (Sort("position"),)
_OF_LEDGER = ("name", "currency")
_MONEY = ("opening_balance", "credit_limit", "minimum_amount", "low_balance", "original_amount")


class AccountChanges(TypedDict, total=False):
    """The values of an account that may change."""

    name: str
    type: AccountType
    currency: Currency
    on_budget: bool
    opening_balance: Decimal
    opening_date: date | None
    credit_limit: Decimal | None
    statement_day: int | None
    due_day: int | None
    apr: Decimal | None
    minimum_amount: Decimal | None
    minimum_percent: Decimal | None
    institution: str | None
    account_number: str | None
    low_balance: Decimal | None
    original_amount: Decimal | None
    term_months: int | None
    color: str | None
    position: int
    is_closed: bool


class NewAccount(AccountChanges):
    """The values of a new account, of which it has at least name and type."""


class AccountFilters(TypedDict, total=False):
    """The criteria of a list of accounts."""

    type: AccountType
    date: date
    include_closed: bool


class AccountTotals(NamedTuple):
    """Totals of accounts in the currency of the book; null where a rate is missing, of which the warnings tell."""

    totals: dict[str, object] | None
    warnings: list[MissingRate]


AccountItem = Item[PersonalAccountRecord]


class AccountService(InBookService):
    """Opens, changes, closes and deletes the accounts of a book."""

    model: ClassVar = PersonalAccount

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.accounts = PersonalAccountRepository(access)
        self.ledger = BookLedger(access)
        self.system = SystemAccounts(access)
        self.cipher = BookCipher(access)

    def page(self, request: PageRequest, **filters: Unpack[AccountFilters]) -> Page[AccountItem]:
        """One page of accounts with their balances, and the totals of all that match."""
        day = filters.get("date", self.access.today)
        criteria = AccountFilter(filters.get("type"), None if filters.get("include_closed") else False)
        ordered = PageRequest(sort=request.sort or IN_ORDER).unpaged()
        everything = self.shown(list(self.accounts.page(criteria, ordered).items), day)
        return Page(everything[request.span], len(everything), request, self._totals(everything, day)._asdict())

    def get(self, account_id: int) -> AccountItem:
        """One account with its balance of today."""
        return self.shown([self.accounts.get(account_id)], self.access.today)[0]

    def key(self, account_id: int) -> AccountKey:
        """The account by its id, with its currency."""
        return self.accounts.key(account_id)

    def list_all(self) -> list[PersonalAccountRecord]:
        """Every account, closed ones too, by position."""
        return list(self.accounts.page(AccountFilter(), PageRequest(sort=IN_ORDER).unpaged()).items)

    def all_keys(self) -> dict[int, tuple[AccountType, Currency]]:
        """Type and currency of every account by its id, closed ones too."""
        return {one.id: (one.type, one.currency) for one in self.list_all()}

    def open_keys(self) -> dict[int, AccountKey]:
        """Every account that is not closed, by its id."""
        everything = self.accounts.page(AccountFilter(is_closed=False), PageRequest(sort=IN_ORDER).unpaged())
        return {one.id: AccountKey(one.id, one.currency, one.opening_date, one.is_closed) for one in everything.items}

    def first_open(self) -> AccountKey:
        """The account of what names none; Conflict if the book has none that is open."""
        found = self.accounts.first_open()
        if found is None:
            raise Conflict("The book has no open account.", code="no_account")
        return found

    def create(self, **values: Unpack[NewAccount]) -> AccountItem:
        """Open an account, with its first balance."""
        self.access.require_writer()
        currency = values.get("currency", self.access.currency)
        kind = values["type"]
        _check_money(values, currency)
        opened = self.ledger.open_account(kind.kind, values["name"], currency=currency.value)
        own = {name: value for name, value in values.items() if name not in _OF_LEDGER}
        own |= self._number(opened.id, values)
        own |= {"on_budget": values.get("on_budget", kind.on_budget), "is_closed": False}
        own.setdefault("position", self.accounts.next_position())
        account = PersonalAccount(id=opened.id, book_id=self.access.book_id, created_by=self.access.user_id, **own)
        self.accounts.add(account)
        self._open(account, currency)
        return self.get(account.id)

    def update(self, account_id: int, **changes: Unpack[AccountChanges]) -> AccountItem:
        """Change the given values; the opening balance is posted anew."""
        account = self.accounts.get_for_update(account_id)
        _check_type(account, changes)
        currency = Currency(changes.get("currency", account.currency))
        _check_money(changes, currency)
        before = Opening(account.opening_balance, account.opening_date)
        closing = changes.get("is_closed")
        if closing and not account.is_closed:
            self._require_empty(account_id)
        if closing is not None and closing is not account.is_closed:
            self.ledger.change_account(account_id, active=not closing)
        self.accounts.change(account, {**changes, **self._number(account_id, changes, account.account_number)})
        if (account.opening_balance, account.opening_date) != before:
            self._open(account, currency)
        return self.get(account_id)

    def delete(self, account_id: int) -> None:
        """Delete an account without transactions."""
        account = self.accounts.get_for_update(account_id)
        if account.opening_balance:
            self.accounts.change(account, {"opening_balance": Decimal(0)})
            self._open(account, Currency(account.currency))
        self.accounts.delete(account)
        with self.accounts.translated():
            self.ledger.delete_account(account_id)

    def close_as_it_is(self, account_id: int) -> None:
        """Close an account that was brought with its book, and was closed there."""
        account = self.accounts.get_for_update(account_id)
        self.ledger.change_account(account_id, active=False)
        self.accounts.change(account, {"is_closed": True})

    def delete_all(self) -> None:
        """Delete all accounts of a book without transactions."""
        for one in self.list_all():
            self.delete(one.id)

    def set_reconciled_through(self, account_id: int, day: date | None) -> None:
        """Set the last day that was compared with a statement."""
        self.accounts.change(self.accounts.get_for_update(account_id), {"reconciled_through": day})

    def move_opening(self, account_id: int, day: date, gained: Decimal) -> AccountKey:
        """Let an account begin earlier, with so much less that what it gains then changes no later balance."""
        account = self.accounts.get_for_update(account_id)
        opening = account.opening_balance - gained
        self.accounts.change(account, {"opening_date": day, "opening_balance": opening})
        self._open(account, Currency(account.currency))
        return self.accounts.key(account_id)

    def balances(self, account_ids: Sequence[int], day: date) -> dict[int, Decimal]:
        """Balances at the end of a day by account, each in its own currency; what is owed is negative."""
        found = self.ledger.balances.balances(day, account_ids) if account_ids else []
        return {one.account_id: one.amount for one in found}

    def month_ends(self, account_ids: Sequence[int], first: Month, last: Month) -> dict[Month, dict[int, Decimal]]:
        """Balances at the end of each calendar month of a range."""
        months = DateRange(first.first_day, last.last_day).months()
        changes: dict[Month, dict[int, Decimal]] = {month: {} for month in months}
        for one in self.ledger.balances.by_month(first, last, account_ids):
            changes[Month.of(one.month)][one.account_id] = one.amount
        before = self.balances(account_ids, first.previous.last_day)
        return dict(zip(changes, running(before, [*changes.values()]), strict=True))

    def shown(self, records: Sequence[PersonalAccountRecord], day: date) -> list[AccountItem]:
        """Accounts with their balances on a day, in their own currency and in the book's."""
        balances = self.balances([one.id for one in records], day)
        own = [balances.get(one.id, Decimal(0)) for one in records]
        converted = Converter(self.access).converted(
            [(amount, one.currency) for amount, one in zip(own, records, strict=True)], day
        )
        return [
            Item(
                _in_digits(self._readable(record)),
                {"balance": in_digits(amount, record.currency), "converted_balance": worth},
            )
            for record, amount, worth in zip(records, own, converted.amounts, strict=True)
        ]

    def _number(self, account_id: int, values: AccountChanges, stored: str | None = None) -> dict[str, str | None]:
        """The number, encrypted, and its blind index; what answers show of it changes nothing."""
        if "account_number" not in values:
            return {}
        number = values["account_number"]
        if number is None:
            return {"account_number": None, "account_number_index": None}
        if stored is not None and shown_number(self._opened_number(account_id, stored)) == number:
            return {"account_number": stored}
        encrypted = self.cipher.encrypt("personal_accounts", "account_number", account_id, number)
        return {"account_number": encrypted, "account_number_index": self.cipher.index(plain_number(number))}

    def _opened_number(self, account_id: int, stored: str) -> str:
        return self.cipher.decrypt("personal_accounts", "account_number", account_id, stored)

    def _readable(self, record: PersonalAccountRecord) -> PersonalAccountRecord:
        """The account with the end of its number."""
        if record.account_number is None:
            return record
        return record._replace(account_number=shown_number(self._opened_number(record.id, record.account_number)))

    def totals(self, day: date) -> AccountTotals:
        """Assets, liabilities and net worth of all accounts, closed ones too, at the end of a day."""
        everything = self.accounts.page(AccountFilter(), PageRequest(sort=IN_ORDER).unpaged())
        return self._totals(self.shown(list(everything.items), day), day)

    def _totals(self, items: Sequence[AccountItem], day: date) -> AccountTotals:
        found = [(one.record.type, one.extra["converted_balance"]) for one in items]
        known = [(kind, worth) for kind, worth in found if isinstance(worth, Decimal)]
        lacking = [(Decimal(0), one.record.currency) for one in items if one.extra["converted_balance"] is None]
        if lacking:
            return AccountTotals(None, Converter(self.access).converted(lacking, day).warnings)
        totals = totals_of(known)
        own = self.access.currency
        # The rates of a day that lies ahead are not known yet: the latest ones count.
        stale = day > self.access.today and any(one.record.currency is not own for one in items)
        named = {**totals._asdict(), "net_worth": totals.net_worth, "currency": own, "stale": stale}
        return AccountTotals(named, [])

    def _open(self, account: PersonalAccount, currency: Currency) -> None:
        """Post the first balance of an account, or take it back if it is zero."""
        key = str(account.id)
        known = self.ledger.find(OPENING, key)
        if not account.opening_balance:
            if known is not None:
                self.ledger.delete([known])
            return
        entry = _opening_entry(account, currency, self.system.id_of(SystemAccount.OPENING))
        if known is None:
            self.ledger.post(entry)
        else:
            self.ledger.rewrite(known, entry)

    def _require_empty(self, account_id: int) -> None:
        if any(self.balances([account_id], LAST_DAY).values()):
            raise Conflict("The balance is not zero.", code="balance_not_zero")


def _in_digits(record: PersonalAccountRecord) -> PersonalAccountRecord:
    """The account with as many decimals in its amounts as its currency has."""

    def shown(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else in_digits(amount, record.currency)

    return record._replace(
        opening_balance=in_digits(record.opening_balance, record.currency),
        credit_limit=shown(record.credit_limit),
        minimum_amount=shown(record.minimum_amount),
        low_balance=shown(record.low_balance),
        original_amount=shown(record.original_amount),
    )


def _opening_entry(account: PersonalAccount, currency: Currency, opening_id: int) -> NewEntry:
    lines = (
        NewLine(account_id=account.id, amount=account.opening_balance, currency=currency.value),
        NewLine(account_id=opening_id, amount=-account.opening_balance, currency=currency.value),
    )
    return NewEntry(date=account.opening_date or FIRST_DAY, source=OPENING, source_key=str(account.id), lines=lines)


def _check_type(account: PersonalAccount, changes: Mapping[str, object]) -> None:
    kind = changes.get("type", account.type)
    if isinstance(kind, AccountType) and kind.kind is not account.type.kind:
        raise Invalid.field("type", "What somebody owns can't become what somebody owes, nor the other way round.")


def _check_money(values: Mapping[str, object], currency: Currency) -> None:
    for name in _MONEY:
        amount = values.get(name)
        if isinstance(amount, Decimal):
            require_digits(amount, currency, name)
