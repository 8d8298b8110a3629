"""Rules of the company's settings."""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from app.kernel.money import Currency, round_money

LOGO_TYPES = ("image/png", "image/jpeg")
LONGEST_WORD = 200
MOST_WORDS = 100

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*")


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone, such as America/Bogota."""
    return name in _zones()


@cache
def _zones() -> set[str]:
    """All names; they are read from the files of the time zones, which takes a while."""
    return available_timezones()


def is_language_tag(text: str) -> bool:
    """Whether a text has the form of a language tag of BCP 47: language, script, region, variants."""
    return _LANGUAGE.fullmatch(text) is not None


def words_problem(words: Sequence[str]) -> str | None:
    """Message about a list of words that must be distinct; None if it is fine."""
    if len({word.casefold() for word in words}) != len(words):
        return "Must not name the same twice."
    return None


def billing_problem(base: str, billing: Collection[str]) -> str | None:
    """Message if the company could not bill in its base currency."""
    return None if base in billing else f"Must contain the base currency, {base}."


def opening_problem(balance: Decimal, base: Currency) -> str | None:
    """Message if the opening balance has more decimals than the base currency."""
    return (
        None if round_money(balance, base) == balance else f"Must have at most {base.digits} decimals, as {base} has."
    )
