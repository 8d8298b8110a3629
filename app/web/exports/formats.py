"""Formats of responses."""

from enum import StrEnum

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """Values of `format=`."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def mimetype(self) -> str:
        """Its media type."""
        return {"json": "application/json", "csv": "text/csv", "xlsx": _SHEET, "pdf": "application/pdf"}[self.value]
