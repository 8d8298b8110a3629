"""Days and numbers as people write them in spreadsheets."""

import re
from collections.abc import Iterable

_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
_ISO_DAY = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}", re.ASCII)
_SPANISH_DAY = re.compile(rf"([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}){_TIME}", re.ASCII)

_GROUPED = {
    ",": re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?", re.ASCII),
    ".": re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII),
}
"""Numbers with groups of thousands, by their decimal sign."""
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]+([.,])[0-9]+", re.ASCII)
_BLANKS = re.compile(r"[\s'’]")


class Ambiguous(ValueError):
    """A number that could be read in two ways."""


def day_in(text: str) -> str:
    """The day of YYYY-MM-DD or DD/MM/YYYY as YYYY-MM-DD; any other text as it is."""
    if found := _ISO_DAY.fullmatch(text):
        return "-".join(found.groups())
    if found := _SPANISH_DAY.fullmatch(text):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return text


def decimal_sign_of(text: str) -> str | None:
    """The decimal sign of a number, `.` or `,`; None if its notation does not tell."""
    number = _bare(text)
    if _ONE_GROUP.fullmatch(number):
        return None
    for sign, grouped in _GROUPED.items():
        if grouped.fullmatch(number):
            return sign
    found = _DECIMAL.fullmatch(number)
    return found[1] if found else None


def common_decimal_sign(texts: Iterable[str]) -> str | None:
    """The decimal sign of all numbers that tell theirs; None if none does, or they differ."""
    found = {sign for text in texts if (sign := decimal_sign_of(text)) is not None}
    return found.pop() if len(found) == 1 else None


def plain_number(text: str, sign: str | None) -> str:
    """The number with a decimal point and without groups; any other text as it is.

    `sign` is the decimal sign of numbers whose notation does not tell it. Without one, 1.234 is Ambiguous.
    """
    number = _bare(text)
    if sign is None and _ONE_GROUP.fullmatch(number):
        raise Ambiguous("Is ambiguous: a number of thousands, or one with three decimals.")
    sign = decimal_sign_of(number) or sign
    if sign is not None and _GROUPED[sign].fullmatch(number):
        return number.replace("." if sign == "," else ",", "").replace(",", ".")
    if sign is not None and _DECIMAL.fullmatch(number):
        return number.replace(",", ".")
    return number if number.isascii() and number.isdigit() else text


def _bare(text: str) -> str:
    """The number without the sign of pesos and dollars, and without blanks between thousands."""
    return _BLANKS.sub("", text).removeprefix("$")
