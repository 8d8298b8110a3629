"""Fields of months."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from app.kernel.periods import Month
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
