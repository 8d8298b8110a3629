"""Files of exports: the rows are read in the transaction, the rest needs no database."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from os import SEEK_END
from typing import Self

from flask import Response, current_app

from app.infra.storage.disk_full import disk_full_errors
from app.web.context import context
from app.web.disposition import disposition
from app.web.exports.deadline import Deadline, TimedFile
from app.web.exports.formats import Format
from app.web.exports.tables import Table

IN_MEMORY = 2**20
"""Size in bytes from which the file is kept on disk."""

_PIECE = 2**16


class Draft(ABC):
    """An export in a temporary file, which the response takes over; as a context manager it closes it after errors.

    Errors include a deadline that has passed.
    """

    format: Format

    def __init__(self, title: str, tables: Sequence[Table]) -> None:
        deadline = Deadline(current_app.config["EXPORT_TIMEOUT_SECONDS"])
        self.title = title
        self.tables = [replace(table, rows=deadline.watched(table.rows)) for table in tables]
        self.resources = ExitStack()
        self.file = self.resources.enter_context(TimedFile(deadline, IN_MEMORY))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):  # closing flushes again, which fails again on a full disk
            self.resources.close()

    def write(self) -> None:
        """Read all rows; errors are raised here, before anything is sent."""
        with disk_full_errors():
            self._write()

    def response(self) -> Response:
        """Response with the file and its length; the file is closed when the response ends."""
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
        """Read the rows."""

    @abstractmethod
    def _finish(self) -> None:
        """Complete the file, after the transaction."""

    def _name(self) -> str:
        """Name of the file, as in pagos-2026-11-21.csv."""
        return f"{'-'.join(self.title.lower().split())}-{context().clock.today()}.{self.format.extension}"
