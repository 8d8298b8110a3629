"""Calendars that charges keep to: the step from one to the next, and the days that fit best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import comb
from typing import NamedTuple

from app.kernel.periods import Month
from app.suites.personal.recurring.rules import Every, Frequency

MOST_A_PERIOD = 1.3
"""Charges a period, above which they are no series."""
LEAST_IN_BAND = 0.7
"""Least part of the gaps that are of one period, or once of two."""
_LONGEST_MONTH = 31
_MONTH = 30.4375
"""Average days of a month."""


class Band(NamedTuple):
    """A step between charges, with the days by which they may miss it."""

    every: Every
    days: int
    """Length of a period in days."""
    tolerance: int
    months: int = 0
    """Length of a period in months; 0 for one in days."""


BANDS = (
    Band(Every(Frequency.MONTHLY), 30, 4, 1),
    Band(Every(Frequency.WEEKLY), 7, 1),
    Band(Every(Frequency.BIWEEKLY), 14, 2),
    Band(Every(Frequency.WEEKLY, 4), 28, 2),
    Band(Every(Frequency.MONTHLY, 2), 61, 5, 2),
    Band(Every(Frequency.QUARTERLY), 91, 7, 3),
    Band(Every(Frequency.SEMIANNUAL), 182, 10, 6),
    Band(Every(Frequency.YEARLY), 365, 15, 12),
)
"""The steps that are looked for, the usual ones first."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Charges on a calendar: places of those that keep to it, with the numbers of their periods."""

    band: Band
    anchor: date
    """A day of the calendar, that of the period with number 0."""
    places: tuple[int, ...]
    periods: tuple[int, ...]
    strays: int
    """Charges that are on no day of the calendar, or on one that has a charge already."""
    chance: float
    """Probability that as many charges on any days keep to some calendar as closely."""

    def day(self, period: int) -> date:
        """Day of a period."""
        if not self.band.months:
            return self.anchor + timedelta(days=self.band.days * period)
        return Month.of(self.anchor).plus(self.band.months * period).on(self.anchor.day)

    @property
    def last(self) -> int:
        """Number of the last period with a charge."""
        return self.periods[-1]

    @property
    def in_band(self) -> float:
        """Part of the gaps that are of one period; one of two periods counts once."""
        gaps = Counter(later - earlier for earlier, later in pairwise(self.periods))
        return (gaps[1] + min(gaps[2], 1)) / max(1, sum(gaps.values()))


def best_fit(days: Sequence[date], fewest: int) -> Fit | None:
    """The calendar that ascending days keep to best, if they do to any; yearly ones need two charges only."""
    found = [fit for band in BANDS if (fit := _fit(days, band, fewest)) is not None]
    return max(found, key=lambda fit: (len(fit.places), fit.in_band, -fit.chance), default=None)


def _fit(days: Sequence[date], band: Band, fewest: int) -> Fit | None:
    """Charges on the best calendar of a step; None unless they are a series."""
    least = 2 if band.every.frequency is Frequency.YEARLY else fewest
    span = (days[-1] - days[0]).days if days else 0
    periods = round(span / band.days) + 1
    if len(days) < least or periods < least or not periods * 0.5 <= len(days) <= periods * MOST_A_PERIOD:
        return None
    anchor = _anchor(days, band)
    kept = _kept(days, band, anchor)
    if len(kept) < least:
        return None
    spread = max(miss for _, miss in kept.values()) - min(miss for _, miss in kept.values())
    order = sorted(kept)
    places = tuple(kept[period][0] for period in order)
    fit = Fit(band, anchor, places, tuple(order), len(days) - len(kept), _chance(len(days), len(kept), spread, band))
    fits = fit.in_band >= LEAST_IN_BAND and len(kept) >= LEAST_IN_BAND * len(days)
    return fit if fits else None


def _anchor(days: Sequence[date], band: Band) -> date:
    """The day of the calendar that has the most of the days about it."""
    if band.months:
        return _month_anchor(days, band)
    length = band.days
    offsets = Counter((day - days[0]).days % length for day in days)
    return days[0] + timedelta(days=_middle(offsets, length, band.tolerance))


def _month_anchor(days: Sequence[date], band: Band) -> date:
    """Like `_anchor`, for steps of months; of a single month by the day of the month."""
    if band.months == 1:  # counted from a January, which has all days of a month
        place = _middle(Counter(day.day - 1 for day in days), _LONGEST_MONTH, band.tolerance)
        return Month(days[0].year, 1).on(place + 1)
    length = band.months * _MONTH
    offsets = Counter(int((day - days[0]).days % length) for day in days)
    return days[0] + timedelta(days=_signed(_middle(offsets, int(length), band.tolerance), int(length)))


def _middle(offsets: Counter[int], length: int, tolerance: int) -> int:
    """The place on a circle with the most offsets within the tolerance, and of these with the least distance."""

    def worth(place: int) -> tuple[int, int]:
        near = distance = 0
        for offset, times in offsets.items():
            apart = abs(_signed(offset - place, length))
            if apart <= tolerance:
                near += times
                distance += apart * times
        return near, -distance

    return max(range(length), key=worth)


def _signed(offset: int, length: int) -> int:
    """The offset on a circle as the shortest way, forwards or back."""
    return (offset + length // 2) % length - length // 2


def _kept(days: Sequence[date], band: Band, anchor: date) -> dict[int, tuple[int, int]]:
    """Places and misses of the days that keep to a calendar by the numbers of their periods; the nearest one counts."""
    found: dict[int, tuple[int, int]] = {}
    fit = Fit(band, anchor, (), (), 0, 1.0)
    for place, day in enumerate(days):
        near = _near(day, band, anchor)
        period = min((near - 1, near, near + 1), key=lambda one: abs((day - fit.day(one)).days))
        miss = (day - fit.day(period)).days
        if abs(miss) <= band.tolerance and (period not in found or abs(miss) < abs(found[period][1])):
            found[period] = (place, miss)
    return found


def _near(day: date, band: Band, anchor: date) -> int:
    """The number of a period about a day."""
    if band.months:
        return (Month.of(day) - Month.of(anchor)) // band.months
    return round((day - anchor).days / band.days)


def _chance(charges: int, kept: int, spread: int, band: Band) -> float:
    """Probability that of charges on any days so many come as close to the days of some calendar of this step."""
    part = min(1.0, (spread + 1) / band.days)
    tail = sum(comb(charges - 1, k) * part**k * (1 - part) ** (charges - 1 - k) for k in range(kept - 1, charges))
    return min(1.0, charges * tail)
