"""Transfers between accounts, of which each account's file has one leg."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.suites.personal.accounts.rules import numbers_in, plain_number
from app.suites.personal.imports.rules.transfers import Leg, find_transfers

DAY = date(2026, 1, 31)
IBAN = "DE02 1203 0000 0000 2020 51"


def named(text: str) -> set[int]:
    return {2} if plain_number(IBAN) in numbers_in(text) else set()


def leg(number: int, account: int, amount: str, days: int = 0, currency: str = "EUR", **values: str) -> Leg:
    return Leg(number, account, DAY + timedelta(days), Decimal(amount), currency, **values)


def rate(source: str, target: str, _day: date) -> Decimal | None:
    return {("EUR", "USD"): Decimal("1.10")}.get((source, target))


def scores(*legs: Leg, **options: object) -> list[tuple[int, int, int, bool]]:
    return [tuple(pair) for pair in find_transfers(legs, rate, **options)]


@pytest.mark.parametrize(
    ("sent", "received", "score", "is_sure"),
    [
        ({"text": "Transfer to savings"}, {}, 80, True),
        ({}, {"text": "PAGO TARJETA"}, 80, True),
        ({}, {}, 65, False),
        ({"text": "Traspaso"}, {"days": 3}, 68, False),
        ({"text": "Traspaso"}, {"days": -2}, 72, True),
        ({"text": f"an {IBAN}"}, {"days": 5}, 105, True),
        ({"text": "an DE02120300000000202051"}, {}, 125, True),
        ({"text": "Transfer"}, {"amount": "110.00", "currency": "USD"}, 80, True),
        ({"text": "Transfer"}, {"amount": "108.00", "currency": "USD"}, 70, True),
        ({"text": "Transfer"}, {"amount": "100.00", "currency": "USD"}, 60, False),
    ],
)
def test_a_pair_is_scored(sent: dict[str, str], received: dict[str, object], score: int, is_sure: bool) -> None:
    other = {"amount": "100.00", **received}
    found = scores(leg(1, 1, "-100.00", **sent), leg(2, 2, **other), named=named)
    assert found == [(1, 2, score, is_sure)]


@pytest.mark.parametrize(
    "received",
    [
        {"account": 1},
        {"days": 6},
        {"amount": "100.01"},
        {"amount": "-100.00"},
        {"amount": "90.00", "currency": "USD"},
        {"amount": "100.00", "currency": "GBP"},
        {"source": "file"},
    ],
)
def test_legs_that_are_no_transfer_are_not_paired(received: dict[str, object]) -> None:
    other = {"account": 2, "amount": "100.00", **received}
    assert scores(leg(1, 1, "-100.00", source="file"), leg(2, **other)) == []


def test_pairs_that_are_not_unique_are_only_proposed() -> None:
    found = scores(leg(1, 1, "-100.00", text="Transfer"), leg(2, 2, "100.00"), leg(3, 3, "100.00", days=1))
    assert found == [(1, 2, 55, False), (1, 3, 51, False)]


def test_an_equal_amount_is_unique_beside_one_over_a_rate() -> None:
    found = scores(leg(1, 1, "-100.00", text="Transfer"), leg(2, 2, "100.00"), leg(3, 3, "110.00", currency="USD"))
    assert found == [(1, 2, 80, True)]


def test_a_pair_that_was_parted_stays_so() -> None:
    assert scores(leg(1, 1, "-100.00", text="Transfer"), leg(2, 2, "100.00"), rejected={(1, 2)}) == []


def test_each_leg_is_merged_once() -> None:
    found = scores(
        leg(1, 1, "-100.00", text="Transfer"),
        leg(2, 2, "100.00"),
        leg(3, 1, "-7.00", text="Transfer"),
        leg(4, 3, "7.00", days=1),
    )
    assert [(pair[0], pair[1], pair[3]) for pair in found] == [(1, 2, True), (3, 4, True)]


def test_many_equal_amounts_are_compared_soon() -> None:
    legs = [leg(number, number % 3, "100.00" if number % 2 else "-100.00") for number in range(3_000)]
    began = time.process_time()
    assert not any(pair.is_sure for pair in find_transfers(legs, rate))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"SEPA TRANSFER TO {IBAN} REF 12", IBAN),
        (f"an {IBAN.replace(' ', '')}", IBAN),
        (f"IBAN{IBAN.replace(' ', '')}", IBAN),
        (f"iban {IBAN.lower()}", IBAN),
        ("CTA1234-5678 90", "1234567890"),
        ("Traspaso 12.345.678", "12345678"),
    ],
)
def test_a_number_is_found_however_it_is_grouped(text: str, number: str) -> None:
    assert plain_number(number) in numbers_in(text)


@pytest.mark.parametrize("text", ["12345678901", "A 1234567 COFFEE 8", "no digits at all", "", "1 2 3"])
def test_a_part_of_another_number_is_none(text: str) -> None:
    assert "12345678" not in numbers_in(text)


def test_long_texts_have_few_candidates() -> None:
    assert len(numbers_in("12 " * 100_000)) < 1_000
    assert len(numbers_in("a1" * 50_000)) < 1_000
