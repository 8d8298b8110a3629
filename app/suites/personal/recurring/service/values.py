"""Values of recurring transactions, as requests give them and as they are stored."""

from collections.abc import Collection, Sequence
from datetime import date as day_type
from decimal import Decimal
from typing import NamedTuple, Protocol, TypedDict

from app.kernel.recurrence import Weekend
from app.suites.personal.recurring.models import RecurringSplitRecord
from app.suites.personal.recurring.rules import AmountMode, AmountRule, Every, Frequency, Schedule, Series
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import SplitValues


class TemplateValues(TypedDict, total=False):
    """The values of the transactions that a template makes."""

    type: TransactionType
    amount: Decimal
    date: day_type
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    category_id: int | None
    splits: Sequence[SplitValues]
    budget_category_id: int | None
    payee_id: int | None
    description: str | None
    payment_method: str | None
    location: str | None
    notes: str | None
    tags: list[str]
    exclude_from_reports: bool


class CalendarValues(TypedDict, total=False):
    """The values of a recurring transaction beside those of its transactions."""

    template_name: str
    is_active: bool
    frequency: Frequency
    interval: int
    day: int | None
    weekend: Weekend
    start_date: day_type
    end_date: day_type | None
    max_occurrences: int | None
    amount_mode: AmountMode
    min_amount: Decimal | None
    max_amount: Decimal | None
    auto_post: bool
    days_before: int
    skipped: list[int]


class RecurringChanges(CalendarValues, total=False):
    """The values that may change."""

    transaction_data: TemplateValues


class NewRecurring(RecurringChanges):
    """The values of a new one, of which it has at least frequency and transaction."""


class RecurringFilters(TypedDict, total=False):
    """The criteria of a list of recurring transactions."""

    is_active: bool
    type: TransactionType
    frequency: Frequency
    account_id: int
    category_id: int


class UpcomingFilters(TypedDict, total=False):
    """The days of a list of occurrences, and its other criteria."""

    date_from: day_type
    date_to: day_type
    account_id: int


class Posting(TypedDict, total=False):
    """The values of an occurrence that is entered by hand that differ from those planned."""

    date: day_type
    amount: Decimal


class TemplateData(NamedTuple):
    """The values of the transactions that a template makes, as they are shown."""

    type: TransactionType
    amount: Decimal
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    category_id: int | None
    splits: list[RecurringSplitRecord]
    budget_category_id: int | None
    payee_id: int | None
    description: str | None
    payment_method: str | None
    location: str | None
    notes: str | None
    tags: list[str]
    exclude_from_reports: bool


class Calendar(Protocol):
    """A recurring transaction, stored or read, of which the calendar is wanted."""

    @property
    def frequency(self) -> Frequency: ...
    @property
    def interval(self) -> int: ...
    @property
    def day(self) -> int | None: ...
    @property
    def weekend(self) -> Weekend: ...
    @property
    def start_date(self) -> day_type: ...
    @property
    def end_date(self) -> day_type | None: ...
    @property
    def max_occurrences(self) -> int | None: ...
    @property
    def skipped(self) -> list[int]: ...
    @property
    def handled(self) -> int: ...
    @property
    def numbered_from(self) -> int: ...
    @property
    def resumed(self) -> day_type | None: ...


class Amounts(Protocol):
    """A recurring transaction of which the amounts are wanted."""

    @property
    def amount_mode(self) -> AmountMode: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def min_amount(self) -> Decimal | None: ...
    @property
    def max_amount(self) -> Decimal | None: ...


OF_CALENDAR = frozenset({"frequency", "interval", "day", "start_date"})
"""Names of the values that decide which day has which number."""
OF_TEMPLATE = frozenset(TemplateData._fields) - {"splits"}
"""Names of the columns that are copied into transactions."""


def series_of(one: Calendar, ahead: Collection[int] = ()) -> Series:
    """The occurrences of a recurring transaction; `ahead` are the numbers of those that were handled out of turn."""
    before = one.numbered_from
    most = None if one.max_occurrences is None else max(0, one.max_occurrences - before)
    schedule = Schedule(
        start=one.start_date,
        every=Every(one.frequency, one.interval),
        end=one.end_date,
        day=one.day,
        weekend=one.weekend,
        max_occurrences=most,
        skipped=frozenset(number - before for number in (*one.skipped, *ahead)),
        resumed=one.resumed,
    )
    return Series(schedule, before, one.handled)


def amounts_of(one: Amounts) -> AmountRule:
    """The amounts of its occurrences."""
    return AmountRule(one.amount_mode, one.amount, one.min_amount, one.max_amount)


def split_values(part: RecurringSplitRecord) -> SplitValues:
    """A stored split as a request would give it."""
    return {
        "amount": part.amount,
        "category_id": part.category_id,
        "account_id": part.account_id,
        "notes": part.notes,
        "tags": part.tags,
    }
