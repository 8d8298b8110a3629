"""Consents, shares of monthly totals, the archive of all that is kept, and the first figures after a login."""

import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from tests import factories
from tests.factories.auth import PASSWORD
from tests.factories.personal import Household, Person
from tests.factories.personal_privacy import CONSENTS, SHARES
from tests.suites.personal.transactions.test_transactions_api import enter
from tests.support import Caller

PROCESSING, ARCHIVE = "/api/personal/privacy/processing", "/api/personal/privacy/export"


def verify(who: Person, *, verified: bool = True) -> str:
    """The address of somebody, verified or not."""
    assert factories.app is not None
    with factories.app.app_context():
        statement = "UPDATE users SET email_verified_at = CASE WHEN :verified THEN now() END WHERE id = :user"
        db.session.execute(text(statement), {"user": who.user_id, "verified": verified})
        db.session.commit()
    return str(who.caller.get("/api/auth/me")["data"]["email"])


def purposes(answer: dict[str, Any]) -> dict[str, Any]:
    return {one["purpose"]: one["consented"] for one in answer["data"]["purposes"]}


def archive_of(who: Person) -> dict[str, Any]:
    """The JSON files of somebody's archive."""
    response = who.caller.send("GET", ARCHIVE)
    assert (response.status_code, response.mimetype) == (200, "application/octet-stream")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_consents_are_given_and_taken_back_by_purpose(ana: Person, bob: Person) -> None:
    assert purposes(ana.caller.get(PROCESSING)) == {
        "bookkeeping": None,
        "security": None,
        "insights": False,
        "emails": False,
    }
    given = ana.caller.put(CONSENTS, {"insights": {"given": True, "version": "2026-01"}})
    assert (purposes(given)["insights"], purposes(given)["emails"]) == (True, False)
    assert not purposes(ana.caller.put(CONSENTS, {"insights": {"given": False, "version": "2026-02"}}))["insights"]
    assert not purposes(bob.caller.get(PROCESSING))["insights"]
    ana.caller.put(CONSENTS, {"bookkeeping": {"given": True, "version": "1"}}, expect=400)


def test_a_share_shows_totals_by_month_to_a_verified_address_and_nothing_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch, ana: Person, bob: Person
) -> None:
    monkeypatch.setitem(app.config, "SMTP_HOST", "mail.brisa.example")
    enter(ana, amount="500", date="2026-03-02")
    address = verify(bob, verified=False)
    share = ana.caller.post(SHARES, {"email": address.upper(), "book_id": ana.book_id})["data"]
    months = f"/api/personal/shared/{share['id']}/months"
    bob.caller.get(months, expect=404)
    verify(bob)
    [received] = bob.caller.get(SHARES)["data"]
    assert (received["direction"], received["id"]) == ("received", share["id"])
    listed = bob.caller.get(months, months=3)
    assert listed["pagination"]["total"] == 3
    assert {"month", "income", "expenses", "categories"} <= listed["data"][0].keys()
    bob.caller.get("/api/personal/transactions", book_id=ana.book_id, expect=404)
    ana.caller.get(months, expect=404)
    assert ana.caller.post(SHARES, {"email": address}, expect=409)["code"] == "already_shared"


def test_a_share_is_read_without_verification_where_no_mail_is_sent(ana: Person, bob: Person) -> None:
    share = ana.caller.post(SHARES, {"email": verify(bob, verified=False)})["data"]
    bob.caller.get(f"/api/personal/shared/{share['id']}/months")


def test_a_share_is_ended_by_either_side_and_by_nobody_else(ana: Person, bob: Person, home: Household) -> None:
    address = verify(bob)
    for who in (ana, bob):
        share = ana.caller.post(SHARES, {"email": address})["data"]
        home.owner.caller.delete(f"{SHARES}/{share['id']}", expect=404)
        who.caller.delete(f"{SHARES}/{share['id']}")
        bob.caller.get(f"/api/personal/shared/{share['id']}/months", expect=404)


def test_only_owners_share_a_book(home: Household) -> None:
    body = {"email": "eva@brisa.example", "book_id": home.book_id}
    assert home.editor.caller.post(SHARES, body, expect=403)["code"] == "owner_only"
    home.owner.caller.post(SHARES, body)
    assert home.editor.caller.get(SHARES)["data"] == []


def test_the_archive_has_all_of_one_s_own_and_nothing_of_others(ana: Person, bob: Person) -> None:
    enter(ana, description="Café de Ana")
    enter(bob, description="Café de Bob")
    found = archive_of(ana)
    account = found["account.json"]
    assert (account["user"]["id"], len(account["sessions"]) > 0) == (ana.user_id, True)
    assert "password_hash" not in account["user"]
    [entered] = found[f"books/{ana.book_id}/transactions.json"]
    assert entered["description"] == "Café de Ana"
    assert len(found[f"books/{ana.book_id}/book_audit.json"]) > 0
    assert not any(name.startswith(f"books/{bob.book_id}/") for name in found)
    assert "Café de Bob" not in json.dumps(found, ensure_ascii=False)


def test_encrypted_texts_are_readable_in_the_archive(ana: Person) -> None:
    enter(ana, notes="una nota", location="Bogotá")
    account = {"name": "B", "type": "checking", "account_number": "77-1234"}
    ana.caller.post("/api/personal/accounts", account)
    found = archive_of(ana)
    [entered] = found[f"books/{ana.book_id}/transactions.json"]
    assert (entered["notes"], entered["location"]) == ("una nota", "Bogotá")
    numbers = [one.get("account_number") for one in found[f"books/{ana.book_id}/personal_accounts.json"]]
    assert "77-1234" in numbers
    assert "enc:1:" not in json.dumps(found)


def test_the_history_of_a_shared_book_is_in_the_archive_of_its_owner_only(home: Household) -> None:
    name = f"books/{home.book_id}/book_audit.json"
    assert name in archive_of(home.owner)
    assert name not in archive_of(home.viewer)


def test_a_login_answers_the_first_figures(anonymous: Caller, ana: Person) -> None:
    name = ana.caller.get("/api/auth/me")["data"]["username"]
    enter(ana, type="income", amount="900", date="2020-03-02")
    answer = anonymous.post("/api/auth/login", {"username": name, "password": PASSWORD}, expect=200)
    summary = answer["financial_summary"]
    assert (summary["book_id"], summary["currency"], summary["net_worth"]) == (ana.book_id, "COP", 900)


def test_without_a_book_there_are_no_first_figures(anonymous: Caller, admin: Caller) -> None:
    name = admin.get("/api/auth/me")["data"]["username"]
    answer = anonymous.post("/api/auth/login", {"username": name, "password": PASSWORD}, expect=200)
    assert answer["financial_summary"] is None
