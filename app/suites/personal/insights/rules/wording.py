"""Texts of insights in the languages of their readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.languages import Language
from app.kernel.money import Currency, round_worth
from app.kernel.periods import Month

_WHOLE = Decimal(1)


class Money(NamedTuple):
    """An amount in a text."""

    amount: Decimal
    currency: Currency


class Percent(NamedTuple):
    """A part in a text, in whole percent."""

    part: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """A text as templates of the same values in both languages."""

    english: str
    spanish: str
    values: Mapping[str, "Value"]

    def text(self, language: Language) -> str:
        """The text in a language, its figures and days as the language writes them."""
        template = self.spanish if language is Language.SPANISH else self.english
        return template.format_map({name: written(value, language) for name, value in self.values.items()})


Value = str | int | Decimal | Money | Percent | Month | date | Said


def said(english: str, spanish: str, **values: Value) -> Said:
    """A text in both languages."""
    return Said(english, spanish, values)


def written(value: Value, language: Language) -> str:
    """A value as a language writes it."""
    match value:
        case Said():
            return value.text(language)
        case Money():
            return f"{_figure(round_worth(value.amount, value.currency), language)} {value.currency}"
        case Percent():
            return f"{_figure((value.part * 100).quantize(_WHOLE), language)} %"
        case Month():
            return _month(value, language)
        case date():
            return _day(value, language)
        case Decimal() | int():
            return _figure(Decimal(value), language)
    return value


def _figure(value: Decimal, language: Language) -> str:
    return language.digits(f"{value:,f}")


def _month(month: Month, language: Language) -> str:
    name = language.month_name(month.month)
    return f"{name} de {month.year}" if language is Language.SPANISH else f"{name} {month.year}"


def _day(day: date, language: Language) -> str:
    month = _month(Month.of(day), language)
    return f"{day.day} de {month}" if language is Language.SPANISH else f"{day.day} {month}"
