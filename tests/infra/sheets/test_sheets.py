"""Reading of CSV and XLSX files, hostile ones among them."""

import io
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.infra.contents import CSV, XLSX
from app.infra.sheets import MOST_COLUMNS, MOST_ROWS, CellError, Unreadable, sheet_rows
from tests.factories.imports import csv_of, xlsx_of

WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\n", exclude_categories=["Cs", "Cc"]), max_size=12
)
VALUES = st.one_of(
    WORDS.map(str.strip).filter(bool),
    st.integers(-(10**9), 10**9).map(Decimal),
    st.decimals(-9999999, 9999999, places=2),
    st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    st.none(),
)


def rows_of(content_type: str, content: bytes) -> list[tuple[int, list[Any]]]:
    return [tuple(row) for row in sheet_rows(content_type, io.BytesIO(content))]


def reason(content_type: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        rows_of(content_type, content)
    return str(refused.value)


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The XLSX with a changed part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            body = source.read(name)
            assert name != part or old in body
            copy.writestr(name, body.replace(old, new) if name == part else body)
    return target.getvalue()


def without_end(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


@settings(max_examples=40)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=6), st.booleans())
def test_an_xlsx_is_read_as_it_was_written(rows: list[list[Any]], in_memory: bool) -> None:
    content = xlsx_of(*rows, constant_memory=not in_memory, strings_to_urls=False, strings_to_formulas=False)
    wanted = [(number, without_end(row)) for number, row in enumerate(rows, 1)]
    assert rows_of(XLSX, content) == [(number, row) for number, row in wanted if row]


@settings(max_examples=40)
@given(st.lists(st.lists(WORDS, min_size=2, max_size=5), min_size=1, max_size=5), st.sampled_from(";,\t"))
def test_a_csv_is_read_as_it_was_written(rows: list[list[str]], delimiter: str) -> None:
    head = ["a", "b", "c", "d", "e"]
    wanted = [(1, head)] + [
        (number, cells)
        for number, row in enumerate(rows, 2)
        if (cells := without_end([cell.strip() or None for cell in row]))
    ]
    assert rows_of(CSV, csv_of(head, *rows, delimiter=delimiter)) == wanted


@settings(max_examples=100)
@given(st.binary(max_size=200), st.integers(0, 2000))
def test_any_bytes_are_rows_or_a_reason(noise: bytes, place: int) -> None:
    whole = xlsx_of(["a", 1], [date(2025, 1, 1), "x"])
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    for content_type, content in ((CSV, noise), (XLSX, noise), (XLSX, damaged)):
        with suppress(Unreadable):  # any other exception fails the test
            assert all(cells for _, cells in rows_of(content_type, content))


def test_openpyxl_agrees_about_a_workbook_of_its_own() -> None:
    book = openpyxl.Workbook()
    rows = [["a", 1.5, date(2025, 1, 31), True], [None, "Ñandú", 12, "_x000D_"]]
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    read = rows_of(XLSX, content.getvalue())
    assert read[0] == (1, ["a", Decimal("1.5"), date(2025, 1, 31), True])
    assert read[1][1][:3] == [None, "Ñandú", 12]


def test_a_formula_counts_as_its_stored_value() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 2)
    assert rows_of(XLSX, content.getvalue()) == [(1, [Decimal(2)])]
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])
    without = io.BytesIO()
    book.save(without)
    [(_, [cell])] = rows_of(XLSX, without.getvalue())
    assert cell == CellError("Has a formula without a stored value.")


@pytest.mark.parametrize(
    ("content_type", "content", "message"),
    [
        (CSV, csv_of(["x"] * 200_000), f"Row 1: has more than {MOST_COLUMNS} columns."),
        (CSV, csv_of(["a", "b"], ["x" * 40_000, "y"]), "Row 2: has a cell with more than 32767 characters."),
        (
            CSV,
            csv_of(["a", "b"], ["x" * 200_000, "y"]),
            "Row 2: is not valid CSV: field larger than field limit (131072).",
        ),
        (CSV, b"a;b\n" * (MOST_ROWS + 1), f"Row {MOST_ROWS + 1}: is beyond the limit of {MOST_ROWS} rows."),
        (CSV, "a;b\nJosé;1\n".encode() + b"Jos\xe9;2\n", "Row 3: has a character that is not UTF-8, unlike the rest."),
        (CSV, b"a;b\n\x81;2\n", "Row 2: has a character that is neither UTF-8 nor Windows-1252."),
        (CSV, b'a;b\n"x;2\n', "Row 2: is not valid CSV: unexpected end of data."),
    ],
    ids=["columns", "cell", "field", "rows", "encoding", "bytes", "quote"],
)
def test_files_beyond_the_limits_are_refused_by_row(content_type: str, content: bytes, message: str) -> None:
    assert reason(content_type, content) == message


def test_the_parts_of_a_workbook_are_bounded() -> None:
    plain, sheet = xlsx_of(["a"]), "xl/worksheets/sheet1.xml"
    wide = replaced(plain, sheet, b'r="A1"', b'r="XFD1"')
    assert reason(XLSX, wide) == f"Row 1: has more than {MOST_COLUMNS} columns."
    far = replaced(plain, sheet, b'<row r="1"', b'<row r="9999999"')
    assert reason(XLSX, far) == "The XLSX has rows that are not in order."
    texts = replaced(plain, "xl/sharedStrings.xml", b"<t>a</t>", b"<t>" + b"a" * 100_000 + b"</t>")
    assert "cell with more than" in reason(XLSX, texts)
    strange = replaced(plain, sheet, b"<v>0</v>", b"<v>7</v>")
    assert reason(XLSX, strange) == "Row 1: has a text that is not in the workbook."
    number = replaced(xlsx_of([1]), sheet, b"<v>1</v>", b"<v>1e999</v>")
    assert rows_of(XLSX, number) == [(1, [CellError("Has no number.")])]


def test_the_line_that_tells_excel_the_separator_is_no_row() -> None:
    assert rows_of(CSV, b"sep=;\r\na,1;b\r\n") == [(1, ["a,1", "b"])]
