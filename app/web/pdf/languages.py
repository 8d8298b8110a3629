"""Languages of documents: their words, days and numbers."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SWAPPED = str.maketrans(",.", ".,")


class _Words(NamedTuple):
    """Words of all documents, and the names of currencies."""

    tag: str
    issued: str
    page: str
    notes: str
    nothing: str
    continued: str
    units: tuple[str, str, str]
    """Words of billions of the long scale, millions and thousands."""
    percent: str
    currencies: Mapping[str, str]


class Language(StrEnum):
    """Language of a document."""

    SPANISH = "es"
    ENGLISH = "en"

    @property
    def words(self) -> _Words:
        """Words of all documents."""
        return _WORDS[self]

    def digits(self, written: str) -> str:
        """A number with commas between thousands, as this language writes it."""
        return written.translate(_SWAPPED) if self is Language.SPANISH else written

    def day(self, day: date) -> str:
        """The day in words."""
        if self is Language.SPANISH:
            return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"
        return f"{_ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"

    def month(self, month: str) -> str:
        """A month such as 2026-01 by the start of its name; other text stays unchanged."""
        year, _, rest = month.partition("-")
        if not rest.isdecimal() or not 1 <= int(rest) <= len(MONTHS):
            return month
        names = MONTHS if self is Language.SPANISH else _ENGLISH_MONTHS
        return f"{names[int(rest) - 1][:3]} {year}"

    def issued_on(self, day: date) -> str:
        """Words that say when the document was issued."""
        return f"{self.words.issued} {self.day(day)}"


_WORDS: Mapping[Language, _Words] = {
    Language.SPANISH: _Words(
        tag="es-CO",
        issued="Emitido el",
        page="Página {number} de {pages}",
        notes="Notas",
        nothing="Sin movimientos",
        continued="continuación",
        units=("bill.", "M", "mil"),
        percent=" %",
        currencies={"COP": "pesos colombianos (COP)", "USD": "dólares estadounidenses (USD)"},
    ),
    Language.ENGLISH: _Words(
        tag="en",
        issued="Issued on",
        page="Page {number} of {pages}",
        notes="Notes",
        nothing="No movements",
        continued="continued",
        units=("T", "M", "K"),
        percent="%",
        currencies={"COP": "Colombian pesos (COP)", "USD": "US dollars (USD)"},
    ),
}
