"""Repositories of budgets, envelopes, targets and templates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, Select, and_, any_, or_, text, update
from sqlalchemy.dialects.postgresql import insert

from app.infra import clock
from app.infra.db import require_writable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import equal
from app.kernel.errors import NotFound
from app.kernel.money import Currency
from app.suites.personal.budgets.models import (
    Assignment,
    AssignmentRecord,
    Budget,
    BudgetAlert,
    BudgetAlertRecord,
    BudgetAmount,
    BudgetAmountRecord,
    BudgetCategory,
    BudgetCategoryRecord,
    BudgetedAccount,
    BudgetedAccountRecord,
    BudgetRecord,
    BudgetTemplate,
    BudgetTemplateRecord,
    MonthNote,
    MonthNoteRecord,
    StoredNote,
    Target,
    TargetRecord,
    TemplateItem,
    TemplateItemRecord,
)
from app.suites.personal.budgets.rules.limits import Amount, Crossed

P = TypeVar("P", bound=tuple[int | None, int | None])
"""A category or a card, or none of both for lines without a category."""
_NO_CATEGORY = NotFound("The category does not exist.")
_OF_BUDGET = type[InBookRepository[Any, Any]]


class BudgetRepository(InBookRepository[Budget, BudgetRecord]):
    """Budgets of one book."""

    model = Budget
    record = BudgetRecord

    def list_all(self, *, active: bool | None = None) -> list[BudgetRecord]:
        """All budgets, active ones or the others, the oldest first."""
        return _budgets(active, **self.scope_values()).all(self.session, BudgetRecord)

    def list_of(self, budget_ids: Collection[int]) -> list[BudgetRecord]:
        """Some of them."""
        wanted = set(budget_ids)
        return [one for one in self.list_all() if one.id in wanted]


@cached_query
def _budgets(active: bool | None) -> Select[Any]:
    own = Budget.__table__.c
    conditions = [BudgetRepository.scope_condition(), *equal((own.is_active, active))]
    return BudgetRepository.base_query().where(*conditions).order_by(own.id)


@cached_query
def _parts(repository: _OF_BUDGET) -> Select[Any]:
    """Rows that belong to some of the budgets, in the order in which they came."""
    own = repository.model.__table__.c
    wanted = (repository.scope_condition(), own.budget_id == any_(parameter("ids", list)))
    return repository.base_query().where(*wanted).order_by(own.budget_id, own.id)


class BudgetCategoryRepository(InBookRepository[BudgetCategory, BudgetCategoryRecord]):
    """Categories of the budgets of one book."""

    model = BudgetCategory
    record = BudgetCategoryRecord
    conflicts: ClassVar = {"fk_budget_categories_category_id_categories": _NO_CATEGORY}

    def of(self, budget_ids: Collection[int]) -> dict[int, list[int]]:
        """Ids of the categories by that of their budget."""
        found: dict[int, list[int]] = {}
        for one in _parts(type(self), ids=list(budget_ids), **self.scope_values()).all(self.session, self.record):
            found.setdefault(one.budget_id, []).append(one.category_id)
        return found

    def replace(self, budget_id: int, category_ids: Iterable[int]) -> None:
        """Store the categories of a budget in place of those before."""
        self.delete_where(BudgetCategory.budget_id == budget_id)
        book_id = self.access.book_id
        self.add_all([BudgetCategory(book_id=book_id, budget_id=budget_id, category_id=one) for one in category_ids])

    def move(self, category_id: int, move_to: int | None) -> list[int]:
        """Put another category, or none, in the place of one; returns ids of the budgets that it was in."""
        gone = self.delete_returning(BudgetCategoryRecord, BudgetCategory.category_id == category_id)
        budget_ids = [one.budget_id for one in gone]
        if move_to is not None and gone:
            rows = [{"book_id": self.access.book_id, "budget_id": one, "category_id": move_to} for one in budget_ids]
            self.session.execute(insert(BudgetCategory).on_conflict_do_nothing(), rows)
        return budget_ids


class BudgetedAccountRepository(InBookRepository[BudgetedAccount, BudgetedAccountRecord]):
    """Accounts to which the budgets of one book are limited."""

    model = BudgetedAccount
    record = BudgetedAccountRecord

    def of(self, budget_ids: Collection[int]) -> dict[int, list[int]]:
        """Ids of the accounts by that of their budget."""
        found: dict[int, list[int]] = {}
        for one in _parts(type(self), ids=list(budget_ids), **self.scope_values()).all(self.session, self.record):
            found.setdefault(one.budget_id, []).append(one.account_id)
        return found

    def replace(self, budget_id: int, account_ids: Iterable[int]) -> None:
        """Store the accounts of a budget in place of those before."""
        self.delete_where(BudgetedAccount.budget_id == budget_id)
        book_id = self.access.book_id
        self.add_all([BudgetedAccount(book_id=book_id, budget_id=budget_id, account_id=one) for one in account_ids])


class BudgetAmountRepository(InBookRepository[BudgetAmount, BudgetAmountRecord]):
    """Amounts of the budgets of one book."""

    model = BudgetAmount
    record = BudgetAmountRecord

    def of(self, budget_ids: Collection[int]) -> dict[int, list[Amount]]:
        """Amounts by the id of their budget."""
        found: dict[int, list[Amount]] = {}
        for one in _parts(type(self), ids=list(budget_ids), **self.scope_values()).all(self.session, self.record):
            found.setdefault(one.budget_id, []).append(Amount(one.from_period_start, one.amount))
        return found

    def replace(self, budget_id: int, amounts: Iterable[Amount]) -> None:
        """Store the amounts of a budget in place of those before."""
        self.delete_where(BudgetAmount.budget_id == budget_id)
        book_id = self.access.book_id
        self.add_all([BudgetAmount(book_id=book_id, budget_id=budget_id, **one._asdict()) for one in amounts])


class BudgetAlertRepository(InBookRepository[BudgetAlert, BudgetAlertRecord]):
    """Alerts that were sent of the budgets of one book."""

    model = BudgetAlert
    record = BudgetAlertRecord

    def of(self, budget_ids: Collection[int], since: date) -> dict[tuple[int, date], list[Decimal]]:
        """Levels by budget and start of the period, of periods from a day on."""
        found: dict[tuple[int, date], list[Decimal]] = {}
        given = {"ids": list(budget_ids), "since": since, **self.scope_values()}
        for one in _alerts(**given).all(self.session, BudgetAlertRecord):
            found.setdefault((one.budget_id, one.period_start), []).append(one.level)
        return found

    def record_new(self, crossed: Iterable[Crossed]) -> list[Crossed]:
        """Store alerts; returns those that nobody stored before."""
        require_writable(self.session)
        rows = [{"book_id": self.access.book_id, **one._asdict()} for one in crossed]
        if not rows:
            return []
        new = insert(BudgetAlert).values(rows).on_conflict_do_nothing(constraint="uq_budget_alerts_level")
        own = BudgetAlert.__table__.c
        found = self.session.execute(new.returning(own.budget_id, own.period_start, own.level)).all()
        return [Crossed(*one) for one in found]


@cached_query
def _alerts() -> Select[Any]:
    own = BudgetAlert.__table__.c
    wanted = (
        BudgetAlertRepository.scope_condition(),
        own.budget_id == any_(parameter("ids", list)),
        own.period_start >= parameter("since", date),
    )
    return BudgetAlertRepository.base_query().where(*wanted).order_by(own.budget_id, own.level)


class AssignmentRepository(InBookRepository[Assignment, AssignmentRecord]):
    """Assignments of one book."""

    model = Assignment
    record = AssignmentRecord

    def put(self, month: date, currency: Currency, amounts: Mapping[P, Decimal]) -> None:
        """Set the amounts of places, each a category and a card of which at most one is given; 0 deletes it."""
        self.access.require_writer()
        own = Assignment.__table__.c
        gone = [place for place, amount in amounts.items() if not amount]
        if gone:
            places = or_(*(_at(category_id, account_id) for category_id, account_id in gone))
            self.delete_where(self.scope_column() == self.access.book_id, own.month == month, places)
        shared = {"month": month, "currency": currency}
        rows = [
            {**shared, "category_id": category_id, "account_id": account_id, "amount": amount}
            for (category_id, account_id), amount in amounts.items()
            if amount
        ]
        self._upsert(rows, adding=False)

    def of_month(self, month: date) -> list[AssignmentRecord]:
        """Assignments of a month."""
        return _assigned(month=month, **self.scope_values()).all(self.session, AssignmentRecord)

    def move(self, category_id: int, move_to: int | None) -> None:
        """Add the assignments of a category in every month to those of another one, or of none."""
        gone = self.delete_returning(
            AssignmentRecord, self.scope_column() == self.access.book_id, Assignment.category_id == category_id
        )
        shared = {"category_id": move_to, "account_id": None}
        rows = [{**shared, "month": one.month, "amount": one.amount, "currency": one.currency} for one in gone]
        self._upsert(rows, adding=True)

    def _upsert(self, rows: Sequence[Mapping[str, object]], *, adding: bool) -> None:
        """Store amounts in place of those before, or add them."""
        if not rows:
            return
        new = insert(Assignment).values([{"book_id": self.access.book_id, **one} for one in rows])
        amount = Assignment.amount + new.excluded.amount if adding else new.excluded.amount
        changed = {"amount": amount, "currency": new.excluded.currency, "updated_at": clock.now()}
        key: list[Any] = ["book_id", "month", text("coalesce(category_id, 0)"), text("coalesce(account_id, 0)")]
        self.session.execute(new.on_conflict_do_update(index_elements=key, set_=changed))


@cached_query
def _assigned() -> Select[Any]:
    of_month = Assignment.__table__.c.month == parameter("month", date)
    return AssignmentRepository.base_query().where(AssignmentRepository.scope_condition(), of_month)


def _at(category_id: int | None, account_id: int | None) -> ColumnElement[bool]:
    own = Assignment.__table__.c
    return and_(
        own.category_id.is_not_distinct_from(category_id),
        own.account_id.is_not_distinct_from(account_id),
        own.book_id.is_not(None),
    )


class MonthNoteRepository(InBookRepository[MonthNote, MonthNoteRecord]):
    """Notes of the months of one book."""

    model = MonthNote
    record = MonthNoteRecord

    def put(self, month: date, held: Decimal, currency: Currency) -> StoredNote:
        """Set the money that is held in a month; returns its note as it is stored."""
        self.access.require_writer()
        values = {"held": held, "currency": currency}
        new = insert(MonthNote).values(book_id=self.access.book_id, month=month, **values)
        changed = {**values, "updated_at": clock.now(), "version": MonthNote.version + 1}
        put = new.on_conflict_do_update(constraint="uq_month_notes_month", set_=changed)
        return StoredNote(*self.session.execute(put.returning(MonthNote.id, MonthNote.note)).one())

    def set_note(self, row_id: int, note: str | None) -> None:
        """Set the note of a month whose money was just set: it is the same change."""
        own = (MonthNote.book_id == self.access.book_id, MonthNote.id == row_id)
        self.session.execute(update(MonthNote).where(*own).values(note=note))


class TargetRepository(InBookRepository[Target, TargetRecord]):
    """Targets of one book."""

    model = Target
    record = TargetRecord

    def list_all(self) -> list[TargetRecord]:
        """All targets, the oldest first."""
        return _all(type(self), **self.scope_values()).all(self.session, TargetRecord)

    def move(self, category_id: int, move_to: int | None) -> None:
        """Give another category the targets of one, or delete them."""
        of_it = (self.scope_column() == self.access.book_id, Target.category_id == category_id)
        percents = (self.scope_column() == self.access.book_id, Target.of_category_id == category_id)
        if move_to is None:
            self.delete_where(*of_it)
            self.delete_where(*percents)
            return
        raised = {"version": Target.version + 1, "updated_at": clock.now()}
        self.session.execute(update(Target).where(*of_it).values(category_id=move_to, **raised))
        self.session.execute(update(Target).where(*percents).values(of_category_id=move_to, **raised))


class BudgetTemplateRepository(InBookRepository[BudgetTemplate, BudgetTemplateRecord]):
    """Templates of one book."""

    model = BudgetTemplate
    record = BudgetTemplateRecord

    def list_all(self) -> list[BudgetTemplateRecord]:
        """All templates of the book, the oldest first."""
        return _all(type(self), **self.scope_values()).all(self.session, BudgetTemplateRecord)


class TemplateItemRepository(InBookRepository[TemplateItem, TemplateItemRecord]):
    """Items of the templates of one book."""

    model = TemplateItem
    record = TemplateItemRecord

    def by_template(self) -> dict[int, list[TemplateItemRecord]]:
        """Items by the id of their template, in order."""
        found: dict[int, list[TemplateItemRecord]] = {}
        for one in _all(type(self), **self.scope_values()).all(self.session, TemplateItemRecord):
            found.setdefault(one.template_id, []).append(one)
        return found

    def move(self, category_id: int, move_to: int | None) -> None:
        """Put another category in the place of one, where the template does not have it, or delete its items."""
        gone = self.delete_returning(
            TemplateItemRecord, self.scope_column() == self.access.book_id, TemplateItem.category_id == category_id
        )
        own = {"book_id": self.access.book_id, "place": 0, "category_id": move_to}
        rows = [{**own, "template_id": one.template_id, "amount": one.amount, "percent": one.percent} for one in gone]
        if rows and move_to is not None:
            self.session.execute(insert(TemplateItem).values(rows).on_conflict_do_nothing())


@cached_query
def _all(repository: _OF_BUDGET) -> Select[Any]:
    """All rows of the book, in the order in which they came."""
    return repository.base_query().where(repository.scope_condition()).order_by(repository.model.__table__.c.id)
