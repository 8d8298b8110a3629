"""Accounts that are erased: what goes, what stays, and what a request in the days before may do."""

import hmac
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.audit.repository import RefusalRepository
from app.core.audit.service import AuditService, SealService
from app.core.identity.events import UserErasing
from app.core.identity.service import ErasureService
from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db, every_book
from app.infra.owner import owner_session
from app.kernel.refusals import Refusal, RefusalKind
from tests.architecture.routes import routes
from tests.factories.auth import PASSWORD
from tests.factories.files import PDF
from tests.factories.personal import BOOKS, Household, Person, person
from tests.suites.personal.everywhere import rows_with, tables_of
from tests.support import Caller

TRANSACTIONS = "/api/personal/transactions"
USER, ME, RESTORE, LOGIN = (f"/api/auth/{name}" for name in ("user", "me", "restore", "login"))
ASKED = {"password": PASSWORD, "confirm": "ERASE"}
REACHED = {("GET", ME), ("POST", RESTORE), ("DELETE", USER)}


def ask(who: Caller, expect: int = 202, **values: Any) -> dict[str, Any]:
    response = who.send("DELETE", USER, json={**ASKED, **values})
    assert response.status_code == expect, response.json
    found: dict[str, Any] = response.json
    return found


def sign_in_again(anonymous: Caller, username: str) -> tuple[Caller, dict[str, Any]]:
    """Somebody with a new session, and what the login answered."""
    answer = anonymous.post(LOGIN, {"username": username, "password": PASSWORD}, expect=200)
    return anonymous.with_headers(Authorization=f"Bearer {answer['access_token']}"), answer


def name_of(who: Caller) -> str:
    return str(who.get(ME)["data"]["username"])


def run(app: Flask, day: date) -> dict[str, int]:
    with app.app_context():
        counts = ErasureService(make_context(db.session())).erase_due(day)
        db.session.commit()
    return counts


def rows(app: Flask, statement: str, **values: Any) -> list[Any]:
    with app.app_context(), every_book(db.session()):
        return list(db.session.execute(text(statement), values).all())


