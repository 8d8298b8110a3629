"""Recurring transactions: making, changing, skipping, entering and pausing them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple, Unpack

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound
from app.kernel.money import Currency, require_digits
from app.kernel.recurrence import Weekend
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.payees_rules.rules.tags import renamed
from app.suites.personal.recurring.models import Recurring, RecurringRecord
from app.suites.personal.recurring.queries import EnteredQueries
from app.suites.personal.recurring.repository import OccurrenceRepository, RecurringRepository
from app.suites.personal.recurring.rules import (
    MOST_TEMPLATES,
    AmountMode,
    Occurrence,
    require_valid,
    require_valid_amounts,
)
from app.suites.personal.recurring.service.encrypting import RecurringCipher, SplitStore
from app.suites.personal.recurring.service.posting import OccurrencePoster
from app.suites.personal.recurring.service.values import (
    OF_CALENDAR,
    NewRecurring,
    Posting,
    RecurringChanges,
    amounts_of,
    series_of,
    split_values,
)
from app.suites.personal.transactions.rules import TransactionType, legs_of, lines_of
from app.suites.personal.transactions.service import MoneyValues, SplitValues, TransactionService

_MONEY = frozenset(
    {"type", "amount", "account_id", "to_account_id", "to_amount", "category_id", "budget_category_id"}
) | {"splits", "amount_mode", "min_amount", "max_amount", "start_date"}
"""Values on which it depends whether the money of the transactions fits together."""
USUAL_NAME = "Recurrente"
"""Name of one that has neither a name nor a description."""
_A_DAY = timedelta(days=1)


class RecurringService(InBookService):
    """Makes and changes the recurring transactions of a book."""

    model: ClassVar = Recurring

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.recurring = RecurringRepository(access)
        self.splits = SplitStore(access)
        self.cipher = RecurringCipher(access)
        self.occurrences = OccurrenceRepository(access)
        self.entered = EnteredQueries(access.session, access.book_id)
        self.poster = OccurrencePoster(access)
        self.transactions = TransactionService(access)

    def create(self, **values: Unpack[NewRecurring]) -> int:
        """Make one and return its id; its occurrences before today are made up for by the job."""
        self.access.require_writer()
        if self.recurring.count() >= MOST_TEMPLATES:
            raise Conflict(f"A book has at most {MOST_TEMPLATES} recurring transactions.", code="too_many_recurring")
        calendar, data, splits = _parted(values)
        if data.get("account_id") is None:
            data["account_id"] = self.transactions.resolver.accounts.first_open().id
        calendar.setdefault("start_date", data.pop("date", self.access.today))
        calendar.setdefault("template_name", data.get("description") or USUAL_NAME)
        data.pop("date", None)
        given = {**_NEW, **calendar, **data, "created_by": self.access.user_id}
        state = _with(None, given)
        self._check(state, splits or ())
        [row_id] = self.recurring.reserve_ids(1)
        stored = self.cipher.encrypted(row_id, given)
        row = self.recurring.add(Recurring(id=row_id, book_id=self.access.book_id, **stored))
        self.splits.replace(row.id, splits or ())
        self._renew(row)
        return row.id

    def update(self, recurring_id: int, **changes: Unpack[RecurringChanges]) -> None:
        """Change the given values; a new calendar begins after the last occurrence that was entered."""
        row = self.recurring.get_for_update(recurring_id)
        calendar, data, splits = _parted(changes)
        data.pop("date", None)
        kept = self._splits_of(recurring_id)
        changed = {**calendar, **_of_type(row, data, splits), **data}
        after = kept if splits is None else list(splits)
        if changed.get("category_id") is not None and splits is None:
            after = []
        if changed.get("is_active") and not row.is_active:
            changed["resumed"] = self.access.today
        if any(name in changed and changed[name] != getattr(row, name) for name in OF_CALENDAR):
            changed |= self._renumbered(row)
        checks = not _MONEY.isdisjoint(changed) or splits is not None
        self._check(_with(row, changed), after, with_money=checks)
        if changed.get("is_active") is False:
            changed["next_occurrence"] = None
        self.recurring.change(row, self.cipher.encrypted(recurring_id, changed, row))
        if after != kept:
            self.splits.replace(recurring_id, after)
        self._renew(row)

    def delete(self, recurring_id: int) -> None:
        """Delete one; the transactions that it made stay."""
        self.recurring.delete(self.recurring.get_for_update(recurring_id))

    def skip(self, recurring_id: int, day: date | None = None) -> None:
        """Leave out the next occurrence, or that of a day."""
        row = self._active(recurring_id)
        one = self._coming(row, day)
        self.recurring.change(row, {"skipped": [*row.skipped, one.number]})
        self._renew(row)

    def post(self, recurring_id: int, **values: Unpack[Posting]) -> int:
        """Enter the next occurrence and return the id of the transaction: on its own day, or today if that is later."""
        row = self._active(recurring_id)
        one = self._coming(row)
        day = values.get("date", min(one.day, self.access.today))
        entered = self.poster.post_one(row, one, day, values.get("amount"))
        self.recurring.change(row, {"handled": one.number})
        self._renew(row)
        return entered

    def pause(self, recurring_id: int) -> None:
        """Enter nothing until it is resumed."""
        row = self.recurring.get_for_update(recurring_id)
        self.recurring.change(row, {"is_active": False, "next_occurrence": None})

    def resume(self, recurring_id: int) -> None:
        """Go on; what fell due in the pause is not made up for."""
        row = self.recurring.get_for_update(recurring_id)
        if not row.is_active:
            self.recurring.change(row, {"is_active": True, "resumed": self.access.today})
            self._renew(row)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category, or none, to all that is of one."""
        for row in self.recurring.lock_all(self.recurring.of_category(category_id)):
            names = [name for name in ("category_id", "budget_category_id") if getattr(row, name) == category_id]
            self.recurring.change(row, dict.fromkeys(names, move_to))
            splits = self._splits_of(row.id)
            for split in splits:
                if split.get("category_id") == category_id:
                    split["category_id"] = move_to
            self.splits.replace(row.id, splits)

    def move_payee(self, payee_id: int, into: int) -> None:
        """Give another payee to all that names one."""
        for row in self.recurring.lock_all(self.recurring.of_payee(payee_id)):
            self.recurring.change(row, {"payee_id": into})

    def rename_tag(self, name: str, new_name: str) -> None:
        """Put another tag in place of one."""
        for row in self.recurring.lock_all(self.recurring.tagged(name)):
            splits = self._splits_of(row.id)
            for split in splits:
                split["tags"] = renamed(split.get("tags", []), name, new_name)
            self.recurring.change(row, {"tags": renamed(row.tags, name, new_name)})
            self.splits.replace(row.id, splits)

    def _active(self, recurring_id: int) -> Recurring:
        row = self.recurring.get_for_update(recurring_id)
        if not row.is_active:
            raise Conflict("It is paused; resume it first.", code="recurring_paused")
        return row

    def _coming(self, row: Recurring, day: date | None = None) -> Occurrence:
        """The next occurrence, or that of a day; Conflict if there is none."""
        ahead = self.occurrences.ahead([row.id]).get(row.id, ())
        for one in series_of(row, ahead).coming():
            if day is None or one.day == day:
                return one
            if one.day > day:
                break
        raise Conflict("There is no such occurrence to come.", code="no_occurrence")

    def _renew(self, row: Recurring) -> None:
        """Store the day of the next occurrence as it is now."""
        self.recurring.change(row, {"next_occurrence": self.poster.next_day(row)})

    def _renumbered(self, row: Recurring) -> dict[str, object]:
        """Values by which a new calendar is numbered after what was handled, and leaves out those days."""
        last = self.occurrences.last(row.id)
        before = max(row.handled, last.occurrence or 0)
        found: dict[str, object] = {"numbered_from": before, "handled": before, "skipped": []}
        if last.day is not None:
            found["resumed"] = max(last.day + _A_DAY, row.resumed or last.day)
        return found

    def _check(self, state: RecurringRecord, splits: Sequence[SplitValues], *, with_money: bool = True) -> None:
        """Raise Invalid or NotFound, naming the field, unless dates, amounts and categories fit together."""
        require_valid(series_of(state).schedule)
        if not with_money:
            return
        varies = state.amount_mode in (AmountMode.LAST, AmountMode.AVERAGE_3)
        if varies and (splits or state.to_amount is not None):
            raise Invalid.field("amount_mode", "With splits or a second amount it is fixed, or an estimate.")
        require_valid_amounts(amounts_of(state))
        currency = self._check_template(state, splits)
        for name, amount in (("min", state.min_amount), ("max", state.max_amount)):
            if amount is not None:
                require_digits(amount, currency, name)

    def _check_template(self, state: RecurringRecord, splits: Sequence[SplitValues]) -> Currency:
        """Check the transactions that it will make, as if the next one were entered; returns their currency."""
        resolver = self.transactions.resolver
        following = series_of(state).next()
        try:
            money = resolver.money(_money(state, splits, state.start_date if following is None else following.day))
            resolver.check_legs(money, legs_of(money, lines_of(money, 0)))
            if state.budget_category_id is not None:
                resolver.check_category(state.budget_category_id, CategoryType.EXPENSE, "budget_category_id")
        except DomainError as error:
            raise _of_template(error) from error
        if state.payee_id is not None and not self.entered.has_payee(state.payee_id):
            raise NotFound(f"Payee {state.payee_id} does not exist.")
        return money.purse.currency

    def _splits_of(self, recurring_id: int) -> list[SplitValues]:
        found = self.splits.of([recurring_id]).get(recurring_id, [])
        return [split_values(part) for part in found]


