"""Learned categories: only where they are clear, and never from a guess."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.suites.personal.payees_rules.rules.learning import Basis, LearnedCounts, guess, tokens_of
from app.suites.personal.payees_rules.rules.words import payee_key, similarity

DAY = date(2026, 1, 31)
FOOD, HOME, CARS = 1, 2, 3


def tokens(text: str, amount: str = "-5.00") -> frozenset[str]:
    return tokens_of("", text, Decimal(amount), 1)


def learned(*choices: tuple[str, int]) -> LearnedCounts:
    counts = LearnedCounts()
    for number, (text, category) in enumerate(choices):
        counts.learn(tokens(text, f"-{number + 1}.5"), category, DAY)
    return counts


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("COMPRA TARJ. 5526********1234 MERCADONA 0123 MADRID 12/01/2026", "mercadona madrid"),
        ("SQ *BLUE BOTTLE", "blue bottle"),
        ("PP*SPOTIFY", "spotify"),
        ("PAYPAL *STEAM GAMES", "steam games"),
        ("Card purchase at Café Núñez 31.01", "cafe nunez"),
        ("RECIBO ENDESA REF 1234567", "endesa ref"),
        ("12/01/2026 1234", ""),
        ("VISA", "visa"),
    ],
)
def test_a_payee_is_known_without_what_changes(text: str, key: str) -> None:
    assert payee_key(text) == key


def test_equal_payees_are_alike_and_texts_without_words_are_not() -> None:
    assert similarity("SQ *BLUE BOTTLE", "Blue Bottle 0012") == 1.0
    assert similarity("", "Blue Bottle") == similarity("1234", "5678") == similarity("compra", "pago compra uno") == 0.0
    assert similarity("Mercadona", "MERCADONA MADRID") == 1.0
    assert 0 < similarity("Blue house", "Blue Bottle") < 1


def test_a_payee_that_was_chosen_twice_is_known() -> None:
    assert guess(learned(("LIDL", FOOD)), tokens("LIDL"), DAY) is None
    found = guess(learned(("LIDL", FOOD), ("LIDL 0012", FOOD)), tokens("LIDL 0099"), DAY)
    assert found == (FOOD, 0.75, Basis.PAYEE)


def test_a_shop_for_everything_gets_no_answer() -> None:
    counts = learned(*[("AMAZON", FOOD), ("AMAZON", HOME)] * 10, *[("LIDL", FOOD)] * 5)
    assert guess(counts, tokens("AMAZON"), DAY) is None


def test_a_payee_with_some_exceptions_keeps_its_category() -> None:
    counts = learned(*[("LIDL", FOOD)] * 9, ("LIDL", HOME))
    assert guess(counts, tokens("LIDL"), DAY) == (FOOD, 10 / 12, Basis.PAYEE)


def test_words_of_several_payees_tell_a_category() -> None:
    counts = learned(
        *((f"RESTAURANTE {name}", FOOD) for name in ("PACO", "SOL", "LUNA", "MAR")),
        *((f"TALLER {name}", CARS) for name in ("PACO", "SOL", "LUNA", "MAR")),
    )
    found = guess(counts, tokens("RESTAURANTE AURORA"), DAY)
    assert found is not None
    assert (found.category_id, found.basis) == (FOOD, Basis.WORDS)
    assert guess(counts, tokens("PACO"), DAY) is None


def test_unknown_words_answer_nothing_whatever_the_sizes_of_categories() -> None:
    counts = learned(
        *((f"SHOP {number % 50} word{number % 500}", FOOD) for number in range(400)), *[("KIOSK", HOME)] * 4
    )
    assert guess(counts, tokens("three unknown things"), DAY) is None
    assert guess(LearnedCounts(), tokens("LIDL"), DAY) is None


def test_sign_account_and_amount_alone_answer_nothing() -> None:
    counts = LearnedCounts()
    for _ in range(50):
        counts.learn(tokens("LIDL"), FOOD, DAY)
    assert guess(counts, tokens("OTHER"), DAY) is None


def test_one_payee_alone_does_not_make_its_words_well_known() -> None:
    counts = learned(*[("DON LUIS BAR", FOOD)] * 20, *[("TALLER", CARS)] * 5)
    assert guess(counts, tokens("DON LUIS MOTOR"), DAY) is None


def test_an_old_category_weighs_less() -> None:
    counts = LearnedCounts()
    for number in range(10):
        counts.learn(tokens(f"A {number}"), FOOD, DAY - timedelta(900))
    counts.learn(tokens("B"), HOME, DAY)
    assert counts.shares[FOOD].at(DAY) < 0.02 < counts.shares[HOME].at(DAY) == 1.0


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A B", "LIDL UNO", "C"]), st.sampled_from([FOOD, HOME])), min_size=1, max_size=8
    )
)
def test_a_choice_that_is_taken_back_leaves_nothing(choices: list[tuple[str, int]]) -> None:
    counts = learned(*choices)
    for number, (text, category) in reversed([*enumerate(choices)]):
        counts.forget(tokens(text, f"-{number + 1}.5"), category, DAY)
    assert (counts.tokens, counts.vocabulary, set(counts.totals.values())) == ({}, 0, {0})
    assert guess(counts, tokens("LIDL UNO"), DAY) is None
