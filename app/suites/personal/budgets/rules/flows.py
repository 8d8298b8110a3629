"""Flows of the months from sums of postings: each kind of posting on a cash account or a card, in any currency."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from app.kernel.books import CardHandling
from app.kernel.currencies import Currency
from app.kernel.money import round_worth, rounded_parts
from app.kernel.periods import Month, MonthCalendar
from app.suites.personal.budgets.rules.envelopes import ZERO, CardAmount, Envelopes, Key, MonthFlows, MonthPlan


class Kind(Enum):
    """Kind of a posting on an account of the budget."""

    LINE = auto()
    """Expense, refund, or transfer from or to an account outside the budget; with a category or none."""
    INCOME = auto()
    OPENING = auto()
    ADJUSTMENT = auto()
    """Difference of a reconciliation or valuation; without a category."""
    TRANSFER = auto()
    """Leg of a transfer between two accounts of the budget."""


class BudgetAccount(NamedTuple):
    """An account of the budget."""

    id: int
    currency: Currency
    is_card: bool = False


class Cell(NamedTuple):
    """Sum of postings of one kind on an account; those of several cards come in the order in which they were made."""

    day: date
    account: int
    kind: Kind
    amount: Decimal
    """Amount in the account's currency, below 0 if it left the account."""
    worth: Decimal
    """Amount in the budget's currency at the rate of its own day, not rounded."""
    category: Key = None
    other: int | None = None
    """The other account of a transfer."""


Rate = Callable[[Currency, Month], Decimal]
"""Value of a currency in that of the budget on the last day of a month; raises if it is not known."""


class Book(NamedTuple):
    """Settings of the book that decide about its envelopes."""

    currency: Currency
    accounts: Mapping[int, BudgetAccount]
    handling: CardHandling = CardHandling.PAYMENT
    calendar: MonthCalendar = MonthCalendar()

    @property
    def cards(self) -> frozenset[int]:
        """Cards for which money is set aside."""
        if self.handling is CardHandling.PLAIN:
            return frozenset()
        return frozenset(account.id for account in self.accounts.values() if account.is_card)


def envelopes_of(
    book: Book, cells: Iterable[Cell], plans: Mapping[Month, MonthPlan], carrying: Set[Key], rate: Rate, through: Month
) -> Envelopes:
    """The book's envelopes."""
    return Envelopes(monthly_flows(book, cells, rate, through), counted_plans(book, plans), carrying)


def counted_plans(book: Book, plans: Mapping[Month, MonthPlan]) -> dict[Month, MonthPlan]:
    """The plans of a book; assignments to cards count only as long as money is set aside for them."""
    cards = book.cards
    return {
        month: replace(plan, cards={id_: amount for id_, amount in plan.cards.items() if id_ in cards})
        for month, plan in plans.items()
    }


def monthly_flows(book: Book, cells: Iterable[Cell], rate: Rate, through: Month) -> dict[Month, MonthFlows]:
    """Flows by month, rounded once; balances in other currencies are valued at each month's end `through` a month."""
    cards = book.cards
    foreign = {one.id for one in book.accounts.values() if one.currency is not book.currency}
    months: defaultdict[Month, _MonthCells] = defaultdict(_MonthCells)
    by_day: dict[date, _MonthCells] = {}
    for cell in cells:
        month = by_day.get(cell.day)
        if month is None:
            month = by_day[cell.day] = months[book.calendar.month_of(cell.day)]
        _add(month.flows, cell, cards)
        if foreign:
            month.add_change(cell, foreign)
    if foreign:
        for one in months.values():
            _round(one.flows, one.converted, book.currency)
        _add_fx_effects(book, months, rate, through)
    return {month: one.flows for month, one in months.items()}


@dataclass(slots=True)
class _MonthCells:
    flows: MonthFlows = field(default_factory=MonthFlows)
    changes: dict[int, Decimal] = field(default_factory=dict)
    """Change of each account's balance, in its own currency."""
    converted: set[Key] = field(default_factory=set)
    """Categories with lines in other currencies, whose worth is not rounded."""

    def add_change(self, cell: Cell, foreign: Set[int]) -> None:
        self.changes[cell.account] = self.changes.get(cell.account, ZERO) + cell.amount
        if cell.account in foreign:
            self.converted.add(cell.category)


def _add(flows: MonthFlows, cell: Cell, cards: frozenset[int]) -> None:
    kind, account, worth = cell.kind, cell.account, cell.worth
    if account in cards:
        if kind is Kind.LINE:
            flows.cards.setdefault(cell.category, []).append(CardAmount(account, worth))
        elif kind is Kind.INCOME:
            flows.income += worth
            flows.card_income[account] = flows.card_income.get(account, ZERO) + worth
    elif kind is Kind.LINE or kind is Kind.ADJUSTMENT:
        flows.cash[cell.category] = flows.cash.get(cell.category, ZERO) + worth
    elif kind is not Kind.TRANSFER:
        flows.income += worth
    elif cell.other is not None and cell.other in cards:
        flows.paid[cell.other] = flows.paid.get(cell.other, ZERO) - worth


def _round(flows: MonthFlows, converted: Set[Key], currency: Currency) -> None:
    """Round the flows so that each category's activity on all accounts is its rounded sum."""
    flows.income = round_worth(flows.income, currency)
    for amounts in (flows.card_income, flows.paid):
        amounts.update({card: round_worth(amount, currency) for card, amount in amounts.items()})
    for key in converted & {*flows.cash, *flows.cards}:
        lines = flows.cards.get(key)
        if lines is None:
            flows.cash[key] = round_worth(flows.cash[key], currency)
            continue
        cash, *rounded = rounded_parts([flows.cash.get(key, ZERO), *(line.amount for line in lines)], currency)
        flows.cash[key] = cash
        flows.cards[key] = [CardAmount(line.card, part) for line, part in zip(lines, rounded, strict=True)]


def _add_fx_effects(book: Book, months: defaultdict[Month, _MonthCells], rate: Rate, through: Month) -> None:
    """Add to each month the change of the balances that no other figure of it explains."""
    balances: dict[int, Decimal] = {}
    before = ZERO
    month, last = min(months, default=through), max([through, *months])
    while month <= last:
        cells = months.get(month, _MonthCells())
        for account in cells.changes.keys() - book.cards:
            balances[account] = balances.get(account, ZERO) + cells.changes[account]
        value = sum((_value(book, id_, amount, rate, month) for id_, amount in balances.items()), ZERO)
        effect = value - before - _cash_change(cells.flows)
        if effect:
            months[month].flows.fx_effect = effect
        before, month = value, month.next


def _value(book: Book, account: int, balance: Decimal, rate: Rate, month: Month) -> Decimal:
    currency = book.accounts[account].currency
    if currency is book.currency or not balance:
        return balance
    return round_worth(balance * rate(currency, month), book.currency)


def _cash_change(flows: MonthFlows) -> Decimal:
    """Change of the cash balances by all that the figures of the month count."""
    spent = sum(flows.cash.values(), ZERO)
    return flows.income - sum(flows.card_income.values(), ZERO) + spent - sum(flows.paid.values(), ZERO)
