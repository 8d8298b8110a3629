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

Describe = Callable[[type[Schema]], dict[str, Any]]
"""Turns a schema into a reference to its documented shape."""

PAGINATION = {
    "type": "object",
    "required": ["page", "per_page", "total", "pages"],
    "properties": {name: {"type": "integer"} for name in ("page", "per_page", "total", "pages")},
}


class Answer(ABC):
    """How a method's result becomes a response."""

    mimetype: ClassVar[str] = "application/json"
    instead: ClassVar[tuple[int, ...]] = ()
    """Statuses that a success may have instead of the declared one, with the same body."""
    of_one_moment: ClassVar[bool] = False
    """Whether its parts must agree while others write, though each comes from a statement of its own."""

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

    def export(self, result: Any, asked: Format) -> Draft:
        """The same as a file in another of its formats."""
        raise NotImplementedError(f"{type(self).__name__} has no {asked}")


@dataclass(frozen=True)
class One(Answer):
    """`{"data": {...}}`, with an ETag where the thing has versions, and its Location when it is new."""

    schema: type[Schema]

    def respond(self, result: Any, status: int) -> Response:
        response = json_response({"data": dumper(self.schema)(result)}, status)
        if hasattr(result, "version"):
            response.set_etag(etag_of(result))
        if status == 201:
            response.headers["Location"] = f"{request.path}/{result.id}"
        return response

    def document(self, describe: Describe) -> dict[str, Any]:
        return _object({"data": describe(self.schema)})


@dataclass(frozen=True)
class Replaced:
    """What took the place of something that was there."""

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

    of_one_moment: ClassVar[bool] = True

    schema: type[Schema]
    extra: type[Schema] | None = None
    _: KW_ONLY
    title: str
    """In Spanish: names the sheet and the file."""

    @property
    def formats(self) -> tuple[Format, ...]:
        return (Format.JSON, Format.CSV, Format.XLSX)

    def respond(self, result: Page[Any], status: int) -> Response:
        dump = dumper(self.schema)
        body: dict[str, Any] = {
            "data": [dump(item) for item in result.items],
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
        whole = _object({"data": {"type": "array", "items": describe(self.schema)}, "pagination": PAGINATION})
        return {"allOf": [whole, describe(self.extra)]} if self.extra is not None else whole

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


@dataclass(frozen=True)
class Report(Bare):
    """A Bare one that people also take along: as tables, and printed where it has a `pdf`."""

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
        return _object({"message": {"type": "string"}})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


@dataclass(frozen=True)
class Several(Answer):
    """`{"data": [...]}` of all that was made, with what `extra` describes beside it; the result is a pair."""

    schema: type[Schema]
    extra: type[Schema]

    def respond(self, result: tuple[Iterable[Any], Any], status: int) -> Response:
        items, extra = result
        body = {"data": list(map(dumper(self.schema), items)), **dumper(self.extra)(extra)}
        return json_response(body, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        whole = _object({"data": {"type": "array", "items": describe(self.schema)}})
        return {"allOf": [whole, describe(self.extra)]}
