"""Statements of clients' accounts. Today is 15 June 2026."""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.infra.storage import LocalStorage
from app.kernel.money import Currency
from app.suites.fresco.reports.rules import Entry, EntryKind, Sums, account_balance, with_balances
from app.suites.fresco.reports.service import accounts
from tests.factories.clients import ClientFactory
from tests.factories.files import SAMPLES, storing_in_folder
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2026, 6, 15)
SUMS = ("opening_balance", "charges", "receipts", "credits", "closing_balance")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def statement(caller: Caller, client_id: int, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/clients/{client_id}/statement", **query)
    return found


def sums(report: dict[str, Any]) -> dict[str, list[Decimal]]:
    return {one["currency"]: [Decimal(str(one[name])) for name in SUMS] for one in report["balances"]}


def owing(**values: Any) -> tuple[int, list[Any]]:
    """A client, and its payments of 1,000, 500 and 300 pesos, due on 1 March, 1 May and 1 July."""
    project = ProjectFactory(client_id=ClientFactory(name="Café Altura", tax_id="900123456-7").id, **values)
    due = {date(2026, 3, 1): 1000, date(2026, 5, 1): 500, date(2026, 7, 1): 300}
    made = [PaymentFactory(project=project, date=day, amount=Decimal(amount)) for day, amount in due.items()]
    return int(project.client_id), made


def test_the_balance_before_leads_by_charges_and_receipts_to_the_balance_after(user: Caller) -> None:
    client_id, (first, second, _) = owing()
    receive(user, first.id, 400, date="2026-03-20")
    receive(user, first.id, 600, date="2026-05-10", withholdings=[{"type": "Retefuente", "amount": 110}])
    receive(user, second.id, 200, date="2026-06-01", reference="TRF-1", payment_method="Transferencia")
    report = statement(user, client_id, date_from="2026-04-01")
    assert (report["client"], report["date_from"], report["date_to"]) == ("Café Altura", "2026-04-01", "2026-06-15")
    assert sums(report) == {"COP": [600, 500, 800, 0, 300]}
    shown = [(one["date"], one["kind"], one["charge"], one["receipt"], one["balance"]) for one in report["entries"]]
    assert shown == [
        ("2026-05-01", "charge", 500, 0, 1100),
        ("2026-05-10", "receipt", 0, 600, 500),
        ("2026-06-01", "receipt", 0, 200, 300),
    ]
    assert [one["withheld"] for one in report["entries"]] == [0, 110, 0]
    assert (report["entries"][2]["reference"], report["entries"][2]["payment_id"]) == ("TRF-1", second.id)
    assert report["coming"] == [{"currency": "COP", "total": 300, "payments": 1}]


def test_a_credit_lowers_the_balance_once_whether_it_is_used_or_given_back(user: Caller) -> None:
    client_id, (first, second, _) = owing()
    receive(user, first.id, 1500, date="2026-03-01", excess="credit")
    assert sums(statement(user, client_id, date_to="2026-04-01")) == {"COP": [0, 1000, 1000, 500, -500]}
    receive(user, second.id, 200, date="2026-05-02", payment_method="Saldo a favor")
    user.post(f"/api/clients/{client_id}/credits/refund", {"amount": 120, "currency": "COP", "date": "2026-05-03"})
    report = statement(user, client_id, date_from="2026-05-01")
    assert sums(report) == {"COP": [-500, 500, 200, -320, 120]}
    assert [(one["kind"], one["credit"], one["balance"]) for one in report["entries"]] == [
        ("charge", 0, 0),
        ("receipt", -200, 0),
        ("refund", -120, 120),
    ]
    [left] = user.get(f"/api/clients/{client_id}/credits")["data"]
    owed = user.get("/api/payments", client_id=client_id, date_to="2026-06-15")["totals"]
    assert report["balances"][0]["closing_balance"] == owed["vencido"] - left["balance"]


def test_the_first_and_the_last_day_count_and_other_clients_do_not(user: Caller) -> None:
    (client_id, (first, _, third)), (other_id, (theirs, *_)) = owing(), owing()
    for one, payment in ((client_id, first), (other_id, theirs)):
        receive(user, payment.id, 1500, date="2026-03-01", excess="credit")
        refund = {"amount": 120, "currency": "COP", "date": "2026-05-01"}
        user.post(f"/api/clients/{one}/credits/refund", refund)
    receive(user, third.id, 100, date="2026-05-01")
    both = statement(user, client_id, date_from="2026-03-01", date_to="2026-05-01")
    assert (sums(both), len(both["entries"])) == ({"COP": [0, 1500, 1100, 380, 20]}, 5)
    assert both["coming"] == [{"currency": "COP", "total": 200, "payments": 1}]
    neither = statement(user, client_id, date_from="2026-03-02", date_to="2026-04-30")
    assert (sums(neither), neither["entries"]) == ({"COP": [-500, 0, 0, 0, -500]}, [])
    assert neither["coming"] == [{"currency": "COP", "total": 700, "payments": 2}]
    receive(user, third.id, 200, date="2026-05-02")
    paid = statement(user, client_id, date_to="2026-04-30")
    assert paid["coming"] == [{"currency": "COP", "total": 500, "payments": 1}]


def test_of_one_day_what_is_charged_comes_first(user: Caller) -> None:
    client_id, (first, _, _) = owing()
    receive(user, first.id, 1000, date="2026-05-01")
    entries = statement(user, client_id, date_from="2026-05-01")["entries"]
    assert [(one["kind"], one["balance"]) for one in entries] == [("charge", 1500), ("receipt", 500)]


def test_each_currency_has_its_own_balance_and_nothing_is_converted(user: Caller) -> None:
    client_id, _ = owing()
    project = ProjectFactory(client_id=client_id)
    dollars = PaymentFactory(project=project, date=date(2026, 6, 1), amount=Decimal("99.90"), currency=Currency.USD)
    receive(user, dollars.id, "10.40", date="2026-06-02")
    assert sums(statement(user, client_id, date_from="2026-06-01")) == {
        "COP": [1500, 0, 0, 0, 1500],
        "USD": [0, Decimal("99.90"), Decimal("10.40"), 0, Decimal("89.50")],
    }


def test_a_client_without_entries_has_a_balance_of_nothing(user: Caller) -> None:
    report = statement(user, ClientFactory().id)
    assert (sums(report), report["entries"], report["coming"]) == ({"COP": [0] * 5}, [], [])
    assert (report["date_from"], report["date_to"]) == ("2025-07-01", "2026-06-15")


def test_a_file_says_what_comes_later_and_writes_nothing_with_decimals_too(user: Caller) -> None:
    client_id, _ = owing()
    path = f"/api/clients/{client_id}/statement?date_from=2026-03-01&format=csv&locale=es"
    lines = user.send("GET", path).text.splitlines()
    assert "COP;0,00;1500,00;0,00;0,00;1500,00" in lines
    assert lines[lines.index("Por vencer después") + 1 :] == ["Moneda;Total;Pagos", "COP;300,00;1"]


def test_another_client_and_wrong_days_are_refused(user: Caller) -> None:
    statement(user, 999_999, expect=404)
    wrong = statement(user, ClientFactory().id, date_from="2026-06-16", date_to="2026-06-15", expect=400)
    assert list(wrong["errors"]) == ["date_to"]


def test_a_statement_that_nobody_could_read_is_refused(user: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id, _ = owing()
    monkeypatch.setattr(accounts, "MOST_ENTRIES", 2)
    statement(user, client_id)
    refused = statement(user, client_id, date_to="2026-07-01", expect=400)
    assert "choose fewer" in refused["errors"]["date_from"][0]


def test_statements_follow_each_other_and_end_with_what_is_owed(user: Caller) -> None:
    chance = random.Random(22)
    project = ProjectFactory()
    for _ in range(12):
        due = TODAY - timedelta(days=chance.randrange(200))
        currency = chance.choice([Currency.COP, Currency.USD])
        amount = Decimal(chance.randrange(100, 10**6)) / 100
        payment = PaymentFactory(project=project, date=due, amount=amount, currency=currency)
        if chance.random() < 0.7:
            part = (amount * chance.randrange(1, 130) / 100).quantize(Decimal("0.01"))
            receive(user, payment.id, str(part), date=str(due), **({"excess": "credit"} if part > amount else {}))
    days = [date(2025, 1, 1), *sorted(TODAY - timedelta(days=chance.randrange(200)) for _ in range(3))]
    ends = [*(day - timedelta(days=1) for day in days[1:]), TODAY]
    reports = [
        sums(statement(user, project.client_id, date_from=str(first), date_to=str(last)))
        for first, last in zip(days, ends, strict=True)
        if first <= last
    ]
    for before, after in pairwise(reports):
        assert {currency: of_it[0] for currency, of_it in after.items() if of_it[0]} == {
            currency: of_it[4] for currency, of_it in before.items() if of_it[4]
        }
    credit = {one["currency"]: one["balance"] for one in user.get(f"/api/clients/{project.client_id}/credits")["data"]}
    for currency, found in reports[-1].items():
        owed = [
            Decimal(str(one["balance"]))
            for one in user.get("/api/payments", client_id=project.client_id, per_page=100)["data"]
            if one["currency"] == currency
        ]
        assert found[4] == sum(owed, Decimal(0)) - Decimal(str(credit.get(currency, 0)))


AMOUNTS = st.decimals(0, 10**9, places=2)


def an_entry(currency: Currency, amounts: tuple[Decimal, Decimal, Decimal]) -> Entry:
    of_nothing = (None,) * 8
    return Entry(currency, TODAY, EntryKind.CHARGE, *amounts, Decimal(0), *of_nothing, Decimal(0))


@given(AMOUNTS, st.lists(st.tuples(st.sampled_from(Currency), st.tuples(AMOUNTS, AMOUNTS, AMOUNTS)), max_size=10))
def test_the_last_running_balance_is_the_closing_one(
    opening: Decimal, rows: list[tuple[Currency, tuple[Decimal, Decimal, Decimal]]]
) -> None:
    entries = [an_entry(*row) for row in rows]
    running = with_balances({Currency.COP: opening}, entries)
    found = account_balance(Sums(Currency.COP, opening), [one for one in entries if one.currency is Currency.COP])
    last = [one.balance for one in running if one.currency is Currency.COP][-1:]
    assert [found.closing_balance] == (last or [opening])
    assert found.opening_balance + found.charges - found.receipts - found.credits == found.closing_balance


@pytest.fixture
def store(app: Flask, tmp_path: Path) -> Iterator[LocalStorage]:
    with storing_in_folder(app, tmp_path / "files") as empty:
        yield empty


def logo(caller: Caller) -> dict[str, Any]:
    data = {"file": (io.BytesIO(SAMPLES["logo.png"]), "logo.png")}
    stored: dict[str, Any] = caller.send("POST", "/api/upload", data=data).get_json()
    return stored


def document(caller: Caller, client_id: int, **query: Any) -> PdfReader:
    path = f"/api/clients/{client_id}/statement"
    with caller.send("GET", path, query_string={"format": "pdf", **query}) as response:
        assert response.status_code == 200
        return PdfReader(io.BytesIO(response.data))


def test_the_pdf_is_a_letter_to_the_client(user: Caller, admin: Caller) -> None:
    admin.put("/api/company", {"logo": logo(admin)["id"], "legal_name": "Estudio Cóndor S.A.S.", "tax_id": "901222333"})
    client_id, (first, *_) = owing(name="Marca nueva")
    receive(user, first.id, "400.50", date="2026-03-20", withholdings=[{"type": "ReteICA", "amount": 10}])
    reader = document(user, client_id, date_from="2026-03-10")
    [page] = reader.pages
    words = page.extract_text()
    for expected in (
        "Estudio Cóndor S.A.S.\n",
        "Estado de cuenta\nCafé Altura · NIT 900123456-7\nDel 10 de marzo al 15 de junio de 2026",
        "Estudio Cóndor S.A.S. · NIT 901222333",
        "Saldo anterior\n$ 1.000,00",
        "Saldo al comenzar el 10 de marzo de 2026\n1.000,00",
        "20/03/2026 Abono a",
        "retenciones",
        "400,50\n599,50",
        "Saldo al 15 de junio de 2026\n500,00\n400,50\n0,00\n1.099,50",
        "Por vencer después de esta fecha: $ 300 en 1 cargo (COP)",
    ):
        assert expected in words
    assert len(page.images) == 1


def test_a_long_statement_turns_pages_and_a_lost_logo_is_left_out(
    user: Caller, admin: Caller, store: LocalStorage
) -> None:
    project = ProjectFactory(name="Sitio web y pauta digital del Caribe colombiano " * 3)
    for number in range(70):
        PaymentFactory(project=project, date=TODAY - timedelta(days=number), amount=Decimal("9999999999.99"))
    stored = logo(admin)
    admin.put("/api/company", {"logo": stored["id"]})
    store.delete(stored["file_path"])
    reader = document(user, project.client_id)
    assert len(reader.pages) > 1
    assert "Saldo al 15 de junio de 2026\n699.999.999.999,30" in reader.pages[-1].extract_text()
