"""Schemas of transactions."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.transactions.rules import (
    MOST_IN_BULK,
    MOST_SPLITS,
    SETTABLE,
    CategorySource,
    ChangeOrigin,
    TransactionStatus,
    TransactionType,
)
from app.web.decimals import AmountBound, AnyMoneyAmount, Percentage, SignedMoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, FileLink, Flag, Id, Instant, Tag, Tags, Text, Whole
from app.web.query import Search, SortBy
from app.web.schema import MissingRateSchema, ResourceSchema, StrictSchema, WholeItems


class TransactionSplitSchema(ResourceSchema):
    """A part of a transaction: of a category, or of another account."""

    amount = SignedMoneyAmount(required=True)
    category_id = Id(allow_none=True)
    account_id = Id(allow_none=True)
    notes = Text(10_000, allow_none=True)
    tags = Tags()


class AttachedFileSchema(Schema):
    """A file of a transaction."""

    id = fields.Integer(dump_only=True)
    file_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    content_type = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True)
    file_url = FileLink("file_id")


class TransactionSchema(ResourceSchema):
    """An income, expense or transfer."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    type = EnumByValue(TransactionType, required=True)
    date = Day(required=True)
    position = Whole(0, 2**31 - 1)
    amount = AnyMoneyAmount(required=True)
    currency = AnyCurrency(dump_only=True)
    signed_amount = fields.Decimal(dump_only=True)
    running_balance = fields.Decimal(dump_only=True, allow_none=True)
    converted_amount = fields.Decimal(dump_only=True, allow_none=True)
    account_id = Id()
    account = fields.String(dump_only=True)
    to_account_id = Id(allow_none=True)
    to_amount = AnyMoneyAmount(allow_none=True)
    to_date = Day(allow_none=True)
    category_id = Id(allow_none=True)
    category_path = fields.List(fields.String(), dump_only=True, allow_none=True)
    category_source = EnumByValue(CategorySource, dump_only=True, allow_none=True)
    confidence = fields.Decimal(dump_only=True, allow_none=True)
    budget_category_id = Id(allow_none=True)
    payee_id = Id(allow_none=True)
    description = Text(500, allow_none=True)
    payment_method = Text(100, allow_none=True)
    location = Text(200, allow_none=True)
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    splits = WholeItems(fields.Nested(TransactionSplitSchema), validate=validate.Length(max=MOST_SPLITS))
    is_split = Flag(dump_only=True)
    is_refund = Flag()
    refund_of_id = Id(allow_none=True)
    exclude_from_reports = Flag()
    status = EnumByValue(TransactionStatus)
    external_id = Text(100, allow_none=True, blank=False)
    attachments = fields.List(fields.Nested(AttachedFileSchema), dump_only=True)
    import_line_id = fields.Integer(dump_only=True, allow_none=True)
    recurring_id = fields.Integer(dump_only=True, allow_none=True)
    occurrence = fields.Integer(dump_only=True, allow_none=True)
    counterpart_id = fields.Integer(dump_only=True, allow_none=True)
    paid_by = Id(allow_none=True)
    share = Percentage(allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class TransactionSumsSchema(Schema):
    """Totals of all transactions that match; null where a rate is missing."""

    income = fields.Decimal(dump_only=True, allow_none=True)
    expenses = fields.Decimal(dump_only=True, allow_none=True)
    net = fields.Decimal(dump_only=True, allow_none=True)
    transfers = fields.Integer(dump_only=True)
    count = fields.Integer(dump_only=True)


class TransactionTotalsSchema(Schema):
    """Totals, in the currency of the book."""

    totals = fields.Nested(TransactionSumsSchema, dump_only=True)
    currency = AnyCurrency(dump_only=True)
    warnings = fields.List(fields.Nested(MissingRateSchema), dump_only=True)


class TransactionListQuery(BookListQuery):
    """Query of the list of transactions."""

    sort = SortBy("date", "amount", "category", newest="date")
    date_from = Day()
    date_to = Day()
    category_id = Id()
    type = EnumByValue(TransactionType)
    amount_min = AmountBound()
    amount_max = AmountBound()
    account_id = Id()
    payee_id = Id()
    tag = Tag()
    status = EnumByValue(TransactionStatus)
    uncategorised = Flag()
    import_id = Id()
    q = Search("descriptions, by the beginnings of their words, and notes by whole words where SEARCH_NOTES is on")


class TransactionFilterSchema(StrictSchema):
    """Criteria of the transactions that are changed; at least one is given."""

    date_from = Day()
    date_to = Day()
    category_id = Id()
    type = EnumByValue(TransactionType)
    amount_min = AmountBound()
    amount_max = AmountBound()
    account_id = Id()
    payee_id = Id()
    tag = Tag()
    status = EnumByValue(TransactionStatus)
    uncategorised = Flag()
    q = Text(100, blank=False)
    import_id = Id()

    def conditions(self, _members: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"minProperties": 1}]

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        return _some(data)


class TransactionsChangesSchema(StrictSchema):
    """Values that all of the transactions get; at least one is given."""

    account_id = Id()
    category_id = Id(allow_none=True)
    budget_category_id = Id(allow_none=True)
    payee_id = Id(allow_none=True)
    date = Day()
    description = Text(500, allow_none=True)
    payment_method = Text(100, allow_none=True)
    location = Text(200, allow_none=True)
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    add_tags = Tags()
    remove_tags = Tags()
    exclude_from_reports = Flag()
    status = EnumByValue(TransactionStatus, type_name="SettableStatus", among=SETTABLE)

    def conditions(self, _members: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"minProperties": 1}]

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        return _some(data)


