"""Summary of one or several books: results, net worth and its change, and how long money lasts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.infra.books import BookAccess
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange
from app.suites.personal.accounts.rules import Totals
from app.suites.personal.books.service import caller_access, price_of
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.queries.outflows import last_outflows
from app.suites.personal.reports.queries.sums import Accounts
from app.suites.personal.reports.rules.figures import CategorySum, Result, months_between, result_of, share_of
from app.suites.personal.reports.rules.summary import (
    BUFFER_DAYS,
    EMERGENCY_MONTHS,
    OUTFLOWS,
    Bucket,
    Change,
    Flows,
    ReportPeriod,
    Span,
    age_of_money,
    change_of,
    flows_of,
    is_fixed,
    lasting,
    median_spending,
    per_day,
)
from app.suites.personal.reports.service.base import CategoryFigure, aligned, in_currency
from app.suites.personal.reports.service.worth import WorthReports

TOP = 5
"""Categories of spending that a summary names."""
AGE_DAYS = 730
"""Days back over which the age of money is followed: what was there before counts as of the first of them."""


@dataclass(frozen=True, slots=True)
class Previous(Result):
    """Results of the days before."""

    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Metrics:
    """Pace of spending, and how long money lasts; None where there is nothing to tell it from."""

    daily_average: Decimal
    fixed_share: Decimal | None
    age_of_money: Decimal | None
    days_of_buffer: Decimal | None
    emergency_months: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary(Result):
    """Results of a range of days, the net worth at its end, and how it came to change."""

    date_from: date
    date_to: date
    currency: Currency
    books: list[int]
    assets: Decimal
    liabilities: Decimal
    net_worth: Decimal
    net_worth_date: date
    change: Change
    previous: Previous | None
    top_categories: list[CategoryFigure]
    metrics: Metrics


class _Cash(NamedTuple):
    """Money that came into the liquid accounts and left them, and the last outflows, the oldest first."""

    inflows: list[Bucket]
    spent: Decimal
    last: list[Bucket]


@dataclass(frozen=True, slots=True)
class _Facts:
    """All of a book that a summary is computed from; facts of several books add up."""

    sums: list[CategorySum]
    figures: list[CategoryFigure]
    flows: Flows
    """Gains until the day of the net worth."""
    before: list[CategorySum]
    worths: tuple[Totals, Totals]
    fixed: Decimal
    monthly: list[Decimal]
    recent: Decimal
    liquid: Decimal
    cash: _Cash


class SummaryReports:
    """The summary of books of a caller, in the currency and months of the first."""

    def __init__(self, accesses: Sequence[BookAccess], currency: Currency | None, accounts: Accounts) -> None:
        first = in_currency(accesses[0], currency)
        self.accesses = [first, *(aligned(one, first) for one in accesses[1:])]
        self.reports = [WorthReports(one) for one in self.accesses]
        self.accounts = accounts
        self.access = first
        if accounts is not None:
            if len(self.reports) > 1:
                raise Invalid.field("accounts", "Send accounts or books, not both.")
            self.reports[0].require_accounts(accounts)

    @classmethod
    def of_caller(
        cls,
        context: Context,
        book_id: int | None,
        books: Sequence[int] | None,
        currency: Currency | None = None,
        accounts: Accounts = None,
    ) -> "SummaryReports":
        """The summary of these books of the caller, or of one."""
        return cls(accesses_of(context, book_id, books), currency, accounts)

    def summary(
        self, period: ReportPeriod | None = None, date_from: date | None = None, date_to: date | None = None
    ) -> Summary:
        """The summary of a period or of a range of days, by default of the current month."""
        spans = [one.span(period, date_from, date_to) for one in self.reports]
        days = DateRange(min(one.days.start for one in spans), spans[0].days.end)
        span = Span(days, spans[0].before)
        worth_day = min(days.end, self.access.today)
        facts = [self._facts(one, span, worth_day) for one in self.reports]
        currency = self.access.currency
        result = result_of((one for of_one in facts for one in of_one.sums), currency)
        now, then = (_added(of_one.worths[place] for of_one in facts) for place in (1, 0))
        flows = sum((one.flows for one in facts), Flows())
        change = change_of(flows, now.net_worth - then.net_worth, currency, all_accounts=self.accounts is None)
        return Summary(
            income=result.income,
            expenses=result.expenses,
            date_from=days.start,
            date_to=days.end,
            currency=currency,
            books=[one.book_id for one in self.accesses],
            assets=now.assets,
            liabilities=now.liabilities,
            net_worth=now.net_worth,
            net_worth_date=worth_day,
            change=change,
            previous=self._previous(span, facts),
            top_categories=_top([one for of_one in facts for one in of_one.figures], result),
            metrics=self._metrics(facts, days, worth_day, result),
        )

    def _facts(self, report: WorthReports, span: Span, worth_day: date) -> _Facts:
        sums = report.sums(span.days, self.accounts)
        liquid = report.liquid(self.accounts)
        return _Facts(
            sums=sums,
            figures=report.figures(sums, result_of(sums, self.access.currency)),
            flows=self._flows(report, span.days.start, worth_day),
            before=report.sums(span.before, self.accounts) if span.before else [],
            worths=self._worths(report, span.days.start, worth_day),
            fixed=_fixed(report, sums),
            monthly=self._monthly(report, worth_day),
            recent=_spent(report.sums(_last_days(worth_day, BUFFER_DAYS), self.accounts)),
            liquid=report.on(worth_day, liquid).net_worth,
            cash=self._cash(report, liquid, worth_day),
        )

    def _worths(self, report: WorthReports, start: date, worth_day: date) -> tuple[Totals, Totals]:
        """Net worth before the first day, if that has come, and on the last."""
        before = min(start - timedelta(days=1), worth_day)
        return report.on(before, self.accounts), report.on(worth_day, self.accounts)

    def _flows(self, report: WorthReports, start: date, worth_day: date) -> Flows:
        if start > worth_day:
            return Flows()
        return flows_of(one for _, one in report.flows(DateRange(start, worth_day), self.accounts))

    def _monthly(self, report: WorthReports, worth_day: date) -> list[Decimal]:
        """Spending of the complete months before the one of a day."""
        this = report.calendar.month_of(worth_day)
        first, last = this.plus(-EMERGENCY_MONTHS), this.previous
        days = DateRange(report.calendar.days(first).start, report.calendar.days(last).end)
        sums = report.sums(days, self.accounts)
        return [_spent([one for one in sums if one.month == month]) for month in months_between(first, last)]

    def _cash(self, report: WorthReports, liquid: Collection[int], until: date) -> _Cash:
        if not liquid:
            return _Cash([], Decimal(0), [])
        days = _last_days(until, AGE_DAYS)
        found = [Bucket(days.start, report.on(days.start - timedelta(days=1), liquid).net_worth)]
        sums = report.queries.days(days, report.exchange, self.access.currency, liquid)
        report.currencies.require_rates(sums, self.access.currency)
        found += [Bucket(one.key[0], one.total or Decimal(0)) for one in sums]
        newest = last_outflows(self.access.session, report.access.book_id, liquid, until, OUTFLOWS)
        return _Cash(
            [one for one in found if one.amount > 0],
            -sum((one.amount for one in found if one.amount < 0), Decimal(0)),
            [
                Bucket(one.date, self._worth(report, one.amount, report.known[one.account_id][1], one.date))
                for one in reversed(newest)
            ],
        )

    def _worth(self, report: WorthReports, amount: Decimal, currency: Currency, day: date) -> Decimal:
        if currency is self.access.currency:
            return amount
        return price_of(report.access, currency, day).worth(amount)

    def _previous(self, span: Span, facts: Sequence[_Facts]) -> Previous | None:
        if span.before is None:
            return None
        result = result_of((one for of_one in facts for one in of_one.before), self.access.currency)
        return Previous(result.income, result.expenses, span.before.start, span.before.end)

    def _metrics(self, facts: Sequence[_Facts], days: DateRange, worth_day: date, result: Result) -> Metrics:
        currency = self.access.currency
        passed = max((min(days.end, worth_day) - days.start).days + 1, 1)
        liquid = sum((one.liquid for one in facts), Decimal(0))
        recent = sum((one.recent for one in facts), Decimal(0))
        monthly = [sum(of_month, Decimal(0)) for of_month in zip(*(one.monthly for one in facts), strict=True)]
        fixed = sum((one.fixed for one in facts), Decimal(0))
        return Metrics(
            daily_average=round_worth(per_day(result.expenses, passed), currency),
            fixed_share=share_of(round_worth(fixed, currency), result.expenses),
            age_of_money=_age(facts),
            days_of_buffer=lasting(liquid, per_day(recent, BUFFER_DAYS)),
            emergency_months=lasting(liquid, median_spending(monthly)),
        )


def accesses_of(context: Context, book_id: int | None, books: Sequence[int] | None) -> list[BookAccess]:
    """The caller's accesses to these books, or to one; NotFound for any other."""
    if books and book_id is not None:
        raise Invalid.field("books", "Send book_id or books, not both.")
    if not books:
        return [caller_access(context, book_id)]
    return [caller_access(context, one) for one in dict.fromkeys(books)]


