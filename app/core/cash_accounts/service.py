"""Services of cash accounts and of transfers between them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NotRequired, Protocol, TypedDict, Unpack

from app.core.cash_accounts.models import (
    CashAccount,
    CashAccountRecord,
    CashTransfer,
    CashTransferRecord,
    NamedAccount,
)
from app.core.cash_accounts.queries import (
    CashAccountFilter,
    CashAccountRepository,
    CashTransferFilter,
    CashTransferRepository,
)
from app.core.cash_accounts.rules import CashAccountKind, arrival_problem, decimals_problem
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import require_order
from app.kernel.rows import EnteredRow

NAMED = "cash_account_id"
"""Field by which rows of other domains name an account."""
_INACTIVE, _UNKNOWN = "The cash account is not active.", "There is no such cash account."


class CashAccountChanges(TypedDict, total=False):
    """The values of a cash account that a caller may change."""

    name: str
    kind: CashAccountKind
    currency: Currency
    opening_balance: Decimal
    opening_date: date | None
    active: bool
    notes: str | None


class NewCashAccount(TypedDict):
    """The values of a new cash account."""

    name: str
    kind: CashAccountKind
    currency: Currency
    opening_balance: NotRequired[Decimal]
    opening_date: NotRequired[date | None]
    active: NotRequired[bool]
    notes: NotRequired[str | None]


class CashAccountFilters(TypedDict, total=False):
    """The criteria of a list of cash accounts."""

    kind: CashAccountKind
    active: bool
    q: str


class NewTransfer(TypedDict):
    """The values of a new transfer."""

    from_account_id: int
    to_account_id: int
    amount: Decimal
    received_amount: NotRequired[Decimal]
    date: NotRequired[date]
    notes: NotRequired[str | None]


class TransferFilters(TypedDict, total=False):
    """The criteria of a list of transfers."""

    cash_account_id: int
    date_from: date
    date_to: date


class Stored(Protocol):
    """A row that may name an account, and whose amount is in a currency."""

    cash_account_id: int | None
    currency: Currency


class CashAccountService:
    """Creates, changes and deletes cash accounts, and shows their balances, which may be negative."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.accounts = CashAccountRepository(context.session)

    def get(self, account_id: int) -> CashAccountRecord:
        """One account with its balance of today."""
        return self.accounts.get(account_id, self.context.clock.today())

    def page(
        self, request: PageRequest, *, day: date | None = None, **filters: Unpack[CashAccountFilters]
    ) -> Page[CashAccountRecord]:
        """One page of accounts, with their balances at the end of a day, or of today."""
        return self.accounts.page(CashAccountFilter(day or self.context.clock.today(), **filters), request)

    def balances(self, day: date) -> list[CashAccountRecord]:
        """All accounts with their balances at the end of a day, each in its currency, unrounded."""
        return self.accounts.every(day)

    def find_bank(self, currency: Currency, day: date) -> int | None:
        """Id of the first active bank account in this currency that was open on that day; None without one."""
        return self.accounts.find_open(CashAccountKind.BANK, currency, day)

    def find_till(self, currency: Currency, day: date) -> int | None:
        """Id of the first active till in this currency that was open on that day; None without one."""
        return self.accounts.find_open(CashAccountKind.TILL, currency, day)

    def create(self, **values: Unpack[NewCashAccount]) -> CashAccountRecord:
        """Create an account."""
        _check_opening(values.get("opening_balance", Decimal(0)), values["currency"])
        return self.get(self.accounts.add(CashAccount(**values)).id)

    def update(self, account_id: int, **changes: Unpack[CashAccountChanges]) -> CashAccountRecord:
        """Change the given values; Conflict for another currency if the account is in use."""
        account = self.accounts.get_for_update(account_id)
        balance = changes.get("opening_balance", account.opening_balance)
        _check_opening(balance, changes.get("currency", account.currency))
        self.accounts.change(account, changes)
        return self.get(account_id)

    def delete(self, account_id: int) -> None:
        """Delete an account that nothing refers to."""
        self.accounts.delete(self.accounts.get_for_update(account_id))

    def check(self, given: Mapping[str, object], stored: Stored | None = None) -> None:
        """Check the account that values to be stored name: Invalid if it is in another currency or, new, not active."""
        if not given.keys() & {NAMED, "currency"}:
            return
        before = None if stored is None else stored.cash_account_id
        account_id = given.get(NAMED, before)
        if isinstance(account_id, int):
            currency = given.get("currency", None if stored is None else stored.currency)
            self.require(account_id, currency, is_new=account_id != before)

    def require(self, account_id: int, currency: object, *, is_new: bool = True) -> None:
        """Invalid if the account is in another currency or, newly named, not active; NotFound if there is none."""
        problem = naming_problem(self.accounts.named(account_id), currency, is_new=is_new)
        if problem is not None:
            raise Invalid.field(NAMED if is_new else "currency", problem)

    def check_rows(self, rows: Sequence[EnteredRow]) -> None:
        """Check the accounts that rows of a file name; adds errors."""
        naming = {row.values[NAMED] for row in rows if row.values.get(NAMED) is not None}
        known = {one.id: one for one in self.accounts.named_among(naming)} if naming else {}
        for row in rows:
            account_id = row.values.get(NAMED)
            if account_id is not None:
                account = known.get(account_id)
                problem = _UNKNOWN if account is None else naming_problem(account, row.values["currency"])
                row.errors |= {} if problem is None else {NAMED: [problem]}


