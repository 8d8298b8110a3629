"""A report as its own writer prints it."""

from collections.abc import Callable
from typing import Any

from app.web.context import context
from app.web.exports.draft import Draft
from app.web.exports.formats import Format
from app.web.pdf import Issued

PdfWriter = Callable[[Any, Issued], bytes]
"""Draws the result of a report, with issuer and day, as PDF."""


class PdfDraft(Draft):
    """PDF of a report, drawn after the transaction."""

    format = Format.PDF

    def __init__(self, title: str, report: object, printed: PdfWriter) -> None:
        super().__init__(title, ())
        self.report = report
        self.issued = Issued(context().company.name, context().clock.today())
        self.printed = printed

    def _write(self) -> None:
        """Do nothing: the report has all data."""

    def _finish(self) -> None:
        self.file.write(self.printed(self.report, self.issued))
