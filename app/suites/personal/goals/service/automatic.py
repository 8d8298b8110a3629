"""Contributions that are made by themselves."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import every_book
from app.kernel.errors import DomainError
from app.kernel.money import Currency
from app.suites.personal.books.service import each_book, exchange_of
from app.suites.personal.goals.models import Goal
from app.suites.personal.goals.queries import SpendingQueries, due_books
from app.suites.personal.goals.rules.automatic import MOST_AT_ONCE, Automatic
from app.suites.personal.goals.service.goals import GoalService
from app.suites.personal.goals.service.values import automatic_of

_A_DAY = timedelta(days=1)


class AutomaticService:
    """Puts money aside for the goals of a book, once for each of their days."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.goals = GoalService(access)
        self.spending = SpendingQueries(access.session, access.book_id)

    def contribute_due(self) -> Mapping[str, int]:
        """Make the contributions that are due by today, each on its own day, until a goal is reached."""
        made = failed = 0
        due = [
            one.id
            for one in self.goals.goals.list_all()
            if not one.is_archived and one.auto_next is not None and one.auto_next <= self.access.today
        ]
        for goal in self.goals.goals.lock_all(due):
            automatic, days = automatic_of(goal), 0
            while automatic is not None and goal.auto_next is not None and goal.auto_next <= self.access.today:
                done = self._try(goal, automatic, goal.auto_next)
                made, failed, days = made + (done is True), failed + (done is False), days + 1
                self.goals.goals.change(goal, {"auto_next": automatic.after(goal.auto_next)})
                if days == MOST_AT_ONCE:
                    break
        return {"contributed": made, "refused": failed}

    def _try(self, goal: Goal, automatic: Automatic, day: date) -> bool | None:
        """Contribute on a day; None if there is nothing to put aside, False if it was refused."""
        amount = self._amount(goal, automatic, day)
        if amount <= 0:
            return None
        try:
            with self.access.session.begin_nested():
                return self.goals.contribute_automatically(goal, amount, day)
        except DomainError:
            return False

    def _amount(self, goal: Goal, automatic: Automatic, day: date) -> Decimal:
        """The amount of a day, at most what is lacking."""
        currency, period = Currency(goal.currency), automatic.period(day)
        income = self._income(goal, automatic, day) if automatic.percent is not None else Decimal(0)
        expenses = self.spending.expenses(period, currency) if automatic.round_up is not None else []
        return min(automatic.due(income, expenses, currency), self.goals.lacking(goal))

    def _income(self, goal: Goal, automatic: Automatic, day: date) -> Decimal:
        """Income of the days of a contribution, in the currency of the goal; zero where a rate is missing."""
        found = self.spending.income(automatic.period(day), exchange_of(self.access), Currency(goal.currency))
        return Decimal(0) if found is None else found


def contribute_due(context: Context, today: date) -> Mapping[str, object]:
    """Put money aside in every book, by its own day."""
    with every_book(context.session):
        due = due_books(context.session, today + _A_DAY)  # elsewhere it may be tomorrow
    return each_book(context, today, lambda access: AutomaticService(access).contribute_due(), among=due)
