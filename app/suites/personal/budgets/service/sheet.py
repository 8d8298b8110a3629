"""The envelopes of a book: money that moved, assignments and rates, folded month by month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from app.core.ledger.rules import AccountKind
from app.infra.books import BookAccess
from app.infra.queries.amounts import Sum
from app.kernel.money import Currency, in_digits, rounded_parts
from app.kernel.periods import DateRange, Month, MonthCalendar
from app.suites.personal.accounts.rules import AccountType, SystemAccount
from app.suites.personal.books.service import currencies_of, exchange_of, price_of
from app.suites.personal.budgets.queries.flows import Assigned, BookAccount, Flow, FlowQueries, Note
from app.suites.personal.budgets.rules.envelopes import ZERO, CardAmount, Envelopes, Key, MonthFlows, MonthPlan
from app.suites.personal.budgets.rules.flows import Book, BudgetAccount, Cell, Kind, counted_plans, monthly_flows
from app.suites.personal.budgets.service.notes import MonthNotes
from app.suites.personal.categories.rules import Overspending


class Slot(NamedTuple):
    """A place to which money is assigned: a category, that of lines without one, or a card."""

    category_id: int | None = None
    account_id: int | None = None


class OtherSide(NamedTuple):
    """Meaning of a flow by the account on its other side."""

    kind: Kind
    category: Key = None
    other: int | None = None


_NO_CATEGORY = OtherSide(Kind.LINE)
_OF_SYSTEM = {
    SystemAccount.OPENING.value: OtherSide(Kind.OPENING),
    SystemAccount.VALUATION.value: OtherSide(Kind.ADJUSTMENT),
    SystemAccount.RECONCILIATION.value: OtherSide(Kind.ADJUSTMENT),
}


@dataclass(frozen=True, slots=True)
class Plans:
    """Assignments and notes of all months, by month."""

    assigned: Mapping[Month, Mapping[Slot, Decimal]]
    held: Mapping[Month, Decimal]
    notes: Mapping[Month, str | None]
    versions: Mapping[Month, int]
    """Number of changes of each month's plan."""

    def of(self, month: Month) -> Mapping[Slot, Decimal]:
        """Assignments of a month."""
        return self.assigned.get(month, {})

    def changed(self, month: Month, assigned: Mapping[Slot, Decimal], held: Decimal | None = None) -> "Plans":
        """The plans with some assignments of a month replaced, and what is held if it is given."""
        own = {**self.of(month), **assigned}
        kept = self.held if held is None else {**self.held, month: held}
        return replace(self, assigned={**self.assigned, month: own}, held=kept)

    def with_note(self, month: Month, note: str | None) -> "Plans":
        """The plans with another note of a month."""
        return replace(self, notes={**self.notes, month: note})

    def raised(self, month: Month) -> "Plans":
        """The plans after one more change of a month."""
        return replace(self, versions={**self.versions, month: self.versions.get(month, 0) + 1})

    def month_plans(self) -> dict[Month, MonthPlan]:
        """The plans as the fold takes them."""
        months = {*self.assigned, *self.held}
        return {month: self._plan(month) for month in months}

    def _plan(self, month: Month) -> MonthPlan:
        given = self.of(month).items()
        envelopes = {slot.category_id: amount for slot, amount in given if slot.account_id is None}
        cards = {slot.account_id: amount for slot, amount in given if slot.account_id is not None}
        return MonthPlan(envelopes, cards, self.held.get(month, ZERO))


def lock_envelopes(access: BookAccess) -> None:
    """Wait for all others who change the envelopes of a book."""
    _queries(access).lock()


def _queries(access: BookAccess) -> FlowQueries:
    return FlowQueries(access.session, access.book_id, exchange_of(access), access.currency)