def _some(data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        raise ValidationError("Must not be empty.")
    return data


class TransactionsBulkSchema(StrictSchema):
    """Transactions, by their ids or by a filter, and the changes of all of them; or their deletion."""

    ids = fields.List(Id(), validate=validate.Length(min=1, max=MOST_IN_BULK))
    filter = fields.Nested(TransactionFilterSchema)
    changes = fields.Nested(TransactionsChangesSchema)
    delete = Flag()


class BulkProblemSchema(Schema):
    """A transaction that was left as it is, and why."""

    id = fields.Integer(dump_only=True)
    code = fields.String(dump_only=True)
    text = fields.String(dump_only=True)


class BulkResultSchema(Schema):
    """Numbers of the transactions that were changed; `change_set` undoes it, and is null if nothing was."""

    matched = fields.Integer(dump_only=True)
    changed = fields.Integer(dump_only=True)
    unchanged = fields.Integer(dump_only=True)
    deleted = fields.Integer(dump_only=True)
    errors = fields.List(fields.Nested(BulkProblemSchema), dump_only=True)
    change_set = fields.Integer(dump_only=True, allow_none=True)


class ChangeSetSchema(ResourceSchema):
    """Changes of transactions that were made at once."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    origin = EnumByValue(ChangeOrigin, dump_only=True)
    label = fields.String(dump_only=True, allow_none=True)
    created = fields.Integer(dump_only=True)
    changed = fields.Integer(dump_only=True)
    deleted = fields.Integer(dump_only=True)
    undone_at = Instant(allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class ChangeSetListQuery(BookListQuery):
    """Query of the list of changes."""

    sort = SortBy("id", "created_at", newest="id")
    origin = EnumByValue(ChangeOrigin)


class ReconciliationSchema(ResourceSchema):
    """A comparison of an account with a statement."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    account_id = fields.Integer(dump_only=True)
    statement_date = Day(required=True)
    statement_balance = SignedMoneyAmount(required=True)
    difference = fields.Decimal(dump_only=True)
    adjustment = fields.Decimal(dump_only=True)
    transaction_ids = fields.List(fields.Integer(), dump_only=True)
    finished_at = Instant(allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class ReconciliationChangesSchema(StrictSchema):
    """Changes of a comparison with a statement; `adjust` enters a difference, so that it can be finished."""

    statement_date = Day()
    statement_balance = SignedMoneyAmount()
    add = fields.List(Id(), validate=validate.Length(max=MOST_IN_BULK))
    remove = fields.List(Id(), validate=validate.Length(max=MOST_IN_BULK))
    finish = Flag()
    adjust = Flag()


class ReconciliationListQuery(BookListQuery):
    """Query of the comparisons of an account."""

    sort = SortBy("statement_date", "created_at", newest="statement_date")


class UnlockQuery(BookQuery):
    """Parameters of deletions."""

    unlock = Flag()


class NewTransactionQuery(BookQuery):
    """Parameters of new transactions."""

    move_opening = Flag()


class TransactionChangeQuery(UnlockQuery):
    """Parameters of changes of a transaction."""

    move_opening = Flag()


class TransactionCopySchema(ResourceSchema):
    """The day of a copy."""

    date = Day()


class TransactionSplitsSchema(ResourceSchema):
    """The parts into which a transaction is split."""

    splits = fields.List(
        fields.Nested(TransactionSplitSchema), required=True, validate=validate.Length(min=1, max=MOST_SPLITS)
    )


class TransactionRefundSchema(ResourceSchema):
    """A refund of an expense: of all of it, unless an amount is given."""

    amount = AnyMoneyAmount()
    date = Day()
    account_id = Id()
    description = Text(500)


class TransactionAttachmentSchema(ResourceSchema):
    """A file of a transaction."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    transaction_id = fields.Integer(dump_only=True)
    file_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    content_type = fields.String(dump_only=True)
    size = fields.Integer(dump_only=True)
    file_url = FileLink("file_id")
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class AttachmentListQuery(BookListQuery):
    """Query of the files of a transaction."""

    sort = SortBy("id", "name", "size", "created_at")


class AttachmentForm(StrictSchema):
    """The part `file` of the form."""


class ContributionSideSchema(StrictSchema):
    """A book with an account, by default the first one that is open, and a category."""

    book_id = Id(required=True)
    account_id = Id()
    category_id = Id(allow_none=True)


class NewContributionSchema(StrictSchema):
    """Money that goes from one of the caller's books to another."""

    giver = fields.Nested(ContributionSideSchema, required=True, data_key="from")
    taker = fields.Nested(ContributionSideSchema, required=True, data_key="to")
    amount = AnyMoneyAmount(required=True)
    to_amount = AnyMoneyAmount()
    date = Day(required=True)
    description = Text(500, allow_none=True)


class ContributedSchema(Schema):
    """A transaction of a contribution, in its book."""

    book_id = fields.Integer(dump_only=True)
    transaction_id = fields.Integer(dump_only=True)


class ContributionSchema(Schema):
    """The expense in one book, and the income in the other."""

    giver = fields.Nested(ContributedSchema, dump_only=True, data_key="from")
    taker = fields.Nested(ContributedSchema, dump_only=True, data_key="to")
