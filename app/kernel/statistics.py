"""Statistics that outliers hardly move: medians, deviations from them, and slopes."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from statistics import median as _median
from typing import NamedTuple

MAD_OF_NORMAL = Decimal("0.6745")
"""Median absolute deviation of a normal distribution, in standard deviations."""
_OUTLIER = 3


def median(values: Sequence[Decimal]) -> Decimal:
    """Value in the middle; of an even number the mean of the two there. ValueError for none."""
    return _median(values)


def median_deviation(values: Sequence[Decimal]) -> Decimal:
    """Median absolute deviation from the median."""
    middle = median(values)
    return median([abs(value - middle) for value in values])


def robust_z(value: Decimal, others: Sequence[Decimal]) -> Decimal | None:
    """Distance of a value from the median of others in robust standard deviations; None where these don't vary."""
    spread = median_deviation(others)
    return None if not spread else MAD_OF_NORMAL * (value - median(others)) / spread


def trimmed_z(value: Decimal, others: Sequence[Decimal]) -> Decimal | None:
    """Distance of a value from the median of others in standard deviations of all but outliers; None without these.

    Outliers are three robust deviations away. It varies less by chance than `robust_z`, as it uses more of the others.
    """
    middle, spread = median(others), median_deviation(others)
    kept = [one - middle for one in others if abs(one - middle) * MAD_OF_NORMAL <= _OUTLIER * spread]
    if not spread or len(kept) < 2:
        return None
    squares = sum((one**2 for one in kept), Decimal(0))
    return (value - middle) / (squares / (len(kept) - 1)).sqrt()


def variation(values: Sequence[Decimal]) -> float:
    """Standard deviation as a part of the mean; 0 for fewer than two values, or a mean of zero."""
    numbers = [float(value) for value in values]
    mean = sum(numbers) / len(numbers) if numbers else 0.0
    if len(numbers) < 2 or not mean:
        return 0.0
    return sqrt(sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)) / abs(mean)


class Slope(NamedTuple):
    """Change from one value to the next, and the interval in which it is to be expected."""

    amount: Decimal
    low: Decimal
    high: Decimal


def theil_sen(values: Sequence[Decimal], z: float = 1.2816) -> Slope | None:
    """Median of the slopes of all pairs, with its interval of order statistics, of 80 % for the usual `z`.

    None for fewer than two values.
    """
    n = len(values)
    if n < 2:
        return None
    slopes = sorted((values[j] - values[i]) / (j - i) for i in range(n) for j in range(i + 1, n))
    # Variance of Kendall's S without ties, by which the ranks of the interval follow (Sen 1968).
    half = z * sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low = max(0, round((len(slopes) - half) / 2))
    high = min(len(slopes) - 1, round((len(slopes) + half) / 2))
    return Slope(median(slopes), slopes[low], slopes[high])


def quantile(values: Sequence[Decimal], part: float) -> Decimal:
    """Value below which that part of the values lies, between two by their distance. ValueError for none."""
    if not values:
        raise ValueError("no quantile of no values")
    ordered, place = sorted(values), part * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * Decimal(place - below)
