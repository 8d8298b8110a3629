"""Forecast of cash, from known amounts and past averages."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import NotRequired, TypedDict

from app.core.cashflow.events import Planned
from app.core.cashflow.queries import ComingQueries
from app.core.cashflow.queries.coming import Due
from app.core.cashflow.rules import ZERO, Flow, average
from app.core.cashflow.service.cashflow import CashflowService
from app.core.cashflow.service.figures import Figures
from app.core.cashflow.service.open_items import OpenItemService
from app.core.cashflow.service.results import Forecast, ForecastMonth, ForecastParts, balance_months
from app.core.movements.rules import Kind
from app.kernel.money import Currency
from app.kernel.periods import DateRange, Month

_A_DAY = timedelta(days=1)


class ForecastRequest(TypedDict):
    """Assumptions and currency of a forecast."""

    months: int
    delay_days: int
    extra_monthly_expense: NotRequired[Decimal]
    currency: NotRequired[Currency]
    suite: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions of a forecast: days of delay of clients, extra expenses a month."""

    months: int
    delay_days: int = 0
    extra_monthly_expense: Decimal = ZERO


@dataclass
class _Projection:
    """Adds amounts to their months; overdue amounts count in the current one."""

    today: date
    last: date
    worth: Callable[[Decimal, Currency], Decimal]
    """Convert at the latest rate, that of today."""
    parts: dict[Month, ForecastParts] = field(default_factory=lambda: defaultdict(ForecastParts))

    def add(self, name: str, dues: Iterable[Due | Planned], delay: timedelta = timedelta()) -> None:
        for due in dues:
            day = max(due.day + delay, self.today)
            if day <= self.last:
                part = self.parts[Month.of(day)]
                setattr(part, name, getattr(part, name) + self.worth(due.amount, due.currency))


class ForecastService:
    """Projects the balance month by month."""

    def __init__(self, figures: Figures) -> None:
        self.coming = ComingQueries(figures.context.session, figures.relations)
        self.figures = figures
        self.cashflow = CashflowService(figures)
        self.open_items = OpenItemService(figures)

    def forecast(self, assumed: Assumptions, today: date) -> Forecast:
        """The current month and the following ones, each with its parts."""
        months = [Month.of(today).plus(n) for n in range(assumed.months)]
        projection = self._known(assumed, today, months[-1].last_day)
        self._usual(projection, assumed, months, today)
        balance = self.figures.balance(today)
        items, negative = [], None
        for month in months:
            parts, before = projection.parts[month], balance
            balance += parts.flow.net
            items.append(_forecast_month(month, parts, before, self.figures.currency))
            if negative is None and balance < 0:
                negative = str(month)
        return Forecast(items, negative, self.figures.currency)

    def _known(self, assumed: Assumptions, today: date, last: date) -> _Projection:
        projection = _Projection(today, last, partial(self.figures.worth, day=today))
        delay = timedelta(days=assumed.delay_days)
        planned = self.open_items.planned(last)
        projection.add("payments", self.coming.due(Kind.INCOME, last), delay)
        projection.add("planned_charges", planned[Kind.INCOME], delay)
        projection.add("accrued_expenses", self.coming.due(Kind.EXPENSE, last))
        projection.add("recurring_expenses", planned[Kind.EXPENSE])
        return projection

    def _usual(self, projection: _Projection, assumed: Assumptions, months: list[Month], today: date) -> None:
        """Variable expenses: the past average, or those already entered for the month if they are higher.

        For the current month, the rest of the average. Capital and IVA that are entered come on top.
        """
        usual = self._variable_average(today)
        left = usual - self.figures.expenses_by_origin(DateRange(months[0].first_day, today))[months[0]][1]
        moved, spent = self._entered(today, projection.last)
        for month in months:
            parts, later, own = projection.parts[month], moved.get(month, Flow()), spent.get(month, Flow()).expenses
            parts.entered_incomes = later.income
            variable = max(left if month == months[0] else usual, own, ZERO)
            parts.variable_expenses = variable + later.expenses - own
            parts.extra_expense = assumed.extra_monthly_expense

    def _entered(self, today: date, last: date) -> tuple[Mapping[Month, Flow], Mapping[Month, Flow]]:
        """Movements entered for the days after today: of every nature, and operating ones."""
        if today >= last:
            return {}, {}
        span = DateRange(today + _A_DAY, last)
        return self.figures.monthly_moved(span), self.figures.monthly(span)

    def _variable_average(self, today: date) -> Decimal:
        complete = self.cashflow.complete_months(today)
        if not complete:
            return ZERO
        origins = self.figures.expenses_by_origin(DateRange(complete[0].first_day, complete[-1].last_day))
        return average(sum((variable for _, variable in origins.values()), ZERO), len(complete))


def _forecast_month(month: Month, parts: ForecastParts, opening: Decimal, currency: Currency) -> ForecastMonth:
    [shown] = balance_months([(month, parts.flow, opening + parts.flow.net)], opening, currency)
    return ForecastMonth(**asdict(shown), made_of=parts.rounded(currency))
