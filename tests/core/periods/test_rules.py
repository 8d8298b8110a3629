"""The order in which months are closed and reopened."""

import pytest

from app.core.periods.rules import closing_problem, reopening_problem
from app.kernel.periods import Month

JUNE = Month(2026, 6)


def month(number: int | None) -> Month | None:
    return None if number is None else Month(2026, number)


@pytest.mark.parametrize(
    ("asked", "last_closed", "code"),
    [
        (5, None, None),
        (1, None, None),
        (5, 4, None),
        (6, 5, "period_current"),
        (7, 5, "period_current"),
        (5, 3, "period_order"),
        (4, 4, "period_closed"),
        (3, 4, "period_closed"),
    ],
)
def test_the_next_month_that_is_over_is_closed(asked: int, last_closed: int | None, code: str | None) -> None:
    problem = closing_problem(Month(2026, asked), month(last_closed), JUNE)
    assert (problem[0] if problem else None) == code


@pytest.mark.parametrize(
    ("asked", "last_closed", "code"),
    [(4, 4, None), (3, 4, "period_order"), (5, 4, "period_open"), (4, None, "period_open")],
)
def test_the_last_closed_month_is_reopened(asked: int, last_closed: int | None, code: str | None) -> None:
    problem = reopening_problem(Month(2026, asked), month(last_closed))
    assert (problem[0] if problem else None) == code
