"""Arithmetic of charts: round steps, and labels that don't overlap."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.kernel.languages import Language
from app.web.pdf.languages import words_of

_ROUND = (1, 2, 2.5, 5, 10)
MONTHS, YEARS = (1, 2, 3, 4, 6, 12), (1, 2, 5, 10, 20, 50, 100)
"""Steps between labels of months: the same months each year, or round years."""
_SIZES = (1e12, 1e6, 1e3)


@dataclass(frozen=True, slots=True)
class Axis:
    """Axis between two round numbers, including zero."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, values: Iterable[float], most: int = 5) -> "Axis":
        """Axis that contains all values, with at most `most` steps and one or two more."""
        found = [0.0, *values]
        low, high = min(found), max(found)
        if low == high:
            return cls(0.0, 1.0, 1.0)
        step = _round_step((high - low) / most)
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step, step)

    def ticks(self) -> list[float]:
        """Values of grid lines."""
        return [self.low + self.step * n for n in range(round((self.high - self.low) / self.step) + 1)]

    def place(self, value: float) -> float:
        """Position of a value, from 0 at the bottom to 1 at the top."""
        return (value - self.low) / (self.high - self.low)

    def label(self, value: float, language: Language = Language.SPANISH) -> str:
        """Label of a tick, as in 2,5 M: all in one unit, with as many decimals as the step needs."""
        size, unit = unit_of(max(-self.low, self.high), language)
        step = self.step / size
        places = next((n for n in range(3) if math.isclose(step, round(step, n), rel_tol=1e-6)), 2)
        return short(value, size, unit, places, language)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * step for step in _ROUND if power * step >= least * 0.999999)


def unit_of(largest: float, language: Language = Language.SPANISH) -> tuple[float, str]:
    """Unit that gives a short number: millions, thousands or ones."""
    units = zip(_SIZES, words_of(language).units, strict=True)
    return next(((size, unit) for size, unit in units if largest >= size), (1.0, ""))


def short(value: float, size: float, unit: str, places: int, language: Language = Language.SPANISH) -> str:
    """Rounded number in this unit, with a minus sign if negative; zero has no unit."""
    written = language.digits(f"{abs(value) / size:,.{places}f}")
    if not written.strip("0,."):
        return "0"
    return f"{'−' if value < 0 else ''}{written}{f' {unit}' if unit else ''}"


def compact(value: float, language: Language = Language.SPANISH) -> str:
    """Format one number in its own unit: 12,3 M, 850 mil."""
    size, unit = unit_of(abs(value), language)
    return short(value, size, unit, 1 if unit and abs(value) < 100 * size else 0, language)


def every(slot: float, label: float, steps: Sequence[int]) -> int:
    """Step between labels, from the width of a label and of a slot; beyond the listed steps a multiple."""
    needed = max(1, math.ceil((label + 6) / slot))
    last = steps[-1]
    return next((step for step in steps if step >= needed), math.ceil(needed / last) * last)
