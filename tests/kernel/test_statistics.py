"""Statistics: medians, deviations, slopes and quantiles."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.statistics import median, median_deviation, quantile, robust_z, theil_sen, trimmed_z, variation

AMOUNTS = st.decimals(-1000, 1000, places=2)


def amounts(*values):
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(("values", "middle"), [((3, 1, 2), 2), ((1, 2, 3, 10), "2.5"), ((7,), 7)])
def test_a_median_is_the_value_in_the_middle(values, middle):
    assert median(amounts(*values)) == Decimal(middle)


def test_one_outlier_does_not_move_the_deviation():
    assert median_deviation(amounts(10, 11, 12, 13, 5_000)) == 1


def test_a_robust_z_counts_deviations_from_the_median():
    assert robust_z(Decimal(15), amounts(10, 11, 12, 13, 14)) == Decimal("2.0235")


def test_values_that_do_not_vary_give_no_z():
    assert robust_z(Decimal(15), amounts(10, 10, 10)) is None


def test_a_trimmed_z_counts_standard_deviations_without_outliers():
    # of 10 to 14 the deviations from 12 are 2, 1, 0, 1, 2: a variance of 10/4; 100 is three robust deviations away
    assert trimmed_z(Decimal(17), amounts(10, 11, 12, 13, 14)) == Decimal(5) / Decimal("2.5").sqrt()
    with_outlier = trimmed_z(Decimal(17), amounts(10, 11, 12, 12, 13, 14, 100))
    assert with_outlier == Decimal(5) / Decimal(2).sqrt()


def test_without_variation_there_is_no_trimmed_z():
    assert trimmed_z(Decimal(15), amounts(10, 10, 10)) is None


@pytest.mark.parametrize(("values", "part"), [((), 0), ((5,), 0), ((5, 5), 0), ((-1, 1), 0), ((1, 3), 0.7071)])
def test_variation_is_the_deviation_as_a_part_of_the_mean(values, part):
    assert variation(amounts(*values)) == pytest.approx(part, abs=1e-4)


@given(st.integers(2, 30), AMOUNTS, AMOUNTS)
def test_a_straight_line_has_its_slope_without_an_interval(n, start, step):
    assert theil_sen([start + step * place for place in range(n)]) == (step, step, step)


@given(st.lists(AMOUNTS, min_size=2, max_size=20))
def test_the_slope_lies_within_its_interval(values):
    found = theil_sen(values)
    assert found is not None
    assert found.low <= found.amount <= found.high


def test_one_value_has_no_slope():
    assert theil_sen(amounts(5)) is None


@pytest.mark.parametrize(("part", "value"), [(0, 1), (0.5, 2), (1, 4), (0.75, 3)])
def test_a_quantile_lies_between_values_by_their_distance(part, value):
    assert quantile(amounts(4, 1, 2), part) == value


def test_there_is_no_quantile_of_nothing():
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)
