"""Envelopes of a month: money in them, and assigning, moving, covering, copying it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, TypedDict, Unpack

from app.infra.books import BookAccess
from app.infra.preconditions import check_precondition
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, require_digits
from app.kernel.periods import Month
from app.suites.personal.books.service import InBookService
from app.suites.personal.budgets.models import Assignment
from app.suites.personal.budgets.repository import AssignmentRepository
from app.suites.personal.budgets.rules.applying import FailedTarget, Mode
from app.suites.personal.budgets.rules.envelopes import CardPayment, Envelope, EnvelopeMonth, Envelopes
from app.suites.personal.budgets.service.notes import MonthNotes
from app.suites.personal.budgets.service.sheet import Plans, Sheet, Slot, lock_envelopes
from app.suites.personal.budgets.service.shown import UNCATEGORISED
from app.suites.personal.categories.rules import refused

ZERO = Decimal(0)

MOST = 10**14
"""Limit of what is assigned to an envelope in a month."""


class NewAssignment(TypedDict, total=False):
    """Money for a category, for what has none, or for a card."""

    category_id: int | None
    account_id: int | None
    assigned: Decimal


class NoteValues(TypedDict, total=False):
    """The note of a month."""

    note: str | None


@dataclass(frozen=True, slots=True)
class CategoryEnvelope:
    """A category in a month."""

    category_id: int | None
    name: str
    path: list[str]
    carry: Decimal
    assigned: Decimal
    activity: Decimal
    available: Decimal
    overspent: Decimal
    credit_over: Decimal


@dataclass(frozen=True, slots=True)
class CardEnvelope:
    """Money set aside to pay a card, in a month."""

    account_id: int
    name: str
    carry: Decimal
    assigned: Decimal
    funded: Decimal
    paid: Decimal
    income: Decimal
    available: Decimal


class ChangedAssignment(NamedTuple):
    """An assignment before and after a change."""

    category_id: int | None
    account_id: int | None
    before: Decimal
    assigned: Decimal


class Goal(NamedTuple):
    """Sum of the targets of a category in a month."""

    category_id: int
    goal: Decimal


@dataclass(frozen=True, kw_only=True)
class MonthView:
    """The envelopes of a month."""

    version: int
    month: Month
    date_from: date
    date_to: date
    currency: Currency
    to_assign: Decimal
    free: Decimal
    held: Decimal
    income: Decimal
    assigned: Decimal
    deducted: Decimal
    fx_effect: Decimal
    overassigned: bool
    note: str | None
    categories: list[CategoryEnvelope]
    cards: list[CardEnvelope]

    @property
    def id(self) -> int:
        """Number of the month, for its entity tag."""
        return number_of(self.month)


@dataclass(frozen=True, kw_only=True)
class ChangedMonth(MonthView):
    """The envelopes of a month after a change, and the change; nothing is stored if it was a dry run."""

    months_changed: list[Month]
    changes: list[ChangedAssignment]
    dry_run: bool
    errors: list[FailedTarget]
    goals: list[Goal]


def number_of(month: Month) -> int:
    """A month as a number, as 202603."""
    return month.year * 100 + month.month


class EnvelopeService(InBookService):
    """Shows and changes the envelopes of a book."""

    model: ClassVar = Assignment

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.assignments = AssignmentRepository(access)
        self.notes = MonthNotes(access)

    def get(self, month: Month) -> MonthView:
        """The envelopes of a month."""
        sheet = Sheet(self.access)
        return view_of(sheet, sheet.envelopes(), sheet.plans, month)

    def assign(
        self,
        month: Month,
        assignments: Sequence[NewAssignment] = (),
        held: Decimal | None = None,
        **given: Unpack[NoteValues],
    ) -> ChangedMonth:
        """Set assignments of a month, the money that is held, and the note: all of it or nothing."""
        sheet = self.locked(month)
        wanted: dict[Slot, Decimal] = {}
        for one in assignments:
            slot = self._slot(sheet, one)
            if slot in wanted:
                raise Invalid.field("assignments", "Names a category or card twice.")
            require_digits(one["assigned"], self.access.currency, "assignments")
            wanted[slot] = one["assigned"]
        if held is not None:
            self._check_held(held)
        if "note" in given:
            sheet.plans = sheet.plans.with_note(month, given["note"])
        return self.change(sheet, month, wanted, held=held)

    def move(self, month: Month, amount: Decimal, source: int | None, target: int | None) -> ChangedMonth:
        """Move money from one envelope to another; none is the money that is not assigned."""
        sheet = self.locked(month)
        require_digits(amount, self.access.currency, "amount")
        return self._moved(sheet, month, amount, source, target)

    def cover(self, month: Month, target: int, source: int | None, amount: Decimal | None) -> ChangedMonth:
        """Move to an overspent envelope the money that it lacks, or a part of it."""
        sheet = self.locked(month)
        slot = self._slot_of(sheet, target, "to")
        state = sheet.envelopes().at(month)
        held = state.cards.get(target) if slot.account_id else state.categories.get(target)
        lacking = max(ZERO, -held.available) if held is not None else ZERO
        if not lacking:
            raise Conflict("Nothing is overspent there.", code="nothing_to_cover")
        if amount is not None:
            require_digits(amount, self.access.currency, "amount")
        return self._moved(sheet, month, lacking if amount is None else amount, source, target)

    def copy(self, month: Month, source: Month, mode: Mode, *, dry_run: bool = False) -> ChangedMonth:
        """Assign as in another month; `fill` raises and never lowers, `overwrite` replaces all."""
        sheet = self.locked(month)
        wanted, own = sheet.plans.of(source), sheet.plans.of(month)
        if mode is Mode.FILL:
            given = {slot: amount for slot, amount in wanted.items() if amount > own.get(slot, ZERO)}
        else:
            given = {**dict.fromkeys(own, ZERO), **wanted}
        return self.change(sheet, month, given, dry_run=dry_run)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Add the assignments of a category in every month to those of another one, or of lines without any."""
        self.assignments.move(category_id, move_to)

    def locked(self, month: Month) -> Sheet:
        """The envelopes, read after all who change them have ended; `If-Match` is about the plan of the month."""
        self.access.require_writer()
        lock_envelopes(self.access)
        sheet = Sheet(self.access)
        check_precondition(self.access.session, number_of(month), sheet.plans.versions.get(month, 0))
        return sheet

    def change(
        self,
        sheet: Sheet,
        month: Month,
        given: Mapping[Slot, Decimal],
        *,
        held: Decimal | None = None,
        dry_run: bool = False,
        errors: Sequence[FailedTarget] = (),
        goals: Sequence[Goal] = (),
    ) -> ChangedMonth:
        """Store assignments of a month unless it is a dry run, and show the month after it."""
        own = sheet.plans.of(month)
        changed = {slot: amount for slot, amount in given.items() if amount != own.get(slot, ZERO)}
        if any(abs(amount) >= MOST for amount in changed.values()):
            raise Conflict(f"An envelope would get {MOST:,} or more.", code="amount_too_large")
        after = sheet.plans.changed(month, changed, held)
        if not dry_run:
            after = after.raised(month)
            self.assignments.put(month.first_day, self.access.currency, changed)
            self.notes.put(month.first_day, after.held.get(month, ZERO), after.notes.get(month))
        before, now = sheet.envelopes(), sheet.envelopes(after)
        view = view_of(sheet, now, after, month)
        return ChangedMonth(
            **{one.name: getattr(view, one.name) for one in fields(view)},
            months_changed=before.changed_months(now),
            changes=[
                ChangedAssignment(*slot, sheet.shown(own.get(slot, ZERO)), sheet.shown(amount))
                for slot, amount in changed.items()
            ],
            dry_run=dry_run,
            errors=list(errors),
            goals=list(goals),
        )

    def _check_held(self, held: Decimal) -> None:
        if held < 0:
            raise Invalid.field("held", "Must not be below 0.")
        require_digits(held, self.access.currency, "held")

    def _moved(
        self, sheet: Sheet, month: Month, amount: Decimal, source: int | None, target: int | None
    ) -> ChangedMonth:
        if source == target:
            raise Invalid.field("to", "Must be another envelope.")
        own, given = sheet.plans.of(month), {}
        for place, name, change in ((source, "from", -amount), (target, "to", amount)):
            if place is not None:
                slot = self._slot_of(sheet, place, name)
                given[slot] = own.get(slot, ZERO) + change
        return self.change(sheet, month, given)

    def _slot(self, sheet: Sheet, one: NewAssignment) -> Slot:
        category_id, account_id = one.get("category_id"), one.get("account_id")
        if category_id is not None and account_id is not None:
            raise Invalid.field("assignments", "Names a category or a card, not both.")
        if account_id is not None:
            return self._card(sheet, account_id, "assignments")
        return Slot() if category_id is None else self._category(sheet, category_id, "assignments")

    def _slot_of(self, sheet: Sheet, place: int, name: str) -> Slot:
        """The place of an id, which is that of a category or of a card."""
        account = sheet.accounts.get(place)
        if account is not None and account.type is not None:
            return self._card(sheet, place, name)
        return self._category(sheet, place, name)

    def _category(self, sheet: Sheet, category_id: int, name: str) -> Slot:
        found = next((one for one in sheet.categories if one.id == category_id), None)
        if found is None:
            raise NotFound(f"Category {category_id} does not exist.")
        if not found.is_expense:
            raise refused(name, "wrong_category_type", "Must be a category of expenses.")
        return Slot(category_id)

    def _card(self, sheet: Sheet, account_id: int, name: str) -> Slot:
        account = sheet.accounts.get(account_id)
        if account is None or account.type is None:
            raise NotFound(f"Account {account_id} does not exist.")
        if account_id not in sheet.book.cards:
            raise refused(name, "not_a_card", "Must be a card of the budget for which money is set aside.")
        return Slot(account_id=account_id)


