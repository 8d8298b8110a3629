"""The JSON document of a book comes back into another one, byte for byte."""

import importlib
import io
import json
import random
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.identity.service.demo import PASSWORD
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal import SUITE
from app.suites.personal.books.service import program_access
from tests import factories
from tests.factories.currencies import RateFactory
from tests.factories.personal import BOOKS, Person, open_book
from tests.factories.personal_imports import IMPORT, form
from tests.suites.personal.exports.beancount import problems
from tests.suites.personal.exports.test_export_api import EXPORT, exported, rows_of
from tests.suites.personal.exports.test_ledger_rules import check, needs_hledger
from tests.suites.personal.reports.test_reports_add_up import RATES, RandomBook
from tests.support import Caller

TODAY = date(2026, 3, 15)
NOW = datetime(2026, 3, 15, 17, tzinfo=UTC)


def document(caller: Caller, book_id: int) -> bytes:
    """The document of a book, without the time of the export."""
    response = caller.send("GET", EXPORT, query_string={"book_id": book_id, "format": "json"})
    found: bytes = response.data
    response.close()
    assert response.status_code == 200, found
    return re.sub(rb'"exported_at":"[^"]*"', b'"exported_at":""', found, count=1)


def bring(caller: Caller, book_id: int, content: bytes, expect: int = 201, **fields: Any) -> Any:
    """The answer to a document."""
    response = caller.send("POST", IMPORT, query_string={"book_id": book_id}, **form(content, "book.json", **fields))
    assert response.status_code == expect, response.get_data(as_text=True)[:2000]
    answer = response.get_json()
    return answer["data"] if expect < 300 else answer


def new_book(caller: Caller) -> int:
    """A new book with what books have by default."""
    return int(caller.post(BOOKS, {"name": "Otro", "currency": "EUR", "timezone": "UTC"})["data"]["id"])


def require_equal(caller: Caller, book_id: int) -> dict[str, Any]:
    """Bring the document of a book into a new one, whose document is the same then; returns it."""
    first = document(caller, book_id)
    other = new_book(caller)
    found = json.loads(first)
    answer = bring(caller, other, first)
    assert answer["imported"] == len(found["transactions"])
    second = document(caller, other)
    for one, same in zip(first.splitlines(), second.splitlines(), strict=False):
        assert one == same
    assert first == second
    return dict(found)


def post(caller: Caller, book_id: int, path: str, body: dict[str, Any]) -> Any:
    """The row that a POST makes in a book."""
    response = caller.send("POST", f"/api/personal/{path}", query_string={"book_id": book_id}, json=body)
    assert response.status_code < 300, (path, response.get_data(as_text=True))
    return response.get_json()["data"]


def ids(caller: Caller, book_id: int, path: str, **query: Any) -> dict[str, int]:
    """Ids of rows by their names."""
    found = caller.get(f"/api/personal/{path}", book_id=book_id, per_page=100, **query)["data"]
    return {one["name"]: one["id"] for one in found}


