"""Rules of double entry, over plain values; triggers of the database hold the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as day
from decimal import Decimal
from enum import StrEnum
from operator import is_

FEWEST_LINES, MOST_LINES = 2, 10_000
MOST_DECIMALS = 4
"""Decimals of a stored amount: no currency has more."""


class BookKind(StrEnum):
    """Kind of book: a company's is only added to, a personal one may be rewritten."""

    PERSONAL = "personal"
    COMPANY = "company"


class AccountKind(StrEnum):
    """Kind of account; a whole tree of accounts is of one kind."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def is_result(self) -> bool:
        """Whether the account is part of the income statement, not of the balance sheet."""
        return self in (AccountKind.INCOME, AccountKind.EXPENSE)


class LineStatus(StrEnum):
    """Progress of comparing a line with the bank's statement."""

    PENDING = "pending"
    CLEARED = "cleared"
    RECONCILED = "reconciled"


@dataclass(frozen=True, slots=True)
class BookTerms:
    """Demands of a book on its entries."""

    kind: BookKind
    base_currency: str
    cost_center_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line to post; a debit is positive, a credit negative."""

    account_id: int
    amount: Decimal
    currency: str
    base_amount: Decimal | None = None
    """Amount in the base currency of the book; not needed in that currency, and a personal book has none."""
    date: day | None = None
    """The entry's, unless the legs of a personal transfer have days of their own."""
    counterpart_id: int | None = None
    """The account on the other side; found by `counterparts` where it is not given."""
    rate: Decimal | None = None
    status: LineStatus = LineStatus.CLEARED
    cost_center_id: int | None = None
    party_id: int | None = None
    facet: str = ""
    """A word of the suite by which it wants balances apart, such as `refund`."""
    memo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to post. Of two with the same source and key only one is ever posted."""

    date: day
    value_date: day | None = None
    """Own day of what it tells, where `date` is another one because that day's month is closed."""
    source: str
    source_key: str | None = None
    lines: tuple[NewLine, ...]
    journal: str | None = None
    memo: str | None = None
    document_type: str | None = None
    document_series: str | None = None
    document_number: str | None = None
    party_id: int | None = None
    created_by: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an entry can't be posted, with a code for programs."""

    code: str
    message: str


def completed(entry: NewEntry, terms: BookTerms) -> NewEntry:
    """The entry with every day and every base amount that follows from the book; itself if it has them all."""
    base = terms.base_currency if terms.kind is BookKind.COMPANY else None
    lines = tuple(_completed(line, entry.date, base) for line in entry.lines)
    return entry if all(map(is_, lines, entry.lines)) else replace(entry, lines=lines)


def _completed(line: NewLine, date: day, base_currency: str | None) -> NewLine:
    base_amount = line.amount if line.base_amount is None and line.currency == base_currency else line.base_amount
    if line.date is not None and base_amount is line.base_amount:
        return line
    return replace(line, date=line.date or date, base_amount=base_amount)


def problem_of(entry: NewEntry, terms: BookTerms) -> Problem | None:
    """The first rule that a completed entry breaks, or None."""
    if not FEWEST_LINES <= len(entry.lines) <= MOST_LINES:
        return Problem("line_count", f"An entry has {FEWEST_LINES} to {MOST_LINES} lines.")
    if any(_too_fine(amount) for line in entry.lines for amount in (line.amount, line.base_amount)):
        return Problem("amount_decimals", f"An amount is a number with at most {MOST_DECIMALS} decimals.")
    if terms.kind is BookKind.PERSONAL:
        return _problem_of_personal(entry)
    return _problem_of_company(entry, terms)


def _too_fine(amount: Decimal | None) -> bool:
    if amount is None:
        return False
    exponent = amount.as_tuple().exponent
    return not isinstance(exponent, int) or (exponent < -MOST_DECIMALS and amount != round(amount, MOST_DECIMALS))