def view_of(sheet: Sheet, envelopes: Envelopes, plans: Plans, month: Month) -> MonthView:
    """A month as answers show it: all categories of expenses that are offered or have figures, in their tree."""
    state, days, shown = envelopes.at(month), sheet.days(month), sheet.shown
    return MonthView(
        version=plans.versions.get(month, 0),
        month=month,
        date_from=days.start,
        date_to=days.end,
        currency=sheet.currency,
        to_assign=shown(state.to_assign),
        free=shown(state.free),
        held=shown(state.held),
        income=shown(state.income),
        assigned=shown(state.assigned),
        deducted=shown(state.deducted),
        fx_effect=shown(state.fx_effect),
        overassigned=state.overassigned,
        note=plans.notes.get(month),
        categories=_categories(sheet, state),
        cards=_cards(sheet, state),
    )


def _categories(sheet: Sheet, state: EnvelopeMonth) -> list[CategoryEnvelope]:
    names: dict[int, list[str]] = {}
    found: list[CategoryEnvelope] = []
    for one in sheet.categories:
        names[one.id] = [*names.get(one.parent_id or 0, []), one.name]
        own = state.categories.get(one.id)
        if one.is_expense and (own not in (None, Envelope()) or not one.is_archived):
            found.append(_category(sheet, one.id, names[one.id], own or Envelope()))
    without = state.categories.get(None, Envelope())
    return [*found, _category(sheet, None, [UNCATEGORISED], without)]


def _category(sheet: Sheet, category_id: int | None, path: list[str], own: Envelope) -> CategoryEnvelope:
    shown = sheet.shown
    return CategoryEnvelope(
        category_id,
        path[-1],
        path,
        carry=shown(own.carry),
        assigned=shown(own.assigned),
        activity=shown(own.activity),
        available=shown(own.available),
        overspent=shown(own.overspent),
        credit_over=shown(own.credit_over),
    )


def _cards(sheet: Sheet, state: EnvelopeMonth) -> list[CardEnvelope]:
    found: list[CardEnvelope] = []
    for card in sheet.cards:
        own = state.cards.get(card.id, CardPayment())
        figures = {name: sheet.shown(getattr(own, name)) for name in CardPayment._fields}
        found.append(CardEnvelope(card.id, card.name, **figures))
    return found
