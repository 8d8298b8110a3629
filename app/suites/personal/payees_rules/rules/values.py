"""Values of conditions and actions, as JSON has them."""

import re
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from app.kernel.errors import Invalid
from app.kernel.money import MAX_AMOUNT
from app.kernel.periods import FIRST_DAY, LAST_DAY

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
LONGEST_VALUE = 200
MOST_VALUES = 100
LARGEST_ID = 2**63 - 1
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def refused(message: str) -> Invalid:
    """The refusal of a value."""
    return Invalid.field("value", message)


def text_in(value: JsonValue, longest: int = LONGEST_VALUE) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise refused("Must be a text.")
    if len(value) > longest:
        raise refused(f"At most {longest} characters.")
    if _UNSTORABLE.search(value):
        raise refused("Has characters that can't be stored.")
    return value.strip()


def id_in(value: JsonValue) -> int:
    """An id, as a number or in digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise refused("Must be an id.")
    return value


def amount_in(value: JsonValue) -> Decimal:
    """An amount of money, without sign."""
    text = str(value) if isinstance(value, int | Decimal | str) and not isinstance(value, bool) else ""
    if not _AMOUNT.fullmatch(text) or Decimal(text) > MAX_AMOUNT:
        raise refused("Must be an amount without sign.")
    return Decimal(text)


def share_in(value: JsonValue) -> Decimal:
    """A share of a whole, above 0 and up to 1."""
    text = str(value) if isinstance(value, int | Decimal | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9](\.[0-9]{1,6})?", text, re.ASCII) or not 0 < Decimal(text) <= 1:
        raise refused("A share is above 0 and at most 1.")
    return Decimal(text)


def day_in(value: JsonValue) -> date:
    """A date as YYYY-MM-DD."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise refused("Must be a date as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refused("There is no such day.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refused(f"Must lie between {FIRST_DAY} and {LAST_DAY}.")
    return day


def listed(value: JsonValue) -> list[JsonValue]:
    """A list of some values."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise refused(f"Must be a list of 1 to {MOST_VALUES} values.")
    return value


def written(value: object) -> JsonValue:
    """A typed value as JSON has it: amounts and days as texts."""
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    if isinstance(value, Decimal):
        return format(value.normalize() if value else abs(value.normalize()), "f")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
