"""Forecast of the balances of accounts, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange
from app.suites.personal.recurring.rules import TransactionType
from app.suites.personal.recurring.service import RecurringReader
from app.suites.personal.reports.queries.spent import SpentDay, entered_ahead, spent_by_day
from app.suites.personal.reports.queries.sums import Accounts
from app.suites.personal.reports.rules.ahead import (
    USUAL_DAYS,
    WEEKS,
    Habit,
    Known,
    Point,
    Shortfall,
    points_of,
    shortfalls_of,
    with_income,
)
from app.suites.personal.reports.service.worth import WorthReports


@dataclass(frozen=True, slots=True)
class AccountForecast:
    """Balances of an account ahead, in its own currency."""

    account_id: int
    name: str
    currency: Currency
    balance: Decimal
    low_balance: Decimal
    points: list[Point]
    events: list[Known]
    shortfalls: list[Shortfall]
    unplanned: Decimal
    """Income of a week that nobody planned, on average; of the points only the upper ends have it."""

    def shortfalls_with_income(self) -> list[Shortfall]:
        """The shortfalls that are left if income that nobody planned goes on as it did."""
        points = [_rounded(one, self.currency) for one in with_income(self.points, self.unplanned)]
        return shortfalls_of(points, self.low_balance)


@dataclass(frozen=True, slots=True)
class BalanceForecast:
    """Balances ahead of the accounts whose money can be spent at once, or of those that are named."""

    date_from: date
    date_to: date
    accounts: list[AccountForecast]


class ForecastReports(WorthReports):
    """Forecasts balances from recurring transactions, what was entered ahead, and the habit of the last weeks."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.recurring = RecurringReader(access)

    def forecast(self, days: int = USUAL_DAYS, accounts: Accounts = None) -> BalanceForecast:
        """Balances of the days after today; nothing is written."""
        self.require_accounts(accounts)
        today = self.access.today
        open_ids = {one.id for one in self.records if not one.is_closed}
        ids = self.liquid() & open_ids if accounts is None else set(accounts)
        ahead = DateRange(today + timedelta(days=1), today + timedelta(days=days))
        known, spent = self._known(ids, ahead), self._spent(ids)
        balances = self.accounts.balances(sorted(ids), today)
        found: list[AccountForecast] = []
        for one in self.records:
            if one.id in ids:
                balance, least = balances.get(one.id, Decimal(0)), one.low_balance or Decimal(0)
                own = spent.get(one.id, [])
                habit = Habit.of({day.date: day.spent for day in own}, today, {day.date: day.earned for day in own})
                points = points_of(balance, known.get(one.id, []), habit, today, days)
                shown = [_rounded(point, one.currency) for point in points]
                found.append(
                    AccountForecast(
                        one.id,
                        one.name,
                        one.currency,
                        round_worth(balance, one.currency),
                        round_worth(least, one.currency),
                        shown,
                        known.get(one.id, []),
                        shortfalls_of(shown, least),
                        habit.earned,
                    )
                )
        return BalanceForecast(ahead.start, ahead.end, found)

    def _spent(self, ids: set[int]) -> dict[int, list[SpentDay]]:
        today = self.access.today
        days = DateRange(today - timedelta(weeks=WEEKS), today - timedelta(days=1))
        found: dict[int, list[SpentDay]] = {}
        for one in spent_by_day(self.access.session, self.access.book_id, ids, days):
            found.setdefault(one.account_id, []).append(one)
        return found

    def _known(self, ids: set[int], days: DateRange) -> dict[int, list[Known]]:
        """Movements to come by account, in the order of their days."""
        found: dict[int, list[Known]] = {one: [] for one in ids}
        for entered in entered_ahead(self.access.session, self.access.book_id, ids, days):
            amount = entered.amount
            name = entered.description or ""
            found[entered.account_id].append(Known(entered.date, name, amount, amount, amount, None))
        for one in self.recurring.scheduled(days.start, days.end):
            if one.is_handled:
                continue
            sign = 1 if one.type is TransactionType.INCOME else -1
            least, most = sorted((sign * one.least, sign * one.most))
            moved = Known(one.date, one.template_name, sign * one.amount, least, most, one.recurring_id)
            if one.account_id in found:
                found[one.account_id].append(moved)
            if one.to_account_id in found and self.known[one.to_account_id][1] is one.currency:
                arrives = moved._replace(amount=one.amount, least=one.least, most=one.most)
                found[one.to_account_id].append(arrives)
        return {account_id: sorted(own, key=_by_day) for account_id, own in found.items()}


def _by_day(one: Known) -> tuple[date, int, str]:
    return one.day, one.recurring_id or 0, one.name


def _rounded(point: Point, currency: Currency) -> Point:
    low, mid, high = (round_worth(amount, currency) for amount in point[1:])
    return Point(point.date, low, mid, high)