def furnish(caller: Caller, book_id: int) -> None:
    """Give a book some of everything that people enter."""
    accounts, categories = ids(caller, book_id, "accounts"), ids(caller, book_id, "categories")
    bank = post(caller, book_id, "accounts", {"name": "Nómina", "type": "checking", "account_number": "123-456789"})[
        "id"
    ]
    flat = post(caller, book_id, "accounts", {"name": "Lote", "type": "property", "opening_balance": 1000})["id"]
    old = post(caller, book_id, "accounts", {"name": "Vieja", "type": "savings"})["id"]
    own = post(
        caller, book_id, "categories", {"name": "Vivero", "type": "expense", "color": "#00ff00", "icon": "leaf"}
    )["id"]
    payee = post(caller, book_id, "payees", {"name": "Éxito", "aliases": ["EXITO 80"], "default_category_id": own})[
        "id"
    ]
    post(caller, book_id, "rates", {"date": "2026-03-01", "base": "USD", "quote": "COP", "rate": "4123.456789"})
    rule = {
        "name": "Mercado",
        "conditions": [
            {"field": "payee", "op": "is", "value": payee},
            {"field": "account", "op": "one_of", "value": [bank, accounts["Cash"]]},
            {"field": "amount", "op": "between", "value": ["1", None]},
        ],
        "actions": [{"type": "category", "value": own}, {"type": "tags", "value": ["casa"]}],
        "stop": True,
    }
    post(caller, book_id, "rules", rule)
    template = {
        "type": "expense",
        "amount": 12.5,
        "account_id": bank,
        "category_id": own,
        "payee_id": payee,
        "tags": ["fijo"],
    }
    monthly = {
        "template_name": "Arriendo",
        "frequency": "monthly",
        "start_date": "2026-01-31",
        "transaction_data": template,
    }
    recurring = post(caller, book_id, "recurring", monthly)["id"]
    post(caller, book_id, f"recurring/{recurring}/post", {"date": "2026-02-01"})
    post(caller, book_id, f"recurring/{recurring}/skip", {})
    parts = [{"amount": 7, "category_id": own}, {"amount": 3, "account_id": accounts["Cash"], "notes": "línea"}]
    halves = {**template, "amount": 10, "category_id": None, "splits": parts}
    post(caller, book_id, "recurring", {"frequency": "weekly", "interval": 2, "transaction_data": halves})
    spent = {"type": "expense", "date": "2026-03-02", "amount": 50, "account_id": bank}
    words = {"notes": "secreto ñ", "location": "Bogotá", "tags": ["a", "b"], "payee_id": payee, "external_id": "X1"}
    bought = post(caller, book_id, "transactions", {**spent, **words, "category_id": own})["id"]
    post(
        caller,
        book_id,
        "transactions",
        {**spent, "splits": [*parts, {"amount": 40, "tags": ["c"]}], "status": "pending"},
    )
    earlier = post(
        caller, book_id, "transactions", {**spent, "date": "2026-02-20", "is_refund": True, "refund_of_id": bought}
    )
    assert earlier["refund_of_id"] == bought
    moved = {"type": "transfer", "date": "2026-03-03", "to_date": "2026-03-05", "amount": 20, "account_id": bank}
    transfer = post(caller, book_id, "transactions", {**moved, "to_account_id": old})["id"]
    back = {"type": "transfer", "date": "2026-03-06", "amount": 20, "account_id": old, "to_account_id": bank}
    post(caller, book_id, "transactions", back)
    post(caller, book_id, f"accounts/{flat}/valuations", {"date": "2026-02-28", "value": 1500.25})
    post(caller, book_id, f"accounts/{flat}/valuations", {"date": "2026-03-31", "value": 1400})
    statement = {"statement_date": "2026-03-04", "statement_balance": -71}
    compared = post(caller, book_id, f"accounts/{bank}/reconciliations", statement)["id"]
    change = {"add": [bought, transfer], "finish": True, "adjust": True}
    path = f"/api/personal/accounts/{bank}/reconciliations/{compared}"
    assert caller.send("PATCH", path, query_string={"book_id": book_id}, json=change).status_code == 200
    post(caller, book_id, f"accounts/{bank}/reconciliations", {"statement_date": "2026-03-14", "statement_balance": 5})
    closing = {"is_closed": True}
    assert (
        caller.send("PUT", f"/api/personal/accounts/{old}", query_string={"book_id": book_id}, json=closing).status_code
        == 200
    )
    budget = {
        "name": "Casa",
        "amount": 100,
        "period": "monthly",
        "categories": [own, categories["Food"]],
        "accounts": [bank],
    }
    limit = post(
        caller, book_id, "budgets", {**budget, "start_date": "2026-01-01", "alerts": [0.1, 0.75], "tags": ["a"]}
    )["id"]
    path, query = f"/api/personal/budgets/{limit}", {"book_id": book_id, "apply": "next"}
    assert caller.send("PUT", path, query_string=query, json={"amount": 120}).status_code == 200
    post(
        caller,
        book_id,
        "budgets",
        {"name": "Todo", "amount": 5, "period": "weekly", "group_id": 77, "rollover": "both"},
    )
    post(caller, book_id, "budgets", {"name": "Más", "amount": 6, "period": "weekly", "group_id": 77})
    given = {"assignments": [{"category_id": own, "assigned": 30.5}, {"category_id": None, "assigned": 1}], "held": 4}
    path = "/api/personal/envelopes/2026-03"
    assert caller.send("PUT", path, query_string={"book_id": book_id}, json=given).status_code == 200
    post(caller, book_id, "targets", {"category_id": own, "type": "recurring", "recurring_id": recurring})
    post(caller, book_id, "targets", {"category_id": own, "type": "by", "amount": 90, "by": "2026-12", "repeat": 12})
    percent = {"type": "percent", "percent": 5, "of": categories["Salary"]}
    post(caller, book_id, "targets", {"category_id": own, **percent})
    items = [{"category_id": own, "amount": 10}, {"category_id": categories["Fuel"], "percent": 3.5}]
    post(caller, book_id, "budget-templates", {"name": "Mía", "items": items})
    goal = {
        "name": "Viaje",
        "target_amount": 100,
        "target_date": "2027-01-01",
        "account_id": bank,
        "description": "Al mar",
    }
    automatic = {"amount": 5, "frequency": "monthly"}
    made = post(caller, book_id, "goals", {**goal, "auto_contribution": automatic})["id"]
    post(caller, book_id, f"goals/{made}/contribute", {"amount": 30, "date": "2026-03-01", "notes": "primero"})
    post(
        caller,
        book_id,
        f"goals/{made}/contribute",
        {"amount": 5, "date": "2026-03-02", "from_account_id": accounts["Cash"]},
    )
    post(caller, book_id, "goals", {"name": "Saldo", "target_amount": 9, "tracking": "account", "account_id": bank})
    saved = {"name": "Trimestre", "report": "cash-flow", "params": {"period": "quarter", "accounts": [bank]}}
    post(caller, book_id, "reports/saved", saved)
    post(caller, book_id, "reports/saved", {"name": "Vivero", "report": "category", "params": {"category_id": own}})
    csv = "Fecha;Importe;Concepto\n01/03/2026;-1,50;CAFE\n31/03/2026;-2,50;TE\n"
    options = {"date_format": "DD/MM/YYYY", "decimal": ","}
    sent = form(csv, account_id=bank, options=options, mapping={"date": 1, "amount": 2, "description": "Concepto"})
    assert caller.send("POST", IMPORT, query_string={"book_id": book_id}, **sent).status_code == 201


