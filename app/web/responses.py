"""Kinds of responses. Each writes itself, documents itself, and knows its formats."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from flask import Response, request
from marshmallow import Schema

from app.infra.preconditions import etag_of
from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.web.dump import dumper
from app.web.exports import (
    CsvDraft,
    Draft,
    Format,
    PdfDraft,
    PdfWriter,
    SpanishCsvDraft,
    Table,
    XlsxDraft,
    list_table,
    report_tables,
)
from app.web.exports.headings import TOTALS
from app.web.json import json_response
from app.web.schema import DoneSchema, PaginationSchema
from app.web.shapes import object_shape

Describe = Callable[[type[Schema]], dict[str, Any]]
"""Turns a schema into a reference to its documented shape."""


class ResponseSpec(ABC):
    """Base class: turns the result of a method into a response."""

    alternative_statuses: ClassVar[tuple[int, ...]] = ()
    """Other statuses of a success; their body is the same, unless `document_of` says another."""
    needs_snapshot: ClassVar[bool] = False
    """Whether its statements must all read the same snapshot."""
    headers: ClassVar[tuple[str, ...]] = ()
    """Response headers beyond the common ones."""
    sets_location: ClassVar[bool] = True
    """Whether a 201 has a `Location` header."""
    is_download: ClassVar[bool] = False
    """Whether the result is the content of a stored file."""
    conditional: ClassVar[bool] = False
    """Whether a GET accepts `If-None-Match` and may respond 304."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """Available formats; JSON is always the first."""
        return (Format.JSON,)

    @abstractmethod
    def respond(self, result: Any, status: int) -> Response:
        """The response for this result."""

    @abstractmethod
    def document(self, describe: Describe) -> dict[str, Any]:
        """The JSON Schema of the body."""

    @abstractmethod
    def description(self, status: int) -> str:
        """Response description for OpenAPI."""

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """JSON Schema by media type; export formats are added elsewhere."""
        return {"application/json": shape}

    def document_of(self, status: int, describe: Describe) -> dict[str, Any] | None:
        """The JSON Schema of the body of another status of a success, if it differs."""
        return None

    def shape_name(self, operation: str) -> str | None:
        """Component name of the body's schema, unless `document` already returns a reference."""
        return None

    def export(self, result: Any, file_format: Format) -> Draft:
        """Draft of the result as a file in another format."""
        raise NotImplementedError(f"{type(self).__name__} has no {file_format}")


@dataclass(frozen=True)
class One(ResponseSpec):
    """`{"data": {...}}` with an `ETag`, and a `Location` for a new record; the fields of `extra` are beside `data`."""

    headers: ClassVar[tuple[str, ...]] = ("ETag",)
    conditional: ClassVar[bool] = True
    schema: type[Schema]
    key: str = "id"
    """Field that is the last part of its address."""
    extra: type[Schema] | None = None
    """Schema of what an `Item` has beside its record, such as notices."""

    def respond(self, result: Any, status: int) -> Response:
        etag = etag_of(self.versioned(result))
        unchanged = not_modified(etag)
        if unchanged is not None:
            return unchanged
        response = json_response(self.body(result), status)
        response.set_etag(etag)
        if status == 201:
            response.headers["Location"] = f"{request.path}/{getattr(self.created(result), self.key)}"
        return response

    def body(self, result: Any) -> dict[str, Any]:
        """The object that is sent."""
        beside = {} if self.extra is None else dumper(self.extra)(result.extra)
        return {"data": self.dumped(result), **beside}

    def versioned(self, result: Any) -> Any:
        """The record whose version is the ETag."""
        return result.record if isinstance(result, Item) else result

    def created(self, result: Any) -> Any:
        """The record that the `Location` is of."""
        return self.versioned(result)

    def dumped(self, result: Any) -> Any:
        """The value of `data`."""
        return dumper(self.schema)(result)

    def document(self, describe: Describe) -> dict[str, Any]:
        whole = object_shape("The record, in `data`.", {"data": describe(self.schema)})
        return whole if self.extra is None else with_properties(whole, describe(self.extra))

    def description(self, status: int) -> str:
        return "Created; `Location` is its address." if status == 201 else "The record as it is stored now."

    def shape_name(self, operation: str) -> str:
        return _plain_name(self.schema) + ("Answer" if self.extra is None else f"With{_plain_name(self.extra)}")


