"""A version that a caller expects is checked once, of the row that is changed."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.infra.preconditions import check_precondition, etag_of, expect, unmet
from app.kernel.errors import StaleVersion

ROW = SimpleNamespace(id=7, version=3)


def session() -> Any:
    return SimpleNamespace(info={})


def test_a_version_is_named_by_the_row_and_its_number() -> None:
    assert etag_of(ROW) == "7-3"


def test_a_row_passes_where_nothing_is_expected() -> None:
    check_precondition(session(), 7, 3)


def test_a_row_of_the_expected_version_passes_and_the_expectation_is_met() -> None:
    ours = session()
    expect(ours, "7-3".__eq__)
    check_precondition(ours, 7, 3)
    assert not unmet(ours)


def test_a_row_of_another_version_is_stale() -> None:
    ours = session()
    expect(ours, "7-2".__eq__)
    with pytest.raises(StaleVersion) as refused:
        check_precondition(ours, 7, 3)
    assert refused.value.message == "It was changed since you read it; read it again and repeat your change."


def test_only_the_first_row_is_checked() -> None:
    ours = session()
    expect(ours, "7-3".__eq__)
    check_precondition(ours, 7, 3)
    check_precondition(ours, 8, 1)


def test_an_expectation_that_nothing_checked_is_unmet_and_then_forgotten() -> None:
    ours = session()
    assert not unmet(ours)
    expect(ours, "7-3".__eq__)
    assert unmet(ours)
    assert not unmet(ours)
