"""Budgets: making, changing and deleting them, with the current period of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.core.currencies.service import MissingRate
from app.infra import clock
from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, in_digits, require_digits, round_worth, rounded_parts, without_zeros
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import MonthCalendar
from app.suites.personal.accounts.service import AccountService, Converter
from app.suites.personal.books.service import InBookService, exchange_of
from app.suites.personal.budgets.models import Budget, BudgetAmount, BudgetCategory, BudgetRecord
from app.suites.personal.budgets.queries.spending import SpendingQueries
from app.suites.personal.budgets.repository import (
    BudgetAlertRepository,
    BudgetAmountRepository,
    BudgetCategoryRepository,
    BudgetedAccountRepository,
    BudgetRepository,
)
from app.suites.personal.budgets.rules.limits import (
    ALERTS,
    THRESHOLD,
    Amount,
    Apply,
    BudgetPeriod,
    Rollover,
    Tracking,
    average_variance,
    changed_amounts,
    on_time_rate,
    overlapping,
    per_month,
    usual_start,
)
from app.suites.personal.budgets.service.alerts import AlertService
from app.suites.personal.budgets.service.shown import Breakdown, CurrentPeriod, PastPeriod, current_of, past_of
from app.suites.personal.budgets.service.tracking import Followed, Tracker, calendar_of
from app.suites.personal.categories.rules import CategoryType, refused
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.rules.tags import renamed

SHOWN_PERIODS = 12
MOST_BUDGETS = 200
MOST_CARRIED = 4_000
"""Periods before today of a budget with a rollover: each of them is followed to know the carry."""
_PARTS = frozenset({"amount", "apply", "categories", "accounts"})


class BudgetChanges(TypedDict, total=False):
    """The values of a budget that may change; `apply` is the first period that gets another amount."""

    name: str
    amount: Decimal
    apply: Apply
    currency: Currency
    period: BudgetPeriod
    start_date: date
    end_date: date | None
    categories: list[int]
    accounts: list[int]
    tags: list[str]
    alert_threshold: Decimal
    alerts: list[Decimal]
    rollover: Rollover
    rollover_cap: Decimal | None
    is_active: bool
    group_id: int | None


class NewBudget(BudgetChanges, total=False):
    """The values of a new budget, of which it has at least name, amount and period."""


class BudgetFilters(TypedDict, total=False):
    """The criteria of a list of budgets, and the day whose periods are shown."""

    date: date
    active: bool


@dataclass(frozen=True, slots=True)
class BudgetTotals:
    """Sums of the current periods in the book's currency; a category of several budgets counts in each of them."""

    budgeted: Decimal
    available: Decimal
    spent: Decimal
    remaining: Decimal
    currency: Currency
    overlapping: bool


BudgetItem = Item[BudgetRecord]


