"""Formats of responses."""

from enum import StrEnum

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """Values of `format=`; `CSV_ES` is CSV with `locale=es`."""

    JSON = "json"
    CSV = "csv"
    CSV_ES = "csv;locale=es"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def mimetype(self) -> str:
        """Its media type."""
        return _MIMETYPES[self.extension]

    @property
    def extension(self) -> str:
        """End of the names of its files."""
        return self.value.partition(";")[0]


_MIMETYPES = {"json": "application/json", "csv": "text/csv", "xlsx": _SHEET, "pdf": "application/pdf"}
