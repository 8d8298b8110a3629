"""Schemas of imports, and the loading of a file by a route that imports rows."""

from collections.abc import Callable
from typing import TypedDict

from marshmallow import Schema, fields

from app.core.imports.rules import ImportMode, ImportState, LeftReason, LineState
from app.kernel.errors import Invalid
from app.kernel.files import JudgedFile
from app.kernel.rows import EnteredFile
from app.web.api import View, operation
from app.web.changed_responses import MadeOrShown
from app.web.fields import EnumByValue, Flag, Instant, Text
from app.web.query import ListQuery, Query, SortBy
from app.web.rows import RowShape, read_rows
from app.web.schema import ResourceSchema
from app.web.uploads import Upload

_MODE = {"description": "`preview` (the default) changes nothing; `commit` imports all rows, or none if one is wrong"}


class ImportOptions(TypedDict, total=False):
    """Options of an import, in its address or its form."""

    mode: ImportMode
    ignore_unknown: bool


class ImportQuery(Query):
    """Query parameters of an import; `mode` may be a field of the form instead."""

    mode = EnumByValue(ImportMode, metadata=_MODE)
    ignore_unknown = Flag(metadata={"description": "Whether columns with an unknown heading are left out"})


class ImportForm(ResourceSchema):
    """Fields of the form beside the file."""

    mode = EnumByValue(ImportMode, metadata=_MODE)
    ignore_unknown = Flag(metadata={"description": "Whether columns with an unknown heading are left out"})


class RowErrorSchema(Schema):
    """An error of a row."""

    row = fields.Integer(dump_only=True)
    field = fields.String(dump_only=True)
    message = fields.String(dump_only=True)


class ImportSchema(Schema):
    """A file whose rows were imported, or that failed."""

    id = fields.Integer(dump_only=True)
    kind = fields.String(dump_only=True)
    file_name = fields.String(dump_only=True)
    sha256 = fields.String(dump_only=True)
    state = EnumByValue(ImportState, dump_only=True)
    rows = fields.Integer(dump_only=True)
    created = fields.Integer(dump_only=True)
    duplicates = fields.Integer(dump_only=True)
    invalid = fields.Integer(dump_only=True)
    problems = fields.List(fields.Nested(RowErrorSchema), dump_only=True)
    first_day = fields.Date(dump_only=True, allow_none=True)
    last_day = fields.Date(dump_only=True, allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()


class LineSchema(Schema):
    """A row of the file."""

    row = fields.Integer(dump_only=True)
    state = EnumByValue(LineState, dump_only=True)
    id = fields.Integer(
        dump_only=True, allow_none=True, metadata={"description": "Id of the record that was made; null in a preview"}
    )
    duplicate_of = fields.Integer(dump_only=True, allow_none=True)
    repeats = fields.Integer(dump_only=True, allow_none=True)
    values = fields.Dict(dump_only=True, allow_none=True)
    errors = fields.Dict(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Messages by field; null without one", "example": {"amount": ["Not an amount."]}},
    )


class ImportOutcomeSchema(Schema):
    """The rows of a file: what an import made of them or, as a preview, would make."""

    id = fields.Integer(
        dump_only=True, allow_none=True, metadata={"description": "Id of the import; null in a preview"}
    )
    kind = fields.String(dump_only=True)
    mode = EnumByValue(ImportMode, dump_only=True)
    file_name = fields.String(dump_only=True)
    rows = fields.Integer(dump_only=True)
    created = fields.Integer(dump_only=True)
    duplicates = fields.Integer(dump_only=True)
    invalid = fields.Integer(dump_only=True)
    ignored_columns = fields.List(fields.String(), dump_only=True)
    lines = fields.List(fields.Nested(LineSchema), dump_only=True)


class LeftSchema(Schema):
    """A record that an import made and that stays: changed since, or used by other records."""

    row = fields.Integer(dump_only=True)
    id = fields.Integer(dump_only=True)
    reason = EnumByValue(LeftReason, dump_only=True)


class UndoneSchema(Schema):
    """The records that were removed, and those that stay."""

    message = fields.String(dump_only=True, metadata={"example": "98 of 100 records removed"})
    removed = fields.Integer(dump_only=True)
    left = fields.List(fields.Nested(LeftSchema), dump_only=True)


class ImportListQuery(ListQuery):
    """Query of the list of imports."""

    sort = SortBy("id", "kind", "file_name", "state", "created_at")
    kind = Text(60)
    state = EnumByValue(ImportState)


def import_operation(permission: str, name: str) -> Callable[[View], View]:
    """Declare a POST that previews or imports the rows of a file; `load_file` reads its arguments."""
    return operation(
        permission,
        MadeOrShown(ImportOutcomeSchema, address="/api/imports"),
        query=ImportQuery,
        body=ImportForm,
        upload=Upload("file"),
        status=201,
        errors=(409,),
        name=name,
    )


def _asked_mode(query: ImportOptions, body: ImportOptions) -> ImportMode:
    """The mode of the address or the form; Invalid if they differ."""
    given = {part["mode"] for part in (query, body) if "mode" in part}
    if len(given) > 1:
        raise Invalid.field("mode", "Is another one in the address.")
    return given.pop() if given else ImportMode.PREVIEW


def load_file(
    shape: RowShape, file: JudgedFile, query: ImportOptions, body: ImportOptions
) -> tuple[EnteredFile, ImportMode]:
    """The rows of the file, and whether they are to be imported."""
    ignore = query.get("ignore_unknown", False) or body.get("ignore_unknown", False)
    return read_rows(shape, file, ignore_unknown=ignore), _asked_mode(query, body)
