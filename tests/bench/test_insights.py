"""Measurement of learned categories."""

from bench.household import household
from bench.insights import coverage, precision, prequential, within, wrong_of_new


def test_a_household_is_generated_alike_by_its_seed() -> None:
    first = household(3)[:50]
    assert first == household(3)[:50] != household(4)[:50]


def test_learned_categories_are_answered_often_and_right() -> None:
    found = prequential(3)
    later = within(found, 201, 1_000)
    assert coverage(later) > 0.7
    assert precision(later) > 0.95
    assert wrong_of_new(found) < 0.04
