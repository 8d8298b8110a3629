"""Patterns of rules: they match as Python's do, and end in time whatever they are."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.suites.personal.payees_rules.rules.patterns import (
    LONGEST_TEXT,
    Allowance,
    Exhausted,
    PatternError,
    compiled,
)


def matches(pattern: str, text: str) -> bool:
    return compiled(pattern).matches(text, Allowance())


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("uber|cabify", "compra uber bv", True),
        (r"\buber\b", "ubereats", False),
        (r"^pago .*tarjeta$", "pago de la tarjeta", True),
        (r"^tarjeta", "pago tarjeta", False),
        (r"ref \d{4,6}", "ref 12345", True),
        (r"ref \d{4,6}$", "ref 123", False),
        (r"[a-c]+-[^a-z]", "abc-1", True),
        ("ÉXITO", "almacenes exito", True),
        (r"a\.b", "axb", False),
        (r"a[.\]]b", "a]b", True),
        ("(?:no)?mina", "nomina", True),
        ("", "anything", True),
        ("()", "", True),
    ],
)
def test_a_pattern_is_sought_anywhere_without_case_and_accents(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a", "a)", "[a", "a{2", "a{3,2}", "a{200}", "*a", "a**", "a++", "+", "\\", "a|*"),
        *("(?=a)", "(?!a)", "(?<=a)b", "(?P<n>a)", "(?i)a", r"(a)\1", r"\p{L}", r"\x41", "[b-a]"),
        *("x" * 201, "((a{50}){50}){50}", "(" * 21 + "a" + ")" * 21),
    ],
)
def test_a_pattern_that_is_none_or_not_supported_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)


_ATOMS = st.sampled_from(["a", "b", "1", ".", "[ab]", "[^a]", r"\w", r"\d", "(a|b)", "(?:ab)", "^", "$", r"\b"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"])).map(
            lambda two: f"({two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(_PATTERNS, st.text("ab1 ", max_size=8))
def test_patterns_match_as_those_of_python_do(pattern: str, text: str) -> None:
    assert matches(pattern, text) is (re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*)*x", ".*.*.*.*.*.*x", "(a|b)*a(a|b){20}c", "(a?){30}a{30}b"]
)
def test_a_hostile_pattern_ends_in_time(pattern: str) -> None:
    began = time.process_time()
    assert not matches(pattern, "a" * LONGEST_TEXT)
    assert time.process_time() - began < 1


def test_many_hostile_matches_end_with_the_allowance() -> None:
    allowance, pattern = Allowance(100_000), compiled("(a|b)*a(a|b){100}c")
    began = time.process_time()
    texts = (f"{number:b}".replace("0", "a").replace("1", "b") * 30 for number in range(10_000))
    with pytest.raises(Exhausted):
        [pattern.matches(text, allowance) for text in texts]
    assert time.process_time() - began < 2
