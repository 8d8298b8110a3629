"""Schemas of every kind of expense, and of their lists."""

from marshmallow import Schema, fields

from app.kernel.money import COP_AND_USD, Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.clients.schemas import CLIENT_NAMES
from app.suites.fresco.expenses.rules import AccruedPeriod, AccruedStatus, BulkAction, RecurringStatus
from app.suites.fresco.projects.schemas import PROJECT_NAMES
from app.suites.fresco.suppliers.schemas import SUPPLIER_NAMES
from app.web.decimals import AmountBound, MoneyAmount
from app.web.fields import (
    AnyCurrency,
    Day,
    EnumByValue,
    FileLink,
    Id,
    Ids,
    Instant,
    Repeated,
    Several,
    Tag,
    Tags,
    Text,
    Whole,
)
from app.web.query import AmountListQuery, ListQuery, Query, Search, SortBy
from app.web.rows import RowShape
from app.web.schema import (
    Convertible,
    DoneSchema,
    FormSchema,
    ResourceSchema,
    StrictSchema,
    TotalSchema,
    WithoutRates,
)

_SORTS = (
    "id",
    "description",
    "amount",
    "currency",
    "category",
    "payment_method",
    "client_id",
    "project_id",
    "supplier_id",
    "created_at",
    "updated_at",
)
MOST_PREVIEWED = 366