def naming_problem(account: NamedAccount, currency: object, *, is_new: bool = True) -> str | None:
    """Message if an account can't be named by an amount in a currency."""
    if account.currency != currency:
        return f"The cash account is in {account.currency}."
    return _INACTIVE if is_new and not account.active else None


class TransferService:
    """Carries money between cash accounts, and undoes it."""

    def __init__(self, context: Context) -> None:
        self.accounts = CashAccountRepository(context.session)
        self.transfers = CashTransferRepository(context.session)

    def get(self, transfer_id: int) -> CashTransferRecord:
        """One transfer."""
        return self.transfers.get(transfer_id)

    def page(self, request: PageRequest, **filters: Unpack[TransferFilters]) -> Page[CashTransferRecord]:
        """One page of transfers."""
        criteria = CashTransferFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        return self.transfers.page(criteria, request)

    def create(self, *, today: date, **values: Unpack[NewTransfer]) -> CashTransferRecord:
        """Carry money from one account to another."""
        day, amount, received = values.get("date", today), values["amount"], values.get("received_amount")
        if day > today:
            raise Invalid.field("date", "Must not be in the future.")
        if values["from_account_id"] == values["to_account_id"]:
            raise Invalid.field("to_account_id", "Must be another account.")
        currency, target = (self._currency(name, values[name]) for name in ("from_account_id", "to_account_id"))
        _refuse("amount", decimals_problem(amount, currency))
        _refuse("received_amount", arrival_problem(amount, received, currency, target))
        arrived = amount if received is None else received
        _refuse("received_amount", decimals_problem(arrived, target))
        currencies = {"currency": currency, "received_currency": target}
        row = CashTransfer(**{**values, **currencies, "date": day, "received_amount": arrived})
        return self.get(self.transfers.add(row).id)

    def undo(self, transfer_id: int) -> None:
        """Delete a transfer: both accounts are as if it had not been."""
        self.transfers.delete(self.transfers.get_for_update(transfer_id))

    def _currency(self, name: str, account_id: int) -> Currency:
        """Currency of an account; Invalid, naming the field, if it is not active."""
        account = self.accounts.named(account_id)
        if not account.active:
            raise Invalid.field(name, _INACTIVE)
        return account.currency


def _check_opening(balance: Decimal, currency: Currency) -> None:
    _refuse("opening_balance", decimals_problem(balance, currency))


def _refuse(field: str, problem: str | None) -> None:
    if problem is not None:
        raise Invalid.field(field, problem)
