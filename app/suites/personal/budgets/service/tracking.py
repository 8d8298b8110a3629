"""Tracking of budgets: spending of their periods against what is available."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.currencies.service import MissingRate, missing_rates
from app.infra.books import BookAccess
from app.infra.queries.amounts import Sum
from app.kernel.money import Currency, in_digits, round_worth
from app.kernel.periods import DateRange
from app.suites.personal.books.service import exchange_of, remedy_of
from app.suites.personal.budgets.models import BudgetRecord
from app.suites.personal.budgets.queries.spending import SpendingQueries
from app.suites.personal.budgets.repository import BudgetAmountRepository, BudgetRepository
from app.suites.personal.budgets.rules.limits import Amount, Calendar, Limit, Rollover, Tracking, track

ZERO = Decimal(0)


@dataclass(slots=True)
class Followed:
    """Periods of budgets, the last one that of the day; a budget of which a rate is missing has none."""

    periods: dict[int, list[Tracking]] = field(default_factory=dict)
    warnings: list[MissingRate] = field(default_factory=list)
    amounts: dict[int, list[Amount]] = field(default_factory=dict)
    """All amounts of each budget."""

    def on(self, budget_id: int, day: date) -> Tracking | None:
        """The period of a day, if it is among them."""
        return next((one for one in self.periods.get(budget_id, ()) if one.period.contains(day)), None)


class Tracker:
    """Follows the budgets of a book by a few statements, however many budgets there are."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.amounts = BudgetAmountRepository(access)
        self.spending = SpendingQueries(access.session, access.book_id)
        self.exchange = exchange_of(access)

    def follow(self, budgets: Sequence[BudgetRecord], day: date, most: int = 1) -> Followed:
        """The last periods of the budgets up to that of a day, or up to their end."""
        if not budgets:
            return Followed()
        amounts = self.amounts.of([one.id for one in budgets])
        counted = {one.id: self._counted(one, day, most) for one in budgets}
        spent, warnings = self._spent(budgets, counted)
        found = {
            one.id: track(_limit(one, amounts[one.id]), counted[one.id], spent[one.id])[-most:]
            for one in budgets
            if one.id in spent
        }
        return Followed(found, warnings, amounts)

    def _counted(self, budget: BudgetRecord, day: date, most: int) -> list[DateRange]:
        """The periods to sum: with a rollover all since the first, for each depends on the one before."""
        calendar = calendar_of(budget)
        if budget.rollover is Rollover.NONE:
            return calendar.last_until(day, most)
        return list(calendar.between(budget.start_date, day))

    def _spent(
        self, budgets: Sequence[BudgetRecord], counted: Mapping[int, Sequence[DateRange]]
    ) -> tuple[dict[int, dict[date, Decimal]], list[MissingRate]]:
        """Spending by budget and start of the period, rounded once."""
        currencies = {one.id: one.currency for one in budgets}
        tagged = any(one.tags for one in budgets)
        plain, foreign = self._plain(counted, currencies, tagged=tagged)
        warnings: list[MissingRate] = []
        for target in dict.fromkeys(currencies[budget_id] for budget_id in sorted(foreign)):
            own = {budget_id: counted[budget_id] for budget_id in foreign if currencies[budget_id] is target}
            sums = self.spending.converted(_periods(own), self.exchange, target, tagged=tagged)
            lacking = missing_rates(sums.values(), target, remedy_of(self.access))
            warnings += lacking
            for budget_id in own:
                plain[budget_id] = {
                    start: _rounded(one, target) for (id_, start), one in sums.items() if id_ == budget_id
                }
            if lacking:
                for budget_id in {id_ for (id_, _), one in sums.items() if one.total is None}:
                    del plain[budget_id]
        return plain, warnings

    def _plain(
        self, counted: Mapping[int, Sequence[DateRange]], currencies: Mapping[int, Currency], *, tagged: bool
    ) -> tuple[dict[int, dict[date, Decimal]], set[int]]:
        """Spending in each budget's own currency, and the budgets of which some is in another."""
        found: dict[int, dict[date, Decimal]] = {budget_id: {} for budget_id in counted}
        foreign: set[int] = set()
        periods = _periods(counted)
        for one in self.spending.spent(periods, tagged=tagged) if periods else ():
            if one.currency is not currencies[one.budget_id] and one.amount:
                foreign.add(one.budget_id)
            found[one.budget_id][one.period_start] = in_digits(one.amount, currencies[one.budget_id])
        return found, foreign


def current_periods(access: BookAccess) -> list[tuple[BudgetRecord, Tracking]]:
    """The active budgets with the period of today; those of which a rate is missing have none, and are left out."""
    today, budgets = access.today, BudgetRepository(access).list_all(active=True)
    followed = Tracker(access).follow(budgets, today)
    return [(one, period) for one in budgets if (period := followed.on(one.id, today)) is not None]


def calendar_of(budget: BudgetRecord) -> Calendar:
    """The periods of a budget."""
    return Calendar(budget.period, budget.start_date, budget.end_date)


def _limit(budget: BudgetRecord, amounts: Sequence[Amount]) -> Limit:
    shown = [Amount(one.from_period_start, in_digits(one.amount, budget.currency)) for one in amounts]
    cap = None if budget.rollover_cap is None else in_digits(budget.rollover_cap, budget.currency)
    return Limit(shown, budget.rollover, cap, budget.alert_threshold)


def _periods(counted: Mapping[int, Sequence[DateRange]]) -> list[tuple[int, DateRange]]:
    return [(budget_id, days) for budget_id, periods in counted.items() for days in periods]


def _rounded(one: Sum, target: Currency) -> Decimal:
    return ZERO if one.total is None else round_worth(one.total, target)
