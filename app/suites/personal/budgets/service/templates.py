"""Budget templates: built-in and own ones, and making a month's budgets or assignments of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple, NotRequired, TypedDict

from app.infra.books import BookAccess
from app.kernel.books import BudgetMethod
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, in_digits, require_digits, round_money, round_worth
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import Month, MonthCalendar
from app.suites.personal.books.service import InBookService, currencies_of, exchange_of
from app.suites.personal.budgets.models import BudgetTemplate, BudgetTemplateRecord, TemplateItem, TemplateItemRecord
from app.suites.personal.budgets.repository import BudgetTemplateRepository, TemplateItemRepository
from app.suites.personal.budgets.rules.limits import BudgetPeriod
from app.suites.personal.budgets.rules.templates import (
    BUILT_IN,
    FIFTY,
    HISTORY,
    MONTHS_BACK,
    STARTER,
    Leaf,
    Part,
    by_groups,
    by_weights,
)
from app.suites.personal.budgets.service.envelopes import EnvelopeService
from app.suites.personal.budgets.service.limits import BudgetService, NewBudget
from app.suites.personal.budgets.service.sheet import Slot
from app.suites.personal.categories.rules import CategoryType, refused
from app.suites.personal.categories.service import CategoryService

ZERO = Decimal(0)
MOST_TEMPLATES = 100


class NewItem(TypedDict):
    """An amount, or a share of the income in percent, of a category."""

    category_id: int
    amount: NotRequired[Decimal | None]
    percent: NotRequired[Decimal | None]


class ShownItem(NamedTuple):
    """An item of a template."""

    category_id: int
    amount: Decimal | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class ShownTemplate:
    """A template; the id of a built-in one is a word."""

    id: str
    name: str
    built_in: bool
    items: list[ShownItem]
    version: int = 1
    book_id: int | None = None
    """None of a built-in one."""


class MadeBudget(NamedTuple):
    """A budget that a template makes; without an id if it was a dry run."""

    id: int | None
    name: str
    amount: Decimal
    categories: list[int]


class MadeAssignment(NamedTuple):
    """Money that a template assigns to a category."""

    category_id: int
    assigned: Decimal


@dataclass(frozen=True, slots=True)
class AppliedTemplate:
    """Budgets or assignments that were made of a template, and the rest of the income."""

    month: Month
    currency: Currency
    income: Decimal | None
    left: Decimal | None
    budgets: list[MadeBudget]
    assignments: list[MadeAssignment]
    dry_run: bool


class TemplateService(InBookService):
    """Shows, makes and applies the templates of a book."""

    model: ClassVar = BudgetTemplate

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.templates = BudgetTemplateRepository(access)
        self.items = TemplateItemRepository(access)
        self.categories = CategoryService(access)
        self.calendar = MonthCalendar(access.settings.month_start_day)

    def page(self, request: PageRequest) -> Page[ShownTemplate]:
        """One page of templates: the built-in ones, then those of the book."""
        built_in = [ShownTemplate(id_, name, built_in=True, items=[]) for id_, name in BUILT_IN.items()]
        found = [*built_in, *self._own()]
        return Page(found[request.span], len(found), request)

    def create(self, name: str, items: Sequence[NewItem]) -> ShownTemplate:
        """Make a template of amounts, and of shares of the income, by category."""
        self.access.require_writer()
        if len(self._own()) >= MOST_TEMPLATES:
            raise Conflict(f"A book has at most {MOST_TEMPLATES} templates.", code="too_many_templates")
        self._check(items)
        row = BudgetTemplate(book_id=self.access.book_id, created_by=self.access.user_id, name=name)
        self.templates.add(row)
        self.items.add_all(
            [
                TemplateItem(book_id=self.access.book_id, template_id=row.id, place=place, **one)
                for place, one in enumerate(items, start=1)
            ]
        )
        return self._find(str(row.id))

    def delete(self, template_id: int) -> None:
        """Delete a template of the book; what was made of it stays."""
        self.templates.delete(self.templates.get_for_update(template_id))

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Put another category, or none, in the place of one that is being deleted."""
        self.items.move(category_id, move_to)

    def apply(
        self, template_id: str, month: Month, income: Decimal | None = None, *, dry_run: bool = False
    ) -> AppliedTemplate:
        """Make the budgets of a month on, or its assignments in a book of envelopes."""
        self.access.require_writer()
        if income is not None:
            require_digits(income, self.access.currency, "income")
        history = self._history(month)
        parts, money = self._parts(template_id, history, income)
        shown = None if money is None else in_digits(money, self.access.currency)
        used = sum((part.amount for part in parts), ZERO)
        left = None if shown is None else shown - used
        budgets: list[MadeBudget] = []
        assignments: list[MadeAssignment] = []
        if self.access.settings.budget_method is BudgetMethod.ENVELOPE:
            assignments = self._assign(month, parts, history, dry_run=dry_run)
        else:
            budgets = self._limit(month, parts, dry_run=dry_run)
        return AppliedTemplate(month, self.access.currency, shown, left, budgets, assignments, dry_run)

    def _parts(
        self, template_id: str, history: Mapping[int, Decimal], income: Decimal | None
    ) -> tuple[list[Part], Decimal | None]:
        """The parts of a template, and the income that they are of, if they depend on it."""
        currency, leaves = self.access.currency, self._leaves()
        if template_id == HISTORY:
            amounts = ((one, round_worth(history.get(one.id, ZERO), currency)) for one in leaves)
            return [Part(one.name, amount, {one.id: amount}) for one, amount in amounts if amount > 0], income
        if template_id in (FIFTY, STARTER):
            split = by_groups if template_id == FIFTY else by_weights
            whole = self._income(history, income)
            return split(leaves, whole, history, currency), whole
        template = self._find(template_id)
        money = self._income(history, income) if any(one.percent for one in template.items) else income
        names = {one.id: one.name for one in self.categories.categories.list_all()}
        parts = [_own_part(one, names[one.category_id], money or ZERO, currency) for one in template.items]
        return [part for part in parts if part.amount], money

    def _income(self, history: Mapping[int, Decimal], income: Decimal | None) -> Decimal:
        """The income that was given, or else the average of the last months."""
        if income is not None:
            return income
        types = self.categories.types()
        found = sum((amount for one, amount in history.items() if types.get(one) is CategoryType.INCOME), ZERO)
        if found <= 0:
            raise Invalid.field("income", "The last months have no income: say how much it is.")
        return round_money(found, self.access.currency)

    def _history(self, month: Month) -> dict[int, Decimal]:
        """Average of each category over the complete months before; spending and income are positive.

        Months before the first with spending, or with income, do not count: a new book would seem to have less.
        """
        last = min(month, self.calendar.month_of(self.access.today)).previous
        starts = [self.calendar.days(last.plus(-back)).start for back in reversed(range(MONTHS_BACK))]
        sums = self.categories.categories.sums_since(starts, self.calendar.days(last).end, exchange_of(self.access))
        currencies_of(self.access).require_rates(sums, self.access.currency)
        types, totals, months = self.categories.types(), dict[int, Decimal](), dict[CategoryType, int]()
        for one in sums:
            category_id, number = one.key
            kind = types[category_id]
            totals[category_id] = totals.get(category_id, ZERO) + abs_of(one.total, kind)
            months[kind] = max(months.get(kind, 1), MONTHS_BACK + 1 - number)
        return {category_id: total / months[types[category_id]] for category_id, total in totals.items()}

    def _leaves(self) -> list[Leaf]:
        """Categories of expenses that are offered and have none below them."""
        everything = self.categories.categories.list_all()
        parents = {one.parent_id for one in everything if not one.is_archived}
        return [
            Leaf(one.id, one.name, frozenset(one.flags), is_default=one.is_default)
            for one in everything
            if one.type is CategoryType.EXPENSE and not one.is_archived and one.id not in parents
        ]

    def _limit(self, month: Month, parts: Sequence[Part], *, dry_run: bool) -> list[MadeBudget]:
        start = self.calendar.days(month).start
        wanted: list[NewBudget] = [
            {
                "name": part.name,
                "amount": part.amount,
                "period": BudgetPeriod.MONTHLY,
                "start_date": start,
                "categories": list(part.categories),
            }
            for part in parts
        ]
        ids: Sequence[int | None] = [None] * len(wanted) if dry_run else BudgetService(self.access).create_all(wanted)
        return [
            MadeBudget(id_, part.name, part.amount, list(part.categories)) for id_, part in zip(ids, parts, strict=True)
        ]

    def _assign(
        self, month: Month, parts: Sequence[Part], history: Mapping[int, Decimal], *, dry_run: bool
    ) -> list[MadeAssignment]:
        envelopes = EnvelopeService(self.access)
        sheet = envelopes.locked(month)
        given = {
            category_id: amount
            for part in parts
            for category_id, amount in part.split(history, self.access.currency).items()
        }
        envelopes.change(sheet, month, {Slot(one): amount for one, amount in given.items()}, dry_run=dry_run)
        return [MadeAssignment(one, amount) for one, amount in given.items()]

    def _own(self) -> list[ShownTemplate]:
        items = self.items.by_template()
        return [self._shown(one, items.get(one.id, ())) for one in self.templates.list_all()]

    def _shown(self, one: BudgetTemplateRecord, items: Sequence[TemplateItemRecord]) -> ShownTemplate:
        def money(amount: Decimal | None) -> Decimal | None:
            return None if amount is None else in_digits(amount, self.access.currency)

        shown = [ShownItem(item.category_id, money(item.amount), item.percent) for item in items]
        return ShownTemplate(str(one.id), one.name, False, shown, one.version, self.access.book_id)

    def _find(self, template_id: str) -> ShownTemplate:
        found = next((one for one in self._own() if one.id == template_id), None)
        if found is None:
            raise NotFound(f"Template {template_id} does not exist.")
        return found

    def _check(self, items: Sequence[NewItem]) -> None:
        types = self.categories.types()
        if not items:
            raise Invalid.field("items", "Must have at least one item.")
        if len({one["category_id"] for one in items}) < len(items):
            raise Invalid.field("items", "Names a category twice.")
        for one in items:
            if one["category_id"] not in types:
                raise NotFound(f"Category {one['category_id']} does not exist.")
            if types[one["category_id"]] is not CategoryType.EXPENSE:
                raise refused("items", "wrong_category_type", "Must be categories of expenses.")
            amount, percent = one.get("amount"), one.get("percent")
            if (amount is None) is (percent is None):
                raise Invalid.field("items", "Each has an amount or a percentage.")
            if amount is not None:
                require_digits(amount, self.access.currency, "items")


def abs_of(total: Decimal | None, kind: CategoryType) -> Decimal:
    """A sum of the ledger with spending and income both as positive numbers."""
    return (total or ZERO) * (1 if kind is CategoryType.EXPENSE else -1)


def _own_part(one: ShownItem, name: str, income: Decimal, currency: Currency) -> Part:
    amount = one.amount if one.amount is not None else round_money(income * (one.percent or ZERO) / 100, currency)
    return Part(name, amount, {one.category_id: amount})
