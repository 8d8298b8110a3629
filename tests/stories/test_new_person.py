"""Somebody new keeps the first books: from registration over two banks' files and a budget to leaving again."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.identity.service import ErasureService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from tests.suites.personal.everywhere import rows_with, tables_of
from tests.support import Caller

P = "/api/personal"
PASSWORD = "una frase bien larga"
NOW = datetime(2026, 6, 20, 15, tzinfo=UTC)
SAVINGS = "ES91 2100 0418 4502 0005 1332"
MONTHS = (4, 5, 6)
SPENT = (("-900.00", 1, "ALQUILER PISO"), ("-82.40", 7, "MERCADONA 1204"), ("-61.15", 14, "MERCADONA 1204"))
SPENT += (("-12.99", 9, "NETFLIX.COM"), ("-3.20", 11, "CAFE SOL"), ("-3.20", 11, "CAFE SOL"))


@pytest.fixture(autouse=True)
def _june(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "REGISTRATION", "open")
    monkeypatch.setitem(app.config, "REGISTRATION_LIMIT", None)
    with clock.frozen(NOW):
        yield


def csv(*months: int) -> str:
    """The bank's table of some months: wages, rent, shops, two equal coffees, money for the savings."""
    lines = ["Fecha;Concepto;Importe"]
    for month in months:
        lines.append(f"28/{month - 1:02}/2026;NOMINA ACME SA;2100,00")
        lines += [f"{day:02}/{month:02}/2026;{text};{amount.replace('.', ',')}" for amount, day, text in SPENT]
        lines.append(f"05/{month:02}/2026;TRASPASO A {SAVINGS};-300,00")
    return "\n".join(lines) + "\n"


def ofx(*months: int) -> str:
    """The savings bank's file of some months."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>2026{month:02}06120000[+2:CEST]<TRNAMT>300.00<FITID>S{month}<NAME>ABONO"
        f"</STMTTRN><STMTTRN><TRNTYPE>INT<DTPOSTED>2026{month:02}15<TRNAMT>1.0{month}<FITID>I{month}<NAME>INTERESES"
        "</STMTTRN>"
        for month in months
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR"
        f"<BANKACCTFROM><BANKID>2100<ACCTID>{SAVINGS.replace(' ', '')}<ACCTTYPE>SAVINGS</BANKACCTFROM><BANKTRANLIST>"
        f"{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def bring(who: Caller, name: str, content: str, **fields: Any) -> dict[str, Any]:
    """The answer to a file."""
    data = {"file": (BytesIO(content.encode("cp1252")), name), **fields}
    response = who.send("POST", f"{P}/import", data=data)
    assert response.status_code == 201, response.get_json()
    found: dict[str, Any] = response.get_json()["data"]
    return found


def balances(who: Caller) -> dict[str, Decimal]:
    """Balances of the accounts by their names."""
    return {one["name"]: Decimal(str(one["balance"])) for one in who.get(f"{P}/accounts")["data"]}


def category(who: Caller, name: str) -> int:
    """Id of a category."""
    found = who.get(f"{P}/categories", per_page=100)["data"]
    return next(int(one["id"]) for one in found if one["name"] == name)


def arrive(anonymous: Caller) -> tuple[Caller, int]:
    """Somebody who just registered, with a bank account besides the one for savings; and the id of the former."""
    given = {"currency_preference": "EUR", "timezone": "Europe/Madrid", "locale": "es-ES"}
    body = {"username": "eva.nueva", "email": "eva.nueva@brisa.example", "password": PASSWORD, **given}
    eva = anonymous.with_headers(Authorization=f"Bearer {anonymous.post('/api/auth/register', body)['access_token']}")
    bank = eva.post(f"{P}/accounts", {"name": "Banco", "type": "checking"})["data"]["id"]
    eva.post(f"{P}/accounts", {"name": "Ahorro", "type": "savings", "account_number": SAVINGS})
    return eva, bank


def keep_books(eva: Caller, bank: int) -> None:
    """Bring the files of two banks, the second of each with months that the first had."""
    first = bring(eva, "banco.csv", csv(4, 5), account_id=bank)
    assert (first["imported"], first["errors"]) == (16, [])
    again = bring(eva, "banco.csv", csv(5, 6), account_id=bank)
    assert (again["imported"], again["duplicates"]) == (8, 8)
    second = bring(eva, "ahorro.ofx", ofx(4, 5))
    assert (second["imported"], second["transfers"]) == (4, 2)
    last = bring(eva, "ahorro.ofx", ofx(5, 6))
    assert (last["imported"], last["duplicates"], last["transfers"]) == (2, 2, 1)
    wages, spent = 3 * Decimal(2100), 3 * sum(Decimal(amount) for amount, *_ in SPENT)
    assert balances(eva) == {"Cash": 0, "Banco": wages + spent - 900, "Ahorro": 900 + Decimal("3.15")}
    totals = eva.get(f"{P}/transactions")["totals"]
    assert (totals["income"], totals["expenses"], totals["transfers"]) == (wages + Decimal("3.15"), -spent, 3)


def sort_out(eva: Caller) -> None:
    """Give what was bought categories by two rules."""
    for text, name in (("MERCADONA", "Groceries"), ("ALQUILER", "Rent or mortgage")):
        conditions = [{"field": "description", "op": "contains", "value": text}]
        actions = [{"type": "category", "value": category(eva, name)}]
        rule = eva.post(f"{P}/rules", {"name": name, "conditions": conditions, "actions": actions})["data"]
        assert eva.post(f"{P}/rules/{rule['id']}/apply", {"from": "2026-01-01"}, expect=200)["data"]["changed"] > 2


def overspend(eva: Caller, bank: int) -> None:
    """Make budgets of what was spent before, and spend more than one of them allows."""
    made = eva.post(f"{P}/budget-templates/from-history/apply", {"month": "2026-06"}, expect=200)["data"]
    amounts = {one["name"]: one["amount"] for one in made["budgets"]}
    assert (amounts["Rent or mortgage"], amounts["Groceries"]) == (900, Decimal("143.55"))
    food = {"type": "expense", "amount": "120", "date": "2026-06-19", "account_id": bank, "description": "Fiesta"}
    eva.post(f"{P}/transactions", {**food, "category_id": category(eva, "Groceries")})
    budgets = {one["name"]: one["current"] for one in eva.get(f"{P}/budgets")["data"]}
    assert budgets["Groceries"]["status"] == "exceeded"
    assert any("Groceries" in one["title"] for one in eva.get("/api/notifications")["data"])


def look_ahead(eva: Caller) -> None:
    """Look at next month's envelopes, at the balances ahead, and at what there is to know."""
    june, july = (eva.get(f"{P}/envelopes/{month}")["data"] for month in ("2026-06", "2026-07"))
    overspent = -sum(one["available"] for one in june["categories"] if one["available"] < 0)
    assert (july["income"], july["deducted"]) == (0, overspent)
    assert {one["available"] for one in july["categories"]} == {0}
    coming = eva.get(f"{P}/reports/forecast", days=30)["data"]
    assert {one["name"] for one in coming["accounts"]} >= {"Banco", "Ahorro"}
    told = {one["code"] for one in eva.get(f"{P}/insights", per_page=100)["data"]}
    assert "budget_exceeded" in told
    found = eva.get(f"{P}/subscriptions")["data"]
    assert any("NETFLIX" in f"{one['name']}".upper() for one in found)


