"""Goals: making and changing them, contributing to them, and the milestones that they reach."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Unpack

from app.core.notifications.rules import Message
from app.core.notifications.service import Teller
from app.infra.books import BookAccess
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, require_digits
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import BookCipher, InBookService, MemberService, StoredText, program_access
from app.suites.personal.budgets.rules.words import written_amount
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.goals.models import Goal, GoalContribution, GoalRecord
from app.suites.personal.goals.queries import has_followers
from app.suites.personal.goals.repository import (
    ContributionRepository,
    GoalRepository,
    MilestoneRepository,
)
from app.suites.personal.goals.rules.progress import MILESTONES, GoalType, Tracking, require_not_below_zero
from app.suites.personal.goals.service.reading import goal_of
from app.suites.personal.goals.service.tracking import OF_ACCOUNTS, GoalTracker
from app.suites.personal.goals.service.values import (
    AutomaticValues,
    GoalChanges,
    NewContribution,
    NewGoal,
    automatic_columns,
)
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionService

REACHED = "goal_reached"
"""Kind of notification about a milestone."""
MOST_GOALS = 200
_MONEY = ("target_amount", "start_amount")
_WAYS = ("amount", "percent", "round_up")


def judge_after(context: Context, book_id: int) -> None:
    """Record the milestones that goals have reached by a change of transactions."""
    if has_followers(context.session, book_id):
        GoalService(program_access(context, book_id)).judge()


class GoalService(InBookService):
    """Makes and changes the goals of a book."""

    model: ClassVar = Goal

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.goals = GoalRepository(access)
        self.contributions = ContributionRepository(access)
        self.milestones = MilestoneRepository(access)
        self.tracker = GoalTracker(access)
        self.cipher = BookCipher(access)
        self.accounts = AccountService(access)
        self.transactions = TransactionService(access)

    def create(self, **values: Unpack[NewGoal]) -> tuple[int, list[int]]:
        """Make a goal and return its id, and the milestones that it has reached already."""
        self.access.require_writer()
        if len(self.goals.list_all()) >= MOST_GOALS:
            raise Conflict(f"A book has at most {MOST_GOALS} goals.", code="too_many_goals")
        given: dict[str, object] = {"currency": self.access.currency, "start_date": self.access.today, **values}
        automatic = values.get("auto_contribution")
        given.pop("auto_contribution", None)
        given |= automatic_columns(automatic, self.access.today)
        given["milestones"] = sorted(set(values.get("milestones", MILESTONES)))
        given = {**_NEW, "start_amount": self._usual_start(given), **given}
        [row_id] = self.goals.reserve_ids(1)
        given["description"] = self.cipher.encrypt_optional("goals", "description", row_id, values.get("description"))
        goal = Goal(id=row_id, book_id=self.access.book_id, created_by=self.access.user_id, **_signed(given))
        self._check(goal, automatic)
        if goal.target_date is not None and goal.target_date < goal.start_date:
            raise Invalid.field("target_date", "Must not be before the start.")
        self.goals.add(goal)
        self._judge_one(goal)
        return goal.id, self._reached(goal.id)

    def update(self, goal_id: int, **changes: Unpack[GoalChanges]) -> list[int]:
        """Change the given values, and return the milestones that are newly reached."""
        goal = self.goals.get_for_update(goal_id)
        automatic = changes.get("auto_contribution")
        given: dict[str, object] = {name: value for name, value in changes.items() if name != "auto_contribution"}
        if "auto_contribution" in changes:
            given |= automatic_columns(automatic, self.access.today)
        if "milestones" in changes:
            given["milestones"] = sorted(set(changes["milestones"]))
        if "description" in changes:
            stored = StoredText("goals", "description", goal_id, goal.description)
            given["description"] = self.cipher.encrypt_changed(stored, changes["description"])
        before, changed = self._reached(goal_id), self._checked(goal, given, automatic)
        self.goals.change(goal, changed)
        if not goal.is_archived:
            self._judge_one(goal)
        return sorted({*self._reached(goal_id)} - {*before})

    def delete(self, goal_id: int) -> None:
        """Delete a goal with its contributions; transfers that were made for it stay."""
        self.goals.delete(self.goals.get_for_update(goal_id))

    def contribute(self, goal_id: int, **values: Unpack[NewContribution]) -> list[int]:
        """Put money aside for a goal, or take it back, and return the milestones that are newly reached.

        With an account it is a transfer to the goal's own account; back again, if the amount is below zero.
        """
        goal = self.goals.get_for_update(goal_id)
        if goal.is_archived:
            raise Conflict("The goal is archived.", code="goal_archived")
        amount, day = values["amount"], values.get("date", self.access.today)
        if not amount:
            raise Invalid.field("amount", "Must not be zero.")
        require_digits(amount, Currency(goal.currency), "amount")
        current, before = self._current(goal), self._reached(goal_id)
        if current is not None:
            require_not_below_zero(current, amount)
        moved = self._transfer(goal, amount, day, values.get("from_account_id"))
        [row_id] = self.contributions.reserve_ids(1)
        made = GoalContribution(
            id=row_id,
            book_id=self.access.book_id,
            goal_id=goal_id,
            amount=amount,
            contribution_date=day,
            notes=self.cipher.encrypt_optional("goal_contributions", "notes", row_id, values.get("notes")),
            transaction_id=moved,
            created_by=self.access.user_id,
        )
        self.contributions.add(made)
        self._judge_one(goal)
        return sorted({*self._reached(goal_id)} - {*before})

    def contribute_automatically(self, goal: Goal, amount: Decimal, day: date) -> bool | None:
        """Make the contribution of a day, by a transfer if the goal says from which account; None if it is there."""
        made = self.contributions.claim(goal.id, day, amount)
        if made is None:
            return None
        if goal.auto_account_id is not None:
            moved = self._transfer(goal, amount, day, goal.auto_account_id)
            self.contributions.set_transaction(made, moved)
        self._judge_one(goal)
        return True

    def lacking(self, goal: Goal) -> Decimal:
        """Amount that is lacking to the target; zero where a rate is missing."""
        current = self._current(goal)
        return Decimal(0) if current is None else goal_of(goal, current).remaining

    def take_back(self, goal_id: int, contribution_id: int) -> None:
        """Delete a contribution with the transfer that it made."""
        goal = self.goals.get_for_update(goal_id)
        found = self.contributions.get_below(contribution_id, goal_id=goal_id)
        current = self._current(goal)
        if current is not None:
            require_not_below_zero(current, -found.amount)
        if found.transaction_id is None:
            self.contributions.delete_where(GoalContribution.id == contribution_id)
        else:
            self.transactions.delete(found.transaction_id)

    def judge(self) -> None:
        """Record the milestones that goals have reached by what they follow, and tell the members of the book."""
        followed = [one for one in self.goals.list_all() if one.tracking is not Tracking.CONTRIBUTIONS]
        if not followed:
            return
        tracked = self.tracker.tracked(followed, with_months=False)
        for one in followed:
            current = tracked[one.id].current
            if not one.is_archived and current is not None:
                self._reach(one, current)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Let goals that follow a category follow another one, or what is contributed."""
        for goal in self.goals.lock_all(self.goals.of_category(category_id)):
            follows = (
                {"tracking": Tracking.CONTRIBUTIONS} if move_to is None and goal.tracking is Tracking.CATEGORY else {}
            )
            self.goals.change(goal, {"category_id": move_to, **follows})

    def _current(self, goal: Goal) -> Decimal | None:
        """The current amount of a goal."""
        everything = self.goals.list_all()
        return self.tracker.tracked(everything, with_months=False)[goal.id].current

    def _judge_one(self, goal: Goal) -> None:
        current = self._current(goal)
        if current is not None:
            self._reach(goal, current)

    def _reached(self, goal_id: int) -> list[int]:
        """Milestones that a goal has reached."""
        return [one.milestone for one in self.milestones.of([goal_id]).get(goal_id, [])]

    def _reach(self, goal: Goal | GoalRecord, current: Decimal) -> None:
        """Record what is reached at an amount, and tell of it once."""
        state = goal_of(goal, current)
        new = state.new_milestones(self._reached(goal.id), goal.milestones)
        told = self.milestones.reach(goal.id, new, self.context.clock.now())
        if state.reached and not goal.is_achieved:
            [row] = self.goals.lock_all([goal.id])
            self.goals.change(row, {"is_achieved": True})
        for one in told:
            self._tell(goal, one, current)

    def _tell(self, goal: Goal | GoalRecord, milestone: int, current: Decimal) -> None:
        title = f"Meta alcanzada: {goal.name}" if milestone >= 100 else f"{milestone} % de la meta {goal.name}"
        currency = Currency(goal.currency)
        saved, target = (written_amount(amount, currency) for amount in (current, goal.target_amount))
        message = Message(
            f"{goal.id}:{milestone}", title[:200], f"{saved} de {target} {currency}.", f"/goals/{goal.id}"
        )
        members = [member.user_id for member in MemberService(self.access).members.roles()]
        Teller(self.context).tell(REACHED, message, members)

    def _transfer(self, goal: Goal, amount: Decimal, day: date, from_account_id: int | None) -> int | None:
        """Move the money between an account and that of the goal, if an account is named; returns the transaction."""
        if from_account_id is None:
            if goal.tracking is not Tracking.CONTRIBUTIONS:
                raise Conflict(
                    "It follows an account or a category: name from_account_id, or enter a transaction.",
                    code="not_by_contributions",
                )
            return None
        if goal.account_id is None:
            raise Invalid.field("from_account_id", "The goal has no account to which money could be moved.")
        currencies = {self.accounts.key(one).currency for one in (from_account_id, goal.account_id)}
        if currencies != {Currency(goal.currency)}:
            raise Conflict("Both accounts must have the currency of the goal.", code="currency_mismatch")
        way = (from_account_id, goal.account_id) if amount > 0 else (goal.account_id, from_account_id)
        return self.transactions.create(
            type=TransactionType.TRANSFER,
            amount=abs(amount),
            date=day,
            account_id=way[0],
            to_account_id=way[1],
            description=goal.name,
        )

    def _usual_start(self, given: Mapping[str, object]) -> Decimal:
        """The start of a debt that is not told: what was owed on its first day."""
        account_id, day = given.get("account_id"), given["start_date"]
        if given.get("tracking") is Tracking.DEBT and isinstance(account_id, int) and isinstance(day, date):
            self.accounts.key(account_id)
            return self.accounts.balances([account_id], day).get(account_id, Decimal(0))
        return Decimal(0)

    def _checked(
        self, goal: Goal, given: Mapping[str, object], automatic: AutomaticValues | None
    ) -> Mapping[str, object]:
        """The changes of a goal, once it is checked as it will be; nothing is stored before."""
        state = {name: given.get(name, getattr(goal, name)) for name in _CHECKED}
        begins = state["tracking"] is Tracking.DEBT and goal.tracking is not Tracking.DEBT
        more = {"start_amount": self._usual_start(state)} if begins and "start_amount" not in given else {}
        changed = _signed({**state, **given, **more})
        self._check(Goal(**{name: changed[name] for name in _CHECKED}), automatic)
        return changed

    def _check(self, goal: Goal, automatic: AutomaticValues | None) -> None:
        """Raise Invalid or NotFound, naming the field, unless the values fit together."""
        for name in _MONEY:
            require_digits(getattr(goal, name), Currency(goal.currency), name)
        for field, account_id in (("account_id", goal.account_id), ("auto_contribution", goal.auto_account_id)):
            if account_id is not None and self.accounts.key(account_id).is_closed:
                raise Invalid.field(field, "The account is closed.")
        if goal.category_id is not None and goal.category_id not in CategoryService(self.access).types():
            raise NotFound(f"Category {goal.category_id} does not exist.")
        if goal.tracking in OF_ACCOUNTS and goal.account_id is None:
            raise Invalid.field("account_id", "A goal that follows an account names it.")
        if goal.tracking is Tracking.CATEGORY and goal.category_id is None:
            raise Invalid.field("category_id", "A goal that follows a category names it.")
        if automatic is not None:
            self._check_automatic(goal, automatic)

    def _check_automatic(self, goal: Goal, automatic: AutomaticValues) -> None:
        if sum(automatic.get(way) is not None for way in _WAYS) != 1 or automatic.get("frequency") is None:
            raise Invalid.field("auto_contribution", "Has a frequency, and one of amount, percent and round_up.")
        for way in ("amount", "round_up"):
            amount = automatic.get(way)
            if isinstance(amount, Decimal):
                require_digits(amount, Currency(goal.currency), "auto_contribution")
        if goal.tracking is not Tracking.CONTRIBUTIONS and goal.auto_account_id is None:
            raise Invalid.field("auto_contribution", "A goal that follows something else names from_account_id.")
        if goal.auto_account_id is not None and goal.account_id is None:
            raise Invalid.field("auto_contribution", "The goal has no account to which money could be moved.")


def _signed(values: Mapping[str, object]) -> dict[str, object]:
    """The values with the start of a debt as balances of debts are: below zero."""
    start = values.get("start_amount")
    if values.get("tracking") is Tracking.DEBT and isinstance(start, Decimal):
        return {**values, "start_amount": -abs(start)}
    return dict(values)


_NEW: dict[str, object] = {
    "goal_type": GoalType.SAVINGS,
    "priority": 1,
    "tracking": Tracking.CONTRIBUTIONS,
    "is_achieved": False,
    "is_archived": False,
}
"""Values of what a new goal does not say."""
_CHECKED = (
    "target_amount",
    "start_amount",
    "currency",
    "start_date",
    "tracking",
    "account_id",
    "category_id",
    "auto_account_id",
)