def _age(facts: Sequence[_Facts]) -> Decimal | None:
    last = sorted((one for of_one in facts for one in of_one.cash.last), key=lambda one: one.day)[-OUTFLOWS:]
    spent = sum((one.cash.spent for one in facts), Decimal(0))
    own = sum((one.amount for one in last), Decimal(0))
    return age_of_money([one for of_one in facts for one in of_one.cash.inflows], spent - own, last)


def _fixed(report: WorthReports, sums: Sequence[CategorySum]) -> Decimal:
    fixed = {category_id for category_id, flags in report.categories.flags().items() if is_fixed(flags)}
    return _spent([one for one in sums if one.category_id in fixed])


def _spent(sums: Sequence[CategorySum]) -> Decimal:
    return sum((one.amount for one in sums if one.type is CategoryType.EXPENSE), Decimal(0))


def _last_days(last: date, number: int) -> DateRange:
    return DateRange(last - timedelta(days=number - 1), last)


def _added(totals: Iterable[Totals]) -> Totals:
    found = list(totals)
    return Totals(sum((one.assets for one in found), Decimal(0)), sum((one.liabilities for one in found), Decimal(0)))


def _top(figures: Sequence[CategoryFigure], result: Result) -> list[CategoryFigure]:
    spending = [one for one in figures if one.type is CategoryType.EXPENSE and one.amount > 0]
    spending.sort(key=lambda one: (-one.amount, one.path))
    return [_of_whole(one, result) for one in spending[:TOP]]


def _of_whole(figure: CategoryFigure, result: Result) -> CategoryFigure:
    return replace(figure, share=share_of(figure.amount, result.expenses))
