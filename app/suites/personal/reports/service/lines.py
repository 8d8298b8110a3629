"""Reports by tag and by payee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from app.infra.books import BookAccess
from app.infra.queries.amounts import Sum
from app.kernel.money import Currency, round_worth, rounded_parts
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import DateRange
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.queries.lines import LineQueries
from app.suites.personal.reports.queries.sums import Accounts
from app.suites.personal.reports.rules.figures import Result, result_of
from app.suites.personal.reports.service.base import ReportBase, in_currency

F = TypeVar("F")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class TagFigures(Result):
    """Figures of a tag; None for what has none."""

    tag: str | None
    transactions: int
    last_used: date | None


@dataclass(frozen=True, slots=True)
class PayeeFigures(Result):
    """Figures of a payee; None for what names none."""

    payee_id: int | None
    name: str | None
    transactions: int
    average: Decimal
    """Average spending of a transaction."""
    last_used: date | None


class LineReports(ReportBase):
    """Figures of tags and payees, from the lines of transactions."""

    def __init__(self, access: BookAccess, currency: Currency | None = None) -> None:
        super().__init__(in_currency(access, currency))
        self.lines = LineQueries(access.session, access.book_id)

    def tags(self, request: PageRequest, days: DateRange, accounts: Accounts = None) -> Page[TagFigures]:
        """Figures of each tag, the one with most spending first; what has several tags counts for each."""
        self.require_accounts(accounts)
        sums = self.lines.by_tag(days, self.exchange, self.access.currency, accounts)
        self.currencies.require_rates(sums, self.access.currency)
        counts = {one.key: one for one in self.lines.tag_counts(days, accounts)}
        found = [
            TagFigures(
                round_worth(income, self.access.currency),
                round_worth(expenses, self.access.currency),
                tag,
                counts[tag].transactions,
                counts[tag].last_used,
            )
            for tag, (income, expenses) in _by_key(sums, str).items()
        ]
        found.sort(key=lambda one: (one.tag is None, -one.expenses, -one.income, one.tag or ""))
        return self._page(found, request, days, accounts)

    def payees(self, request: PageRequest, days: DateRange, accounts: Accounts = None) -> Page[PayeeFigures]:
        """Figures of each payee, the one with most spending first; they add up to the totals."""
        self.require_accounts(accounts)
        sums = self.lines.by_payee(days, self.exchange, self.access.currency, accounts)
        self.currencies.require_rates(sums, self.access.currency)
        counts = {one.key: one for one in self.lines.payee_counts(days, accounts)}
        amounts = _by_key(sums, int)
        names = self.lines.payee_names([one for one in amounts if one is not None])
        incomes, expenses = (
            rounded_parts([pair[place] for pair in amounts.values()], self.access.currency) for place in (0, 1)
        )
        found = [
            PayeeFigures(
                income,
                spent,
                payee_id,
                None if payee_id is None else names.get(payee_id),
                counts[payee_id].transactions,
                round_worth((spent - income) / counts[payee_id].transactions, self.access.currency),
                counts[payee_id].last_used,
            )
            for payee_id, income, spent in zip(amounts, incomes, expenses, strict=True)
        ]
        found.sort(key=lambda one: (one.payee_id is None, -one.expenses, -one.income, one.name or ""))
        return self._page(found, request, days, accounts)

    def _page(self, found: list[F], request: PageRequest, days: DateRange, accounts: Accounts) -> Page[F]:
        """A page, with the totals of all that was earned and spent, each line counted once."""
        result = result_of(self.sums(days, accounts), self.access.currency)
        extra = {
            "totals": result,
            "currency": self.access.currency,
            "date_from": days.start,
            "date_to": days.end,
        }
        return Page(found[request.span], len(found), request, extra)


def _by_key(sums: Iterable[Sum], _kind: type[K]) -> dict[K | None, tuple[Decimal, Decimal]]:
    """Income and expenses by the first part of the key, as positive numbers."""
    found: dict[K | None, tuple[Decimal, Decimal]] = {}
    for one in sums:
        key, kind = one.key
        income, expenses = found.get(key, (Decimal(0), Decimal(0)))
        amount = one.total or Decimal(0)
        is_income = kind == CategoryType.INCOME.value
        found[key] = (income - amount, expenses) if is_income else (income, expenses + amount)
    return found
