"""A file on its way out: its rows are read inside the transaction, what is left to do needs no database."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Self

from flask import Response

from app.infra.storage.disk_full import disk_full_errors
from app.web.context import context
from app.web.disposition import disposition
from app.web.exports.formats import Format
from app.web.exports.tables import Table

IN_MEMORY = 2**20
"""Bytes beyond which the file goes to disk."""

_PIECE = 2**16


class Draft(ABC):
    """Owns a temporary file until the response does; inside `with`, whatever fails closes it."""

    format: Format

    def __init__(self, title: str, tables: Sequence[Table]) -> None:
        self.title = title
        self.tables = tables
        self.resources = ExitStack()
        self.file = self.resources.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - it is

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):  # closing tries once more to write what a full disk did not take
            self.resources.close()

    def write(self) -> None:
        """Read every row; a refusal or a lost database is met here, before anything is sent."""
        with disk_full_errors():
            self._write()

    def response(self) -> Response:
        """The whole file, with its length; it is closed when the response ends, however it ends."""
        with disk_full_errors():
            self._finish()
        size = self.file.seek(0, SEEK_END)
        self.file.seek(0)
        response = Response(iter(partial(self.file.read, _PIECE), b""), mimetype=self.format.mimetype)
        response.call_on_close(self.resources.pop_all().close)
        response.headers["Content-Length"] = str(size)
        response.headers["Content-Disposition"] = disposition("attachment", self._name())
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @abstractmethod
    def _write(self) -> None:
        """Take the rows."""

    @abstractmethod
    def _finish(self) -> None:
        """Complete the file; the transaction is over."""

    def _name(self) -> str:
        """As in pagos-2026-11-21.csv."""
        return f"{'-'.join(self.title.lower().split())}-{context().clock.today()}.{self.format}"
