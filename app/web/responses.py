"""The kinds of answer an operation gives. Each knows how to be written and how to be documented."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from flask import Response, request
from marshmallow import Schema

from app.infra.preconditions import etag_of
from app.kernel.paging import Page
from app.web.dump import dumper
from app.web.exports import (
    CsvDraft,
    Draft,
    Format,
    PdfDraft,
    PdfWriter,
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


class Answer(ABC):
    """Base class: turns the result of a method into a response."""

    instead: ClassVar[tuple[int, ...]] = ()
    """Statuses that a success may have instead of the declared one, with the same body."""
    needs_snapshot: ClassVar[bool] = False
    """Whether its parts must agree while others write, though each comes from a statement of its own."""
    headers: ClassVar[tuple[str, ...]] = ()
    """Response headers beyond the common ones."""
    locates: ClassVar[bool] = True
    """Whether a 201 says where the new thing is."""
    conditional: ClassVar[bool] = False
    """Whether a GET may say by `If-None-Match` which version the caller has, and be answered 304."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """In which forms it can be had; JSON is always the first."""
        return (Format.JSON,)

    @abstractmethod
    def respond(self, result: Any, status: int) -> Response:
        """The response for this result."""

    @abstractmethod
    def document(self, describe: Describe) -> dict[str, Any]:
        """The JSON Schema of the body."""

    @abstractmethod
    def told(self, status: int) -> str:
        """Response description for the documents."""

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The documented shape of each media type that it may have, besides those of its other formats."""
        return {"application/json": shape}

    def shape_name(self, operation: str) -> str | None:
        """Under which name the body's shape is documented, where it has none by itself."""
        return None

    def export(self, result: Any, asked: Format) -> Draft:
        """Draft of the result as a file in another format."""
        raise NotImplementedError(f"{type(self).__name__} has no {asked}")


@dataclass(frozen=True)
class One(Answer):
    """`{"data": {...}}` with its ETag, and its Location when it is new."""

    headers: ClassVar[tuple[str, ...]] = ("ETag",)
    conditional: ClassVar[bool] = True
    schema: type[Schema]

    def respond(self, result: Any, status: int) -> Response:
        etag = etag_of(result)
        unchanged = not_modified(etag)
        if unchanged is not None:
            return unchanged
        response = json_response({"data": dumper(self.schema)(result)}, status)
        response.set_etag(etag)
        if status == 201:
            response.headers["Location"] = f"{request.path}/{result.id}"
        return response

    def document(self, describe: Describe) -> dict[str, Any]:
        return object_shape("One, in `data`.", {"data": describe(self.schema)})

    def told(self, status: int) -> str:
        return "Made; `Location` says where it is." if status == 201 else "As it is stored now."

    def shape_name(self, operation: str) -> str:
        return _plain_name(self.schema) + "Answer"


@dataclass(frozen=True)
class Computed(One):
    """Like One, for what is not stored and so has no version."""

    headers: ClassVar[tuple[str, ...]] = ()
    conditional: ClassVar[bool] = False

    def respond(self, result: Any, status: int) -> Response:
        return json_response({"data": dumper(self.schema)(result)}, status)

    def told(self, status: int) -> str:
        return "The result."


@dataclass(frozen=True)
class Replaced:
    """Marks a result that replaced an existing row."""

    result: Any


@dataclass(frozen=True)
class OneInPlace(One):
    """Like One, where a POST may also replace: the declared status for what is new, 200 for `Replaced`."""

    instead: ClassVar[tuple[int, ...]] = (200,)

    def respond(self, result: Any, status: int) -> Response:
        return super().respond(result.result, 200) if isinstance(result, Replaced) else super().respond(result, status)


@dataclass(frozen=True)
class Listed(Answer):
    """`{"data": [...], "pagination": {...}}`, and beside them what `extra` describes (totals and the like)."""

    needs_snapshot: ClassVar[bool] = True

    schema: type[Schema]
    extra: type[Schema] | None = None
    _: KW_ONLY
    title: str
    """In Spanish: names the sheet and the file."""

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
        return _with(page, describe(self.extra)) if self.extra is not None else page

    def told(self, status: int) -> str:
        return "A page of what matches, and how many there are in all; as a file, all of it."

    def shape_name(self, operation: str) -> str:
        return operation.removeprefix("list") + "Page"

    def export(self, result: Page[Any], asked: Format) -> Draft:
        tables = [list_table(self.schema, self.title, map(dumper(self.schema), result.items))]
        if self.extra is None or asked is Format.CSV:
            return _tabular(self.title, tables, asked)
        totals = report_tables(self.extra, dumper(self.extra)(result.extra), TOTALS)
        return _tabular(self.title, [*tables, *totals], asked)


@dataclass(frozen=True)
class Bare(Answer):
    """The shape itself, without `data` around it."""

    schema: type[Schema]

    def respond(self, result: Any, status: int) -> Response:
        return json_response(dumper(self.schema)(result), status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return describe(self.schema)

    def told(self, status: int) -> str:
        return "Done; `Location` says where it is." if status == 201 else "What was asked for."


@dataclass(frozen=True)
class Report(Bare):
    """A Bare one that people also take along: as tables, and printed where it has a `pdf`."""

    needs_snapshot: ClassVar[bool] = True

    _: KW_ONLY
    title: str
    pdf: PdfWriter | None = None

    @property
    def formats(self) -> tuple[Format, ...]:
        tabular = (Format.JSON, Format.CSV, Format.XLSX)
        return tabular if self.pdf is None else (*tabular, Format.PDF)

    def export(self, result: Any, asked: Format) -> Draft:
        report = dumper(self.schema)(result)
        if asked is Format.PDF and self.pdf is not None:
            return PdfDraft(self.title, report, self.pdf)
        return _tabular(self.title, report_tables(self.schema, report, self.title), asked)


def _tabular(title: str, tables: list[Table], asked: Format) -> Draft:
    return CsvDraft(title, tables) if asked is Format.CSV else XlsxDraft(title, tables)


@dataclass(frozen=True)
class Message(Answer):
    """`{"message": "..."}`: it is done, and there is nothing to show."""

    text: str

    def respond(self, result: Any, status: int) -> Response:
        return json_response({"message": self.text}, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return describe(DoneSchema)

    def told(self, status: int) -> str:
        return f"{self.text}."


@dataclass(frozen=True)
class Several(Answer):
    """`{"data": [...]}` of all that was made, with what `extra` describes beside it; the result is a pair."""

    locates: ClassVar[bool] = False
    schema: type[Schema]
    extra: type[Schema]

    def respond(self, result: tuple[Iterable[Any], Any], status: int) -> Response:
        items, extra = result
        body = {"data": dumper(self.schema).each(items), **dumper(self.extra)(extra)}
        return json_response(body, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return _with(object_shape("Several.", {"data": _array(describe(self.schema))}), describe(self.extra))

    def told(self, status: int) -> str:
        return "All that was made now, possibly nothing."

    def shape_name(self, operation: str) -> str:
        return f"{operation[0].upper()}{operation[1:]}Answer"


def not_modified(etag: str) -> Response | None:
    """304 for a GET or HEAD whose `If-None-Match` names this version: any of a list, weak or strong, or `*`."""
    if request.method not in {"GET", "HEAD"} or not request.if_none_match.contains_weak(etag):
        return None
    response = Response(status=304)
    response.set_etag(etag)
    return response


def _plain_name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Schema")


def _array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": "In the order asked for", "items": dict(items)}


def _with(whole: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Both in one object."""
    return {"description": whole.pop("description"), "allOf": [whole, more]}
