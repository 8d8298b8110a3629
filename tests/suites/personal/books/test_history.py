"""The history of a book is its owners', and in no list or file of the administrators."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.audit.service import AuditService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.owner import owner_session
from tests.factories.ledger import BookFactory
from tests.factories.personal import Household, Person
from tests.support import Caller

AUDIT = "/api/audit"
THE_COMPANYS = {1, 2}
"""Ids of the company's own book and of credito's, made by migrations."""
TABLES = ("books", "personal_books", "book_members", "book_invitations")


def test_owners_see_who_changed_what_in_the_book(home: Household) -> None:
    home.owner.caller.put(home.path(), {"name": "Nuestra", "timezone": "Europe/Madrid"})
    found = home.owner.caller.get(home.path("audit"), table="personal_books")["data"]
    assert [(one["action"], one["user_id"]) for one in found] == [("update", home.owner.user_id), ("insert", None)]
    assert (found[0]["before"]["timezone"], found[0]["after"]["timezone"]) == ("America/Bogota", "Europe/Madrid")
    named = home.owner.caller.get(home.path("audit"), table="books", row_id=home.book_id)["data"]
    assert [one["after"]["name"] for one in named] == ["Nuestra", "Hogar"]
    everything = home.owner.caller.get(home.path("audit"), per_page=100)
    assert {one["table"] for one in everything["data"]} >= {"books", "personal_books", "book_members"}


def test_a_book_shows_nothing_of_another(home: Household) -> None:
    own = home.owner.caller.get(home.owner.path("audit"), per_page=100)["data"]
    assert {one["row_id"] for one in own if one["table"] == "books"} == {home.owner.book_id}


def test_administrators_see_the_changes_of_the_companys_books_alone(app: Flask, home: Household, admin: Caller) -> None:
    home.owner.caller.put(home.path(), {"name": "Secreta"})
    home.owner.caller.post(home.path("invitations"), {"email": "secreta@brisa.example", "role": "viewer"})
    with home.owner.caller.send("GET", home.path("audit"), query_string={"format": "csv", "table": "books"}) as file:
        assert file.status_code == 200
    company = BookFactory()
    for table in TABLES:
        rows = admin.get(AUDIT, table=table, per_page=100)
        assert {one["row_id"] for one in rows["data"]} == ({*THE_COMPANYS, company.id} if table == "books" else set())
        assert rows["pagination"]["total"] == len(rows["data"])
    with admin.send("GET", AUDIT, query_string={"format": "csv"}) as file:
        assert "ecreta" not in file.get_data(as_text=True)
    domains = {(one["action"], one["table"]) for one in admin.get(AUDIT, domain="books", per_page=100)["data"]}
    assert ("export", "books") not in domains
    [exported] = [one for one in home.owner.caller.get(home.path("audit"))["data"] if one["action"] == "export"]
    assert exported["after"]["filters"]["table"] == "books"


def test_a_statement_over_books_of_both_kinds_is_recorded_in_both_logs(app: Flask, ana: Person, admin: Caller) -> None:
    company = BookFactory()
    with app.app_context(), owner_session() as session:
        session.execute(
            text("UPDATE books SET name = 'Todos' WHERE id IN (:one, :other)"),
            {"one": company.id, "other": ana.book_id},
        )
    assert [one["action"] for one in admin.get(AUDIT, table="books", row_id=company.id)["data"]] == ["update", "insert"]
    assert admin.get(AUDIT, table="books", row_id=ana.book_id)["data"] == []
    own = ana.caller.get(ana.path("audit"), table="books")["data"]
    assert [one["after"]["name"] for one in own] == ["Todos", "Casa"]


def test_the_history_of_a_book_is_no_part_of_the_chain_and_is_compared_with_the_rows(app: Flask, ana: Person) -> None:
    ana.caller.put(ana.path(), {"week_start": 7})
    with app.app_context(), owner_session() as session:
        assert AuditService(make_context(session)).violations() == []
        session.execute(text("ALTER TABLE personal_books DISABLE TRIGGER audit_update"))
        session.execute(text("UPDATE personal_books SET week_start = 6"))
        session.execute(text("ALTER TABLE personal_books ENABLE TRIGGER audit_update"))
        found = AuditService(make_context(session)).violations()
        assert found == [f"personal_books {ana.book_id} is not as the audit log last recorded it"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE book_audit SET user_id = 1",
        "DELETE FROM book_audit",
        "INSERT INTO book_audit (book_id, at, action, table_name) VALUES (1, now(), 'read', 'books')",
    ],
)
def test_the_program_changes_nothing_in_the_history(app: Flask, ana: Person, statement: str) -> None:
    with app.app_context(), pytest.raises(Exception, match="permission denied"):
        db.session.execute(text(statement))


def test_the_income_that_a_user_tells_is_in_no_log(app: Flask, ana: Person, admin: Caller) -> None:
    ana.caller.put("/api/auth/user", {"preferences": {"monthly_income": 7654321}})
    with admin.send("GET", AUDIT, query_string={"per_page": 100}) as log:
        assert "7654321" not in log.get_data(as_text=True)
