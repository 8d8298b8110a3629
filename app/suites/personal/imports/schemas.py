"""Schemas of imports."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.infra.statements import Format
from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.imports.rules.lines import ImportLineState
from app.suites.personal.imports.rules.states import (
    BookImportMode,
    BookImportState,
    DecimalSign,
    Decision,
    Duplicates,
    FileFormat,
    KeptReason,
    MappingKind,
    TransferMode,
)
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Text, Whole
from app.web.json_text import JsonText
from app.web.query import SortBy
from app.web.schema import ResourceSchema, StrictSchema

MOST_COLUMNS = 200
_LONGEST_COLUMN = 200
_MOST_ACCOUNTS = 100
MOST_DECIDED = 1_000
"""Rows of one decision."""


class Column(Text):
    """A column of a table by its heading, or by its number from 1 on, which may be a number or a text."""

    def __init__(self, example: str) -> None:
        super().__init__(_LONGEST_COLUMN, blank=False, allow_none=True, metadata={"example": example})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if is_number and not 0 < value <= MOST_COLUMNS:
            raise ValidationError("Must be a heading, or the number of a column.")
        return super()._deserialize(str(value) if is_number else value, attr, data, **kwargs)


class ColumnsSchema(StrictSchema):
    """Columns of a table by the fields of transactions."""

    date = Column("Fecha")
    amount = Column("Importe")
    debit = Column("Cargo")
    credit = Column("Abono")
    description = Column("Concepto")
    payee = Column("Comercio")
    notes = Column("Nota")
    category = Column("Rubro")
    currency = Column("Divisa")
    account = Column("Cuenta")
    external_id = Column("Referencia")
    balance = Column("Saldo")


class NumberedAccountSchema(StrictSchema):
    """An account of the book, and the number that a file has for it."""

    number = Text(100, required=True)
    account_id = Id(required=True)


class ImportOptionsSchema(StrictSchema):
    """Options of an import."""

    mode = EnumByValue(BookImportMode)
    duplicates = EnumByValue(Duplicates)
    match_transfers = EnumByValue(TransferMode)
    run_rules = Flag()
    date_format = Text(20, blank=False)
    decimal = EnumByValue(DecimalSign)
    accounts = fields.List(fields.Nested(NumberedAccountSchema), validate=validate.Length(max=_MOST_ACCOUNTS))


class BookImportForm(ResourceSchema):
    """Fields of the form beside the file."""

    account_id = Id()
    format = EnumByValue(FileFormat, type_name="BookFileFormat")
    mapping = JsonText(ColumnsSchema, metadata={"example": '{"date": "Fecha", "amount": 3}'})
    options = JsonText(ImportOptionsSchema)


class LineErrorSchema(Schema):
    """A row that can't be imported."""

    row = fields.Integer(dump_only=True)
    field = fields.String(dump_only=True)
    code = fields.String(dump_only=True)
    text = fields.String(dump_only=True)


class LineNoteSchema(Schema):
    """A remark about a row."""

    row = fields.Integer(dump_only=True)
    code = fields.String(dump_only=True)


