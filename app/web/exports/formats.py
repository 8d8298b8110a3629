"""The forms in which an answer can be had."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """What `format=` may say."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def mimetype(self) -> str:
        """Its media type."""
        return {"json": "application/json", "csv": "text/csv", "xlsx": _SHEET, "pdf": "application/pdf"}[self.value]


@dataclass(frozen=True, slots=True)
class Issued:
    """By which company, on which day."""

    company: str
    on: date
