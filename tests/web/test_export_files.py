"""Cells of exported files, and their clean-up."""

import csv
import gc
import io
import itertools
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest
from flask import Flask
from marshmallow import Schema, fields
from openpyxl import load_workbook

from app.kernel.errors import StorageFull, Unavailable
from app.kernel.paging import Page, PageRequest
from app.manifest import Manifest
from app.web.exports import Format, deadline, draft, sheets
from app.web.exports.lines import harmless
from app.web.exports.sheets import sheet_name, writable
from app.web.fields import Ratio
from app.web.openapi.vocabulary import Vocabulary
from app.web.pdf import Issued
from app.web.responses import Listed, Report, ResponseSpec

HOSTILE = [
    *("=cmd|' /C calc'!A0", "-2+3", "+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", "\u200b=1", "\ufeff=1"),
    *(
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "\tx",
        "-",
        '=HYPERLINK("http://x","y")',
        "Ana;=1+1",
        "Ana\n=1+1",
        "Ana; +1",
        "a\r\n-1",
    ),
]
HARMLESS = ["", "Ñandú", "a=b", "a-b", "1", "ana@example.com", "'=1", "a; b", "a\r\nb", "a\tb", "x\n\ny", "¿=?"]


HEADINGS = {
    "share": "Participación",
    "at": "Momento",
    "is_active": "Activo",
    "counts": "Conteos",
    "margin": "Margen",
    "net_profit": "Utilidad neta",
    "by_type": "Por tipo",
    "incomes": "Ingresos",
}


class ThingSchema(Schema):
    """One of each kind of value."""

    name = fields.String()
    amount = fields.Decimal()
    share = Ratio()
    total = fields.Integer()
    date = fields.Date()
    at = fields.AwareDateTime()
    is_active = fields.Boolean()
    counts = fields.Dict()
    data = fields.List(fields.String(), metadata={"heading": "Etiquetas"})


class MoneySchema(Schema):
    """Amount."""

    amount = fields.Decimal()


class ThingReportSchema(Schema):
    """A report of things."""

    margin = Ratio()
    net_profit = fields.Decimal()
    by_type = fields.Dict()
    data = fields.List(fields.Nested(ThingSchema), metadata={"heading": "Cosas"})
    incomes = fields.Nested(MoneySchema)


THING = {
    "name": "Ñandú",
    "amount": Decimal("-1234.50"),
    "share": Decimal("0.1234"),
    "total": -7,
    "date": date(2025, 1, 2),
    "at": datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
    "is_active": True,
    "counts": {"a": 1, "b": [1, None]},
    "data": ["x", "y"],
}
THINGS = Listed(ThingSchema, title="Cosas")


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run in a request, with all temporary files in this folder and none in memory."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(draft, "IN_MEMORY", 1)
    monkeypatch.setitem(app.extensions, "vocabulary", Vocabulary({__name__: Manifest(headings=HEADINGS)}))
    with app.test_request_context():
        yield tmp_path


def content(answer: ResponseSpec, result: Any, asked: Format) -> bytes:
    with answer.export(result, asked) as made:
        made.write()
        response = made.response()
    with response:
        return response.get_data()


def page(*things: dict[str, Any]) -> Page[Any]:
    return Page(things, len(things), PageRequest().unpaged())


