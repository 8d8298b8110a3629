"""Checks of a file's content: its type, and that nothing in it is harmful. Names and declared types prove nothing.

Time and memory of a check are bounded: every type has named limits, which are checked before reading on.
"""

from collections.abc import Callable
from typing import IO

from app.infra.contents import office, pictures
from app.infra.contents.markup import xml
from app.infra.contents.media_types import CSV, DOCX, JPEG, PDF, PNG, TXT, WEBP, XLSX, XML
from app.infra.contents.pdf import pdf
from app.infra.contents.texts import csv, text

__all__ = ["CSV", "DOCX", "JPEG", "PDF", "PNG", "TXT", "WEBP", "XLSX", "XML", "content_problem"]

_JUDGES: dict[str, Callable[[IO[bytes]], str | None]] = {
    PDF: pdf,
    PNG: pictures.judge_of(PNG, "PNG"),
    JPEG: pictures.judge_of(JPEG, "JPEG"),
    WEBP: pictures.judge_of(WEBP, "WEBP"),
    XML: xml,
    CSV: csv,
    TXT: text,
    DOCX: office.judge_of(DOCX, "word/document.xml", "DOCX"),
    XLSX: office.judge_of(XLSX, "xl/workbook.xml", "XLSX"),
}


def content_problem(content_type: str, content: IO[bytes]) -> str | None:
    """Reason why the content is not of this type or is dangerous, or None."""
    content.seek(0)
    if not content.read(1):
        return "The file is empty."
    content.seek(0)
    return _JUDGES[content_type](content)
