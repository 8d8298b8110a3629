"""Measure imports of 10,000 rows: `python -m bench.imports`. Exits 1 if a limit is exceeded."""

import csv
import io
import os
import statistics
import sys
import time
from datetime import date, timedelta

import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient

from bench.databases import fresh_apps, seed, server
from bench.requests import log_in

ROWS, ROUNDS, LIMIT = 10_000, 3, 10.0
"""Limit in seconds, from the request to the response inside the process."""

_HEADINGS = ("Fecha", "Concepto", "Valor", "Moneda", "Tipo", "Cliente", "Medio de pago")


def main() -> int:
    """Measure both formats, print a table."""
    print(f"{ROWS:,} incomes, {os.cpu_count()} cores; seconds, each on fresh data")
    print(f"{'import':20} {'rounds':24} {'median':>8} {'limit':>8} {'load average':>14}")
    slow = 0
    with server() as address, fresh_apps(address) as fresh:
        for name, content in (("incomes.csv", _csv()), ("incomes.xlsx", _xlsx())):
            times = [_seconds(fresh(), name, content) for _ in range(ROUNDS)]
            median = statistics.median(times)
            slow += median > LIMIT
            rounds = " ".join(f"{seconds:6.2f}" for seconds in times)
            print(f"{name:20} {rounds:24} {median:8.2f} {LIMIT:8.2f} {os.getloadavg()[0]:14.2f}")
    return int(slow > 0)


def _seconds(app: Flask, name: str, content: bytes) -> float:
    seed(app)
    client: FlaskClient = app.test_client()
    headers = log_in(client)
    started = time.perf_counter()
    form = {"file": (io.BytesIO(content), name), "mode": "commit"}
    response = client.post("/api/imports/incomes", data=form, headers=headers)
    seconds = time.perf_counter() - started
    if response.status_code != 201 or response.get_json()["data"]["created"] != ROWS:
        raise SystemExit(f"{name} was not imported: {response.get_data(as_text=True)[:500]}")
    return seconds


def _rows() -> list[tuple[date, str, float, str, str, str, str]]:
    first = date(2024, 1, 1)
    return [
        (first + timedelta(n % 366), f"Asesoría {n}", 1000.5 + n, "COP", "Consultoría", f"Casa {n % 50}", "Efectivo")
        for n in range(ROWS)
    ]


def _csv() -> bytes:
    """The rows as a Spanish Excel writes them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_HEADINGS)
    for day, concept, amount, *rest in _rows():
        writer.writerow((f"{day:%d/%m/%Y}", concept, f"{amount:.2f}".replace(".", ","), *rest))
    return text.getvalue().encode("cp1252")


def _xlsx() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, _HEADINGS)
        for number, row in enumerate(_rows(), 1):
            sheet.write_row(number, 0, row)
    return content.getvalue()


if __name__ == "__main__":
    sys.exit(main())
