"""Amounts, shares, days and months as they are written in Colombia, or in English."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from app.kernel.languages import Language
from app.kernel.money import Currency
from app.web.pdf.languages import day_in, month_in, words_of

MISSING = "—"
"""Text for a missing number."""

_SYMBOLS = {"COP": "$", "USD": "US$"}
# Converted sums of a long history have more than the default precision of 28 digits.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def number(value: object) -> Decimal | None:
    """The value as a finite number; None for anything else."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def amount(value: object) -> Decimal:
    """Format an amount of a column that is summed: None counts as zero."""
    return number(value) or Decimal(0)


def total(values: Iterable[object]) -> Decimal:
    """Exact sum of the amounts."""
    found = Decimal(0)
    for value in values:
        found = _EXACT.add(found, amount(value))
    return found


def grouped(value: Decimal, places: int, language: Language = Language.SPANISH) -> str:
    """Format as 1.234.567,89, without sign; in English as 1,234,567.89."""
    rounded = abs(value).quantize(Decimal(1).scaleb(-places), context=_EXACT)
    return language.digits(f"{rounded:,.{places}f}")


@dataclass(frozen=True, slots=True)
class MoneyFormat:
    """Format of the amounts of one document: all with as many decimals, so that columns align."""

    currency: str
    places: int
    language: Language = Language.SPANISH

    @classmethod
    def of(cls, currency: str, values: Iterable[object], language: Language = Language.SPANISH) -> "MoneyFormat":
        """The format for these values; pesos have cents only if one of the values has."""
        whole = currency == "COP" and not any(amount(value) % 1 for value in values)
        return cls(currency, 0 if whole else Currency(currency).digits, language)

    @property
    def name(self) -> str:
        """Name of the currency."""
        return words_of(self.language).currencies.get(self.currency, self.currency)

    def plain(self, value: object) -> str:
        """Format without currency sign, for columns that name the currency; negative amounts in parentheses."""
        return self._written(value, "")

    def full(self, value: object) -> str:
        """Format as $ 1.234.567,89; negative amounts in parentheses."""
        return self._written(value, f"{_SYMBOLS.get(self.currency, self.currency)} ")

    def _written(self, value: object, symbol: str) -> str:
        found = number(value)
        if found is None:
            return MISSING
        written = f"{symbol}{grouped(found, self.places, self.language)}"
        return f"({written})" if found < 0 else written


def is_negative(written: str) -> bool:
    """Whether a formatted number is negative."""
    return written.startswith(("(", "−"))


def percent(share: object, places: int = 1, language: Language = Language.SPANISH) -> str:
    """Format 0.125 as 12,5 %; in English as 12.5%."""
    found = number(share)
    if found is None:
        return MISSING
    written = grouped(found.scaleb(2, _EXACT), places, language)
    return f"{'−' if found < 0 and written.strip('0,.') else ''}{written}{words_of(language).percent}"


def ratio(part: object, whole: object) -> Decimal | None:
    """Ratio of a part to the whole; None if the whole is not positive."""
    below = amount(whole)
    return _EXACT.divide(amount(part), below) if below > 0 else None


def day_text(day: date) -> str:
    """Format as 21 de noviembre de 2026."""
    return day_in(Language.SPANISH, day)


def month_text(month: str) -> str:
    """Format 2026-01 as ene 2026; other text stays unchanged."""
    return month_in(Language.SPANISH, str(month))


def span_text(period: str) -> str:
    """Format 2026-01-01/2026-12-31 as Del 1 de enero al 31 de diciembre de 2026; other text stays unchanged."""
    first, _, last = str(period).partition("/")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return str(period)
    if start == end:
        return day_text(start)
    if start.year == end.year:
        return f"Del {start.day} de {Language.SPANISH.month_name(start.month)} al {day_text(end)}"
    return f"Del {day_text(start)} al {day_text(end)}"
