"""Targets of envelopes: making and changing them, applying them to a month, and ending one."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypedDict, Unpack

from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import in_digits, require_digits, without_zeros
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import FIRST_DAY, Month
from app.suites.personal.accounts.service import AccountService, Converter
from app.suites.personal.books.service import InBookService
from app.suites.personal.budgets.models import Target, TargetRecord
from app.suites.personal.budgets.repository import TargetRepository
from app.suites.personal.budgets.rules import applying
from app.suites.personal.budgets.rules.applying import DEFAULT_PRIORITY, FailedTarget, Mode
from app.suites.personal.budgets.rules.envelopes import Envelope, EnvelopeMonth, Envelopes
from app.suites.personal.budgets.rules.kinds import OF_TYPE, TargetType, allowed, require_fitting
from app.suites.personal.budgets.rules.targets import (
    Average,
    By,
    Cap,
    CapPeriod,
    Category,
    Copy,
    Money,
    Monthly,
    Past,
    Percent,
    PercentOf,
    Periodic,
    Recurring,
    Refill,
    Remainder,
    Rule,
    Spend,
    TargetError,
)
from app.suites.personal.budgets.service.envelopes import ChangedMonth, EnvelopeService, Goal
from app.suites.personal.budgets.service.sheet import Sheet, Slot
from app.suites.personal.categories.rules import CategoryType, refused
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.recurring.rules import Every, Frequency
from app.suites.personal.recurring.service import RecurringReader
from app.suites.personal.recurring.service.values import series_of

ZERO = Decimal(0)
MOST_TARGETS = 500
_MONEY = ("amount", "cap", "adjust_amount")
_NOTHING: Mapping[str, object] = {"hold": False, "full": False, "adjust_percent": ZERO, "adjust_amount": ZERO}
"""Stored values of what a target does not have; all others are null."""


class Turns(TypedDict):
    """A frequency, and how many of its dates lie between two."""

    frequency: Frequency
    interval: int


class TargetChanges(TypedDict, total=False):
    """The values of a target that may change."""

    category_id: int
    type: TargetType
    priority: int
    amount: Decimal | None
    cap: Decimal | None
    cap_period: CapPeriod | None
    hold: bool
    starting: date | None
    by: Month | None
    repeat: int | None
    spend_from: Month | None
    every: Turns | None
    percent: Decimal | None
    of: PercentOf | int | None
    recurring_id: int | None
    full: bool
    adjust_percent: Decimal
    adjust_amount: Decimal
    months: int | None
    weight: Decimal | None


class NewTarget(TargetChanges, total=False):
    """The values of a new target, of which it has at least category and type."""


TargetItem = Item[TargetRecord]
PastMonths = Mapping[Month, Mapping[int | None, Envelope]]
"""Envelopes of months before."""


class TargetService(InBookService):
    """Makes, changes and shows the targets of a book."""

    model: ClassVar = Target

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.targets = TargetRepository(access)
        self.categories = CategoryService(access)

    def page(self, request: PageRequest, *, category_id: int | None = None) -> Page[TargetItem]:
        """One page of targets, of a category or of all."""
        everything = self.targets.list_all()
        found = [one for one in everything if category_id in (None, one.category_id)]
        for key in reversed(request.sort):
            found.sort(key=lambda one: str(getattr(one, key.field)), reverse=key.descending)
        return Page([self._shown(one) for one in found[request.span]], len(found), request)

    def get(self, target_id: int) -> TargetItem:
        """One target."""
        return self._shown(self.targets.get(target_id))

    def create(self, **values: Unpack[NewTarget]) -> TargetItem:
        """Make a target of a category of expenses."""
        self.access.require_writer()
        if len(self.targets.list_all()) >= MOST_TARGETS:
            raise Conflict(f"A book has at most {MOST_TARGETS} targets.", code="too_many_targets")
        given: TargetChanges = {"priority": DEFAULT_PRIORITY, **values}
        row = Target(book_id=self.access.book_id, created_by=self.access.user_id, **self._stored(given))
        return self.get(self.targets.add(row).id)

    def update(self, target_id: int, **changes: Unpack[TargetChanges]) -> TargetItem:
        """Change the given values; another type drops those that it does not have."""
        row = self.targets.get_for_update(target_id)
        before = values_of(self.targets.get(target_id))
        kept = allowed(changes.get("type", row.type))
        left: TargetChanges = {name: one for name, one in before.items() if name in kept or name not in OF_TYPE}  # type: ignore[assignment]  # its keys
        self.targets.change(row, self._stored({**left, **changes}))
        return self.get(target_id)

    def delete(self, target_id: int) -> None:
        """Delete a target; what it has assigned stays."""
        self.targets.delete(self.targets.get_for_update(target_id))

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category the targets of one that is being deleted, or delete them."""
        self.targets.move(category_id, move_to)

    def _stored(self, given: TargetChanges) -> dict[str, object]:
        """The columns of these values, once they were checked."""
        if given["type"] is TargetType.REFILL and given.get("cap") is None:
            given = {**given, "cap": given.get("amount"), "amount": None}
        require_fitting(given["type"], given)
        self._check(given)
        every, of = given.get("every"), given.get("of")
        own: dict[str, object] = {
            name: given.get(name, _NOTHING.get(name)) for name in OF_TYPE - {"by", "spend_from", "every", "of", "full"}
        }
        if given["type"] is TargetType.REMAINDER and own["weight"] is None:
            own["weight"] = Decimal(1)
        return {
            **{name: _NOTHING.get(name) if value is None else value for name, value in own.items()},
            "category_id": given["category_id"],
            "type": given["type"],
            "priority": given["priority"],
            "by_month": _first_day(given.get("by")),
            "spend_from": _first_day(given.get("spend_from")),
            "frequency": every["frequency"] if every else None,
            "step": every["interval"] if every else None,
            "percent_of": of if isinstance(of, PercentOf) else None,
            "of_category_id": None if isinstance(of, PercentOf) else of,
            "is_full": given.get("full", False),
        }

    def _check(self, given: TargetChanges) -> None:
        for name in _MONEY:
            amount = dict(given).get(name)
            if isinstance(amount, Decimal):
                require_digits(amount, self.access.currency, name)
        by, spend_from = given.get("by"), given.get("spend_from")
        if by is not None and spend_from is not None and spend_from > by:
            raise refused("spend_from", "validation_failed", "Must not be after `by`.")
        types = self.categories.types()
        self._require(types, given["category_id"], CategoryType.EXPENSE, "category_id")
        of, recurring_id = given.get("of"), given.get("recurring_id")
        if of is not None and not isinstance(of, PercentOf):
            self._require(types, of, CategoryType.INCOME, "of")
        if recurring_id is not None:
            RecurringReader(self.access).recurring.get(recurring_id)

    def _require(self, types: Mapping[int, CategoryType], category_id: int, kind: CategoryType, name: str) -> None:
        if category_id not in types:
            raise NotFound(f"Category {category_id} does not exist.")
        if types[category_id] is not kind:
            raise refused(name, "wrong_category_type", f"Must be a category of the type {kind}.")

    def _shown(self, one: TargetRecord) -> TargetItem:
        def money(amount: Decimal | None) -> Decimal | None:
            return None if amount is None else in_digits(amount, self.access.currency)

        record = one._replace(
            amount=money(one.amount),
            cap=money(one.cap),
            adjust_amount=in_digits(one.adjust_amount, self.access.currency),
            percent=None if one.percent is None else without_zeros(one.percent),
            adjust_percent=without_zeros(one.adjust_percent),
            weight=None if one.weight is None else without_zeros(one.weight),
        )
        values = values_of(one)
        of = values.get("of")
        extra = {
            "by": values.get("by"),
            "spend_from": values.get("spend_from"),
            "every": values.get("every"),
            "full": one.is_full,
            "of": None if of is None else str(of),
        }
        return Item(record, extra)