_NEW: dict[str, object] = {
    "is_active": True,
    "interval": 1,
    "weekend": Weekend.SAME,
    "amount_mode": AmountMode.FIXED,
    "auto_post": True,
    "days_before": 0,
    "skipped": [],
    "tags": [],
    "exclude_from_reports": False,
    "handled": 0,
    "numbered_from": 0,
}
"""Values of what a new one does not say."""


class _Parts(NamedTuple):
    """The values of a request, by where they are stored."""

    calendar: dict[str, object]
    data: dict[str, object]
    splits: Sequence[SplitValues] | None


def _parted(values: RecurringChanges) -> _Parts:
    data: dict[str, object] = {**values.get("transaction_data", {})}
    splits = values.get("transaction_data", {}).get("splits")
    data.pop("splits", None)
    lacking = [split for split in splits or () if split.get("amount") is None]
    if lacking:  # a change needs no field, but each split its amount
        raise Invalid.field("transaction_data", "Each split has an amount.")
    return _Parts({name: value for name, value in values.items() if name != "transaction_data"}, data, splits)


def _with(row: Recurring | None, changes: Mapping[str, object]) -> RecurringRecord:
    """The values of a row, or of a new one, with changes that are not stored yet."""
    values: dict[str, Any] = {name: getattr(row, name, None) for name in RecurringRecord._fields}
    return RecurringRecord(**{**values, **changes})


