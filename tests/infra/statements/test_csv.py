"""CSV: columns, one notation of days and of amounts for a file, and rows that can't be read."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.infra.statements import (
    AmbiguousDates,
    AmbiguousDecimals,
    EmptyFile,
    Field,
    NeedsMapping,
    ParsedFile,
    ReadOptions,
    StatementRow,
    read_statements,
)
from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from tests.infra.statements import samples
from tests.soak import SOAK


def read(text: str, **options: object) -> ParsedFile:
    return read_statements(text.encode(), ReadOptions(**options))


def rows(text: str, **options: object) -> list[StatementRow]:
    return [row for statement in read(text, **options).statements for row in statement.rows]


def table(days: list[str] | None = None, amounts: list[str] | None = None, **options: object) -> list[StatementRow]:
    """Rows with these days or amounts."""
    days = days or ["2026-01-31"] * len(amounts or [])
    amounts = amounts or ["1.50"] * len(days)
    lines = [f"{day};x;{amount}" for day, amount in zip(days, amounts, strict=True)]
    return rows("\n".join(["Date;Description;Amount", *lines]), **options)


def test_a_german_file_with_lines_above_its_headings() -> None:
    parsed = read_statements(samples.CSV_GERMAN.encode("cp1252"))
    assert (parsed.encoding, parsed.date_format, parsed.decimal) == ("cp1252", "DD/MM/YYYY", ",")
    [statement] = parsed.statements
    assert statement.currency == "EUR"
    assert [(str(row.day), row.amount, row.payee, row.description, row.balance) for row in statement.rows] == [
        ("2026-01-31", Decimal("-1023.5"), "REWE Köln", "Einkauf; Dank", Decimal(2000)),
        ("2026-01-02", Decimal(3000), "Arbeitgeber GmbH", "Gehalt", Decimal("3023.5")),
    ]


def test_a_spanish_file_with_debits_and_credits() -> None:
    parsed = read(samples.CSV_SPANISH)
    assert [row.amount for row in parsed.statements[0].rows] == [Decimal("-4.5"), Decimal(1200), Decimal(-10)]
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [
        (4, "debit", "two_amounts"),
        (6, "date", "invalid_date"),
    ]
    assert [(note.row, note.code) for note in parsed.notes] == [(5, "zero_amount"), (7, "not_a_transaction")]


def test_debits_that_are_written_negative_stay_negative() -> None:
    text = "Date,Text,Debit,Credit\n2026-01-31,a,-5.00,\n2026-01-31,b,,6.00"
    assert [row.amount for row in rows(text)] == [Decimal(-5), Decimal(6)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(delimiter: str) -> None:
    lines = [["Fecha", "Concepto", "Importe"], ["31/01/2026", "un café; con, leche", "-1.234,50"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    [row] = rows(text)
    assert (row.amount, row.description) == (Decimal("-1234.5"), "un café; con, leche")


def test_a_line_for_excel_names_the_delimiter() -> None:
    assert len(rows("sep=|\nDate|Amount|Memo\n2026-01-31|-1.50|a;b;c\n")) == 1


def test_a_quote_that_is_not_closed_swallows_no_rows() -> None:
    text = 'Date;Description;Amount\n2026-01-31;"12 inch pipe;-1.50\n2026-01-31;b;-2.50\n2026-01-31;c;-3.50'
    parsed = read(text)
    assert [row.amount for row in parsed.statements[0].rows] == [Decimal("-1.5"), Decimal("-2.5"), Decimal("-3.5")]
    assert parsed.warnings == ("unbalanced_quotes",)


def test_a_quoted_line_break_is_part_of_its_cell() -> None:
    [row] = rows('Date,Description,Amount\n2026-01-31,"two\nlines",-1.50')
    assert row.description == "two lines"


def test_headings_without_a_date_need_a_mapping() -> None:
    text = "Cuando;Que;Cuanto\n" + "\n".join(f"{day}/01/2026;x;1,50" for day in range(13, 20))
    with pytest.raises(NeedsMapping) as refusal:
        read(text)
    assert refusal.value.errors["columns"] == ["Cuando", "Que", "Cuanto"]
    assert refusal.value.errors["rows"] == {str(day - 12): [f"{day}/01/2026", "x", "1,50"] for day in range(13, 18)}


def test_a_date_column_without_days_needs_a_mapping() -> None:
    with pytest.raises(NeedsMapping) as refusal:
        read("Date;Amount\nabc;1.50")
    assert refusal.value.errors["proposal"] == {"date": ["1"], "amount": ["2"]}


@pytest.mark.parametrize(
    "mapping",
    [
        {Field.DATE: "cuándo", Field.AMOUNT: "CUANTO", Field.PAYEE: "Que"},
        {Field.DATE: 1, Field.AMOUNT: 3, Field.PAYEE: 2},
        {Field.DATE: "1", Field.AMOUNT: "Cuanto", Field.PAYEE: "2"},
    ],
)
def test_columns_are_mapped_by_name_or_number(mapping: dict[Field, str | int]) -> None:
    [row] = rows("Cuándo;Que;Cuanto\n13/01/2026;x;1,50\n", mapping=mapping)
    assert (row.number, row.payee, row.amount) == (1, "x", Decimal("1.5"))


def test_a_table_without_headings_is_mapped_by_numbers() -> None:
    found = rows("13/01/2026;x;1,50\n14/01/2026;y;2,50\n", mapping={Field.DATE: 1, Field.AMOUNT: 3})
    assert [row.amount for row in found] == [Decimal("1.5"), Decimal("2.5")]


@pytest.mark.parametrize("mapping", [{Field.DATE: "none", Field.AMOUNT: 3}, {Field.DATE: 0, Field.AMOUNT: 9}])
def test_a_mapping_to_columns_that_are_not_there_is_refused(mapping: dict[Field, str | int]) -> None:
    with pytest.raises(NeedsMapping):
        read("13/01/2026;x;1,50\n", mapping=mapping)


def test_an_account_column_parts_statements() -> None:
    parsed = read("Date,Account,Amount\n2026-01-31,A,1.50\n2026-01-31,B,2.50\n2026-01-31,A,3.50\n")
    assert [(one.account.number, len(one.rows)) for one in parsed.statements if one.account] == [("A", 2), ("B", 1)]


def test_a_signature_is_that_of_the_headings() -> None:
    first, second = read("Date,Amount\n2026-01-31,1.50"), read("DATE;AMOUNT\n01.02.2026;2,50\n13.02.2026;2,50")
    assert first.signature == second.signature != read("Date,Sum\n2026-01-31,1.50").signature


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["01/02/2026", "13/02/2026"], "2026-02-01"),
        (["01/02/2026", "02/13/2026"], "2026-01-02"),
        (["01/02/26", "31/12/25"], "2026-02-01"),
        (["26/01/02", "26/12/31"], "2026-01-02"),
        (["05/05/2026"], "2026-05-05"),
        (["20260201"], "2026-02-01"),
        (["31122026"], "2026-12-31"),
        (["2026-02-01T23:59:59Z"], "2026-02-01"),
        (["1.2.2026 10:30", "13.2.2026 11:00"], "2026-02-01"),
        (["1 feb 2026"], "2026-02-01"),
        (["1 de febrero de 2026"], "2026-02-01"),
        (["Feb 1, 2026"], "2026-02-01"),
        (["1. Mär. 2026"], "2026-03-01"),
        (["2026-Feb-01"], "2026-02-01"),
    ],
)
def test_one_notation_of_days_is_found_from_all_rows(days: list[str], first: str) -> None:
    assert str(table(days)[0].day) == first


def test_days_that_may_be_read_in_two_ways_are_asked_for() -> None:
    with pytest.raises(AmbiguousDates) as refusal:
        table(["01/02/26", "03/04/26"])
    assert refusal.value.readings == {
        "DD/MM/YYYY": ["01/02/26 = 2026-02-01", "03/04/26 = 2026-04-03"],
        "MM/DD/YYYY": ["01/02/26 = 2026-01-02", "03/04/26 = 2026-03-04"],
    }
    assert str(table(["01/02/26"], date_format="mm/dd/yy")[0].day) == "2026-01-02"


def test_days_of_two_notations_are_asked_for() -> None:
    with pytest.raises(AmbiguousDates):
        table(["13/02/2026", "02/13/2026", "02/14/2026"])


def test_a_day_that_is_none_is_an_error_of_its_row() -> None:
    days = [f"{day}/02/2026" for day in range(13, 29)]
    parsed = read("\n".join(["Date,Amount", *(f"{day},1.50" for day in days), "31/02/2026,1.50", "0,1.50"]))
    assert len(parsed.statements[0].rows) == 16
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [
        (17, "date", "invalid_date"),
        (18, "date", "invalid_date"),
    ]


def test_a_date_format_without_all_parts_is_refused() -> None:
    with pytest.raises(Invalid):
        table(["01/02/2026"], date_format="DD/MM")


@pytest.mark.parametrize(
    ("amounts", "read_as"),
    [
        (["1.234", "0,50"], ["1234", "0.5"]),
        (["1,234", "0.50"], ["1234", "0.5"]),
        (["1.000", "1000,-"], ["1000", "1000"]),
        (["1'234.50", "-5"], ["1234.5", "-5"]),
        (["1 234,50", "1\u00a0000,00"], ["1234.5", "1000"]),
        (["25.00000", "-25.50000"], ["25", "-25.5"]),
        (["(12.50)", "12.50-", "−12.50", "- 12.50"], ["-12.5"] * 4),
        (["€ 12,50", "12,50 EUR", "-$12,50", "12,50 S", "12,50 H"], ["12.5", "12.5", "-12.5", "-12.5", "12.5"]),
        (["12.50 CR", "12.50 DR", "R$ 12.50", "S/. 12.50", "Rs.12.50"], ["12.5", "-12.5", "12.5", "12.5", "12.5"]),
        (["1,23,456.78"], ["123456.78"]),
        (["1.234.567", "12"], ["1234567", "12"]),
        ([".50", "10"], ["0.5", "10"]),
    ],
)
def test_one_notation_of_amounts_is_found_from_all_rows(amounts: list[str], read_as: list[str]) -> None:
    assert [row.amount for row in table(amounts=amounts)] == list(map(Decimal, read_as))


def test_thousands_of_currencies_written_without_decimals() -> None:
    assert [row.amount for row in table(amounts=["1.234", "-500"], currency=Currency.COP)] == [1234, -500]
    assert [row.amount for row in table(amounts=["1,234"], currency=Currency.CLP)] == [1234]


def test_amounts_that_may_be_thousands_are_asked_for() -> None:
    with pytest.raises(AmbiguousDecimals) as refusal:
        table(amounts=["1.234", "-2.500"], currency=Currency.EUR)
    assert refusal.value.readings == {
        ".": ["-2.500 = -2.5", "1.234 = 1.234"],
        ",": ["-2.500 = -2500", "1.234 = 1234"],
    }
    assert table(amounts=["1.234"], currency=Currency.EUR, decimal=",")[0].amount == 1234


def test_amounts_of_two_notations_are_asked_for() -> None:
    with pytest.raises(AmbiguousDecimals):
        table(amounts=["1,50", "1.50"])


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("abc", "invalid_amount"),
        ("(5.00", "invalid_amount"),
        ("--5.00", "invalid_amount"),
        ("5.00%", "invalid_amount"),
        ("1e5", "invalid_amount"),
        ("٣.00", "invalid_amount"),
        ("1.234,00", "invalid_amount"),
        ("25.12345", "currency_decimals"),
        ("99999999999.00", "out_of_range"),
        ("", "missing"),
    ],
)
def test_an_amount_that_is_none_is_an_error_of_its_row(amount: str, code: str) -> None:
    lines = ["Date;Amount", *["2026-01-31;1.50", "2026-01-31;2.50"] * 10, f"2026-01-31;{amount}"]
    lines[1:11] = [f"2026-01-31;{number}.50" for number in range(10)]
    parsed = read("\n".join(lines), currency=Currency.EUR)
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [(21, "amount", code)]


def test_three_decimals_are_read_where_the_currency_has_them() -> None:
    assert [row.amount for row in table(amounts=["1.2345", "1.500"], currency=Currency.CLF)][1] == Decimal("1.5")
    assert table(amounts=["0.125"], currency=Currency.KWD)[0].amount == Decimal("0.125")


def test_a_currency_that_is_none_is_an_error_of_its_row() -> None:
    parsed = read("Date,Amount,Currency\n2026-01-31,1.50,usd\n2026-01-31,1.50,XXQ")
    assert [row.currency for row in parsed.statements[0].rows] == ["USD"]
    assert [(error.row, error.field, error.code) for error in parsed.errors] == [(2, "currency", "unknown_currency")]


def test_one_apostrophe_that_guards_a_formula_is_taken_off() -> None:
    text = "Date,Description,Notes,Amount\n2026-01-31,'=SUM(A1),''+1,-1.50\n2026-01-31,'s Hertogenbosch,'-x,-2.50\n"
    found = rows(text)
    assert [(row.description, row.notes) for row in found] == [("=SUM(A1)", "''+1"), ("'s Hertogenbosch", "-x")]


def test_raw_text_does_not_depend_on_the_mapping_nor_on_balances() -> None:
    text = "Date,What,More,Amount,Rest\n2026-01-31,a,b,-1.50,10.00\n"
    first = rows(text, mapping={Field.DATE: 1, Field.AMOUNT: 4, Field.PAYEE: 2})
    second = rows(text.replace("10.00", "20.00"), mapping={Field.DATE: 1, Field.AMOUNT: 4, Field.NOTES: 3})
    assert first[0].raw == second[0].raw == "a | b"


@pytest.mark.parametrize("content", [b"", b" \n\n", b"Date,Amount\n", b"Date,Amount\n,,\n"])
def test_a_file_without_rows_is_empty(content: bytes) -> None:
    with pytest.raises(EmptyFile):
        read_statements(content)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
LINES = st.tuples(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.decimals("-99999.99", "99999.99", places=2).filter(bool),
    TEXTS.filter(lambda text: text[0] not in "'\""),
)


@settings(max_examples=500 if SOAK else 40)
@given(
    st.lists(LINES, min_size=1, max_size=6),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%m-%d-%y", "%Y-%m-%d", "%d %b %Y"]),
    st.sampled_from([",.", ".,", " ,", "'.", ("", "."), ("", ",")]),
    st.sampled_from(";,\t|"),
)
def test_a_file_in_any_notation_is_read_right_or_refused(
    lines: list[tuple[date, Decimal, str]], days: str, signs: tuple[str, str], delimiter: str
) -> None:
    group, sign = signs
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Fecha", "Concepto", "Importe"])
    for day, amount, words in lines:
        written = f"{amount:,.2f}".replace(",", "_").replace(".", sign).replace("_", group)
        writer.writerow([day.strftime(days), words, written])
    try:
        found = rows(text.getvalue())
    except (AmbiguousDates, AmbiguousDecimals):
        return
    assert [(row.day, row.amount) for row in found] == [line[:2] for line in lines]
