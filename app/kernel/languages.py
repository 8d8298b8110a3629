"""Languages of texts that the program writes: their numbers, days and names of months."""

from enum import StrEnum

_SPANISH_MONTHS = (
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


class Language(StrEnum):
    """Language of a text."""

    SPANISH = "es"
    ENGLISH = "en"

    @classmethod
    def of(cls, tag: str | None) -> "Language":
        """The language of a tag such as es-CO: Spanish, or English for all others."""
        return cls.SPANISH if (tag or "").lower().replace("_", "-").split("-")[0] == cls.SPANISH else cls.ENGLISH

    def digits(self, written: str) -> str:
        """A number with commas between thousands, as this language writes it."""
        return written.translate(_SWAPPED) if self is Language.SPANISH else written

    def month_name(self, number: int) -> str:
        """The name of a month, from 1 to 12."""
        return (_SPANISH_MONTHS if self is Language.SPANISH else _ENGLISH_MONTHS)[number - 1]
