"""Permissions in short."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.permissions import shortened

DECLARED = {"clients:read", "clients:write", "payments:read", "payments:write", "audit:read"}


def lengthened(short: Collection[str]) -> set[str]:
    """The permissions that a frontend reads from the claim."""
    return {name for name in DECLARED if {"*", name, f"{name.split(':')[0]}:*"} & set(short)}


@pytest.mark.parametrize(
    ("held", "short"),
    [
        (DECLARED, ["*"]),
        (DECLARED - {"audit:read"}, ["clients:*", "payments:*"]),
        ({"clients:read", "clients:write", "payments:read"}, ["clients:*", "payments:read"]),
        ({"audit:read"}, ["audit:*"]),
        (set(), []),
    ],
)
def test_all_is_a_star_and_all_of_a_resource_is_one(held: set[str], short: list[str]) -> None:
    assert shortened(held, DECLARED) == short


@given(st.sets(st.sampled_from(sorted(DECLARED))))
def test_the_short_form_says_the_same(held: set[str]) -> None:
    assert lengthened(shortened(held, DECLARED)) == held