def _of_type(row: Recurring, data: Mapping[str, object], splits: Sequence[SplitValues] | None) -> dict[str, object]:
    """Values that a change clears: those that the new type does not have, and the category of what is split."""
    cleared: dict[str, object] = {"category_id": None} if splits else {}
    if data.get("type", row.type) is row.type:
        return cleared
    if row.type is TransactionType.TRANSFER:
        return {**cleared, "category_id": None, "to_account_id": None, "to_amount": None}
    return {**cleared, "category_id": None}


def _money(state: RecurringRecord, splits: Sequence[SplitValues], day: date) -> MoneyValues:
    return {
        "type": state.type,
        "date": day,
        "amount": state.amount,
        "account_id": state.account_id,
        "to_account_id": state.to_account_id,
        "to_amount": state.to_amount,
        "to_date": None,
        "category_id": state.category_id,
        "splits": splits,
        "is_refund": False,
        "exclude_from_reports": state.exclude_from_reports,
    }


def _of_template(error: DomainError) -> DomainError:
    """The error about a transaction as one about its template: it names the fields by their places there."""
    errors = dict(error.errors)
    of_day = errors.pop("date", None)
    named: dict[str, object] = {"transaction_data": errors} if errors else {}
    if of_day is not None:
        named["start_date"] = of_day
    return type(error)(error.message, code=error.code, errors=named)