class ExpenseSchema(FormSchema):
    """A single expense."""

    id = fields.Integer(dump_only=True)
    description = Text(500, required=True)
    date = Day(required=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    tax_amount = AmountBound(allow_none=True)
    category = Text(100, required=True)
    payment_method = Text(100, required=True)
    cash_account_id = Id(allow_none=True)
    client_id = Id(allow_none=True)
    project_id = Id(allow_none=True)
    supplier_id = Id(allow_none=True)
    receipt_path = Text(100, allow_none=True)
    receipt_url = FileLink("receipt_path")
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    created_at = Instant()
    updated_at = Instant()


class ExpenseItemSchema(Convertible, ExpenseSchema):
    """An expense in a list, with its amount in the requested currency."""


class _SpendingQuery(AmountListQuery):
    """Query parameters of expenses that were made or are owed."""

    category = Repeated()
    client_id = Id()
    project_id = Id()
    supplier_id = Id()
    payment_method = Text(100)
    date_from = Day()
    date_to = Day()
    currency = AnyCurrency()


class ExpenseListQuery(_SpendingQuery):
    """Query parameters of the list of expenses."""

    sort = SortBy("date", *_SORTS, newest="date")
    tag = Tag()
    q = Search("description, category, notes, client and project")


class RecurringExpenseSchema(ResourceSchema):
    """A recurring expense. `next_payment` follows from the calendar."""

    id = fields.Integer(dump_only=True)
    description = Text(500, required=True)
    frequency = EnumByValue(Frequency, required=True)
    start_date = Day(required=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    category = Text(100, required=True)
    payment_method = Text(100, required=True)
    status = EnumByValue(RecurringStatus, load_default=RecurringStatus.ACTIVE)
    next_payment = fields.Date(dump_only=True)
    client_id = Id(allow_none=True)
    project_id = Id(allow_none=True)
    supplier_id = Id(allow_none=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class RecurringExpenseItemSchema(Convertible, RecurringExpenseSchema):
    """A recurring expense in a list, with its amount in the requested currency."""


class RecurringTotalSchema(TotalSchema):
    """Amount of the active ones that match in a month, each by its frequency, under both names."""

    monthly_total = fields.Decimal(dump_only=True, allow_none=True)


class RecurringDeletedSchema(DoneSchema):
    """A message, and the number of coming accrued expenses that were deleted; what was due or paid stays."""

    removed = fields.Integer(dump_only=True)


class RecurringListQuery(ListQuery):
    """Query parameters of the list of recurring expenses."""

    sort = SortBy("start_date", "next_payment", "frequency", "status", *_SORTS)
    status = EnumByValue(RecurringStatus)
    category = Text(100)
    supplier_id = Id()
    currency = AnyCurrency()


class RecurringStatusSchema(ResourceSchema):
    """New status of a recurring expense."""

    status = EnumByValue(RecurringStatus, required=True)


class AccruedExpenseSchema(FormSchema):
    """An accrued expense: a bill, or an occurrence of a recurring expense. Its status follows its dates."""

    id = fields.Integer(dump_only=True)
    description = Text(500, required=True)
    due_date = Day(required=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    tax_amount = AmountBound(allow_none=True)
    category = Text(100, required=True)
    payment_method = Text(100, required=True)
    status = EnumByValue(AccruedStatus, dump_only=True)
    paid_date = fields.Date(dump_only=True, allow_none=True)
    paid_amount = fields.Decimal(dump_only=True, allow_none=True)
    cash_account_id = Id(allow_none=True)
    receipt_path = Text(100, allow_none=True)
    receipt_url = FileLink("receipt_path")
    invoice_number = Text(100, allow_none=True, blank_is_none=True)
    is_recurring = fields.Boolean(dump_only=True)
    recurring_id = fields.Integer(dump_only=True, allow_none=True)
    client_id = Id(allow_none=True)
    project_id = Id(allow_none=True)
    supplier_id = Id(allow_none=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class ExpensesChangeSchema(StrictSchema):
    """Expenses, and the values that are set in all of them; `delete` takes none."""

    ids = Ids()
    action = EnumByValue(BulkAction, type_name="ExpensesAction", required=True)
    category = Text(100, blank=False)
    client_id = Id(allow_none=True)
    project_id = Id(allow_none=True)
    tags = Tags()


EXPENSE_ROWS = RowShape(ExpenseSchema(), ExpenseItemSchema, CLIENT_NAMES | PROJECT_NAMES | SUPPLIER_NAMES)
"""Columns of files of expenses."""


class AccruedExpenseItemSchema(Convertible, AccruedExpenseSchema):
    """An accrued expense in a list, with its amount in the requested currency."""


class AccruedTotalsSchema(Schema):
    """Totals by category in the response's currency, and by currency in that currency."""

    by_category = fields.Dict(keys=fields.String(), values=fields.Decimal(), dump_only=True)
    by_currency = fields.Dict(keys=fields.String(), values=fields.Decimal(), dump_only=True)


class AccruedSummarySchema(WithoutRates):
    """Totals of all matching expenses, not only of the page; null where a rate is missing."""

    totals = fields.Nested(AccruedTotalsSchema, dump_only=True, allow_none=True)
    currency = AnyCurrency(dump_only=True)


class AccruedListQuery(_SpendingQuery):
    """Query parameters of the list of accrued expenses; the dates are due dates."""

    sort = SortBy("due_date", "paid_date", "status", "invoice_number", "recurring_id", *_SORTS)
    status = Several(AccruedStatus)
    period = EnumByValue(AccruedPeriod)
    q = Search("description, category, notes, invoice number, client and project")


class MarkAsPaidSchema(FormSchema):
    """Payment of an accrued expense; by default today, of what is owed, and by its own payment method."""

    payment_date = Day(allow_none=True)
    amount = MoneyAmount(allow_none=True, metadata={"description": "What was paid, in the expense's currency"})
    payment_method = Text(100, blank=False, allow_none=True)
    cash_account_id = Id(allow_none=True)
    receipt_path = Text(100, allow_none=True)


class PreviewQuery(Query):
    """Calendar to preview."""

    start_date = Day(required=True)
    frequency = EnumByValue(Frequency, required=True)
    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, required=True)
    count = Whole(1, MOST_PREVIEWED, load_default=12)


class PreviewedSchema(Schema):
    """A future occurrence."""

    number = fields.Integer(dump_only=True)
    date = fields.Date(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, dump_only=True)


class PreviewSchema(Schema):
    """The first occurrences."""

    data = fields.List(fields.Nested(PreviewedSchema), dump_only=True)
