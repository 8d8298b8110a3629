"""Words and days of documents in each language."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app.kernel.languages import Language


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


def words_of(language: Language) -> _Words:
    """Words of all documents."""
    return _WORDS[language]


def day_in(language: Language, day: date) -> str:
    """The day in words."""
    name = language.month_name(day.month)
    return f"{day.day} de {name} de {day.year}" if language is Language.SPANISH else f"{name} {day.day}, {day.year}"


def month_in(language: Language, month: str) -> str:
    """A month such as 2026-01 by the start of its name; other text stays unchanged."""
    year, _, rest = month.partition("-")
    if not rest.isdecimal() or not 1 <= int(rest) <= 12:
        return month
    return f"{language.month_name(int(rest))[:3]} {year}"


def issued_on(language: Language, day: date) -> str:
    """Words that say when the document was issued."""
    return f"{_WORDS[language].issued} {day_in(language, day)}"
