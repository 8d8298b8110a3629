"""Days as files write them: one order of day, month and year for all rows."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum
from functools import lru_cache

from app.infra.statements.refusals import AmbiguousDates
from app.kernel.errors import Invalid

_LONGEST = 40
_TIME = re.compile(r"(?<=\d)[T\s,]+\d{1,2}:\d{2}.*$")
_NUMBERS = re.compile(r"(\d{1,4})\s?[-/.\s']\s?(\d{1,2})\s?[-/.\s']\s?(\d{4}|\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"\d{8}", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]*(?:de )?([^\W\d_]{3,10})[\s.,/'-]*(?:de )?(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,10})[\s./-]*(\d{1,2})[\s.,/'-]+(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[\s./-]*([^\W\d_]{3,10})[\s./-]*(\d{1,2})")
_MONTHS = (
    ("jan", "ene", "jän", "gen", "jänner"),
    ("feb", "fév", "fev"),
    ("mar", "mär", "mrz"),
    ("apr", "abr", "avr"),
    ("may", "mai", "mag", "mei"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "ago", "aoû", "aou"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dic", "dez", "déc"),
)
_BY_NAME = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_CENTURY_TURN = 70
"""Years of two digits from this one on are of the last century."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_CLEAR_MAJORITY = 10
_SHOWN = 5
_TOKEN = re.compile(r"D{1,2}|M{1,4}|Y{4}|Y{2}|J{4}|J{2}|T{1,2}|A{4}|A{2}")
_LETTERS = {"D": "D", "T": "D", "M": "M", "Y": "Y", "J": "Y", "A": "Y"}
"""Letters of parts of a day in English, German and Spanish."""


class DateOrder(Enum):
    """Order of the parts of a day."""

    DMY = "DD/MM/YYYY"
    MDY = "MM/DD/YYYY"
    YMD = "YYYY-MM-DD"


def order_of_format(text: str) -> DateOrder:
    """Order that a format such as `DD/MM/YYYY` says; raises Invalid."""
    letters = "".join(_LETTERS[found[0]] for found in _TOKEN.findall(text.upper()[:_LONGEST]))
    if letters not in DateOrder.__members__:
        raise Invalid.field("options.date_format", "Must have DD, MM and YYYY in their order, such as DD/MM/YYYY.")
    return DateOrder[letters]


@lru_cache(maxsize=4_096)
def day_in(text: str, order: DateOrder) -> date | None:
    """The day, read in this order; None if there is no such day."""
    if len(text) > _LONGEST:
        return None
    text = _TIME.sub("", text.strip())
    if _COMPACT.fullmatch(text):
        return _day_of_digits(text, order)
    if found := _NUMBERS.fullmatch(text):
        return _day_of_numbers(found[1], found[2], found[3], order)
    return _named_day(text)


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """The order of all these days, found from all of them; None if they are no days.

    Raises AmbiguousDates if two orders fit, and the days differ.
    """
    distinct = set(texts)
    readings = {
        order: {text: day for text in distinct if (day := day_in(text, order)) is not None} for order in DateOrder
    }
    most = max(map(len, readings.values()))
    if not most:
        return None
    best = [order for order in DateOrder if len(readings[order]) == most]
    rivals = [order for order in DateOrder if order not in best and _contradicts(readings[order], readings[best[0]])]
    best = _without_unlikely_years([*best, *rivals], readings)
    if all(readings[order] == readings[best[0]] for order in best):
        return best[0]
    raise AmbiguousDates(_proposals({order: readings[order] for order in best}))


def _contradicts(fewer: Collection[str], more: Collection[str]) -> bool:
    """Whether enough days can be read in the order of fewer only."""
    only_fewer = sum(text not in more for text in fewer)
    only_more = sum(text not in fewer for text in more)
    return only_fewer * _CLEAR_MAJORITY > only_more


def _without_unlikely_years(orders: list[DateOrder], readings: dict[DateOrder, dict[str, date]]) -> list[DateOrder]:
    """Decide where years of two digits stand: last, unless the days are much closer together with them first."""
    if DateOrder.YMD not in orders or len(orders) == 1 or readings[DateOrder.YMD].keys() != readings[orders[0]].keys():
        return orders
    others: list[DateOrder] = [order for order in orders if order is not DateOrder.YMD]
    span = {order: (max(days := readings[order].values()) - min(days)).days for order in orders}
    return [DateOrder.YMD] if span[DateOrder.YMD] * 4 < min(span[order] for order in others) else others


def _proposals(readings: dict[DateOrder, dict[str, date]]) -> dict[str, list[str]]:
    texts = sorted(set().union(*readings.values()))[:_SHOWN]
    return {
        order.value: [f"{text} = {days[text].isoformat()}" if text in days else f"{text} = no day" for text in texts]
        for order, days in readings.items()
    }


def _day_of_digits(text: str, order: DateOrder) -> date | None:
    if order is DateOrder.YMD:
        return _day(text[:4], text[4:6], text[6:])
    first, second, year = text[:2], text[2:4], text[4:]
    return _day(year, second, first) if order is DateOrder.DMY else _day(year, first, second)


def _day_of_numbers(first: str, second: str, third: str, order: DateOrder) -> date | None:
    if len(first) > 2 or order is DateOrder.YMD:
        fits = order is DateOrder.YMD and len(first) in {2, 4} and len(third) <= 2
        return _day(first, second, third) if fits else None
    if len(third) == 1:
        return None
    return _day(third, second, first) if order is DateOrder.DMY else _day(third, first, second)


def _named_day(text: str) -> date | None:
    """A day whose month has a name reads alike in every order."""
    text = text.casefold()
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(text):
        year, name, day = found.groups()
    else:
        return None
    month = _BY_NAME.get(name[:4]) or _BY_NAME.get(name[:3])
    return _day(year, str(month), day) if month else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) <= 2:
        number += 1900 if number >= _CENTURY_TURN else 2000
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