def _problem_of_personal(entry: NewEntry) -> Problem | None:
    if any(line.amount == 0 for line in entry.lines):
        return Problem("amount_zero", "A line of a personal book moves an amount other than 0.")
    if any(line.base_amount is not None for line in entry.lines):
        return Problem("base_amount_given", "A personal book has no base amounts.")
    for currency in {line.currency for line in entry.lines}:
        rest = sum(line.amount for line in entry.lines if line.currency == currency)
        if rest:
            return Problem("entry_unbalanced", f"The lines in {currency} add up to {rest}, not to 0.")
    return None


def _problem_of_company(entry: NewEntry, terms: BookTerms) -> Problem | None:
    amounts = [line.base_amount for line in entry.lines]
    if not all(amounts):
        return Problem("base_amount_missing", "A line has an amount other than 0 in the base currency of the book.")
    rest = sum(amount for amount in amounts if amount is not None)
    if rest:
        return Problem("entry_unbalanced", f"The lines add up to {rest} in {terms.base_currency}, not to 0.")
    if any(line.date != entry.date for line in entry.lines):
        return Problem("line_date", "The lines of a company's entry have its day.")
    if terms.cost_center_required and all(line.cost_center_id is None for line in entry.lines):
        return Problem("cost_center_missing", "An entry of this book names a cost centre on at least one line.")
    return None


def needs_kinds(entry: NewEntry) -> bool:
    """Whether counterparts that its lines do not say depend on the kinds of its accounts."""
    if all(line.counterpart_id is not None for line in entry.lines):
        return False
    return len({line.account_id for line in entry.lines}) > FEWEST_LINES


def with_counterparts(entry: NewEntry, kinds: Mapping[int, AccountKind]) -> NewEntry:
    """The entry with the counterpart of each line that has one and does not say it; itself if all do.

    Of two accounts each is the other's. Of more, an income or expense has the only balance account of the entry, as a
    purchase of several categories has the account that paid it; all else has none.
    """
    if all(line.counterpart_id is not None for line in entry.lines):
        return entry
    accounts = {line.account_id for line in entry.lines}
    balance = {account for account in accounts if account in kinds and not kinds[account].is_result}

    def found(account: int) -> int | None:
        of_result = account in kinds and kinds[account].is_result
        others = balance if of_result and len(accounts) > FEWEST_LINES else accounts - {account}
        return next(iter(others)) if len(others) == 1 else None

    return replace(entry, lines=tuple(_with_counterpart(line, found(line.account_id)) for line in entry.lines))


def _with_counterpart(line: NewLine, found: int | None) -> NewLine:
    return line if line.counterpart_id is not None else replace(line, counterpart_id=found)


@dataclass(frozen=True, slots=True)
class Total:
    """An account's change or balance in one currency; debits are positive."""

    account_id: int
    kind: AccountKind
    currency: str
    amount: Decimal
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """Income and expenses, each as a positive number."""

    income: Decimal
    expenses: Decimal

    @property
    def net(self) -> Decimal:
        """Income less expenses."""
        return self.income - self.expenses


@dataclass(frozen=True, slots=True)
class Worth:
    """Assets and liabilities, each as a positive number."""

    assets: Decimal
    liabilities: Decimal

    @property
    def net(self) -> Decimal:
        """Assets less liabilities."""
        return self.assets - self.liabilities


def result_of(totals: Iterable[Total], currency: str | None = None) -> Result:
    """Result in one currency, or by base amounts; an income is a credit, so its sign turns."""
    taken = _taken(totals, currency)
    return Result(-_sum(taken, AccountKind.INCOME), _sum(taken, AccountKind.EXPENSE))


def worth_of(totals: Iterable[Total], currency: str | None = None) -> Worth:
    """Worth in one currency, or by base amounts; a debt is a credit, so its sign turns."""
    taken = _taken(totals, currency)
    return Worth(_sum(taken, AccountKind.ASSET), -_sum(taken, AccountKind.LIABILITY))


def _taken(totals: Iterable[Total], currency: str | None) -> list[tuple[AccountKind, Decimal]]:
    if currency is None:
        return [(total.kind, total.base_amount) for total in totals]
    return [(total.kind, total.amount) for total in totals if total.currency == currency]


def _sum(taken: Sequence[tuple[AccountKind, Decimal]], kind: AccountKind) -> Decimal:
    return sum((amount for own_kind, amount in taken if own_kind is kind), Decimal(0))