def take_along(eva: Caller, folder: Path) -> None:
    """Take everything along as a journal, whose own balance assertions hold."""
    response = eva.send("GET", f"{P}/export", query_string={"format": "ledger"})
    assert response.status_code == 200
    file = folder / "eva.journal"
    file.write_bytes(response.data)
    response.close()
    assert re.search(r"assets:Banco +0[.00]* EUR += ", file.read_text())
    if shutil.which("hledger") is not None:
        found = subprocess.run(["hledger", "-f", str(file), "check"], capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (0, "")


def leave(eva: Caller, anonymous: Caller, app: Flask) -> None:
    """Erase the account: a login says when it goes, and opens nothing else; on that day nothing is left of it."""
    [book] = eva.get(f"{P}/books")["data"]
    response = eva.send("DELETE", "/api/auth/user", json={"password": PASSWORD, "confirm": "ERASE"})
    assert response.status_code == 202
    day = response.get_json()["erase_on"]
    assert date.fromisoformat(day) > NOW.date()
    eva.get(f"{P}/accounts", expect=401)
    again = anonymous.post("/api/auth/login", {"username": "eva.nueva", "password": PASSWORD}, expect=200)
    back = anonymous.with_headers(Authorization=f"Bearer {again['access_token']}")
    assert (again["erase_on"], back.get(f"{P}/accounts", expect=403)["code"]) == (day, "being_erased")
    assert tables_of(book["id"]) != set()
    with app.app_context():
        ErasureService(make_context(db.session())).erase_due(date.fromisoformat(day))
        db.session.commit()
    left = [rows_with(word) for word in ("eva.nueva", "mercadona", "nomina acme")]
    assert (left, tables_of(book["id"])) == ([set()] * 3, set())


def test_somebody_new_keeps_books_for_three_months_and_leaves(app: Flask, anonymous: Caller, tmp_path: Path) -> None:
    eva, bank = arrive(anonymous)
    keep_books(eva, bank)
    sort_out(eva)
    overspend(eva, bank)
    look_ahead(eva)
    take_along(eva, tmp_path)
    leave(eva, anonymous, app)
