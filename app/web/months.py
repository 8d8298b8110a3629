"""Fields of months and of ranges of days."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from app.kernel.periods import DateRange, Month
from app.web.fields import Derived

_FIRST, _LAST = "1900-03", "2200-10"
_MONTH = re.compile(r"(19|20|21|22)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


class MonthIn(fields.String):
    """A month as YYYY-MM."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": f"^{_MONTH.pattern}$", "maxLength": 7} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(value)
        if not _MONTH.fullmatch(text) or not _FIRST <= text <= _LAST:
            raise ValidationError(f"Not a month as YYYY-MM, from {_FIRST} to {_LAST}.")
        return Month(int(text[:4]), int(text[5:]))


class MonthOut(Derived, fields.String):
    """A month as YYYY-MM."""

    def derive(self, value: Month) -> str:
        return str(value)


class DaysText(str):
    """Text of a range of days, as YYYY-MM-DD/YYYY-MM-DD."""

    __slots__ = ()

    @property
    def spanish(self) -> str:
        """Text as people in Colombia write it."""
        first, last = map(date.fromisoformat, self.split("/"))
        return f"{first:%d/%m/%Y} a {last:%d/%m/%Y}"


class DaysOut(Derived, fields.String):
    """A range of days as YYYY-MM-DD/YYYY-MM-DD."""

    def derive(self, value: DateRange) -> DaysText:
        return DaysText(value)
