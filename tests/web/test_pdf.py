"""Common parts of PDFs: formats of numbers, fitting text, page breaks."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from app.web.pdf import Issued, theme
from app.web.pdf.charts import Area, balance
from app.web.pdf.fonts import fitted, printable, shrunk, width, wrapped
from app.web.pdf.formats import MoneyFormat, day_text, month_text, percent, ratio, span_text, total
from app.web.pdf.paper import Paper
from app.web.pdf.scales import MONTHS, YEARS, Axis, compact, every
from app.web.pdf.table import Column, Kind, Row, Table

ISSUED = Issued("Café & Cía. S.A.S.", date(2026, 11, 21))
COLUMNS = (Column("Cliente", 2), Column("Valor", 1))


def paper(title: str = "Cuenta de cobro") -> Paper:
    made = Paper(title, ISSUED)
    made.masthead("Del 1 al 30 de noviembre de 2026")
    return made


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in read(content).pages]


def rows(count: int, kind: Kind = Kind.PLAIN) -> list[Row]:
    return [Row((f"Cliente {n}", "1.000"), kind) for n in range(count)]


@pytest.mark.parametrize(
    ("currency", "values", "value", "written"),
    [
        ("COP", ["1234567"], "1234567", "$ 1.234.567"),
        ("COP", ["1234567.00"], "1234567.00", "$ 1.234.567"),
        ("COP", ["1234567.89", "5"], "5", "$ 5,00"),
        ("COP", [], "-1500", "($ 1.500)"),
        ("COP", [], "0", "$ 0"),
        ("COP", [], None, "—"),
        ("COP", [], "NaN", "—"),
        ("USD", ["1234"], "1234.56", "US$ 1.234,56"),
        ("USD", [], "-0.005", "(US$ 0,01)"),
        ("COP", ["0.01"], "999999999999999.99", "$ 999.999.999.999.999,99"),
        ("COP", [None, "x"], "12", "$ 12"),
        ("EUR", [], "12.5", "EUR 12,50"),
        ("JPY", [], "1234", "JPY 1.234"),
        ("KWD", [], "12.5", "KWD 12,500"),
    ],
)
def test_an_amount_is_written_as_in_colombia(currency: str, values: list[str], value: str | None, written: str) -> None:
    assert MoneyFormat.of(currency, values).full(value) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (Decimal("0.125"), "12,5 %"),
        (Decimal(1), "100,0 %"),
        (Decimal("-3.859"), "−385,9 %"),
        (Decimal("-0.0001"), "0,0 %"),
        (Decimal("12.3456"), "1.234,6 %"),
        (None, "—"),
    ],
)
def test_a_share_is_written_with_a_comma(share: Decimal | None, written: str) -> None:
    assert percent(share) == written


@pytest.mark.parametrize(
    ("period", "written"),
    [
        ("2026-01-01/2026-12-31", "Del 1 de enero al 31 de diciembre de 2026"),
        ("2025-12-01/2026-11-21", "Del 1 de diciembre de 2025 al 21 de noviembre de 2026"),
        ("2026-11-21/2026-11-21", "21 de noviembre de 2026"),
        ("siempre", "siempre"),
        ("", ""),
    ],
)
def test_a_period_is_written_out(period: str, written: str) -> None:
    assert span_text(period) == written


@pytest.mark.parametrize(
    ("month", "written"), [("2026-01", "ene 2026"), ("1900-09", "sep 1900"), ("2026-13", "2026-13"), ("x", "x")]
)
def test_a_month_is_short(month: str, written: str) -> None:
    assert month_text(month) == written


def test_a_day_is_written_out() -> None:
    assert day_text(date(2026, 11, 1)) == "1 de noviembre de 2026"


def test_sums_are_exact_beyond_the_usual_precision() -> None:
    assert total(["9" * 30, "0.01", None]) == Decimal("9" * 30 + ".01")


@pytest.mark.parametrize(("part", "whole"), [(5, 0), (5, -10), (5, None), (0, 0)])
def test_a_part_of_nothing_or_less_has_no_share(part: int, whole: int | None) -> None:
    assert ratio(part, whole) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ñandú — €5 ¿sí? «á»", "Ñandú — €5 ¿sí? «á»"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\x00b\r\n\tc", "a b c"),
        ("Cafe\u0301", "Café"),
        ("Жизнь Ω ł", "Жизнь Ω ł"),
        ("漢字 😀", "?? ?"),
        ("\ud800", "?"),
        ("a\u202eb\u200b", "ab"),
        ("", ""),
    ],
)
def test_unprintable_characters_become_question_marks(text: str, seen: str) -> None:
    assert printable(text) == seen


def test_a_long_name_ends_in_an_ellipsis() -> None:
    cut = fitted("Sociedad de comercialización internacional", 80, 9)
    assert cut.startswith("Sociedad de")
    assert cut.endswith("…")
    assert width(cut, 9) <= 80


@pytest.mark.parametrize("text", ["uno dos tres " * 20, "Ñ" * 400, "corto " + "Ñ" * 400])
def test_lines_stay_within_their_room_and_number(text: str) -> None:
    lines = wrapped(text, 120, 9, most=2)
    assert 1 <= len(lines) <= 2
    assert lines[-1].endswith("…")
    assert all(width(line, 9) <= 120 for line in lines)


def test_fitting_text_is_not_cut() -> None:
    assert wrapped("Transportes Ñandú del Caribe", 80, 9, most=3) == ["Transportes Ñandú", "del Caribe"]


def test_a_figure_shrinks_instead_of_being_cut() -> None:
    assert shrunk("1", 50, 9) == 9
    figure = "999.999.999.999.999,99"
    assert width(figure, shrunk(figure, 50, 9)) == pytest.approx(50)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([], ["0", "1"]),
        ([0, 0], ["0", "1"]),
        ([70_918_435], ["0", "20 M", "40 M", "60 M", "80 M"]),
        ([-321_000_000, 40_000_000], ["−400 M", "−300 M", "−200 M", "−100 M", "0", "100 M"]),
        ([-5, -1], ["−5", "−4", "−3", "−2", "−1", "0"]),
        ([11_900], ["0", "2,5 mil", "5,0 mil", "7,5 mil", "10,0 mil", "12,5 mil"]),
        ([1.8e15], ["0", "500 bill.", "1.000 bill.", "1.500 bill.", "2.000 bill."]),
        ([0.04], ["0", "0,01", "0,02", "0,03", "0,04"]),
    ],
)
def test_an_axis_has_round_steps_around_zero(values: list[float], labels: list[str]) -> None:
    axis = Axis.of(values)
    assert [axis.label(tick) for tick in axis.ticks()] == labels
    assert all(0 <= axis.place(value) <= 1 for value in values)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (-0.0, "0"), (999, "999"), (850_000, "850 mil"), (12_340_000, "12,3 M"), (-1.5e12, "−1,5 bill.")],
)
def test_a_number_by_itself_is_short(value: float, written: str) -> None:
    assert compact(value) == written


@pytest.mark.parametrize(
    ("slot", "steps", "step"),
    [(40, MONTHS, 1), (20, MONTHS, 2), (8, MONTHS, 6), (0.14, MONTHS, 252), (3, YEARS, 20), (0.1, YEARS, 400)],
)
def test_labels_thin_out_and_stay_on_the_same_month(slot: float, steps: tuple[int, ...], step: int) -> None:
    assert every(slot, 28, steps) == step
    assert step * slot >= 28


def test_a_table_repeats_its_header_on_every_page() -> None:
    made = paper()
    Table("Clientes", COLUMNS, rows(150)).draw(made)
    pages = texts(made.pdf())
    assert len(pages) == 4
    assert all("Cliente" in page and "Valor" in page for page in pages)
    assert ["Clientes (continuación)" in page for page in pages] == [False, True, True, True]
    assert [f"Página {n} de 4" in page for n, page in enumerate(pages, 1)] == [True] * 4
    assert all(f"Cliente {n}\n" in "\n".join(pages) for n in range(150))


@pytest.mark.parametrize("count", range(36, 44))
def test_a_total_is_not_torn_from_its_rows(count: int) -> None:
    made = paper()
    Table("Clientes", COLUMNS, [*rows(count), Row(("Total", "$ 1"), Kind.TOTAL)]).draw(made)
    page = next(page for page in texts(made.pdf()) if "Total" in page)
    assert f"Cliente {count - 1}\n" in page


def test_a_table_without_rows_has_a_note() -> None:
    made = paper()
    Table("Clientes", COLUMNS, []).draw(made)
    assert "Sin movimientos" in texts(made.pdf())[0]


def test_a_small_table_is_not_torn_apart() -> None:
    made = paper()
    made.y = theme.BOTTOM + 100
    Table("Clientes", COLUMNS, rows(12)).draw(made)
    first, second = texts(made.pdf())
    assert "Cliente 0" not in first
    assert "continuación" not in second


def test_the_document_says_what_it_is() -> None:
    reader = read(paper("Estado de cuenta").pdf())
    assert reader.metadata is not None
    assert reader.metadata.title == "Estado de cuenta · Café & Cía. S.A.S."
    assert reader.metadata.author == "Café & Cía. S.A.S."
    assert str(reader.metadata["/CreationDate"]) == "D:20261121000000-05'00'"
    assert reader.root_object["/Lang"] == "es-CO"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert (reader.pages[0].mediabox.width, reader.pages[0].mediabox.height) == (612, 792)


def test_every_font_is_embedded() -> None:
    fonts = read(paper().pdf()).pages[0]["/Resources"]["/Font"].values()
    assert {"/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts} == {True}


@pytest.mark.parametrize("company", ["", "<b>&", "Ñ" * 500, "\x00\ud800", "漢字"])
def test_any_company_may_issue(company: str) -> None:
    made = Paper("Informe", Issued(company, date(2026, 1, 1)))
    made.masthead("Hoy")
    made.new_page()
    found = texts(made.pdf())
    assert len(found) == 2
    assert not any("Ñ" * 100 in page for page in found)


@pytest.mark.parametrize(("values", "red"), [([5.0], False), ([-5.0], True), ([5.0, -5.0], True), ([0.0, 5.0], False)])
def test_a_balance_below_zero_is_red(values: list[float], red: bool) -> None:
    made = paper()
    balance(made, Area(54, 300, 504, 150), "Saldo", ["ene 2026"] * len(values), values, "x")
    content = read(made.pdf()).pages[0].get_contents()
    assert content is not None
    assert (b".65098 .227451 .227451 RG" in content.get_data()) is red


def sample() -> bytes:
    made = paper()
    letters = [chr(code) for code in range(0xC0, 0x250)]
    Table("Clientes", COLUMNS, [Row(("".join(letters[n::20]), f"({n})")) for n in range(20)]).draw(made)
    return made.pdf()


def test_documents_made_at_the_same_time_do_not_disturb_each_other() -> None:
    expected = sample()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _: sample(), range(16)))
    finally:
        sys.setswitchinterval(before)
    assert all(one == expected for one in made)
