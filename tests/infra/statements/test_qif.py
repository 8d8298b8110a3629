"""QIF."""

from decimal import Decimal

import pytest

from app.infra.statements import AccountName, AmbiguousDates, EmptyFile, ReadOptions, UnreadableFile, read_statements
from tests.infra.statements import samples


def test_transactions_of_an_account() -> None:
    parsed = read_statements(samples.QIF.encode())
    [statement] = parsed.statements
    assert statement.account == AccountName("Checking", kind="bank")
    assert [(str(row.day), row.amount, row.payee, row.category, row.counterpart) for row in statement.rows] == [
        ("2026-01-02", Decimal("-1234.5"), "Rent", "Housing", ""),
        ("2026-01-31", Decimal(2000), "ACME Corp", "", "Savings"),
        ("2026-02-01", Decimal(-60), "Supermarket", "", ""),
    ]
    assert parsed.warnings == ("splits_ignored",)


def test_days_that_may_be_read_in_two_ways_are_asked_for() -> None:
    text = b"!Type:Bank\nD01/02/2026\nT1.50\n^\n"
    with pytest.raises(AmbiguousDates):
        read_statements(text)
    [row] = read_statements(text, ReadOptions(date_format="DD/MM/YYYY")).statements[0].rows
    assert str(row.day) == "2026-02-01"


def test_lists_of_categories_and_opening_balances_are_no_transactions() -> None:
    text = b"!Type:Cat\nNFood\nE\n^\n!Type:Cash\nD13/01/2026\nT5,00\nPSaldo inicial\n^\nD14/01/2026\nT-1,50\nPCafe\n^\n"
    parsed = read_statements(text)
    assert [row.payee for row in parsed.statements[0].rows] == ["Cafe"]
    assert [(note.row, note.code) for note in parsed.notes] == [(1, "opening_balance")]


def test_a_record_without_an_end_counts() -> None:
    assert len(read_statements(b"!Type:CCard\nD2026-01-31\nT-5.00\nPx").statements[0].rows) == 1


def test_rows_without_day_or_amount_are_named() -> None:
    parsed = read_statements(b"!Type:Bank\nD2026-01-31\nPx\n^\nT5.00\n^\nD2026-01-31\nTabc\n^\nD2026-01-30\nT1.00\n^\n")
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [
        (1, "amount", "missing"),
        (2, "date", "missing"),
        (3, "amount", "invalid_amount"),
    ]


def test_a_file_without_transactions_is_empty() -> None:
    with pytest.raises(EmptyFile):
        read_statements(b"!Type:Bank\n")


def test_transactions_without_any_day_are_unreadable() -> None:
    with pytest.raises(UnreadableFile):
        read_statements(b"!Type:Bank\nDx\nT5.00\n^\n")