@dataclass(frozen=True)
class Computed(One):
    """Like `One`, for a result that is not stored and so has no version."""

    headers: ClassVar[tuple[str, ...]] = ()
    conditional: ClassVar[bool] = False

    def respond(self, result: Any, status: int) -> Response:
        return json_response(self.body(result), status)

    def description(self, status: int) -> str:
        return "The result."


@dataclass(frozen=True)
class Snapshot(Computed):
    """Like `Computed`, for a result of several statements, all of which must read the same snapshot."""

    needs_snapshot: ClassVar[bool] = True


@dataclass(frozen=True)
class OneOrMany(One):
    """Like `One`, or `{"data": [...]}` of several new records, if that many were sent."""

    headers: ClassVar[tuple[str, ...]] = ()
    sets_location: ClassVar[bool] = False
    conditional: ClassVar[bool] = False

    def respond(self, result: Any, status: int) -> Response:
        if not isinstance(result, list):
            return super().respond(result, status)
        return json_response({"data": dumper(self.schema).each(result)}, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        one = describe(self.schema)
        data = {"description": "The record, or all of them in the order sent", "anyOf": [one, _array(one)]}
        return object_shape("The record, or all that were sent, in `data`.", {"data": data})

    def description(self, status: int) -> str:
        return "The record as it is stored now, or all of them."

    def shape_name(self, operation: str) -> str:
        return _plain_name(self.schema) + "OrManyAnswer"


@dataclass(frozen=True)
class Parts(One):
    """`{"data": [...]}`: all `parts` of a `record`, with the ETag of the record."""

    def versioned(self, result: Any) -> Any:
        return result.record

    def dumped(self, result: Any) -> Any:
        return dumper(self.schema).each(result.parts)

    def document(self, describe: Describe) -> dict[str, Any]:
        return object_shape("All of them, in `data`.", {"data": _array(describe(self.schema))})

    def description(self, status: int) -> str:
        return "All of them, as they are stored now."

    def shape_name(self, operation: str) -> str:
        return _plain_name(self.schema) + "sAnswer"


@dataclass(frozen=True)
class Part(One):
    """`{"data": {...}}`: one `part` of a `record`, with the ETag of the record."""

    def versioned(self, result: Any) -> Any:
        return result.record

    def created(self, result: Any) -> Any:
        return result.part

    def dumped(self, result: Any) -> Any:
        return dumper(self.schema)(result.part)


@dataclass(frozen=True)
class Listed(ResponseSpec):
    """`{"data": [...], "pagination": {...}}`, and the fields of `extra`, such as totals."""

    needs_snapshot: ClassVar[bool] = True

    schema: type[Schema]
    extra: type[Schema] | None = None
    _: KW_ONLY
    title: str
    """Spanish name of the sheet and the file."""

    @property
    def formats(self) -> tuple[Format, ...]:
        return (Format.JSON, Format.CSV, Format.XLSX)

    def respond(self, result: Page[Any], status: int) -> Response:
        body: dict[str, Any] = {
            "data": dumper(self.schema).each(result.items),
            "pagination": {
                "page": result.request.page,
                "per_page": result.request.per_page,
                "total": result.total,
                "pages": result.pages,
            },
        }
        if self.extra is not None:
            body |= dumper(self.extra)(result.extra)
        return json_response(body, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        page = object_shape(
            "A page.", {"data": _array(describe(self.schema)), "pagination": describe(PaginationSchema)}
        )
        return with_properties(page, describe(self.extra)) if self.extra is not None else page

    def description(self, status: int) -> str:
        return "A page of the matching items and their total number; as a file, all of them."

    def shape_name(self, operation: str) -> str:
        return operation.removeprefix("list") + "Page"

    def export(self, result: Page[Any], file_format: Format) -> Draft:
        tables = [list_table(self.schema, self.title, map(dumper(self.schema), result.items))]
        if self.extra is None or file_format is not Format.XLSX:
            return _tabular(self.title, tables, file_format)
        totals = report_tables(self.extra, dumper(self.extra)(result.extra), TOTALS)
        return _tabular(self.title, [*tables, *totals], file_format)


@dataclass(frozen=True)
class Summed(Listed):
    """`{"data": [...]}` of all rows, which is a `Page` of the whole list, and the fields of `extra`: its totals."""

    def respond(self, result: Page[Any], status: int) -> Response:
        body: dict[str, Any] = {"data": dumper(self.schema).each(result.items)}
        return json_response(body if self.extra is None else body | dumper(self.extra)(result.extra), status)

    def document(self, describe: Describe) -> dict[str, Any]:
        rows = object_shape("All rows.", {"data": _array(describe(self.schema))})
        return with_properties(rows, describe(self.extra)) if self.extra is not None else rows

    def description(self, status: int) -> str:
        return "All rows, and their totals."

    def shape_name(self, operation: str) -> str:
        return f"{operation[0].upper()}{operation[1:]}Answer"


@dataclass(frozen=True)
class Unwrapped(ResponseSpec):
    """The schema's object itself, not inside `data`."""

    schema: type[Schema]

    def respond(self, result: Any, status: int) -> Response:
        return json_response(dumper(self.schema)(result), status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return describe(self.schema)

    def description(self, status: int) -> str:
        return "Done; `Location` says where it is." if status == 201 else "What was asked for."


@dataclass(frozen=True)
class Report(Unwrapped):
    """Like `Unwrapped`, with exports: tables, and a printed report where it has a `pdf`."""

    needs_snapshot: ClassVar[bool] = True

    _: KW_ONLY
    title: str
    pdf: PdfWriter | None = None

    @property
    def formats(self) -> tuple[Format, ...]:
        tabular = (Format.JSON, Format.CSV, Format.XLSX)
        return tabular if self.pdf is None else (*tabular, Format.PDF)

    def export(self, result: Any, file_format: Format) -> Draft:
        if file_format is Format.PDF and self.pdf is not None:
            return PdfDraft(self.title, result, self.pdf)
        report = dumper(self.schema)(result)
        return _tabular(self.title, report_tables(self.schema, report, self.title), file_format)


def _tabular(title: str, tables: list[Table], file_format: Format) -> Draft:
    return _DRAFTS[file_format](title, tables)


_DRAFTS: dict[Format, type[Draft]] = {
    Format.CSV: CsvDraft,
    Format.CSV_ES: SpanishCsvDraft,
    Format.XLSX: XlsxDraft,
}


@dataclass(frozen=True)
class Message(ResponseSpec):
    """`{"message": "..."}`: a success without data."""

    text: str

    def respond(self, result: Any, status: int) -> Response:
        return json_response({"message": self.text}, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return describe(DoneSchema)

    def description(self, status: int) -> str:
        return f"{self.text}."


@dataclass(frozen=True)
class CreatedMany(ResponseSpec):
    """`{"data": [...]}` of the created items, and the fields of `extra`; the result is a pair."""

    sets_location: ClassVar[bool] = False
    schema: type[Schema]
    extra: type[Schema]

    def respond(self, result: tuple[Iterable[Any], Any], status: int) -> Response:
        items, extra = result
        body = {"data": dumper(self.schema).each(items), **dumper(self.extra)(extra)}
        return json_response(body, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return with_properties(
            object_shape("The created items.", {"data": _array(describe(self.schema))}), describe(self.extra)
        )

    def description(self, status: int) -> str:
        return "The items created now, possibly none."

    def shape_name(self, operation: str) -> str:
        return f"{operation[0].upper()}{operation[1:]}Answer"


def not_modified(etag: str) -> Response | None:
    """Response 304 for a GET or HEAD whose `If-None-Match` lists this version, weak or strong, or is `*`."""
    if request.method not in {"GET", "HEAD"} or not request.if_none_match.contains_weak(etag):
        return None
    response = Response(status=304)
    response.set_etag(etag)
    return response


def _plain_name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Schema")


def _array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": "In the requested order", "items": dict(items)}


def with_properties(whole: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Schema of an object with the properties of both."""
    return {"description": whole.pop("description"), "allOf": [whole, more]}
