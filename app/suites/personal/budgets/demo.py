"""Demo budgets and targets of the household: one is over its limit."""

from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.budgets.rules.kinds import TargetType
from app.suites.personal.budgets.rules.limits import BudgetPeriod, Rollover
from app.suites.personal.budgets.service import BudgetService, NewTarget, TargetService
from app.suites.personal.categories.service import CategoryService

_MONTHLY, _YEARLY = BudgetPeriod.MONTHLY, BudgetPeriod.YEARLY
# name, amount, period, rollover, categories; a year began eleven months ago, so most of it is spent
_BUDGETS: tuple[tuple[str, int, BudgetPeriod, Rollover, tuple[str, ...]], ...] = (
    ("Mercado", 1_500_000, _MONTHLY, Rollover.SURPLUS, ("Groceries",)),
    ("Transporte", 480_000, _MONTHLY, Rollover.BOTH, ("Fuel", "Taxi", "Public transport")),
    ("Suscripciones", 90_000, _MONTHLY, Rollover.NONE, ("Subscriptions",)),
    ("Restaurantes del año", 2_400_000, _YEARLY, Rollover.NONE, ("Restaurants",)),
)
_MONTHS = {_MONTHLY: 6, _YEARLY: 11}
"""Months ago at which budgets of a period begin."""
# category, type, amount; of what is saved for, months ahead, and months after which it begins again
_TARGETS: tuple[tuple[str, TargetType, int, int | None], ...] = (
    ("Groceries", TargetType.MONTHLY, 1_500_000, None),
    ("Restaurants", TargetType.REFILL, 300_000, None),
    ("Insurance", TargetType.BY, 1_900_000, 12),
    ("Travel", TargetType.BY, 2_350_000, 6),
)


def seed(context: Context, today: date) -> None:
    """Make the budgets, and targets by which envelopes can be filled."""
    access, month = demo_household(context, today), Month.of(today)
    categories = {record.name: record.id for record, _ in CategoryService(access).page(PageRequest(per_page=100)).items}
    budgets, targets = BudgetService(access), TargetService(access)
    for name, amount, period, rollover, names in _BUDGETS:
        budgets.create(
            name=name,
            amount=Decimal(amount),
            period=period,
            start_date=month.plus(-_MONTHS[period]).first_day,
            rollover=rollover,
            categories=[categories[one] for one in names],
        )
    for name, kind, amount, months in _TARGETS:
        wanted: NewTarget = {"category_id": categories[name], "type": kind, "amount": Decimal(amount)}
        if months is not None:
            wanted |= {"by": month.plus(months // 2), "repeat": months}
        targets.create(**wanted)