class TargetApplier:
    """Assigns the money of a month by targets, and gives back what is left at its end."""

    def __init__(self, envelopes: EnvelopeService) -> None:
        self.envelopes = envelopes
        self.access = envelopes.access
        self.targets = TargetRepository(self.access)

    def apply(self, month: Month, mode: Mode, *, dry_run: bool = False) -> ChangedMonth:
        """Assign by the targets; those that can't be met are named, and the others are applied."""
        sheet = self.envelopes.locked(month)
        targets, failed = self._rules(sheet)
        folded = sheet.envelopes()
        state, last = folded.at(month), folded.at(month.previous)
        money = Money(
            month,
            sheet.currency,
            state.free,
            state.income,
            last.income,
            sheet.income_by_category.get(month, {}),
            sheet.calendar,
        )
        wanted = {one.category for one in targets}
        order = [one for one in sheet.expense_ids if one in wanted]
        past = _past(folded, month, targets)
        categories = {one: _category(state, one, past) for one in order}
        applied = applying.apply_targets(targets, categories, money, mode)
        given = {Slot(one): amount for one, amount in applied.assigned.items()}
        goals = [Goal(one, sheet.shown(goal)) for one, goal in applied.goals.items()]
        errors = [*failed, *applied.errors]
        return self.envelopes.change(sheet, month, given, dry_run=dry_run, errors=errors, goals=goals)

    def close(self, month: Month, *, dry_run: bool = False) -> ChangedMonth:
        """End a month: sources give back, overspent envelopes are filled, sinks share the rest by their weights."""
        sheet = self.envelopes.locked(month)
        state, records = sheet.envelopes().at(month), self.targets.list_all()
        sinks: dict[int, Decimal] = {}
        for one in records:
            if one.type is TargetType.REMAINDER:
                sinks[one.category_id] = sinks.get(one.category_id, ZERO) + (one.weight or Decimal(1))
        sources = {one.category_id for one in records if one.type is TargetType.SOURCE}
        available = {one: state.categories[one].available for one in sheet.expense_ids if one in state.categories}
        ordered = {one: sinks[one] for one in sheet.expense_ids if one in sinks}
        closing = applying.close(
            available, max(ZERO, state.free), sources=sources, sinks=ordered, currency=sheet.currency
        )
        own = sheet.plans.of(month)
        given = {Slot(one): own.get(Slot(one), ZERO) + change for one, change in closing.changes.items()}
        return self.envelopes.change(sheet, month, given, dry_run=dry_run)

    def _rules(self, sheet: Sheet) -> tuple[list[applying.Target], list[FailedTarget]]:
        """The targets with their rules, and those whose rule can't be made."""
        found: list[applying.Target] = []
        failed: list[FailedTarget] = []
        for one in self.targets.list_all():
            if one.type is TargetType.SOURCE:
                continue
            try:
                rule = self._recurring(one) if one.type is TargetType.RECURRING else rule_of(one)
            except TargetError as error:
                failed.append(FailedTarget(one.id, error.code))
            else:
                found.append(applying.Target(one.id, one.category_id, rule, one.priority))
        return found, failed

    def _recurring(self, one: TargetRecord) -> Recurring:
        """The rule of a recurring transaction, at the amount that is expected next, in the budget's currency."""
        reader = RecurringReader(self.access)
        recurring = reader.recurring.get(one.recurring_id or 0)
        if not recurring.is_active:
            raise TargetError("recurring_paused")
        currency = AccountService(self.access).key(recurring.account_id).currency
        expected = reader.expected([recurring])[recurring.id]
        [worth] = Converter(self.access).converted([(expected, currency)], self.access.today).amounts
        if worth is None:
            raise TargetError("exchange_rate_missing")
        schedule = series_of(recurring).schedule
        return Recurring(worth, schedule, one.is_full, one.adjust_percent, one.adjust_amount)