class BookImportSchema(ResourceSchema):
    """A file of a bank that was brought into a book."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    account_id = fields.Integer(dump_only=True, allow_none=True)
    state = EnumByValue(BookImportState, dump_only=True)
    file_name = fields.String(dump_only=True)
    sha256 = fields.String(dump_only=True)
    format = EnumByValue(Format, dump_only=True)
    encoding = fields.String(dump_only=True)
    date_format = fields.String(dump_only=True)
    decimal = fields.String(dump_only=True)
    match_transfers = EnumByValue(TransferMode, dump_only=True)
    rows = fields.Integer(dump_only=True)
    imported = fields.Integer(dump_only=True)
    duplicates = fields.Integer(dump_only=True)
    matched = fields.Integer(dump_only=True)
    transfers = fields.Integer(dump_only=True)
    ignored = fields.Integer(dump_only=True)
    invalid = fields.Integer(dump_only=True)
    categorised = fields.Integer(dump_only=True)
    errors = fields.List(fields.Nested(LineErrorSchema), dump_only=True)
    notes = fields.List(fields.Nested(LineNoteSchema), dump_only=True)
    warnings = fields.List(fields.String(), dump_only=True)
    first_day = fields.Date(dump_only=True, allow_none=True)
    last_day = fields.Date(dump_only=True, allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class ImportLineSchema(Schema):
    """A row of a file, and what became of it."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    row = fields.Integer(dump_only=True, attribute="number")
    account_id = fields.Integer(dump_only=True)
    state = EnumByValue(ImportLineState, dump_only=True)
    date = fields.Date(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    text = fields.String(dump_only=True)
    payee = fields.String(dump_only=True, allow_none=True)
    description = fields.String(dump_only=True, allow_none=True)
    notes = fields.String(dump_only=True, allow_none=True)
    category = fields.String(dump_only=True, allow_none=True)
    is_pending = fields.Boolean(dump_only=True)
    transaction_id = fields.Integer(dump_only=True, allow_none=True)
    candidate_id = fields.Integer(dump_only=True, allow_none=True)
    score = fields.Integer(dump_only=True, allow_none=True)
    decision = EnumByValue(Decision, dump_only=True, allow_none=True)
    category_id = fields.Integer(dump_only=True, allow_none=True)


class PossibleMatchSchema(Schema):
    """A row that was imported, and the entry that it may be."""

    row = fields.Integer(dump_only=True)
    transaction_id = fields.Integer(dump_only=True, allow_none=True)
    candidate_id = fields.Integer(dump_only=True, allow_none=True)
    score = fields.Integer(dump_only=True, allow_none=True)


class BookImportOutcomeSchema(Schema):
    """Result of an import or, as a preview, what it would make."""

    import_id = fields.Integer(dump_only=True, allow_none=True)
    state = EnumByValue(BookImportState, dump_only=True)
    format = EnumByValue(FileFormat, type_name="BookFileFormat", dump_only=True)
    encoding = fields.String(dump_only=True)
    date_format = fields.String(dump_only=True)
    decimal = fields.String(dump_only=True)
    rows = fields.Integer(dump_only=True)
    imported = fields.Integer(dump_only=True)
    duplicates = fields.Integer(dump_only=True)
    matched = fields.Integer(dump_only=True)
    transfers = fields.Integer(dump_only=True)
    ignored = fields.Integer(dump_only=True)
    invalid = fields.Integer(dump_only=True)
    categorised = fields.Integer(dump_only=True)
    errors = fields.List(fields.Nested(LineErrorSchema), dump_only=True)
    notes = fields.List(fields.Nested(LineNoteSchema), dump_only=True)
    warnings = fields.List(fields.String(), dump_only=True)
    possible = fields.List(fields.Nested(PossibleMatchSchema), dump_only=True)
    lines = fields.List(fields.Nested(ImportLineSchema), dump_only=True, allow_none=True)


class LineDecisionSchema(ResourceSchema):
    """A decision on rows of a preview."""

    rows = fields.List(
        Whole(1),
        required=True,
        validate=validate.Length(min=1, max=MOST_DECIDED),
        metadata={"description": "Numbers of the rows", "example": [1, 2]},
    )
    decision = EnumByValue(Decision, allow_none=True)
    transaction_id = Id()
    category_id = Id(allow_none=True)


class LinesDecidedSchema(Schema):
    """Number of the rows that were decided on."""

    changed = fields.Integer(dump_only=True)


class KeptEntrySchema(Schema):
    """An entry that stays when its import is taken back."""

    row = fields.Integer(dump_only=True)
    transaction_id = fields.Integer(dump_only=True)
    reason = EnumByValue(KeptReason, dump_only=True)


class BookImportUndoneSchema(Schema):
    """Result of taking an import back."""

    message = fields.String(dump_only=True)
    removed = fields.Integer(dump_only=True)
    unmatched = fields.Integer(dump_only=True)
    parted = fields.Integer(dump_only=True)
    kept = fields.List(fields.Nested(KeptEntrySchema), dump_only=True)


class UndoQuery(BookQuery):
    """Parameters of taking an import back."""

    force = Flag()


class BookImportListQuery(BookListQuery):
    """Query of the list of imports."""

    sort = SortBy("id", "file_name", "state", "created_at")
    account_id = Id()
    state = EnumByValue(BookImportState)


class ImportLineListQuery(BookListQuery):
    """Query of the rows of an import."""

    sort = SortBy("date", "amount", "state")
    state = EnumByValue(ImportLineState)


class ImportMappingSchema(ResourceSchema):
    """Something that is remembered of files: their columns, or the account of a number."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    kind = EnumByValue(MappingKind, dump_only=True)
    signature = fields.String(dump_only=True)
    name = Text(200, blank=False)
    mapping = fields.Nested(ColumnsSchema, allow_none=True)
    date_format = Text(20, blank=False, allow_none=True)
    decimal = EnumByValue(DecimalSign, allow_none=True)
    account_id = Id(allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class ImportMappingListQuery(BookListQuery):
    """Query of what is remembered of files."""

    sort = SortBy("id", "name")
    kind = EnumByValue(MappingKind)


class TransferPairSchema(ResourceSchema):
    """Two entries that are the sides of a transfer."""

    ids = fields.List(Id(), required=True, validate=validate.Length(equal=2))


class PartedSchema(Schema):
    """The entries that a transfer became again."""

    sent_id = fields.Integer(dump_only=True)
    received_id = fields.Integer(dump_only=True)


class TransferSuggestionSchema(Schema):
    """Two entries that may be the sides of a transfer."""

    sent_id = fields.Integer(dump_only=True)
    received_id = fields.Integer(dump_only=True)
    score = fields.Integer(dump_only=True)
    is_sure = fields.Boolean(dump_only=True)
    from_account_id = fields.Integer(dump_only=True)
    to_account_id = fields.Integer(dump_only=True)
    date = fields.Date(dump_only=True)
    to_date = fields.Date(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    to_amount = fields.Decimal(dump_only=True)
    from_description = fields.String(dump_only=True, allow_none=True)
    to_description = fields.String(dump_only=True, allow_none=True)


class TransferSuggestionListQuery(BookListQuery):
    """Query of the pairs that may be transfers."""

    date_from = Day()
    date_to = Day()
