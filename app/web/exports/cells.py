"""Values of cells as text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from app.web.months import DaysText

Does = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Percent:
    """A ratio from 0 to 1, written in percent."""

    value: Decimal


class ByType(dict[type[Any], Does]):
    """Functions by the type of a value: that of the type or its first base class that has one, looked up once."""

    def __init__(self, *known: tuple[type[Any], Does]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, kind: type[Any]) -> Does:
        self[kind] = found = next(does for parent, does in self.known if issubclass(kind, parent))
        return found


class Plain:
    """Text of any value: exact numbers, ISO dates, times in the company's zone, Spanish words where there are any."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.forms = ByType(
            (type(None), lambda _: ""),
            (Enum, lambda value: str(getattr(value, "spanish", value.value))),
            (DaysText, self._days),
            (str, lambda value: value),
            (bool, lambda value: "Sí" if value else "No"),
            (Decimal, self._number),
            (Percent, lambda value: self._number(value.value)),
            (datetime, lambda value: self._instant(value.astimezone(zone))),
            (date, self._day),
            (Mapping, lambda value: _joined(f"{key}: {self._inner(item)}" for key, item in value.items())),
            (list, lambda value: _joined(map(self._inner, value))),
            (object, str),
        )

    def text(self, value: Any) -> str:
        """Text of a value: empty for None, on one line for nested values."""
        return str(self.forms[type(value)](value))

    def _number(self, value: Decimal) -> str:
        return format(value, "f")

    def _instant(self, value: datetime) -> str:
        return value.isoformat()

    def _day(self, value: date) -> str:
        return value.isoformat()

    def _days(self, value: DaysText) -> str:
        return str(value)

    def _inner(self, value: Any) -> str:
        return f"({self.text(value)})" if isinstance(value, Mapping | list) else self.text(value)


class SpanishPlain(Plain):
    """Text of any value as people in Colombia write it: decimal comma, day before month."""

    def _number(self, value: Decimal) -> str:
        return super()._number(value).replace(".", ",")

    def _instant(self, value: datetime) -> str:
        return f"{value:%d/%m/%Y %H:%M}"

    def _day(self, value: date) -> str:
        return f"{value:%d/%m/%Y}"

    def _days(self, value: DaysText) -> str:
        return value.spanish


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts)
