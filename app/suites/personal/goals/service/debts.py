"""Plans that pay off the debts of a book."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, NamedTuple, Self, TypedDict, Unpack

from app.infra.books import BookAccess
from app.infra.context import Context
from app.kernel.money import Currency, in_digits, require_digits, round_money
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountItem, AccountService
from app.suites.personal.books.service import InBookService, currencies_of
from app.suites.personal.goals.models import Goal
from app.suites.personal.goals.rules.debts import (
    Debt,
    Installment,
    Minimum,
    Plan,
    PlannedMonth,
    Strategy,
    compare,
    make_plan,
    order_of,
)
from app.suites.personal.goals.service.tracking import GoalTracker

_OWED = (AccountType.CREDIT, AccountType.LOAN)
ZERO = Decimal(0)


class PlanValues(TypedDict, total=False):
    """Amount beyond the minimum payments, and the order in which debts get it."""

    extra: Decimal
    strategy: Strategy
    order: list[int]


class PlannedDebt(NamedTuple):
    """A debt of a plan, in the currency of the book."""

    account_id: int
    name: str
    owed: Decimal
    apr: Decimal
    minimum: Decimal
    paid_off: str | None
    """Month in which it is paid off."""


class Step(NamedTuple):
    """A month of a plan."""

    month: str
    payment: Decimal
    interest: Decimal
    debts: list[Installment]


class Compared(NamedTuple):
    """A strategy, and what it comes to."""

    strategy: Strategy
    months: int | None
    interest: Decimal | None
    paid: Decimal | None
    order: list[int]


class DebtPlan(NamedTuple):
    """A plan that pays off all debts; without months if it never does."""

    strategy: Strategy
    extra: Decimal
    currency: Currency
    months: int | None
    interest: Decimal | None
    paid: Decimal | None
    never_paid_off: bool
    order: list[int]
    debts: list[PlannedDebt]
    schedule: list[Step]
    compared: list[Compared]


class DebtPlanService(InBookService):
    """Plans how the debts of a book are paid off; nothing is stored."""

    model: ClassVar = Goal

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.accounts = AccountService(access)
        self.prices = GoalTracker(access)

    @classmethod
    def of_writer(cls, context: Context, book_id: int | None = None) -> Self:
        """The service in a book that the caller may change; Forbidden for viewers, who use GET."""
        found = cls.of_caller(context, book_id)
        found.access.require_writer()
        return found

    def plan(self, **values: Unpack[PlanValues]) -> DebtPlan:
        """The plan of a strategy, by default the highest rate first, beside what the others come to."""
        extra, strategy = values.get("extra", ZERO), values.get("strategy", Strategy.AVALANCHE)
        require_digits(extra, self.access.currency, "extra")
        accounts = self._owing()
        debts = [self._debt(one) for one in accounts]
        currency, first = self.access.currency, Month.of(self.access.today)
        plan = make_plan(debts, order_of(debts, strategy, values.get("order", ())), extra, first, currency)
        ends = plan.paid_off
        return DebtPlan(
            strategy,
            in_digits(extra, currency),
            currency,
            *_figures(plan),
            plan.never_paid_off,
            plan.order,
            [_planned(debt, item, ends, currency) for debt, item in zip(debts, accounts, strict=True)],
            [_step(one) for one in plan.schedule],
            [_compared(one, other) for one, other in compare(debts, extra, first, currency).items()],
        )

    def _owing(self) -> list[AccountItem]:
        """Open accounts of which something is owed."""
        everything = self.accounts.page(PageRequest().unpaged()).items
        return [one for one in everything if one.record.type in _OWED and _balance(one) < 0]

    def _debt(self, item: AccountItem) -> Debt:
        """An account as a debt, in the currency of the book; Conflict without a rate."""
        one, currency = item.record, self.access.currency
        price = self.prices.price(one.currency, currency)
        if price is None:
            raise currencies_of(self.access).missing(one.currency, currency, self.access.today)
        floor = round_money((one.minimum_amount or ZERO) * price, currency)
        minimum = Minimum(floor) if one.minimum_percent is None else Minimum(None, one.minimum_percent, floor)
        return Debt(one.id, round_money(-_balance(item) * price, currency), one.apr or ZERO, minimum)


def _balance(item: AccountItem) -> Decimal:
    found = item.extra["balance"]
    return found if isinstance(found, Decimal) else ZERO


def _figures(plan: Plan) -> tuple[int | None, Decimal | None, Decimal | None]:
    return (plan.months, plan.interest, plan.paid)


def _planned(debt: Debt, item: AccountItem, ends: Mapping[int, Month], currency: Currency) -> PlannedDebt:
    minimum = min(debt.owed, debt.minimum.of(debt.owed, currency))
    end = ends.get(debt.id)
    name = item.record.name
    return PlannedDebt(debt.id, name, debt.owed, debt.apr, minimum, None if end is None else str(end))


def _step(one: PlannedMonth) -> Step:
    return Step(str(one.month), one.payment, one.interest, one.installments)


def _compared(strategy: Strategy, plan: Plan) -> Compared:
    return Compared(strategy, *_figures(plan), plan.order)
