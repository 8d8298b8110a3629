"""Files of a book: each format, what it holds, and who may have it."""

import csv
import io
import json
import random
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.exports.rules.formats import ExportTable
from tests import factories
from tests.factories.currencies import RateFactory
from tests.factories.personal import Household, Person
from tests.suites.personal.exports.test_ledger_rules import check, needs_hledger
from tests.suites.personal.reports.test_reports_add_up import RATES, RandomBook
from tests.suites.personal.reports.test_reports_api import ACCOUNTS, TRANSACTIONS, enter

EXPORT = "/api/personal/export"


def exported(who: Person, **query: Any) -> bytes:
    """The file of the first book."""
    response = who.caller.send("GET", EXPORT, query_string=query)
    found: bytes = response.data
    response.close()
    assert response.status_code == 200, found
    return found


def rows_of(text: bytes) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


@pytest.fixture
def full(ana: Person) -> Person:
    """A random book in two currencies."""
    for day, rate in RATES.items():
        RateFactory(date=day, rate=rate)
    assert factories.app is not None
    with factories.app.app_context():
        access = program_access(make_context(db.session()), ana.book_id)
        book = RandomBook(access, random.Random(5))
        for _ in range(30):
            book.enter()
        db.session.commit()
    return ana


@needs_hledger
@pytest.mark.parametrize("query", [{}, {"date_from": "2026-02-01", "date_to": "2026-02-28"}])
def test_the_ledger_proves_the_balances_of_a_random_book(full: Person, query: dict[str, str], tmp_path: Path) -> None:
    text = exported(full, format="ledger", **query).decode()
    assert check([text], tmp_path) == ""
    wrong = text.replace(" = ", " = 1", 1)
    assert "balance" in check([wrong], tmp_path)


def test_beancount_asserts_each_balance_on_the_next_day(full: Person) -> None:
    text = exported(full, format="beancount", date_to="2026-03-31").decode()
    balances = {one["name"]: one["balance"] for one in full.caller.get(ACCOUNTS, date="2026-03-31")["data"]}
    for name, balance in balances.items():
        if name != "Cash":
            assert any(
                text_line.startswith("2026-04-01 balance") and f":{name} " in text_line and f"{balance}" in text_line
                for text_line in text.splitlines()
            ), name


def test_the_ledger_names_the_own_rates_of_the_book(ana: Person) -> None:
    RateFactory(date="2026-03-01", rate="4000")
    ana.caller.post("/api/personal/rates", {"base": "USD", "date": "2026-03-01", "rate": "5000"})
    dollars = ana.caller.post(ACCOUNTS, {"name": "USD", "type": "cash", "currency": "USD"})["data"]["id"]
    enter(ana, "1", "2026-03-01", account_id=dollars)
    prices = [line for line in exported(ana, format="ledger").decode().splitlines() if line.startswith("P ")]
    assert [line.split()[1:4] for line in prices] == [["2026-03-01", "USD", "5000"]]


def test_csv_of_all_tables_is_an_archive_and_of_one_a_file(full: Person) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exported(full, format="csv")))
    assert archive.namelist() == [f"{one.value}.csv" for one in ExportTable]
    found = rows_of(archive.read("transactions.csv"))
    assert len(found) == full.caller.get(TRANSACTIONS)["pagination"]["total"] == 30
    alone = exported(full, format="csv", include="transactions")
    assert rows_of(alone) == found
    assert exported(full, format="csv", include="transactions", excel="true") == b"\xef\xbb\xbf" + alone


def test_no_text_of_csv_is_a_formula_and_no_number_is_touched(ana: Person) -> None:
    for said in ("=1+1", "+57 300", "-x", "@a", "\tb"):
        enter(ana, "5", "2026-03-01", description=said)
    found = rows_of(exported(ana, format="csv", include="transactions"))
    assert [one["description"] for one in found] == ["'=1+1", "'+57 300", "'-x", "'@a", "'\tb"]
    assert {(one["amount"], one["signed_amount"]) for one in found} == {("5.00", "-5.00")}


def test_the_document_is_json_by_its_media_type(ana: Person) -> None:
    for query in ({}, {"format": "json"}):
        response = ana.caller.send("GET", EXPORT, query_string=query)
        assert (response.status_code, response.mimetype) == (200, "application/json")


def test_json_has_numbers_instead_of_ids_and_says_the_same_twice(full: Person) -> None:
    once, again = (json.loads(exported(full, format="json"), parse_float=Decimal) for _ in range(2))
    assert once.pop("exported_at")
    assert again.pop("exported_at")
    assert once == again
    assert [one["number"] for one in once["transactions"]] == list(range(1, 31))
    assert {one["account"] for one in once["transactions"]} <= {one["number"] for one in once["accounts"]}
    assert not any("id" in one for one in once["transactions"])


