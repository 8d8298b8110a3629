"""Downloads: streamed, with range requests, and sandboxed in browsers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from os import SEEK_END
from typing import IO, Any, ClassVar, Protocol

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.infra.contents import media_types
from app.web.disposition import disposition
from app.web.responses import Describe, ResponseSpec, not_modified


class _File(Protocol):
    id: Any
    original_name: Any
    content_type: Any
    size: Any
    sha256: Any


class Content(Protocol):
    """Content of a `Binary` response."""

    @property
    def file(self) -> _File: ...

    @property
    def inline(self) -> bool: ...

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Read a range of the bytes."""


class Binary(ResponseSpec):
    """A file with its media type, length, ETag and ranges; sandboxed, so that no script in it can run."""

    alternative_statuses = (206,)
    headers = ("ETag", "Content-Disposition")
    conditional = True
    is_download = True
    needs_snapshot = True  # the key of an encrypted file is in a book

    def respond(self, result: Content, status: int) -> Response:
        response = not_modified(result.file.sha256) or self._content(result)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _content(self, result: Content) -> Response:
        file = result.file
        response = _partial(result) if _range_applies(file) else _whole(result)
        response.set_etag(file.sha256)
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Content-Type"] = file.content_type
        response.headers["Content-Disposition"] = disposition(
            "inline" if result.inline else "attachment", file.original_name
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def document(self, describe: Describe) -> dict[str, Any]:
        return {"type": "string", "format": "binary"}

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Media types with the schema of binary content, or of text."""
        text = {"type": shape["type"]}
        return {kind: text if kind.startswith("text/") else shape for kind in media_types.ALL}

    def description(self, status: int) -> str:
        return "The requested range of the file." if status == 206 else "The file, in its own media type."


def _range_applies(file: _File) -> bool:
    """Whether a range of the current version was requested."""
    if request.range is None or request.range.units != "bytes" or len(request.range.ranges) != 1:
        return False
    condition = request.if_range
    if condition.date is not None:
        return False
    return condition.etag is None or condition.etag == file.sha256


def _whole(result: Content) -> Response:
    size = result.file.size
    response = Response(result.read(0, size), direct_passthrough=True)
    response.headers["Content-Length"] = str(size)
    return response


def _partial(result: Content) -> Response:
    size = result.file.size
    start, stop = _span(size)
    if start >= stop:
        raise RequestedRangeNotSatisfiable(length=size)
    response = Response(result.read(start, stop - start), status=206, direct_passthrough=True)
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


def _span(size: int) -> tuple[int, int]:
    """Start and end of the requested range; the last n bytes of a shorter file are the whole file (RFC 9110)."""
    asked = request.range
    start, stop = (0, None) if asked is None else asked.ranges[0]
    begin = max(0, size + start) if start < 0 else start
    return begin, size if stop is None else min(stop, size)


class _Temporary(Protocol):
    file: Any
    name: Any


@dataclass(frozen=True)
class TemporaryFile(ResponseSpec):
    """A file that was made for this response, which closes it; it has no versions and no ranges."""

    headers: ClassVar[tuple[str, ...]] = ("Content-Disposition",)
    media_type: str

    def respond(self, result: _Temporary, status: int) -> Response:
        size = result.file.seek(0, SEEK_END)
        result.file.seek(0)
        response = Response(self._pieces(result.file, size), status, mimetype=self.media_type)
        response.call_on_close(result.file.close)
        response.headers["Content-Length"] = str(size)
        response.headers["Content-Disposition"] = disposition("attachment", result.name)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _pieces(self, file: IO[bytes], size: int) -> bytes | Iterator[bytes]:
        """All of a small file, which is closed at once; of others a piece at a time."""
        if size > _WHOLE:
            return iter(partial(file.read, _PIECE), b"")
        with file:
            return file.read()

    def document(self, describe: Describe) -> dict[str, Any]:
        return {"type": "string", "format": "binary"}

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Its media type with the schema of binary content."""
        return {self.media_type: shape}

    def description(self, status: int) -> str:
        return "The file."


_PIECE, _WHOLE = 2**16, 2**20
