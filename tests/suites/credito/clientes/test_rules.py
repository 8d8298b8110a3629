"""Rules of clients, by tables."""

from datetime import date

import pytest

from app.suites.credito.clientes.rules import curp_of, edad, full_name, rfc_of


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        (" boxw310820hnerxn09 ", "BOXW310820HNERXN09"),
        ("BOXW310820HNERXN08", None),  # check digit
        ("BOXW311320HNERXN09", None),  # month 13
        ("BOXW310820HXXRXN09", None),  # no such state
        ("BOXW310820", None),
    ],
)
def test_a_curp_has_a_right_check_digit(text: str, stored: str | None) -> None:
    assert curp_of(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"), [("gode561231gr8", "GODE561231GR8"), ("GODE-561231-GR8", "GODE561231GR8"), ("GODE56", None)]
)
def test_an_rfc_is_stored_in_capitals_without_signs(text: str, stored: str | None) -> None:
    assert rfc_of(text) == stored


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2008, 3, 2), 18), (date(2008, 3, 3), 17), (date(2008, 2, 29), 18), (date(1926, 3, 2), 100)],
)
def test_age_grows_on_the_birthday(born: date, years: int) -> None:
    assert edad(born, date(2026, 3, 2)) == years


def test_a_birthday_on_29_february_comes_on_1_march() -> None:
    assert [edad(date(2008, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


def test_a_name_has_no_gap_for_a_missing_part() -> None:
    assert full_name("Ana", "Ruiz", None) == "Ana Ruiz"