def values_of(one: TargetRecord) -> dict[str, object]:
    """The values of a stored target as requests give them."""
    every = None if one.frequency is None else {"frequency": one.frequency, "interval": one.step or 1}
    found: dict[str, object] = {name: value for name, value in one._asdict().items() if name in OF_TYPE}
    return {
        **found,
        "category_id": one.category_id,
        "type": one.type,
        "priority": one.priority,
        "by": None if one.by_month is None else Month.of(one.by_month),
        "spend_from": None if one.spend_from is None else Month.of(one.spend_from),
        "every": every,
        "of": one.percent_of or one.of_category_id,
        "full": one.is_full,
    }


def rule_of(one: TargetRecord) -> Rule:
    """The rule of a stored target, but for those of recurring transactions."""
    return _RULES[one.type](one)


def _cap(one: TargetRecord) -> Cap | None:
    return None if one.cap is None else Cap(one.cap, one.cap_period, one.starting, one.hold)


def _every(one: TargetRecord) -> Every:
    return Every(one.frequency or Frequency.MONTHLY, one.step or 1)


def _month(day: date | None) -> Month:
    return Month.of(day or FIRST_DAY)


def _percent(one: TargetRecord) -> Percent:
    return Percent(one.percent or ZERO, one.percent_of or one.of_category_id or PercentOf.INCOME)


_RULES: Mapping[TargetType, Callable[[TargetRecord], Rule]] = {
    TargetType.MONTHLY: lambda one: Monthly(one.amount or ZERO, _cap(one)),
    TargetType.REFILL: lambda one: Refill(_cap(one) or Cap(ZERO)),
    TargetType.BY: lambda one: By(one.amount or ZERO, _month(one.by_month), one.repeat),
    TargetType.SPEND: lambda one: Spend(one.amount or ZERO, _month(one.by_month), _month(one.spend_from), one.repeat),
    TargetType.PERIODIC: lambda one: Periodic(one.amount or ZERO, _every(one), one.starting, _cap(one)),
    TargetType.PERCENT: _percent,
    TargetType.AVERAGE: lambda one: Average(one.months or 1, one.adjust_percent, one.adjust_amount),
    TargetType.COPY: lambda one: Copy(one.months or 1),
    TargetType.REMAINDER: lambda one: Remainder(one.weight or Decimal(1), _cap(one)),
}


def _past(
    folded: Envelopes, month: Month, targets: Iterable[applying.Target]
) -> dict[Month, Mapping[int | None, Envelope]]:
    """The months before that some of the rules look at."""
    back = 0
    for one in targets:
        if isinstance(one.rule, Average | Copy):
            back = max(back, one.rule.months)
        elif isinstance(one.rule, Spend):
            back = max(back, one.rule.by - one.rule.spend_from)
    return {earlier: folded.at(earlier).categories for earlier in (month.plus(-n) for n in range(1, back + 1))}


def _category(state: EnvelopeMonth, category_id: int, past: PastMonths) -> Category:
    own = state.categories.get(category_id, Envelope())
    before = {
        earlier: Past(one.assigned, one.activity)
        for earlier, of_month in past.items()
        if (one := of_month.get(category_id)) is not None
    }
    return Category(own.carry, own.assigned, before)


def _first_day(month: Month | None) -> date | None:
    return None if month is None else month.first_day
