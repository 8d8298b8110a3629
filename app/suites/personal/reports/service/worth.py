"""Net worth of one or several books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.infra.books import BookAccess
from app.kernel.money import Currency
from app.kernel.periods import DateRange, Month
from app.suites.personal.accounts.rules import AccountType, Totals, running, totals_of
from app.suites.personal.accounts.service import AccountService, Converter
from app.suites.personal.reports.queries.sums import Accounts
from app.suites.personal.reports.rules.figures import month_ends
from app.suites.personal.reports.service.base import ReportBase, aligned, require_few

LIQUID = (AccountType.CHECKING, AccountType.SAVINGS, AccountType.CASH)


class WorthPoint(NamedTuple):
    """Assets and liabilities at the end of a day, at the rates of that day."""

    date: date
    assets: Decimal
    liabilities: Decimal

    @property
    def net_worth(self) -> Decimal:
        """Assets less liabilities."""
        return self.assets - self.liabilities


@dataclass(frozen=True, slots=True)
class Worth:
    """Net worth at the ends of months, in the currency of the book."""

    currency: Currency
    points: list[WorthPoint]
    stale: bool
    """Whether days that lie ahead are at the latest rates that are known."""


class WorthReports(ReportBase):
    """Balances of a book in its currency, at the rates of a day; a rate that is missing is a Conflict."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.accounts = AccountService(access)
        self.records = self.accounts.list_all()
        self.known = {one.id: (one.type, one.currency) for one in self.records}

    def net_worth(self, days: DateRange) -> Worth:
        """Net worth at the end of each month of a range, and on its last day."""
        require_few(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        first = self.calendar.days(self.calendar.month_of(days.start)).start
        before = self.accounts.balances(sorted(self.known), first - timedelta(days=1))
        changes: dict[Month, dict[int, Decimal]] = {}
        for one in self.queries.accounts(DateRange(first, days.end)):
            changes.setdefault(self.month(one.month), {})[one.account_id] = one.amount
        ends = month_ends(self.calendar, days)
        balances = running(before, [changes.get(self.calendar.month_of(end), {}) for end in ends])
        points = [WorthPoint(end, *self._totals(of_end, end)) for end, of_end in zip(ends, balances, strict=True)]
        own = self.access.currency
        stale = days.end > self.access.today and any(currency is not own for _, currency in self.known.values())
        return Worth(own, points, stale)

    def on(self, day: date, accounts: Accounts = None) -> Totals:
        """Assets and liabilities at the end of a day, of some accounts or all."""
        ids = sorted(self.known if accounts is None else accounts)
        return self._totals(self.accounts.balances(ids, day), day)

    def liquid(self, accounts: Accounts = None) -> set[int]:
        """Ids of the accounts whose money can be spent at once: cash and bank accounts within the budget."""
        found = {one.id for one in self.records if one.on_budget and one.type in LIQUID}
        return found if accounts is None else found & set(accounts)

    def _totals(self, balances: dict[int, Decimal], day: date) -> Totals:
        rated = min(day, self.access.today)
        known = {account_id: self.known[account_id] for account_id in balances}
        given = [(balances[account_id], currency) for account_id, (_, currency) in known.items()]
        converted = Converter(self.access).converted(given, rated)
        for warning in converted.warnings:
            raise self.currencies.missing(warning.base, self.access.currency, rated)
        worth = [amount or Decimal(0) for amount in converted.amounts]
        return totals_of(list(zip((kind for kind, _ in known.values()), worth, strict=True)))


def joined_worth(accesses: Sequence[BookAccess], days: DateRange) -> Worth:
    """Net worth of several books together, at the ends of the months of the first one."""
    joined = [accesses[0], *(aligned(one, accesses[0]) for one in accesses[1:])]
    found = [WorthReports(access).net_worth(days) for access in joined]
    points = [
        WorthPoint(
            of_day[0].date,
            sum((one.assets for one in of_day), Decimal(0)),
            sum((one.liabilities for one in of_day), Decimal(0)),
        )
        for of_day in zip(*(one.points for one in found), strict=True)
    ]
    return Worth(accesses[0].currency, points, any(one.stale for one in found))