def test_registers_add_up_to_the_balance_of_their_account(full: Person) -> None:
    text = exported(full, format="ofx", date_to="2026-03-31").decode()
    for account in full.caller.get(ACCOUNTS, date="2026-03-31")["data"]:
        if account["name"] in {"Cash", "Casa"}:
            continue
        start = text.index(f"<ACCTID>{account['id']}<")
        own = text[start : text.index("<LEDGERBAL>", start)]
        amounts = [Decimal(one.partition("<")[0]) for one in own.split("<TRNAMT>")[1:]]
        assert sum(amounts) + account["opening_balance"] == account["balance"]
    quicken = exported(full, format="qif", date_to="2026-03-31").decode()
    assert quicken.count("!Account") == len(full.caller.get(ACCOUNTS)["data"])
    for part in quicken.split("\n^\n"):
        whole = next((one[1:] for one in part.splitlines() if one.startswith("T") and one[1:2] in "-0123456789"), None)
        parts = [Decimal(one[1:]) for one in part.splitlines() if one.startswith("$")]
        assert not parts or sum(parts) == Decimal(str(whole))


@pytest.mark.parametrize("file_format", ["ofx", "qif"])
def test_each_register_has_the_digits_and_the_days_of_its_own_account(ana: Person, file_format: str) -> None:
    euros = ana.caller.post(ACCOUNTS, {"name": "Euros", "type": "checking", "currency": "EUR"})["data"]["id"]
    yen = ana.caller.post(ACCOUNTS, {"name": "Yenes", "type": "savings", "currency": "JPY"})["data"]["id"]
    enter(ana, "12.99", "2026-03-02", account_id=euros)
    days = {"date": "2026-03-05", "to_date": "2026-03-06"}
    body = {"type": "transfer", "amount": "10.50", "account_id": euros, "to_account_id": yen, "to_amount": "1700"}
    ana.caller.post(TRANSACTIONS, {**body, **days})
    text = exported(ana, format=file_format).decode()
    if file_format == "ofx":
        found = re.findall("<DTPOSTED>(.*?)</DTPOSTED><TRNAMT>(.*?)</TRNAMT>", text)
        assert found == [("20260302", "-12.99"), ("20260305", "-10.50"), ("20260306", "1700")]
    else:
        found = re.findall("D(../../....)\nT(.*)\n", text)
        assert found == [("03/02/2026", "-12.99"), ("03/05/2026", "-10.50"), ("03/06/2026", "1700")]


def test_a_table_without_rows_has_its_heading(bob: Person, full: Person) -> None:
    empty, filled = (zipfile.ZipFile(io.BytesIO(exported(one, format="csv"))) for one in (bob, full))
    headings = {one.value: empty.read(f"{one.value}.csv").decode().splitlines()[0] for one in ExportTable}
    assert headings["goals"].startswith("name,description,")
    assert headings["splits"] == "transaction,place,amount,currency,category,account,notes,tags"
    for name, heading in headings.items():
        rows = rows_of(filled.read(f"{name}.csv"))
        assert all(None not in row and None not in row.values() for row in rows), name
        assert filled.read(f"{name}.csv").decode().splitlines()[0] == heading


def test_sheets_and_the_statement_are_files(full: Person) -> None:
    book = load_workbook(io.BytesIO(exported(full, format="xlsx")), read_only=True)
    assert book.sheetnames == [one.value for one in ExportTable]
    for locale in ("es", "en"):
        assert exported(full, format="pdf", locale=locale, date_from="2026-01-01").startswith(b"%PDF")


OTHER_LANGUAGE = {
    "es": ("Issued", "Page ", "Notes", "January", "Uncategorised", "No movements", "continued"),
    "en": ("Emitido", "Página", "Notas", "enero", "Sin categoría", "Sin movimientos", "continuación"),
}


@pytest.mark.parametrize("locale", OTHER_LANGUAGE)
def test_a_statement_is_in_one_language(full: Person, locale: str) -> None:
    for query in ({"date_from": "2026-01-01"}, {"date_from": "2020-01-01", "date_to": "2020-01-31"}):
        reader = PdfReader(io.BytesIO(exported(full, format="pdf", locale=locale, **query)))
        text = "\n".join(page.extract_text() for page in reader.pages)
        assert [word for word in OTHER_LANGUAGE[locale] if word in text] == []
        assert text.count("Emitido el" if locale == "es" else "Issued on") > 1
        assert reader.trailer["/Root"]["/Lang"] == {"es": "es-CO", "en": "en"}[locale]


def test_an_export_is_in_the_history_of_the_book(ana: Person) -> None:
    exported(ana, format="qif")
    history = ana.caller.get(ana.path("audit"))["data"]
    assert any(one["action"] == "export" and one["after"]["format"] == "qif" for one in history)


def test_readers_of_a_book_may_export_it_and_nobody_else(home: Household, bob: Person) -> None:
    home.viewer.caller.send("GET", EXPORT, query_string={"book_id": home.book_id}).close()
    bob.caller.get(EXPORT, expect=404, book_id=home.book_id)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "doc"}, "format"),
        ({"include": "everything"}, "include"),
        ({"date_from": "2026-02-02", "date_to": "2026-02-01"}, "date_to"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_queries_that_no_export_takes_are_refused(ana: Person, query: dict[str, str], field: str) -> None:
    assert list(ana.caller.get(EXPORT, expect=400, **query)["errors"]) == [field]


def test_an_empty_book_has_files_too(ana: Person) -> None:
    for file_format in ("csv", "json", "pdf", "xlsx", "ofx", "qif", "ledger", "beancount"):
        assert exported(ana, format=file_format)