class Sheet:
    """Reads the envelopes of a book by a few statements, however many months there are."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.currency = access.currency
        self.calendar = MonthCalendar(access.settings.month_start_day)
        self.queries = _queries(access)
        self.currencies = currencies_of(access)
        self.accounts = {one.id: one for one in self.queries.accounts()}
        self.categories = in_tree_order([one for one in self.accounts.values() if one.overspending is not None])
        self.plans = self._plans()
        self._rates: dict[tuple[Currency, Month], Decimal] = {}
        self._ordered: set[tuple[Month, Key]] = set()
        self.income_by_category: dict[Month, dict[int, Decimal]] = {}
        self.flows = self._monthly()

    @cached_property
    def expense_ids(self) -> list[int]:
        """Ids of the categories of expenses, in the order of their tree."""
        return [one.id for one in self.categories if one.is_expense]

    @cached_property
    def book(self) -> Book:
        """The settings and accounts that decide about the envelopes."""
        found = {
            one.id: BudgetAccount(one.id, Currency(one.currency), is_card=one.type is AccountType.CREDIT)
            for one in self.accounts.values()
            if one.on_budget and one.currency is not None
        }
        return Book(self.currency, found, self.access.settings.card_handling, self.calendar)

    @property
    def cards(self) -> list[BookAccount]:
        """Cards for which money is set aside, in order."""
        own = (self.accounts[one] for one in self.book.cards)
        return sorted(own, key=lambda one: (one.position or 0, one.id))

    def envelopes(self, plans: Plans | None = None) -> Envelopes:
        """The envelopes under these plans, by default under those that are stored."""
        counted = counted_plans(self.book, (plans or self.plans).month_plans())
        found = Envelopes(self.flows, counted, self._carrying)
        unordered = set(found.several_cards_lent()) - self._ordered
        if unordered:
            self._order(unordered)
            found = Envelopes(self.flows, counted, self._carrying)
        return found

    @cached_property
    def _carrying(self) -> frozenset[Key]:
        return frozenset(one.id for one in self.categories if one.overspending is Overspending.CARRY)

    def _monthly(self) -> dict[Month, MonthFlows]:
        """Flows by month; each gets the first day of its month, for the order of days matters on few of them."""
        found = self._flows()
        sides = {one: self._other_side(one) for one in {flow.counterpart_id for flow in found}}
        months = {day: self._month(day) for day in {flow.month for flow in found}}
        starts = {day: self.calendar.days(month).start for day, month in months.items()}
        cells: list[Cell] = []
        for account_id, counterpart_id, category_id, day, amount, worth in found:
            start = starts[day]
            if category_id is not None:  # out of the envelope that pays, back into that without a category
                cells.append(Cell(start, account_id, Kind.LINE, amount, worth, category_id))
                cells.append(Cell(start, account_id, Kind.LINE, -amount, -worth))
                continue
            kind, category, other = sides[counterpart_id]
            cells.append(Cell(start, account_id, kind, amount, worth, category, other))
            if kind is Kind.INCOME and counterpart_id is not None:
                income = self.income_by_category.setdefault(months[day], {})
                income[counterpart_id] = income.get(counterpart_id, ZERO) + worth
        foreign = {one.id: one.currency for one in self.book.accounts.values() if one.currency is not self.currency}
        through = self.calendar.month_of(self.access.today)
        first = min((cell.day for cell in cells if cell.account in foreign), default=None) if foreign else None
        if first is not None:
            self._read_rates(set(foreign.values()), self.calendar.month_of(first), max(through, *months.values()))
        return monthly_flows(self.book, cells, self._rate, through)

    def _flows(self) -> list[Flow]:
        shift = self.access.settings.month_start_day - 1
        own = [one.id for one in self.book.accounts.values() if one.currency is self.currency]
        foreign = [one.id for one in self.book.accounts.values() if one.currency is not self.currency]
        sums = self.queries.foreign_flows(foreign, self.expense_ids, shift)
        plain = self.queries.flows(own, self.expense_ids, shift, self.book.cards)
        return [*plain, *(Flow._make((*one.key[:4], *self._worth(one))) for one in sums)]

    def _worth(self, one: Sum) -> tuple[Decimal, Decimal]:
        """Amount in its own currency, and its worth; Conflict if a rate is missing."""
        self.currencies.require_rates([one], self.currency)
        return one.amount, one.total or ZERO

    def _month(self, shifted: date) -> Month:
        """The book's month of a calendar month of shifted days."""
        return Month.of(shifted).plus(1 if self.calendar.start_day > 1 else 0)

    def _other_side(self, account_id: int | None) -> OtherSide:
        other = self.accounts.get(account_id or 0)
        if other is None:
            return _NO_CATEGORY
        if other.kind is AccountKind.INCOME:
            return OtherSide(Kind.INCOME)
        if other.kind is AccountKind.EXPENSE:
            return OtherSide(Kind.LINE, None if other.code is not None else other.id)
        if other.on_budget:
            return OtherSide(Kind.TRANSFER, other=other.id)
        return _OF_SYSTEM.get(other.code or "", _NO_CATEGORY)

    def _order(self, wanted: set[tuple[Month, Key]]) -> None:
        """Put the lines on cards of some months into the order of their days."""
        spans = {month: self.calendar.days(month) for month in sorted({month for month, _ in wanted})}
        found: dict[tuple[Month, Key], list[tuple[int, Decimal]]] = {}
        for account_id, counterpart_id, category_id, month, worth in self._lines(spans):
            side = self._other_side(counterpart_id)
            if side.kind is Kind.LINE:
                key = (month, side.category if category_id is None else category_id)
                found.setdefault(key, []).append((account_id, worth))
        for month, category in wanted:
            lines, flows = found.get((month, category), []), self.flows[month]
            total = sum((one.amount for one in flows.cards[category]), ZERO)
            parts = rounded_parts([worth for _, worth in lines], self.currency, total)
            flows.cards[category] = [CardAmount(card, part) for (card, _), part in zip(lines, parts, strict=True)]
        self._ordered |= wanted

    def _lines(self, spans: Mapping[Month, DateRange]) -> Iterator[tuple[int, int | None, int | None, Month, Decimal]]:
        """Lines on cards in the order of the register, each with its month and worth."""
        months = {days.start: month for month, days in spans.items()}
        cards = sorted(self.book.cards)
        if all(self.book.accounts[one].currency is self.currency for one in cards):
            for line in self.queries.lines(cards, list(spans.values())):
                yield line.account_id, line.counterpart_id, line.category_id, months[line.month_start], line.amount
            return
        for one in self.queries.foreign_lines(cards, list(spans.values())):
            account_id, counterpart_id, category_id, start = one.key[:4]
            yield account_id, counterpart_id, category_id, months[start], self._worth(one)[1]

    def _plans(self) -> Plans:
        by_day: dict[date, dict[Slot, Decimal]] = {}
        for one in self._assigned():
            by_day.setdefault(one.month, {})[Slot(one.category_id, one.account_id)] = one.amount
        assigned = {Month.of(day): amounts for day, amounts in by_day.items()}
        notes = self._notes()
        held = {Month.of(one.month): one.held for one in notes if one.held}
        months = {Month.of(one.month): one for one in notes}
        versions = {month: one.version for month, one in months.items()}
        texts = MonthNotes(self.access)
        return Plans(assigned, held, {month: texts.text(one) for month, one in months.items()}, versions)

    def _assigned(self) -> Sequence[Assigned]:
        if self.queries.assigned_currencies() <= {self.currency}:
            return self.queries.assigned()
        sums = self.queries.converted_assignments()
        return [Assigned._make((*one.key, self._rounded(one))) for one in sums]

    def _notes(self) -> Sequence[Note]:
        found = self.queries.notes()
        if all(one.currency is self.currency for one in found):
            return found
        return [Note._make((*one.key, self._rounded(one), self.currency)) for one in self.queries.converted_notes()]

    def _rounded(self, one: Sum) -> Decimal:
        self.currencies.require_rates([one], self.currency)
        return rounded_parts([one.total or ZERO], self.currency)[0]

    def _read_rates(self, currencies: set[Currency], first: Month, last: Month) -> None:
        ends = {self.calendar.days(month).end: month for month in (first.plus(n) for n in range(last - first + 1))}
        found = self.queries.rates(currencies, ends)
        self._rates = {(currency, ends[day]): worth for (currency, day), worth in found.items()}

    def _rate(self, currency: Currency, month: Month) -> Decimal:
        found = self._rates.get((currency, month))
        if found is not None:
            return found
        day = self.calendar.days(month).end
        return price_of(self.access, currency, day).rate

    def shown(self, amount: Decimal) -> Decimal:
        """An amount with the decimals of the book's currency."""
        return in_digits(amount, self.currency)

    def days(self, month: Month) -> DateRange:
        """The days of a month of the book."""
        return self.calendar.days(month)


def in_tree_order(categories: Sequence[BookAccount]) -> list[BookAccount]:
    """The categories, each followed by those below it; beside each other by position."""
    below: dict[int | None, list[BookAccount]] = {}
    for one in categories:
        below.setdefault(one.parent_id, []).append(one)
    found: list[BookAccount] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(below.get(one.id, []))
    return found
