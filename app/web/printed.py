"""Responses that are documents to print."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response

from app.infra.db import db
from app.web.auth import current_identity
from app.web.events import record_export
from app.web.exports import Draft, Format, PdfDraft, PdfWriter
from app.web.responses import Describe, ResponseSpec, Snapshot


@dataclass(frozen=True)
class Printable(Snapshot):
    """`{"data": {...}}` of the `item` of a document, or the document as PDF."""

    file_title: str = ""
    """Spanish name of the file."""
    pdf: PdfWriter | None = None

    @property
    def formats(self) -> tuple[Format, ...]:
        return (Format.JSON, Format.PDF)

    def dumped(self, result: Any) -> Any:
        return super().dumped(result.item)

    def export(self, result: Any, file_format: Format) -> Draft:
        if self.pdf is None:
            raise AssertionError("unreachable: every document has its writer")
        return PdfDraft(self.file_title, result, self.pdf)


class Printed(ResponseSpec):
    """A document that there is as PDF only; its pages are drawn after the transaction."""

    needs_snapshot: ClassVar[bool] = True
    headers: ClassVar[tuple[str, ...]] = ("Content-Disposition",)

    def respond(self, result: PdfDraft, status: int) -> Response:
        with result as draft:
            draft.write()
            db.session().commit()
            record_export(current_identity(), Format.PDF)
            return draft.response()

    def document(self, describe: Describe) -> dict[str, Any]:
        return {"type": "string", "format": "binary"}

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """PDF with the schema of binary content."""
        return {Format.PDF.mimetype: shape}

    def description(self, status: int) -> str:
        return "The document."