class BudgetService(InBookService):
    """Makes, changes and shows the budgets of a book."""

    model: ClassVar = Budget

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.budgets = BudgetRepository(access)
        self.of_categories = BudgetCategoryRepository(access)
        self.of_accounts = BudgetedAccountRepository(access)
        self.amounts = BudgetAmountRepository(access)
        self.alerts = BudgetAlertRepository(access)
        self.tracker = Tracker(access)
        self.categories = CategoryService(access)

    def page(self, request: PageRequest, **filters: Unpack[BudgetFilters]) -> Page[BudgetItem]:
        """One page of budgets with the periods of a day, and the sums of all that match."""
        day = filters.get("date", self.access.today)
        found = self.budgets.list_all(active=filters.get("active"))
        for key in reversed(request.sort):
            found.sort(key=lambda one: str(getattr(one, key.field)).casefold(), reverse=key.descending)
        followed = self.tracker.follow(found, day)
        items = self._shown(found, followed, day)
        return Page(items[request.span], len(items), request, self._totals(found, items, followed, day))

    def get(self, budget_id: int) -> BudgetItem:
        """One budget, with its last periods, and spending of the current one by category."""
        budget, today = self.budgets.get(budget_id), self.access.today
        followed = self.tracker.follow([budget], today, SHOWN_PERIODS)
        [item] = self._shown([budget], followed, today)
        trackings = followed.periods.get(budget_id, [])
        more: dict[str, object] = {
            "periods": [past_of(one) for one in trackings],
            "variance": average_variance(trackings, today, budget.currency),
            "on_time_rate": on_time_rate(trackings, today),
            "breakdown": self._breakdown(budget, followed.on(budget_id, today)),
            "warnings": followed.warnings,
        }
        return Item(budget, {**item.extra, **more})

    def create(self, **values: Unpack[NewBudget]) -> BudgetItem:
        """Make a budget; without categories it is of all expenses."""
        self.access.require_writer()
        if len(self.budgets.list_all()) >= MOST_BUDGETS:
            raise Conflict(f"A book has at most {MOST_BUDGETS} budgets.", code="too_many_budgets")
        budget = self._add(**values)
        self._judge(budget.id)
        return self.get(budget.id)

    def create_all(self, wanted: Sequence[NewBudget]) -> list[int]:
        """Make monthly budgets of checked values by a few statements, shown together; returns their ids."""
        self.access.require_writer()
        if len(self.budgets.list_all()) + len(wanted) > MOST_BUDGETS:
            raise Conflict(f"A book has at most {MOST_BUDGETS} budgets.", code="too_many_budgets")
        book_id, rows = self.access.book_id, [self._plain(one) for one in wanted]
        ids = self.budgets.add_all(rows)
        for row in rows:
            row.group_id = ids[0]
        made = list(zip(ids, wanted, strict=True))
        self.of_categories.add_all(
            [
                BudgetCategory(book_id=book_id, budget_id=id_, category_id=category_id)
                for id_, one in made
                for category_id in one["categories"]
            ]
        )
        self.amounts.add_all(
            [
                BudgetAmount(book_id=book_id, budget_id=id_, from_period_start=one["start_date"], amount=one["amount"])
                for id_, one in made
            ]
        )
        AlertService(self.access).judge(self.budgets.list_of(ids))
        return ids

    def update(self, budget_id: int, **changes: Unpack[BudgetChanges]) -> BudgetItem:
        """Change the given values; another amount is that of the current period and those after, unless told else."""
        budget = self.budgets.get_for_update(budget_id)
        self._check({**_values(budget), **changes})
        own = {name: value for name, value in changes.items() if name not in _PARTS}
        self._set_categories(budget, changes, own)
        if _PARTS & changes.keys():
            own["updated_at"] = clock.now()  # so that it gets another version
        self.budgets.change(budget, own)
        if "accounts" in changes:
            self.of_accounts.replace(budget_id, self._accounts(changes["accounts"]))
        if "amount" in changes:
            self._change_amount(self.budgets.get(budget_id), changes["amount"], changes.get("apply", Apply.CURRENT))
        self._judge(budget_id)
        return self.get(budget_id)

    def delete(self, budget_id: int) -> None:
        """Delete a budget with its history."""
        self.budgets.delete(self.budgets.get_for_update(budget_id))

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Put another category in the place of one that is being deleted; a budget of none is not active any more."""
        touched = self.of_categories.move(category_id, move_to)
        left = self.of_categories.of(touched)
        for budget in self.budgets.lock_all([one for one in touched if one not in left]):
            self.budgets.change(budget, {"is_active": False, "no_categories": True})

    def rename_tag(self, name: str, new_name: str) -> None:
        """Put another tag in place of one."""
        tagged = [one.id for one in self.budgets.list_all() if name in one.tags]
        for budget in self.budgets.lock_all(tagged) if tagged else ():
            self.budgets.change(budget, {"tags": renamed(budget.tags, name, new_name)})

    def _plain(self, values: NewBudget) -> Budget:
        return Budget(
            book_id=self.access.book_id,
            created_by=self.access.user_id,
            currency=self.access.currency,
            alert_threshold=THRESHOLD,
            alerts=list(ALERTS),
            rollover=Rollover.NONE,
            **{name: value for name, value in values.items() if name not in _PARTS},
        )

    def _add(self, **values: Unpack[NewBudget]) -> Budget:
        period, currency = values["period"], values.get("currency", self.access.currency)
        month = MonthCalendar(self.access.settings.month_start_day)
        today = self.access.today
        start = usual_start(period, month.days(month.month_of(today)), today, self.access.settings.week_start)
        own: dict[str, object] = {
            "currency": currency,
            "start_date": start,
            "alert_threshold": THRESHOLD,
            "alerts": list(ALERTS),
            "rollover": Rollover.NONE,
            **{name: value for name, value in values.items() if name not in _PARTS},
        }
        self._check({"end_date": None, **own, **values})
        categories = self._categories(values.get("categories", ()))
        accounts = self._accounts(values.get("accounts", ()))
        budget = Budget(book_id=self.access.book_id, created_by=self.access.user_id, **own)
        self.budgets.add(budget)
        self.of_categories.replace(budget.id, categories)
        self.of_accounts.replace(budget.id, accounts)
        self.amounts.replace(budget.id, [Amount(budget.start_date, values["amount"])])
        return budget

    def _set_categories(self, budget: Budget, changes: BudgetChanges, own: dict[str, object]) -> None:
        if "categories" in changes:
            self.of_categories.replace(budget.id, self._categories(changes["categories"]))
            own["no_categories"] = False
        elif budget.no_categories and changes.get("is_active"):
            raise Conflict("Its categories were deleted; send others.", code="no_categories")

    def _change_amount(self, budget: BudgetRecord, amount: Decimal, apply: Apply) -> None:
        history = self.amounts.of([budget.id])[budget.id]
        changed = changed_amounts(history, amount, apply, calendar_of(budget), self.access.today)
        self.amounts.replace(budget.id, changed)

    def _check(self, values: Mapping[str, object]) -> None:
        """Raise Invalid, naming the field, for values that do not fit together."""
        start, end, currency = values["start_date"], values["end_date"], values["currency"]
        if isinstance(start, date) and isinstance(end, date) and end < start:
            raise Invalid.field("end_date", "Must not be before start_date.")
        for name in ("amount", "rollover_cap"):
            amount = values.get(name)
            if isinstance(amount, Decimal) and isinstance(currency, Currency):
                require_digits(amount, currency, name)
        self._check_length(values)

    def _check_length(self, values: Mapping[str, object]) -> None:
        period, start, today = values["period"], values["start_date"], self.access.today
        if values["rollover"] is Rollover.NONE or not isinstance(start, date) or not isinstance(period, BudgetPeriod):
            return
        days = {BudgetPeriod.DAILY: 1, BudgetPeriod.WEEKLY: 7}.get(period, 28)
        if (today - start).days > MOST_CARRIED * days:
            raise Invalid.field("start_date", f"A rollover goes over at most {MOST_CARRIED} periods.")

    def _categories(self, category_ids: Sequence[int]) -> list[int]:
        known = self.categories.types()
        for one in category_ids:
            if one not in known:
                raise NotFound(f"Category {one} does not exist.")
            if known[one] is not CategoryType.EXPENSE:
                raise refused("categories", "wrong_category_type", "Must be categories of expenses.")
        return list(dict.fromkeys(category_ids))

    def _accounts(self, account_ids: Sequence[int]) -> list[int]:
        known = AccountService(self.access).all_keys() if account_ids else {}
        for one in account_ids:
            if one not in known:
                raise NotFound(f"Account {one} does not exist.")
        return list(dict.fromkeys(account_ids))

    def _judge(self, budget_id: int) -> None:
        budget = self.budgets.get(budget_id)
        if budget.is_active:
            AlertService(self.access).judge([budget])

    def _shown(self, budgets: Sequence[BudgetRecord], followed: Followed, day: date) -> list[BudgetItem]:
        ids = [one.id for one in budgets]
        categories, accounts, amounts = self.of_categories.of(ids), self.of_accounts.of(ids), followed.amounts
        current = {one.id: followed.on(one.id, day) for one in budgets}
        starts = [one.period.start for one in current.values() if one is not None]
        sent = self.alerts.of(ids, min(starts)) if starts else {}
        return [
            Item(
                _in_digits(one),
                {
                    "amount": (amount := in_digits(max(amounts[one.id]).amount, one.currency)),
                    "per_month": per_month(amount, one.period, one.currency),
                    "categories": categories.get(one.id, []),
                    "accounts": accounts.get(one.id, []),
                    "current": current_of(current[one.id], day),
                    "alerts_sent": _sent(one.id, current[one.id], sent),
                },
            )
            for one in budgets
        ]

    def _breakdown(self, budget: BudgetRecord, tracking: Tracking | None) -> list[Breakdown]:
        """Spending of the current period by category, the most first; the rows add up to what was spent."""
        if tracking is None:
            return []
        rates = exchange_of(self.access)
        queries = SpendingQueries(self.access.session, self.access.book_id)
        found = queries.by_category(budget.id, tracking.period, rates, budget.currency, tagged=bool(budget.tags))
        known, names = {one.key[0]: one.total or Decimal(0) for one in found}, self.categories.names()
        shown = rounded_parts(list(known.values()), budget.currency, tracking.spent)
        rows = [
            Breakdown.of(category_id if category_id in names else None, names.get(category_id), amount, tracking.spent)
            for category_id, amount in zip(known, shown, strict=True)
        ]
        return sorted(rows, key=lambda one: (-one.amount, one.path))

    def _totals(
        self, budgets: Sequence[BudgetRecord], items: Sequence[BudgetItem], followed: Followed, day: date
    ) -> dict[str, object]:
        current = [(one, followed.on(one.id, day)) for one in budgets]
        known = [(one, tracking) for one, tracking in current if tracking is not None]
        converter, target = Converter(self.access), self.access.currency
        figures: list[Decimal] = []
        warnings: list[MissingRate] = list(followed.warnings)
        for name in ("budgeted", "available", "spent"):
            found = converter.converted([(getattr(tracking, name), one.currency) for one, tracking in known], day)
            figures.append(round_worth(sum((one or Decimal(0) for one in found.amounts), Decimal(0)), target))
            warnings += [one for one in found.warnings if one not in warnings]
        if warnings:
            return {"totals": None, "warnings": warnings}
        budgeted, available, spent = figures
        counted = {one.id for one, _ in known}
        twice = overlapping(self._reach([one for one in items if one.record.id in counted]))
        return {
            "totals": BudgetTotals(budgeted, available, spent, available - spent, target, twice),
            "warnings": [],
        }

    def _reach(self, items: Sequence[BudgetItem]) -> list[set[int]]:
        """The categories that each budget counts, those below them too; 0 stands for none."""
        tree = self.categories.tree()
        everything = {0, *tree.parents}
        found: list[set[int]] = []
        for one in items:
            named = one.extra["categories"]
            if not isinstance(named, list):
                continue
            found.append({below for category in named for below in tree.below(category)} if named else everything)
        return found


def _sent(
    budget_id: int, tracking: Tracking | None, sent: Mapping[tuple[int, date], Sequence[Decimal]]
) -> list[Decimal]:
    levels = () if tracking is None else sent.get((budget_id, tracking.period.start), ())
    return [without_zeros(level) for level in levels]


def _in_digits(one: BudgetRecord) -> BudgetRecord:
    cap = None if one.rollover_cap is None else in_digits(one.rollover_cap, one.currency)
    levels = [without_zeros(level) for level in one.alerts]
    return one._replace(rollover_cap=cap, alerts=levels, alert_threshold=without_zeros(one.alert_threshold))


def _values(budget: Budget) -> dict[str, object]:
    return {name: getattr(budget, name) for name in BudgetRecord._fields}


__all__ = ["BudgetChanges", "BudgetFilters", "BudgetItem", "BudgetService", "CurrentPeriod", "NewBudget", "PastPeriod"]