def days_on(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def test_an_account_is_erased_after_some_days_unless_it_is_restored(app: Flask, ana: Person, anonymous: Caller) -> None:
    name = name_of(ana.caller)
    day = ask(ana.caller)["erase_on"]
    assert date.fromisoformat(day) - clock.now().date() in {timedelta(days=13), timedelta(days=14)}
    ana.caller.get(ME, expect=401)
    back, answer = sign_in_again(anonymous, name)
    assert answer["erase_on"] == day
    assert ask(back)["erase_on"] == day
    back, _ = sign_in_again(anonymous, name)
    assert back.get(ME)["data"]["erase_on"] == day
    assert back.get(BOOKS, expect=403)["code"] == "being_erased"
    back.post(RESTORE, expect=200)
    assert len(back.get(BOOKS)["data"]) == 1
    assert run(app, date.fromisoformat(day)) == {"erased": 0, "failed": 0}


def test_a_login_in_these_days_reaches_three_addresses(app: Flask) -> None:
    open_ = {(one.method, one.path) for one in routes(app) if one.operation.while_being_erased}
    assert open_ == REACHED


@pytest.mark.parametrize("values", [{"password": "wrong one"}, {"confirm": "erase"}])
def test_the_password_and_the_word_are_needed(ana: Person, values: dict[str, str]) -> None:
    assert ask(ana.caller, 400, **values)["errors"].keys() == values.keys()
    ana.caller.get(BOOKS)


def test_nothing_of_a_person_stays_but_a_row_without_a_name(app: Flask, ana: Person, bob: Person) -> None:
    keyed = ana.caller.with_headers(Idempotency_Key="k")
    keyed.post("/api/personal/transactions", {"type": "expense", "amount": "5", "date": "2026-03-02"})
    name = name_of(ana.caller)
    ask(ana.caller)
    sign_in_again(ana.caller, name)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    assert (rows_with(name), tables_of(ana.book_id)) == (set(), set())
    left = "SELECT (SELECT count(*) FROM users WHERE id = :user), (SELECT count(*) FROM books WHERE id = :book),"
    left += " (SELECT count(*) FROM book_audit WHERE book_id = :book), (SELECT count(*) FROM transactions),"
    left += " (SELECT count(*) FROM idempotency_keys WHERE user_id = :user)"
    assert rows(app, left, user=ana.user_id, book=ana.book_id) == [(0, 0, 0, 0, 0)]
    [(counts, hashed)] = rows(app, "SELECT counts, user_hmac FROM erasures")
    assert (counts["books"], len(hashed)) == (1, 64)
    assert len(bob.caller.get(BOOKS)["data"]) == 1


def test_the_last_owner_of_a_shared_book_names_another_first(home: Household) -> None:
    refused = ask(home.owner.caller, 409)
    assert (refused["code"], len(refused["errors"]["books"])) == ("transfer_ownership_first", 1)
    ask(home.editor.caller)


def test_others_keep_a_shared_book_without_the_name_of_one_who_was_erased(app: Flask, home: Household) -> None:
    made = home.editor.caller.post(
        f"/api/personal/goals?book_id={home.book_id}", {"name": "Casa", "target_amount": "5"}
    )["data"]
    ask(home.editor.caller)
    run(app, days_on(20))
    shown = home.owner.caller.get(f"/api/personal/goals/{made['id']}")["data"]
    assert (shown["name"], shown["created_by"]) == ("Casa", None)
    assert len(home.owner.caller.get(home.path("members"))["data"]) == 2


def test_a_book_whose_other_owner_left_meanwhile_gets_a_new_one(app: Flask, home: Household) -> None:
    second = home.viewer
    [member] = [one for one in home.owner.caller.get(home.path("members"))["data"] if one["user_id"] == second.user_id]
    home.owner.caller.put(f"{home.path('members')}/{member['id']}", {"role": "owner"})
    ask(home.owner.caller)
    second.caller.delete(f"{home.path('members')}/{member['id']}")
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    assert home.editor.caller.get(home.path())["data"]["role"] == "owner"


def test_an_employee_keeps_the_account_of_the_company(app: Flask, anonymous: Caller) -> None:
    clerk = person(anonymous, "user")
    name = name_of(clerk.caller)
    ask(clerk.caller)
    run(app, days_on(20))
    back, answer = sign_in_again(anonymous, name)
    assert "erase_on" not in answer
    assert (back.get(BOOKS)["data"], back.get("/api/clients")["data"]) == ([], [])


def test_one_that_cannot_be_erased_keeps_no_other_back(
    app: Flask, ana: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (ana, bob):
        ask(one.caller)

    def refuse(_context: Context, event: UserErasing) -> None:
        if event.user_id == ana.user_id:
            raise ValueError("no")

    handlers = app.extensions["event_handlers"]
    monkeypatch.setitem(handlers, UserErasing, [*handlers[UserErasing], refuse])
    assert run(app, days_on(20)) == {"erased": 1, "failed": 1}
    assert len(rows(app, "SELECT 1 FROM books WHERE id = :book", book=ana.book_id)) == 1


def test_a_restored_backup_is_cleaned_again(app: Flask, ana: Person, bob: Person, tmp_path: Path) -> None:
    [(created,)] = rows(app, "SELECT created_at FROM users WHERE id = :user", user=ana.user_id)
    words = f"{ana.user_id}:{int(created.timestamp() * 1_000_000)}"
    known = [hmac.new(app.config["SECRET_KEY"].encode(), words.encode(), "sha256").hexdigest()]
    assert app.test_cli_runner().invoke(args=["personal", "replay-erasures"]).output.startswith("0 accounts")
    file = tmp_path / "erasures"
    file.write_text("\n".join(known))
    done = app.test_cli_runner().invoke(args=["personal", "replay-erasures", str(file)])
    assert done.output == "1 accounts erased again, 0 failed.\n"
    assert rows(app, "SELECT id FROM personal_books") == [(bob.book_id,)]
    assert app.test_cli_runner().invoke(args=["personal", "erasures"]).output.split() == known


def test_the_history_of_a_book_is_not_deleted_while_it_is_there(app: Flask, ana: Person) -> None:
    with app.app_context(), pytest.raises(Exception, match="has a history while it is there"):
        db.session.execute(text("SELECT erase_book_history(:book)"), {"book": ana.book_id})


def test_the_company_s_log_has_no_name_of_a_person_and_its_chain_holds_after_an_erasure(
    app: Flask, ana: Person, anonymous: Caller
) -> None:
    clerk = person(anonymous, "user")
    before = [name_of(ana.caller), str(ana.caller.get(ME)["data"]["email"])]
    ana.caller.put(USER, {"username": "ana.nueva", "full_name": "Ana Ríos"})
    clerk.caller.put(USER, {"full_name": "Lucía Gómez"})
    seal(app)
    ask(ana.caller)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    seal(app)
    [(log,)] = rows(app, "SELECT string_agg(concat(before, after), ' ') FROM audit_log")
    assert [name for name in (*before, "ana.nueva", "Ana Ríos") if name in log] == []
    assert "(person)" in log
    assert "Lucía Gómez" in log
    with app.app_context(), owner_session() as session:
        assert AuditService(make_context(session)).violations() == []
        assert SealService(make_context(session)).violations() == []


def seal(app: Flask) -> None:
    with app.app_context():
        assert SealService(make_context(db.session())).seal()["entries"] > 0
        db.session.commit()


def test_a_person_who_becomes_an_employee_is_in_the_log_from_then_on(app: Flask, ana: Person) -> None:
    with app.app_context():
        for change in ("role = 'user'", "full_name = 'Ana de la empresa'", "role = 'person'", "full_name = 'Ana Ríos'"):
            db.session.execute(text(f"UPDATE users SET {change} WHERE id = :id"), {"id": ana.user_id})  # noqa: S608
        db.session.commit()
    found = rows(app, "SELECT after ->> 'full_name' FROM audit_log WHERE table_name = 'users' AND row_id = :id"
                 " AND action = 'update' ORDER BY id", id=ana.user_id)  # fmt: skip
    assert [name for (name,) in found if name] == ["Ana de la empresa", "(person)"]
    with app.app_context(), owner_session() as session:
        assert AuditService(make_context(session)).violations() == []
        session.execute(text("ALTER TABLE users DISABLE TRIGGER audit_update"))
        session.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": ana.user_id})
        session.execute(text("ALTER TABLE users ENABLE TRIGGER audit_update"))
        assert len(AuditService(make_context(session)).violations()) == 1


def uploaded(who: Person, name: str) -> None:
    """A file of somebody's own, and one that is attached to a transaction."""
    who.caller.send("POST", "/api/upload", data={"file": (BytesIO(PDF), name)})
    made = who.caller.post(TRANSACTIONS, {"type": "expense", "amount": "5", "date": "2026-03-02"})["data"]
    who.caller.send("POST", f"{TRANSACTIONS}/{made['id']}/attachments", data={"file": (BytesIO(PDF), name)})


def test_names_of_files_of_people_are_not_in_the_company_s_log(app: Flask, ana: Person, anonymous: Caller) -> None:
    clerk = person(anonymous, "user")
    uploaded(ana, "receta-ana.pdf")
    uploaded(clerk, "receta-luz.pdf")
    names = rows(app, "SELECT original_name FROM stored_files ORDER BY 1")
    assert [name for (name,) in names] == [*["receta-ana.pdf"] * 2, *["receta-luz.pdf"] * 2]
    with app.app_context(), owner_session() as session:
        assert AuditService(make_context(session)).violations() == []
    ask(ana.caller)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    [(log,)] = rows(
        app, "SELECT string_agg(concat(before, after), ' ') FROM audit_log WHERE table_name = 'stored_files'"
    )
    assert "receta-ana" not in log
    assert log.count("receta-luz.pdf") == 1  # that of the company, which is in no book
    seal(app)
    with app.app_context(), owner_session() as session:
        assert AuditService(make_context(session)).violations() == []


def test_refused_logins_name_nobody_who_was_erased(app: Flask, ana: Person, bob: Person, anonymous: Caller) -> None:
    email = str(ana.caller.get(ME)["data"]["email"])
    tried = [name_of(ana.caller), name_of(ana.caller).upper(), email, name_of(bob.caller)]
    with app.app_context():
        RefusalRepository(db.session()).insert_all([refusal_of(name) for name in tried])
        db.session.commit()
    ask(ana.caller)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    found = rows(app, "SELECT username, address FROM access_refusals WHERE request_id = 'r-9' ORDER BY id")
    assert [tuple(one) for one in found] == [(None, "203.0.113.7")] * 3 + [(tried[3], "203.0.113.7")]


def refusal_of(username: str) -> Refusal:
    return Refusal(
        at=clock.now(),
        kind=RefusalKind.LOGIN_FAILED,
        status=401,
        code="invalid_credentials",
        username=username,
        user_id=None,
        address="203.0.113.7",
        user_agent="probe/1.0",
        method="POST",
        path=LOGIN,
        request_id="r-9",
    )


def test_invitations_and_shares_of_others_name_nobody_who_was_erased(app: Flask, ana: Person, bob: Person) -> None:
    email = str(bob.caller.get(ME)["data"]["email"])
    invited = [
        ana.caller.post(ana.path("invitations"), {"email": one, "role": "editor"}) for one in (email, "eva@x.co")
    ]
    assert invited[0]["data"]["email"] == email
    ana.caller.post("/api/personal/privacy/shares", {"email": email.upper(), "book_id": ana.book_id})
    ask(bob.caller)
    assert run(app, days_on(20)) == {"erased": 1, "failed": 0}
    assert [one["email"] for one in ana.caller.get(ana.path("invitations"))["data"]] == ["eva@x.co"]
    assert ana.caller.get("/api/personal/privacy/shares")["data"] == []
    [(history,)] = rows(app, "SELECT string_agg(concat(before, after), ' ') FROM book_audit")
    assert email.lower() not in history.lower()
    assert '"role"' in history
