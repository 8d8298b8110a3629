"""Rows that earlier files brought, and those that confirm entries of people."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.suites.personal.imports.rules.duplicates import find_duplicates
from app.suites.personal.imports.rules.lines import (
    FITID_REUSED,
    ImportLineState,
    KnownLine,
    Line,
    Verdict,
    plain_content_key,
)
from app.suites.personal.imports.rules.matches import Entry, find_matches

ACCOUNT = 7
DAY = date(2026, 1, 31)
NEW, DUPLICATE, REPLACES, MATCH, POSSIBLE, _SKIPPED = ImportLineState


def line(number: int = 1, **values: object) -> Line:
    fields = {"day": DAY, "amount": Decimal("-4.50"), "currency": "EUR", "text": "BLUE BOTTLE", **values}
    return Line(number, **fields)


class Book:
    """Rows that files brought to one account."""

    def __init__(self) -> None:
        self.known: list[KnownLine] = []

    def bring(self, lines: Sequence[Line]) -> list[Verdict]:
        """Import a file."""
        keys = {one.number: plain_content_key(ACCOUNT, one) for one in lines}
        verdicts = find_duplicates(lines, keys, self.known)
        for one, verdict in zip(lines, verdicts, strict=True):
            stored = KnownLine(len(self.known) + 1, one.day, one.amount, one.fitid, keys[one.number], one.is_pending)
            if verdict.state is NEW:
                self.known.append(stored)
            elif verdict.state is REPLACES and verdict.known_id:
                self.known[verdict.known_id - 1] = replace(stored, id=verdict.known_id)
        return verdicts

    def states(self, *lines: Line) -> list[ImportLineState]:
        """Import a file, and return the states of its rows."""
        return [verdict.state for verdict in self.bring(lines)]


def test_a_file_that_is_imported_again_adds_nothing() -> None:
    book, lines = Book(), [line(1, fitid="A"), line(2), line(3, fitid="B", amount=Decimal(5))]
    assert book.states(*lines) == [NEW] * 3
    assert book.states(*lines) == [DUPLICATE] * 3


def test_twins_of_a_day_stay_two() -> None:
    book = Book()
    assert book.states(line(1), line(2)) == [NEW, NEW]
    assert book.states(line(1), line(2), line(3)) == [DUPLICATE, DUPLICATE, NEW]


def test_a_fee_and_a_purchase_with_one_id_are_two_rows() -> None:
    [first, second] = Book().bring([line(1, fitid="A"), line(2, fitid="A", amount=Decimal("-0.35"), text="FEE")])
    assert (first.state, first.notes, second.state, second.notes) == (NEW, (), NEW, (FITID_REUSED,))


def test_an_id_with_another_amount_day_or_text_is_new() -> None:
    book = Book()
    book.bring([line(1, fitid="A")])
    other = line(1, fitid="A", amount=Decimal(-9))
    assert [(one.state, one.notes) for one in book.bring([other])] == [(NEW, (FITID_REUSED,))]
    assert book.states(line(1, fitid="A"), line(2, fitid="A", text="OTHER")) == [DUPLICATE, NEW]


def test_a_row_of_the_same_id_is_met_by_its_text_first() -> None:
    book = Book()
    book.bring([line(1, fitid="A", text="ONE"), line(2, fitid="A", text="TWO")])
    [verdict] = book.bring([line(1, fitid="A", text="TWO")])
    assert verdict.known_id == 2


def test_an_empty_id_counts_as_none() -> None:
    book = Book()
    assert book.states(line(1, fitid=""), line(2, fitid="", text="OTHER")) == [NEW, NEW]
    assert book.states(line(1, text="OTHER")) == [DUPLICATE]


def test_a_bank_that_makes_new_ids_adds_nothing() -> None:
    book = Book()
    book.bring([line(1, fitid="A")])
    assert book.states(line(1, fitid="B")) == [DUPLICATE]


def test_a_similar_row_of_another_day_is_new() -> None:
    book = Book()
    book.bring([line(1)])
    assert book.states(line(1, day=DAY + timedelta(7)), line(2, text="BLUE BOTTLE 2")) == [NEW, NEW]


def test_a_pending_row_is_replaced_when_it_is_booked() -> None:
    book = Book()
    book.bring([line(1, fitid="A", is_pending=True), line(2, text="TAXI", is_pending=True)])
    booked = [line(1, fitid="A", amount=Decimal("-5.00"), day=DAY + timedelta(2)), line(2, text="TAXI")]
    assert book.states(*booked) == [REPLACES, REPLACES]
    assert book.states(*booked) == [DUPLICATE, DUPLICATE]
    assert book.states(line(1, fitid="A", is_pending=True)) == [DUPLICATE]


def test_keys_do_not_depend_on_case_blanks_or_zeros() -> None:
    first = line(1, text="Café  Núñez", amount=Decimal("-4.50000"))
    assert plain_content_key(1, first) == plain_content_key(1, line(9, text="CAFÉ NÚÑEZ", amount=Decimal("-4.5")))
    assert plain_content_key(1, first) != plain_content_key(2, first)


def test_keys_of_the_first_version_stay_as_they_are() -> None:
    stored = "v1:bbdc8a0e7d9ef7e21317b0fcf61ff8869fc520a4609687462d81290411acfc29"
    assert plain_content_key(ACCOUNT, line(1)) == stored
    assert plain_content_key(ACCOUNT, line(2, payee="renamed by a rule", fitid="other")) == stored


def test_a_key_of_another_version_is_no_key_of_this_one() -> None:
    known = KnownLine(1, DAY, Decimal("-4.50"), "", plain_content_key(ACCOUNT, line()).replace("v1:", "v0:"))
    [verdict] = find_duplicates([line()], {1: plain_content_key(ACCOUNT, line())}, [known])
    assert verdict.state is NEW


days = st.integers(0, 6).map(lambda number: DAY + timedelta(number))
rows = st.tuples(days, st.sampled_from([Decimal(-1), Decimal(-2)]), st.sampled_from(["A", "B"]), st.booleans())


@st.composite
def histories(draw: st.DrawFn) -> list[Line]:
    """Rows of a bank by day; some have an id, and no two the same."""
    found = sorted(draw(st.lists(rows, max_size=14)))
    return [
        line(number, day=day, amount=amount, text=text, fitid=f"F{number}" if has_id else "")
        for number, (day, amount, text, has_id) in enumerate(found, 1)
    ]


def content(lines: Iterable[Line | KnownLine]) -> Counter[str]:
    return Counter(one.content_key if isinstance(one, KnownLine) else plain_content_key(ACCOUNT, one) for one in lines)


@settings(max_examples=60)
@given(histories(), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=4), st.randoms())
def test_overlapping_files_in_any_order_bring_each_row_once(history, cuts, rng) -> None:
    spans = [(0, 3), (3, 6), *(tuple(sorted(cut)) for cut in cuts)]
    rng.shuffle(spans)
    book = Book()
    for first, last in spans:
        book.bring([one for one in history if first <= (one.day - DAY).days <= last])
    assert content(book.known) == content(history)
    assert {verdict.state for verdict in book.bring(history)} <= {DUPLICATE}


def entry(number: int = 1, days: int = 0, amount: str = "-4.50", **values: object) -> Entry:
    value = Decimal(amount)
    fields = {"least": value, "most": value, "currency": "EUR", "text": "Coffee", **values}
    return Entry(number, DAY + timedelta(days), **fields)


def matches(lines: list[Line], *entries: Entry) -> list[tuple[int, ImportLineState, int | None]]:
    return [(verdict.number, verdict.state, verdict.entry_id) for verdict in find_matches(lines, entries)]


@pytest.mark.parametrize(
    ("made", "state"),
    [
        (entry(), MATCH),
        (entry(payee="Blue Bottle", days=-1), MATCH),
        (entry(payee="Blue Bottle", days=-3), MATCH),
        (entry(payee="Blue Bottle", days=-4), POSSIBLE),
        (entry(text="", days=-4), MATCH),
        (entry(days=-1), POSSIBLE),
        (entry(days=-3), None),
        (entry(payee="Blue Bottle", days=-6), None),
        (entry(payee="Blue Bottle", days=3), MATCH),
        (entry(payee="Blue Bottle", days=4), None),
        (entry(amount="4.50"), None),
        (entry(amount="-4.51"), None),
        (entry(currency="USD"), None),
        (entry(least=Decimal(-6), most=Decimal(-4), is_scheduled=True), MATCH),
        (entry(least=Decimal(-6), most=Decimal(-5), is_scheduled=True), None),
    ],
)
def test_a_row_confirms_an_entry_by_day_amount_and_text(made: Entry, state: ImportLineState | None) -> None:
    assert matches([line()], made) == ([(1, state, 1)] if state else [])


def test_the_nearest_day_wins_whatever_the_order() -> None:
    lines = [line(1, day=DAY + timedelta(2)), line(2)]
    entries = [entry(1, payee="Blue Bottle"), entry(2, payee="Blue Bottle", days=2)]
    for ordered in (entries, entries[::-1]):
        assert matches(lines, *ordered) == [(1, MATCH, 2), (2, MATCH, 1)]


def test_the_better_pair_wins_and_each_side_is_used_once() -> None:
    lines = [line(1, day=DAY + timedelta(1)), line(2)]
    assert matches(lines, entry(1, payee="Blue Bottle")) == [(2, MATCH, 1)]
    assert matches([line(1)], entry(1, payee="Blue Bottle"), entry(2, payee="Blue Bottle", days=-1)) == [(1, MATCH, 1)]


def test_twins_confirm_as_many_entries() -> None:
    entries = [entry(number, payee="Blue Bottle") for number in range(1, 51)]
    assert len(matches([line(number) for number in range(1, 41)], *entries)) == 40


def test_many_equal_amounts_are_matched_soon() -> None:
    lines = [line(number, text=f"TEXT {number}") for number in range(20_000)]
    entries = [entry(number, text=f"text {number}") for number in range(2_000)]
    began = time.process_time()
    find_duplicates(lines, {one.number: plain_content_key(1, one) for one in lines}, [])
    find_matches(lines, entries)
    assert time.process_time() - began < 3
