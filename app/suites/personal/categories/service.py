"""Categories: making, moving, archiving and deleting them, and their use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, TypedDict, Unpack

from app.core.ledger.service import Opening
from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import in_digits, require_digits, round_worth
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import DateRange, MonthCalendar
from app.kernel.rows import plain_name
from app.suites.personal.books.service import BookLedger, InBookService, exchange_of
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.categories.models import Category, CategoryRecord, CategoryUse
from app.suites.personal.categories.queries import CategoryRepository
from app.suites.personal.categories.rules import (
    DEFAULTS,
    CategoryFlag,
    CategoryType,
    Deletion,
    Overspending,
    Tree,
    refused,
)

AVERAGED = 6
"""Complete months of which the average is shown."""


class CategoryChanges(TypedDict, total=False):
    """The values of a category that may change."""

    name: str
    type: CategoryType
    parent_id: int | None
    color: str | None
    icon: str | None
    budget_limit: Decimal | None
    position: int
    is_archived: bool
    overspending: Overspending
    flags: list[str]


class NewCategory(CategoryChanges, total=False):
    """The values of a new category, of which it has at least name and type."""

    is_default: bool


class CategoryFilters(TypedDict, total=False):
    """The criteria of a list of categories."""

    type: CategoryType
    include_archived: bool


class DeletionValues(TypedDict, total=False):
    """The way in which a category is deleted."""

    move_to: int | None
    mode: Deletion


class Usage(NamedTuple):
    """Use of a category: spending and income are positive."""

    transactions: int
    last_used: date | None
    this_month: Decimal | None
    average_6: Decimal | None


CategoryItem = Item[CategoryRecord]


class CategoryService(InBookService):
    """Makes, changes and deletes the categories of a book."""

    model: ClassVar = Category

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.categories = CategoryRepository(access)
        self.ledger = BookLedger(access)

    def page(self, request: PageRequest, **filters: Unpack[CategoryFilters]) -> Page[CategoryItem]:
        """One page of categories, with their use."""
        everything, kind = self.categories.list_all(), filters.get("type")
        found = [
            one
            for one in everything
            if (kind is None or one.type is kind) and (filters.get("include_archived") or not one.is_archived)
        ]
        for key in reversed(request.sort):
            found.sort(key=lambda one: plain_name(str(getattr(one, key.field))), reverse=key.descending)
        return Page(self._shown(found[request.span], everything), len(found), request)

    def get(self, category_id: int) -> CategoryItem:
        """One category with its use."""
        return self._shown([self.categories.get(category_id)], self.categories.list_all())[0]

    def types(self) -> dict[int, CategoryType]:
        """Types of all categories of the book by id."""
        return {one.id: one.type for one in self.categories.list_all()}

    def tree(self) -> Tree:
        """All categories of the book by their parents."""
        return Tree({one.id: one.parent_id for one in self.categories.list_all()})

    def names(self) -> dict[int, list[str]]:
        """The names of every category from the top, by id."""
        return _names(self.categories.list_all())

    def list_all(self) -> list[CategoryRecord]:
        """All categories of the book, archived ones too, by position."""
        return self.categories.list_all()

    def flags(self) -> dict[int, list[str]]:
        """The flags of every category, by id."""
        return {one.id: one.flags for one in self.categories.list_all()}

    def uncategorised_id(self, kind: CategoryType) -> int:
        """Id of the ledger's account for what has no category."""
        return self.ledger.account_by_code(kind.uncategorised).id

    def open_uncategorised(self) -> None:
        """Open the ledger's accounts of a new book for what has no category."""
        codes = [(kind.kind, kind.uncategorised) for kind in CategoryType]
        self.ledger.open_accounts([Opening(kind, code, code=code) for kind, code in codes])

    def create_defaults(self) -> None:
        """Make the categories of a new book, the upper ones by two statements and those below by two."""
        tops = [(kind, name, below) for kind, tree in DEFAULTS.items() for name, below in tree.items()]
        ids = self.ledger.open_accounts([Opening(kind.kind, name) for kind, name, _ in tops])
        self._add_defaults((top_id, ()) for top_id in ids)
        children = [
            (Opening(kind.kind, name, top_id), flags)
            for top_id, (kind, _, below) in zip(ids, tops, strict=True)
            for name, flags in below
        ]
        ids = self.ledger.open_accounts([opening for opening, _ in children])
        self._add_defaults(zip(ids, (flags for _, flags in children), strict=True))

    def create(self, **values: Unpack[NewCategory]) -> CategoryItem:
        """Make a category; its parent is of its type."""
        self.access.require_writer()
        values.pop("is_default", None)
        self._check(values, values["type"], None)
        return self.get(self._add(**values).id)

    def copy(self, **values: Unpack[NewCategory]) -> int:
        """Make a category of another book as it was there, below one of its type; returns its id."""
        self.access.require_writer()
        self._check({**values, "parent_id": None}, values["type"], None)
        return self._add(**values).id

    def delete_all(self) -> None:
        """Delete all categories of a book in which nothing is of one."""
        tree = self.tree()
        found = self.categories.lock_all(tree.parents.keys()) if tree.parents else []
        for one in sorted(found, key=lambda one: tree.depth(one.id), reverse=True):
            self.categories.delete(one)
            self.ledger.delete_account(one.id)

    def update(self, category_id: int, *, merge: bool = False, **changes: Unpack[CategoryChanges]) -> CategoryItem:
        """Change the given values, or move the category under another one.

        With `merge` one that gets the name of a category beside it is merged into that one, which is returned.
        """
        category = self.categories.get_for_update(category_id)
        kind = changes.pop("type", category.type)
        self._check(changes, kind, category_id)
        if kind is not category.type:
            self._retype(category, kind, changes.get("parent_id", category.parent_id))
        namesake = self._namesake(category, changes) if merge else None
        if namesake is not None:
            children = [one.id for one in self.categories.list_all() if one.parent_id == category_id]
            self._remove(category, children, namesake)
            return self.get(namesake)
        self.categories.change(category, changes)
        return self.get(category_id)

    def delete(self, category_id: int, **how: Unpack[DeletionValues]) -> None:
        """Delete a category, move what is of it and delete it, or archive it: by default what has been used."""
        category = self.categories.get_for_update(category_id)
        children = [one.id for one in self.categories.list_all() if one.parent_id == category_id]
        used = category_id in self._used()
        usual = Deletion.ARCHIVE if used and "move_to" not in how else Deletion.DELETE
        if how.get("mode", usual) is Deletion.ARCHIVE:
            self._archive(category, children)
            return
        if (children or used) and "move_to" not in how:
            code, what = ("has_children", "categories below it") if children else ("has_transactions", "transactions")
            raise Conflict(f"The category has {what}: say where they move to.", code=code)
        self._remove(category, children, how.get("move_to"))

    def _remove(self, category: Category, children: list[int], move_to: int | None) -> None:
        """Delete a category after all that is of it went to another, or to none."""
        category_id = category.id
        self._move(category, children, move_to)
        self.categories.delete(category)
        with self.categories.translated():
            self.ledger.delete_account(category_id)

    def _retype(self, category: Category, kind: CategoryType, parent_id: int | None) -> None:
        """Give an unused category another type; budgets and all else that is of its old type let go of it."""
        types = self.types()
        if category.id in self._used():
            raise Conflict("The type of a category with transactions stays.", code="has_transactions")
        if any(one.parent_id == category.id for one in self.categories.list_all()):
            raise Conflict("There are categories below it.", code="has_children")
        if parent_id is not None and types.get(parent_id) is not kind:
            raise refused("type", "parent_type", "Must be of the type of the category above it.")
        self.context.publish(CategoryLeaving(self.access.book_id, category.id, None))
        self.categories.change(category, {"kind": kind.kind})

    def _namesake(self, category: Category, changes: CategoryChanges) -> int | None:
        """Id of the category that has the name and the place which this one gets."""
        name, parent_id = changes.get("name", category.name), changes.get("parent_id", category.parent_id)
        return next(
            (
                one.id
                for one in self.categories.list_all()
                if (one.parent_id, one.type) == (parent_id, category.type)
                and one.id != category.id
                and plain_name(one.name) == plain_name(name)
            ),
            None,
        )

    def _archive(self, category: Category, children: list[int]) -> None:
        if children:
            raise Conflict("There are categories below it.", code="has_children")
        self.categories.change(category, {"is_archived": True})

    def _move(self, category: Category, children: list[int], move_to: int | None) -> None:
        """Give another category, or none, all that is of one that is being deleted."""
        if move_to is not None:
            target = self.types().get(move_to)
            if target is None or move_to in self.tree().below(category.id):
                raise NotFound(f"Category {move_to} does not exist.")
            if target is not category.type:
                raise refused("move_to", "wrong_category_type", "Must be of the same type.")
        for child in self.categories.lock_all(children):
            self.categories.change(child, {"parent_id": move_to})
        self.context.publish(CategoryLeaving(self.access.book_id, category.id, move_to))

    def _add(self, **values: Unpack[NewCategory]) -> Category:
        opened = self._opened(values["name"], values["type"], values.get("parent_id"))
        own = {name: value for name, value in values.items() if name not in {"name", "type", "parent_id"}}
        category = Category(id=opened, book_id=self.access.book_id, created_by=self.access.user_id, **own)
        return self.categories.add(category)

    def _add_defaults(self, accounts: Iterable[tuple[int, Sequence[CategoryFlag]]]) -> None:
        """Make the categories of these accounts of the ledger."""
        common = {"book_id": self.access.book_id, "created_by": self.access.user_id, "is_default": True}
        self.categories.insert_many([{"id": one, "flags": list(flags), **common} for one, flags in accounts])

    def _opened(self, name: str, kind: CategoryType, parent_id: int | None) -> int:
        with self.categories.translated():
            return self.ledger.open_account(kind.kind, name, parent_id=parent_id).id

    def _check(self, values: Mapping[str, object], kind: CategoryType, category_id: int | None) -> None:
        parent_id, limit, flags = (values.get(name) for name in ("parent_id", "budget_limit", "flags"))
        if isinstance(limit, Decimal):
            require_digits(limit, self.access.currency, "budget_limit")
        if isinstance(flags, list) and not set(flags) <= {flag.value for flag in CategoryFlag}:
            raise refused("flags", "validation_failed", f"Must be among {', '.join(CategoryFlag)}.")
        if isinstance(parent_id, int):
            parent = self.types().get(parent_id)
            if parent is None:
                raise NotFound(f"Category {parent_id} does not exist.")
            if parent is not kind:
                raise refused("parent_id", "parent_type", "Must be of the same type.")
            self.tree().check_move(category_id, parent_id)

    def _used(self) -> set[int]:
        return {one.category_id for one in self.categories.uses().values() if one.transactions}

    def _shown(self, records: Sequence[CategoryRecord], everything: Sequence[CategoryRecord]) -> list[CategoryItem]:
        """Categories with their use; in the sums of a category those below it do not count."""
        uses = self.categories.uses()
        calendar = MonthCalendar(self.access.settings.month_start_day)
        month = calendar.month_of(self.access.today)
        earlier = DateRange(calendar.days(month.plus(-AVERAGED)).start, calendar.days(month.previous).end)
        now, before = self._sums(calendar.days(month)), self._sums(earlier)
        names, budgeted = _names(everything), self._budgeted()
        return [
            Item(
                self._in_digits(one),
                {
                    "path": names[one.id],
                    "usage": self._usage(one, uses, now, before),
                    "budgeted": budgeted.get(one.id),
                },
            )
            for one in records
        ]

    def _budgeted(self) -> dict[int, Decimal]:
        """Amounts that higher domains budget for categories this month."""
        found: dict[int, Decimal] = {}
        for read in self.context.settings.category_budgets:
            found.update(read(self.access))
        return found

    def _in_digits(self, one: CategoryRecord) -> CategoryRecord:
        limit = None if one.budget_limit is None else in_digits(one.budget_limit, self.access.currency)
        return one._replace(budget_limit=limit)

    def _usage(
        self,
        category: CategoryRecord,
        uses: Mapping[int, CategoryUse],
        now: Mapping[int, Decimal | None],
        before: Mapping[int, Decimal | None],
    ) -> Usage:
        use = uses.get(category.id, CategoryUse(category.id, 0, None))
        sign = 1 if category.type is CategoryType.EXPENSE else -1
        this_month, six = now.get(category.id, Decimal(0)), before.get(category.id, Decimal(0))
        return Usage(
            transactions=use.transactions,
            last_used=use.last_used,
            this_month=None if this_month is None else round_worth(sign * this_month, self.access.currency),
            average_6=None if six is None else round_worth(sign * six / AVERAGED, self.access.currency),
        )

    def _sums(self, days: DateRange) -> dict[int, Decimal | None]:
        rates = exchange_of(self.access)
        return {one.key[0]: one.total for one in self.categories.sums(days, rates)}


def _names(everything: Sequence[CategoryRecord]) -> dict[int, list[str]]:
    """The names of every category from the top, by id."""
    known = {one.id: one for one in everything}
    tree = Tree({one.id: one.parent_id for one in everything})
    return {category_id: [known[one].name for one in tree.path(category_id)] for category_id in known}
