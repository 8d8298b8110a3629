"""Responses of requests that make, replace or preview something."""

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar
from urllib.parse import urljoin

from flask import Response, request
from marshmallow import Schema

from app.infra.preconditions import etag_of
from app.web.dump import dumper
from app.web.errors import problem
from app.web.json import json_response
from app.web.responses import Computed, Describe, One, Parts
from app.web.shapes import object_shape


@dataclass(frozen=True)
class Made(Computed):
    """Like `Computed`, for something new that has no address of its own."""

    sets_location: ClassVar[bool] = False

    def description(self, status: int) -> str:
        return "Created; it is shown only here."


@dataclass(frozen=True)
class MadeOrShown(Computed):
    """Like `Computed`, for a POST that makes something with an `id` (201), or only shows what it would make (200).

    A result with a `refusal` is a problem that is stored: it is no exception, for the transaction is committed.
    """

    alternative_statuses: ClassVar[tuple[int, ...]] = (200,)

    _: KW_ONLY
    address: str
    """Start of the address of what is made, from the address of the request if it has no slash in front."""

    def respond(self, result: Any, status: int) -> Response:
        if result.refusal is not None:
            return problem(400, result.refusal.code, result.refusal.message, errors=result.refusal.errors)
        response = super().respond(result, 200 if result.id is None else status)
        if result.id is not None:
            response.headers["Location"] = f"{urljoin(request.path, self.address)}/{result.id}"
        return response

    def description(self, status: int) -> str:
        return "Made; `Location` is its address." if status == 201 else "A preview; nothing was changed."


@dataclass(frozen=True)
class Replaced:
    """Marks a result that replaced an existing row."""

    result: Any


@dataclass(frozen=True)
class OneOrReplaced(One):
    """Like `One`, for a POST that creates (the declared status) or replaces (200, for `Replaced`)."""

    alternative_statuses: ClassVar[tuple[int, ...]] = (200,)

    def respond(self, result: Any, status: int) -> Response:
        return super().respond(result.result, 200) if isinstance(result, Replaced) else super().respond(result, status)


@dataclass(frozen=True)
class Known:
    """Marks a result that had been made before, by the same key."""

    result: Any


@dataclass(frozen=True)
class OneOrKnown(One):
    """Like `One`, for a POST that creates (the declared status), or shows what its key made before (200, `Known`)."""

    alternative_statuses: ClassVar[tuple[int, ...]] = (200,)

    def respond(self, result: Any, status: int) -> Response:
        return super().respond(result.result, 200) if isinstance(result, Known) else super().respond(result, status)

    def description(self, status: int) -> str:
        return super().description(status) if status == 201 else "What this key made before."


@dataclass(frozen=True)
class Accepted:
    """Marks a result that waits for somebody else."""

    result: Any


@dataclass(frozen=True)
class OneOrAccepted(One):
    """Like `One`, for a POST that changes something (the declared status), or proposes it (202, for `Accepted`)."""

    alternative_statuses: ClassVar[tuple[int, ...]] = (202,)

    def respond(self, result: Any, status: int) -> Response:
        return super().respond(result.result, 202) if isinstance(result, Accepted) else super().respond(result, status)

    def description(self, status: int) -> str:
        return "Proposed; another person carries it out." if status == 202 else super().description(status)


@dataclass(frozen=True)
class OneElsewhere(One):
    """Like `One`, for a POST that makes something whose address is not below that of the request."""

    _: KW_ONLY
    address: str
    """Start of the address of what is made, from the address of the request."""

    def respond(self, result: Any, status: int) -> Response:
        response = super().respond(result, status)
        if status == 201:
            start = urljoin(request.path, self.address)
            response.headers["Location"] = f"{start}/{self.created(result).id}"
        return response


@dataclass(frozen=True)
class OneWithFigures(One):
    """Like `One`, for a record with figures of other rows: its `ETag` serves `If-Match`, and a GET is never 304."""

    conditional: ClassVar[bool] = False

    _: KW_ONLY
    address: str = ""
    """Start of the address of what is made, from the address of the request; by default that address itself."""

    def respond(self, result: Any, status: int) -> Response:
        response = json_response(self.body(result), status)
        response.set_etag(etag_of(self.versioned(result)))
        if status == 201:
            start = urljoin(request.path, self.address)
            response.headers["Location"] = f"{start}/{self.created(result).id}"
        return response


@dataclass(frozen=True)
class PartsWithFigures(OneWithFigures, Parts):
    """Like `Parts`, where the day alone may change them: a GET is never 304."""


@dataclass(frozen=True)
class Previewed:
    """Marks a result that describes a change, which was not made."""

    result: Any


@dataclass(frozen=True)
class OneOrPreview(OneWithFigures):
    """Like `OneWithFigures`, for a change that may also be previewed: then `data` is a `Previewed` result."""

    _: KW_ONLY
    preview: type[Schema]

    def respond(self, result: Any, status: int) -> Response:
        if isinstance(result, Previewed):
            return json_response({"data": dumper(self.preview)(result.result)}, status)
        return super().respond(result, status)

    def document(self, describe: Describe) -> dict[str, Any]:
        either = [describe(self.schema), describe(self.preview)]
        data = {"description": "The record, or what would change", "anyOf": either}
        return object_shape("The record, in `data`; or its preview.", {"data": data})

    def description(self, status: int) -> str:
        return "The record as it is stored now; with `dry_run`, what would change, without an `ETag`."

    def shape_name(self, operation: str) -> str:
        return f"{operation[0].upper()}{operation[1:]}Answer"
