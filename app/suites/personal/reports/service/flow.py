"""Cash flow: what some accounts gained and lost in each month, and their balance before and after."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.money import Currency, rounded_parts
from app.kernel.periods import DateRange, Month
from app.suites.personal.reports.queries.sums import Accounts
from app.suites.personal.reports.rules.figures import Result, months_between
from app.suites.personal.reports.rules.summary import Change, Flows, change_of, flows_of
from app.suites.personal.reports.service.base import in_currency, in_months, require_few
from app.suites.personal.reports.service.worth import WorthReports


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """Cash flow of a range of days: what was there, what came and went, what is left."""

    date_from: date
    date_to: date
    opening_balance: Decimal
    income: Decimal
    expenses: Decimal
    transfers: Decimal
    other: Decimal
    """Excluded transactions, contributions, valuations, reconciliations and openings."""
    fx_effect: Decimal
    closing_balance: Decimal

    @property
    def net(self) -> Decimal:
        """Income less expenses."""
        return self.income - self.expenses


@dataclass(frozen=True, slots=True)
class MonthFlow(FlowFigures):
    """Cash flow of a month."""

    month: Month


@dataclass(frozen=True, slots=True)
class CashFlow(FlowFigures):
    """Cash flow of a range of days, by month."""

    currency: Currency
    accounts: list[int]
    months: list[MonthFlow]


class CashFlowReports(WorthReports):
    """Cash flow of accounts of a book: those that are named, or all whose money can be spent at once."""

    def __init__(self, access: BookAccess, currency: Currency | None = None) -> None:
        super().__init__(in_currency(access, currency))

    def cash_flow(self, days: DateRange, accounts: Accounts = None) -> CashFlow:
        """The cash flow of each month of a range, and of the whole."""
        first, last = self.calendar.month_of(days.start), self.calendar.month_of(days.end)
        require_few(first, last)
        self.require_accounts(accounts)
        own = sorted(self.liquid() if accounts is None else accounts)
        by_month, months = in_months(self.flows(days, own)), months_between(first, last)
        flows = [flows_of(by_month.get(month, ())) for month in months]
        results = self._results(flows)
        found: list[MonthFlow] = []
        balance, start = self.on(days.start - timedelta(days=1), own).net_worth, days.start
        for month, of_month, result in zip(months, flows, results, strict=True):
            within = DateRange(start, min(self.calendar.days(month).end, days.end))
            closing = self.on(within.end, own).net_worth
            change = change_of(of_month, closing - balance, self.access.currency, all_accounts=False)
            found.append(_month_flow(month, within, balance, change, result))
            balance, start = closing, within.end + timedelta(days=1)
        return _whole(days, found, self.access.currency, own)

    def _results(self, flows: list[Flows]) -> list[Result]:
        """Results of the months, rounded so that they give those of the whole."""
        currency = self.access.currency
        incomes = rounded_parts([one.income for one in flows], currency)
        expenses = rounded_parts([one.expenses for one in flows], currency)
        return [Result(*pair) for pair in zip(incomes, expenses, strict=True)]


def _month_flow(month: Month, days: DateRange, opening: Decimal, change: Change, result: Result) -> MonthFlow:
    """The flow of a month; what rounding leaves of its result is with the effect of rates."""
    return MonthFlow(
        date_from=days.start,
        date_to=days.end,
        opening_balance=opening,
        income=result.income,
        expenses=result.expenses,
        transfers=change.transfers,
        other=_other(change),
        fx_effect=change.fx_effect + change.net - result.net,
        closing_balance=opening + change.total,
        month=month,
    )


def _other(change: Change) -> Decimal:
    return change.excluded + change.contributions + change.valuations + change.reconciliations + change.opening


def _whole(days: DateRange, months: list[MonthFlow], currency: Currency, accounts: list[int]) -> CashFlow:
    """The months added up."""

    def added(name: str) -> Decimal:
        return sum((getattr(one, name) for one in months), Decimal(0))

    return CashFlow(
        date_from=days.start,
        date_to=days.end,
        opening_balance=months[0].opening_balance,
        income=added("income"),
        expenses=added("expenses"),
        transfers=added("transfers"),
        other=added("other"),
        fx_effect=added("fx_effect"),
        closing_balance=months[-1].closing_balance,
        currency=currency,
        accounts=accounts,
        months=months,
    )
