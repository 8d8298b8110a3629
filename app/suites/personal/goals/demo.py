"""Demo goals of the household: one is fed by itself, one is nearly reached, one pays the mortgage off."""

from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.goals.rules.automatic import Frequency
from app.suites.personal.goals.rules.progress import GoalType, Tracking
from app.suites.personal.goals.service import GoalService


def seed(context: Context, today: date) -> None:
    """Make the goals with what was put aside for them in the last months."""
    access, month = demo_household(context, today), Month.of(today)
    accounts = {one.name: one.id for one in AccountService(access).list_all()}
    goals = GoalService(access)
    goals.create(
        name="Fondo de emergencia",
        target_amount=Decimal(9_000),
        currency=Currency.USD,
        tracking=Tracking.ACCOUNT,
        account_id=accounts["Ahorro en dólares"],
        target_date=month.plus(12).last_day,
        priority=1,
    )
    goals.create(
        name="Crédito de vivienda",
        target_amount=Decimal(185_000_000),
        goal_type=GoalType.DEBT,
        tracking=Tracking.DEBT,
        account_id=accounts["Crédito de vivienda"],
        priority=4,
    )
    trip, _ = goals.create(
        name="Viaje a Cartagena",
        target_amount=Decimal(4_000_000),
        start_date=month.plus(-6).first_day,
        target_date=month.plus(4).last_day,
        auto_contribution={"amount": Decimal(250_000), "frequency": Frequency.MONTHLY},
        priority=2,
    )
    laptop, _ = goals.create(
        name="Computador nuevo",
        target_amount=Decimal(3_500_000),
        start_date=month.plus(-6).first_day,
        target_date=month.plus(1).last_day,
        priority=3,
    )
    for ago in range(6, 0, -1):
        day = month.plus(-ago).on(16)
        goals.contribute(trip, amount=Decimal(250_000), date=day)
        goals.contribute(laptop, amount=Decimal(555_000), date=day)