def csv_of(answer: ResponseSpec, result: Any) -> list[list[str]]:
    text = content(answer, result, Format.CSV).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def book_of(answer: ResponseSpec, result: Any) -> Any:
    return load_workbook(io.BytesIO(content(answer, result, Format.XLSX)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) != text
    assert harmless(text).replace("'", "") == text.replace("'", "")
    cells = [cell for line in harmless(text).splitlines() for cell in line.split(";")]
    assert not any(cell.strip("\t \xa0\u200b\ufeff").startswith(tuple("=+-@＝＋－＠")) for cell in cells)


def test_spanish_csv_has_semicolons_a_decimal_comma_and_days_first(folder: Path) -> None:
    raw = content(THINGS, page(THING), Format.CSV_ES).decode("utf-8-sig")
    _, line = csv.reader(io.StringIO(raw, newline=""), delimiter=";")
    assert line[:5] == ["Ñandú", "-1234,50", "0,1234", "-7", "02/01/2025"]
    assert line[5:7] == ["01/01/2025 22:04", "Sí"]


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_csv_has_plain_numbers_and_iso_days(folder: Path) -> None:
    raw = content(THINGS, page(THING, dict.fromkeys(THING)), Format.CSV)
    assert raw.startswith(b"\xef\xbb\xbfNombre,Valor,Participaci\xc3\xb3n,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    _, line, empty = csv_of(THINGS, page(THING, dict.fromkeys(THING)))
    assert line[:5] == ["Ñandú", "-1234.50", "0.1234", "-7", "2025-01-02"]
    assert line[5:] == ["2025-01-01T22:04:05-05:00", "Sí", "a: 1; b: (1; )", "x; y"]
    assert empty == [""] * len(THING)
    assert csv_of(THINGS, page({**THING, "amount": Decimal("1E+3")}))[1][1] == "1000"


def test_a_sheet_has_real_numbers_and_days(folder: Path) -> None:
    sheet = book_of(THINGS, page(THING)).active
    heads, cells = sheet.iter_rows()
    assert [(cell.value, cell.number_format) for cell in cells[:6]] == [
        ("Ñandú", "General"),
        (-1234.5, "#,##0.00"),
        (0.1234, "0.00%"),
        (-7, "General"),
        (datetime(2025, 1, 2), "dd/mm/yyyy"),  # noqa: DTZ001 - a spreadsheet's days have no zone
        (datetime(2025, 1, 1, 22, 4, 5), "dd/mm/yyyy hh:mm:ss"),  # noqa: DTZ001
    ]
    assert [cell.value for cell in cells[6:]] == ["Sí", "a: 1; b: (1; )", "x; y"]
    assert all(head.font.bold for head in heads)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I2")


@pytest.mark.parametrize(
    "text", [*HOSTILE[:5], "<r><t>x</t></r>", "<r>&</r>", "_x0041_", "007", "https://a.co", "a\x01b"]
)
def test_text_in_a_sheet_is_text(folder: Path, text: str) -> None:
    cell = book_of(THINGS, page({**THING, "name": text})).active["A2"]
    assert (cell.value.replace("_x005F_", "_"), cell.data_type) == (text.replace("\x01", ""), "s")
    assert cell.hyperlink is None


@pytest.mark.parametrize("number", [Decimal("12345678901234.56"), Decimal("-1234567890123456"), 10**16 + 1])
def test_a_number_too_long_for_a_sheet_is_text_there(folder: Path, number: Any) -> None:
    sheet = book_of(THINGS, page({**THING, "amount": number})).active
    assert sheet["B2"].value == str(number)


@pytest.mark.parametrize("number", [Decimal("9999999999.99"), Decimal("100000000000000.00"), 10**15 - 1, 0])
def test_a_number_that_fits_is_a_number(folder: Path, number: Any) -> None:
    cell = book_of(THINGS, page({**THING, "amount": number})).active["B2"]
    assert (cell.data_type, Decimal(str(cell.value))) == ("n", number)


def test_rows_beyond_a_sheets_limit_are_on_another_sheet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    for count, filled in ((0, [0]), (2, [2]), (3, [2, 1]), (4, [2, 2])):
        book = book_of(THINGS, page(*[THING] * count))
        assert [sheet.max_row - 1 for sheet in book] == filled
        assert book.sheetnames == ["Cosas", "Cosas (2)"][: len(filled)]


def test_sheets_are_named_as_excel_wants() -> None:
    taken: set[str] = set()
    titles = ["Gastos: Por [mes]/*?\\", "'x'", "", "History", "á" * 40, "á" * 40, "X"]
    assert [sheet_name(title, taken) for title in titles] == [
        *("Gastos - Por  mes", "x", "Hoja", "History (2)", "á" * 31, "á" * 27 + " (2)", "X (2)"),
    ]


def test_a_text_is_cut_where_a_cell_ends() -> None:
    assert len(writable("a" * 40_000)) == sheets.LONGEST_TEXT
    assert writable("😀" * 20_000) == "😀" * (sheets.LONGEST_TEXT // 2)
    assert writable("a\x00\x0b\ud800\uffffb") == "ab"


REPORT = {
    "margin": Decimal("0.5"),
    "net_profit": Decimal("-10.00"),
    "by_type": {"=1": Decimal(5)},
    "data": [THING],
    "incomes": {"amount": Decimal(3)},
}


def test_a_report_is_several_tables(folder: Path) -> None:
    answer = Report(ThingReportSchema, title="Cuentas")
    lines = csv_of(answer, REPORT)
    plain = [["Margen", "0.5"], ["Utilidad neta", "-10.00"], ["Ingresos: Valor", "3"]]
    assert lines[:6] == [["Cuentas"], ["Concepto", "Valor"], *plain, []]
    assert lines[6:10] == [["Por tipo"], ["Concepto", "Valor"], ["'=1", "5"], []]
    assert [line[0] for line in lines[10:]] == ["Cosas", "Nombre", "Ñandú"]
    book = book_of(answer, REPORT)
    assert book.sheetnames == ["Cuentas", "Por tipo", "Cosas"]
    assert (book["Cuentas"]["B2"].value, book["Cuentas"]["B2"].number_format) == (0.5, "0.00%")


def test_a_report_prints_itself(folder: Path) -> None:
    def printed(report: dict[str, Any], issued: Issued) -> bytes:
        return f"%PDF {report['net_profit']} {issued.company} {issued.on:%Y}".encode()

    answer = Report(ThingReportSchema, title="Cuentas", pdf=printed)
    assert answer.formats == (Format.JSON, Format.CSV, Format.XLSX, Format.PDF)
    assert content(answer, REPORT, Format.PDF).startswith(b"%PDF -10.00 ")


@pytest.mark.parametrize("asked", [Format.CSV, Format.XLSX])
def test_a_reader_that_goes_away_leaves_nothing(folder: Path, asked: Format) -> None:
    before = psutil.Process().num_fds()
    with THINGS.export(page(*[THING] * 3000), asked) as made:
        made.write()
        response = made.response()
    body = iter(response.response)
    assert len(next(body)) == 2**16
    assert psutil.Process().num_fds() > before
    response.close()
    assert (psutil.Process().num_fds(), list(folder.iterdir())) == (before, [])


@pytest.mark.parametrize("asked", [Format.CSV, Format.XLSX])
@pytest.mark.parametrize("late", [False, True], ids=["while reading", "at the commit"])
def test_a_failure_halfway_leaves_nothing(folder: Path, asked: Format, late: bool) -> None:
    def rows() -> Iterator[Any]:
        yield THING
        if not late:
            raise OSError("lost")

    def attempt() -> None:
        with THINGS.export(Page(rows(), 1, PageRequest().unpaged()), asked) as made:
            made.write()
            raise OSError("lost")

    before = psutil.Process().num_fds()
    with pytest.raises(OSError, match="lost"):
        attempt()
    assert (psutil.Process().num_fds(), list(folder.iterdir())) == (before, [])


@contextmanager
def full_disk() -> Iterator[None]:
    """The operating system refuses to write more than a little into any file of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("asked", [Format.CSV, Format.XLSX])
def test_a_full_disk_is_a_typed_refusal_that_leaves_nothing(folder: Path, asked: Format) -> None:
    before = psutil.Process().num_fds()
    things = page(*[{**THING, "name": os.urandom(200).hex()} for _ in range(300)])
    with full_disk(), pytest.raises(StorageFull):
        content(THINGS, things, asked)
    assert (psutil.Process().num_fds(), list(folder.iterdir())) == (before, [])


# The deadline


def things_until(seconds: float, clock: list[float]) -> Iterator[dict[str, Any]]:
    """More things than any deadline here allows, each of which takes so long to come."""
    for _ in range(1_000):
        clock[0] += seconds
        yield THING


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of deadlines, as tests move it."""
    now = [1000.0]
    monkeypatch.setattr(deadline.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize("asked", [Format.CSV, Format.XLSX])
def test_an_export_past_its_deadline_ends_and_leaves_nothing(
    app: Flask, folder: Path, ticking: list[float], asked: Format
) -> None:
    whole = Page(things_until(1, ticking), 0, PageRequest().unpaged())
    with pytest.raises(Unavailable, match="300 seconds") as ended:
        content(THINGS, whole, asked)
    assert (ended.value.code, ended.value.retry_after) == ("export_timeout", 60)
    assert 1299 <= ticking[0] <= 1301
    assert list(folder.iterdir()) == []
    assert [file.path for file in psutil.Process().open_files() if str(folder) in file.path] == []


@pytest.mark.parametrize("asked", [Format.CSV, Format.XLSX])
def test_an_export_that_is_in_time_is_whole(folder: Path, ticking: list[float], asked: Format) -> None:
    hundred = itertools.islice(things_until(2.9, ticking), 100)
    assert content(THINGS, Page(hundred, 100, PageRequest().unpaged()), asked)


def test_completing_a_workbook_past_the_deadline_ends_too(folder: Path, ticking: list[float]) -> None:
    """Packing the sheets takes a good part of the time, and begins once all rows are there."""
    with THINGS.export(page(THING), Format.XLSX) as made:
        made.write()
        ticking[0] += 301
        with pytest.raises(Unavailable) as ended:
            made.response()
    assert ended.value.code == "export_timeout"
    del made, ended
    gc.collect()  # what was given up says nothing when it is collected
    assert list(folder.iterdir()) == []


def test_the_deadline_is_a_setting(app: Flask, folder: Path, ticking: list[float]) -> None:
    app.config["EXPORT_TIMEOUT_SECONDS"], before = 7, app.config["EXPORT_TIMEOUT_SECONDS"]
    try:
        with pytest.raises(Unavailable, match="7 seconds"):
            content(THINGS, Page(things_until(1, ticking), 0, PageRequest().unpaged()), Format.CSV)
    finally:
        app.config["EXPORT_TIMEOUT_SECONDS"] = before
    assert ticking[0] <= 1008
