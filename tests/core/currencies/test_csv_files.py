"""Exchange rates from CSV files: `flask rates import`."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.core.currencies.models import ExchangeRate
from app.core.currencies.service import rates_in_csv
from app.infra.db import db
from app.kernel.errors import Invalid
from tests.factories.currencies import RateFactory

TWO = [(date(2026, 3, 1), Decimal("4010.5")), (date(2026, 3, 2), Decimal(4020))]
Import = Callable[..., Result]


@pytest.mark.parametrize(
    "text",
    [
        "date,rate\n2026-03-01,4010.5\n2026-03-02,4020\n",
        "date,rate\r\n2026-03-01,4010.5\r\n2026-03-02,4020",
        "\ufeffdate,rate\n2026-03-01,4010.5\n2026-03-02,4020\n",
        "fecha,valor\n2026-03-01,4010.5\n2026-03-02,4020\n",
        "Fecha;Valor\n2026-03-01;4010,5\n2026-03-02;4020\n",
        "\ufefffecha;valor\n2026-03-01;4010.50\n2026-03-02;4020.00\n",
        'date,rate\n"2026-03-01","4010,5"\n2026-03-02,4020\n',
        "rate,date\n4020,2026-03-02\n4010.5,2026-03-01\n",
        "vigenciadesde,valor\n01/03/2026,4.010,50\n02/03/2026,4.020,00\n",
        'valor,unidad,vigenciadesde,vigenciahasta\n"4.010,5",COP,01/03/2026,01/03/2026\n4020,COP,02/03/2026,02/03/2026\n',
        "VALOR,UNIDAD,VIGENCIADESDE,VIGENCIAHASTA\n4.010,5,COP,01/03/2026,01/03/2026\n4.020,0,COP,02/03/2026,03/03/2026\n",
        "\ndate , rate\n\n 2026-03-01 , 4010.5 \n2026-03-02,4020\n,\n\n",
    ],
)
def test_a_file_as_spreadsheets_save_it_is_understood(text: str) -> None:
    assert rates_in_csv(text.encode()) == TWO


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-03,0",
        "2026-03-03,-1",
        "2026-03-03,",
        "2026-03-03,NaN",
        "2026-03-03,1e3",
        "2026-03-03,4000.1234567890123",
        "2026-03-03,12345678901234567",
        '2026-03-03,"4.000,50"',
        '2026-03-03,"4,000.50"',
        "2026-03-03,4.150",  # 4150, or 4.15?
        '2026-03-03,"4150,5"',  # the other lines have a point
        "2026-03-03,$4000",
        "2026-03-03",
        "2026-03-03,4000,USD",
        "2026-03-03;4000",
        "2026-02-29,4000",
        "03/03/2026,4000",
        "20260303,4000",
        "1899-12-31,4000",
        "2201-01-01,4000",
        ",4000",
        "2026-03-01,4000",  # a repeated date
        "date,rate",
        "2026-03-03,٤٠٠٠",
        '2026-03-03,"4000"5',
    ],
)
def test_a_wrong_line_is_named_by_its_number(line: str) -> None:
    text = f"date,rate\n2026-03-01,4010.5\n{line}\n"
    with pytest.raises(Invalid) as refused:
        rates_in_csv(text.encode())
    assert list(refused.value.errors) == ["line 3"]


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        rates_in_csv(b"date,rate\n2026-03-01,x\n2026-03-02,4000\n\n2026-13-01,4000\n")
    assert list(refused.value.errors) == ["line 2", "line 5"]


@pytest.mark.parametrize("header", ["day,rate", "date", "date,date", "2026-03-01,4000", "date,rate,source", "fecha,x"])
def test_without_a_header_the_columns_are_not_guessed(header: str) -> None:
    with pytest.raises(Invalid) as refused:
        rates_in_csv(f"{header}\n2026-03-01,4000\n".encode())
    assert list(refused.value.errors) == ["line 1"]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"date,rate\n", "fecha,valor\nñ".encode("latin-1"), b"\xff\xfed\x00a\x00"]
)
def test_files_without_rates_are_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        rates_in_csv(raw)


@pytest.fixture
def imported(app: Flask, database: None, tmp_path: Path) -> Import:
    """A function that runs `flask rates import` on a file with this content."""

    def run(content: bytes, *options: str) -> Result:
        file = tmp_path / "rates.csv"
        file.write_bytes(content)
        return app.test_cli_runner().invoke(args=["rates", "import", str(file), *options])

    return run


def test_the_command_prints_the_numbers_of_new_and_replaced_rates(app: Flask, imported: Import) -> None:
    RateFactory(date=date(2026, 3, 2), rate=Decimal(1))
    result = imported(b"date,rate\n2026-03-01,4010.5\n2026-03-02,4020\n2026-03-03,4030\n")
    assert (result.exit_code, result.output) == (0, "2 new, 1 replaced.\n")
    assert _stored(app) == [4010.5, 4020, 4030]


def test_the_command_stores_rates_of_any_pair_and_side(app: Flask, imported: Import) -> None:
    rates = b"date,rate\n2026-03-01,1.1\n"
    assert imported(rates, "--base", "EUR", "--quote", "USD", "--kind", "sell").output == "1 new, 0 replaced.\n"
    assert imported(rates, "--base", "USD", "--quote", "EUR").output.startswith("Error: The rates of this pair")
    assert imported(rates, "--base", "XAU").exit_code == imported(rates, "--base", "COP").exit_code == 2
    assert _stored(app) == [Decimal("1.1")]


def test_one_wrong_line_keeps_the_whole_file_out(app: Flask, imported: Import) -> None:
    RateFactory(date=date(2026, 3, 2), rate=Decimal(1))
    result = imported(b"date,rate\n2026-03-01,4010.5\n2026-03-02,4020\n2026-03-03,-4030\n")
    assert result.exit_code == 1
    assert "line 4: '-4030' is not a rate" in result.output
    assert _stored(app) == [1]


def test_of_many_wrong_lines_some_are_named_and_the_rest_counted(imported: Import) -> None:
    result = imported(b"date,rate\n" + b"x,y\n" * 50)
    assert result.output.count("line ") == 20
    assert "... and 30 more." in result.output


def test_a_missing_file_is_a_message(app: Flask, database: None) -> None:
    result = app.test_cli_runner().invoke(args=["rates", "import", "nowhere.csv"])
    assert result.exit_code == 2
    assert "nowhere.csv" in result.output


def test_a_century_of_rates_goes_in_at_once(app: Flask, imported: Import) -> None:
    first = date(1950, 1, 1).toordinal()
    lines = [f"{date.fromordinal(first + number)},4000.25" for number in range(25_000)]
    result = imported("\n".join(["date,rate", *lines]).encode())
    assert result.output == "25000 new, 0 replaced.\n"


def _stored(app: Flask) -> list[Decimal]:
    with app.app_context():
        return [row.rate for row in db.session.query(ExchangeRate).order_by(ExchangeRate.date)]