@pytest.fixture
def demo(app: Flask, anonymous: Caller) -> tuple[Caller, int]:
    """The owner of the demo household, and the household."""
    with app.app_context(), clock.frozen(NOW):
        manifests = [importlib.import_module(f"{package}.manifest").MANIFEST for package in SUITE.packages]
        for seed in (one.demo for one in manifests if one.demo is not None):
            seed(make_context(db.session()), TODAY)
        db.session.commit()
    tokens = anonymous.post("/api/auth/login", {"username": "ana", "password": PASSWORD}, expect=200)
    caller = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    return caller, int(caller.get(BOOKS)["data"][-1]["id"])


def test_the_demo_household_comes_back(demo: tuple[Caller, int]) -> None:
    caller, book_id = demo
    found = require_equal(caller, book_id)
    assert len(found["transactions"]) > 1000
    assert all(found[name] for name in ("budgets", "targets", "goals", "recurring", "rules"))


def test_all_that_people_enter_comes_back(ana: Person) -> None:
    RateFactory(date=date(2026, 1, 1), rate=Decimal(4000))
    book_id = open_book(ana.user_id, name="Completo").id
    furnish(ana.caller, book_id)
    found = require_equal(ana.caller, book_id)
    assert [name for name, rows in found.items() if not rows] == ["exported_at"]


def test_a_document_has_no_versions_so_that_changed_records_come_back_equal(ana: Person) -> None:
    made = post(ana.caller, ana.book_id, "transactions", {"type": "expense", "amount": "5", "date": "2026-03-02"})
    changed = ana.caller.put(f"/api/personal/transactions/{made['id']}", {"description": "Pan"})["data"]
    assert (made["version"], changed["version"]) == (1, 2)
    sections = require_equal(ana.caller, ana.book_id).values()
    assert [row for rows in sections if isinstance(rows, list) for row in rows if "version" in row] == []


@pytest.mark.parametrize("chosen", range(3))
def test_random_books_come_back(ana: Person, chosen: int) -> None:
    for day, rate in RATES.items():
        RateFactory(date=day, rate=rate)
    assert factories.app is not None
    with factories.app.app_context():
        book = RandomBook(program_access(make_context(db.session()), ana.book_id), random.Random(chosen))
        for _ in range(40):
            book.enter()
        db.session.commit()
    require_equal(ana.caller, ana.book_id)


def test_tables_have_names_instead_of_numbers(ana: Person) -> None:
    RateFactory(date=date(2026, 1, 1), rate=Decimal(4000))
    furnish(ana.caller, ana.book_id)
    archive = zipfile.ZipFile(io.BytesIO(exported(ana, format="csv")))
    found = {name.removesuffix(".csv"): rows_of(archive.read(name)) for name in archive.namelist()}
    assert [name for name, rows in found.items() if not rows] == []
    [first, *_] = found["budgets"]
    assert (first["name"], first["categories"], first["accounts"]) == ("Casa", "Vivero, Food", "Nómina")
    assert [(one["budget"], one["amount"]) for one in found["budget_amounts"]][:2] == [("Casa", "100"), ("Casa", "120")]
    assert {one["goal"] for one in found["goal_contributions"]} == {"Viaje"}
    assert found["recurring"][0]["account"] == "Nómina"


@needs_hledger
def test_hledger_and_beancount_find_nothing_wrong_with_the_demo_household(
    demo: tuple[Caller, int], tmp_path: Path
) -> None:
    caller, book_id = demo
    for query in ({}, {"date_from": "2025-05-05", "date_to": "2025-11-11"}):
        assert check([text_of(caller, book_id, format="ledger", **query)], tmp_path) == ""
        journal = text_of(caller, book_id, format="beancount", **query)
        assert problems(journal) == []
        assert problems(re.sub(r"(balance \S+  -?[0-9]+)", r"\g<1>7", journal, count=1))


def text_of(caller: Caller, book_id: int, **query: Any) -> str:
    """The file of a book as text."""
    response = caller.send("GET", EXPORT, query_string={"book_id": book_id, **query})
    found = response.get_data(as_text=True)
    response.close()
    return found
