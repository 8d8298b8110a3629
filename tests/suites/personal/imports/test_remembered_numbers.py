"""Numbers of accounts that files had are known again, and nobody works them out from what is stored."""

import json
from contextlib import nullcontext
from hashlib import sha256
from io import BytesIO
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import every_book
from app.suites.personal.books.service import reencrypt, unreadable_values
from tests.factories.personal import Household, Person
from tests.factories.personal_money import ACCOUNTS
from tests.suites.personal.exports.test_export_api import exported
from tests.suites.personal.imports.bringing import IMPORT, account, bring, form, ofx

NUMBER = "111222333"
MARCH, APRIL = ofx(("a1", "20260302", "-4.00", "Pan")), ofx(("a2", "20260402", "-5.00", "Pan"))
MEMORIES = "SELECT id, signature, account_number FROM import_mappings WHERE kind = 'account' ORDER BY id"


def memories(session: Session) -> list[Any]:
    with every_book(session):
        found = [tuple(row) for row in session.execute(text(MEMORIES))]
    session.rollback()
    return found


def known(who: Person) -> int:
    """An account whose number a file had."""
    own = account(who)
    bring(who, MARCH, name="march.ofx", account_id=own)
    return own


def test_a_number_is_stored_by_the_key_of_the_book_and_finds_its_account(
    ana: Person, bob: Person, session: Session
) -> None:
    own = known(ana)
    known(bob)
    first, second = memories(session)
    digest = sha256(NUMBER.encode()).hexdigest()
    assert len({first[1], second[1], digest}) == 3
    assert all(number.startswith("enc:1:") for _, _, number in (first, second))
    with every_book(session):
        history = session.scalar(text("SELECT string_agg(concat(before, after), ' ') FROM book_audit"))
    session.rollback()
    assert [secret for secret in (NUMBER, digest) if secret in history] == []
    assert bring(ana, APRIL, name="april.ofx")["imported"] == 1
    assert len(memories(session)) == 2
    listed = ana.caller.get("/api/personal/import-mappings", kind="account")["data"]
    assert [(one["name"], one["account_id"]) for one in listed] == [("…2333", own)]


def test_new_keys_keep_what_is_known(ana: Person, session: Session) -> None:
    known(ana)
    before = memories(session)
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()
    after = memories(session)
    assert [one[0] for one in before] == [one[0] for one in after]
    assert not {*before[0][1:]} & {*after[0][1:]}
    assert unreadable_values(make_context(session)) == []
    session.rollback()
    assert bring(ana, APRIL, name="april.ofx")["imported"] == 1
    assert len(memories(session)) == 1


def test_a_document_takes_numbers_along_for_the_keys_of_another_book(
    ana: Person, bob: Person, session: Session
) -> None:
    known(ana)
    document = json.loads(exported(ana, format="json"))
    [memory] = [one for one in document["import_mappings"] if one["kind"] == "account"]
    assert memory["account_number"] == NUMBER
    sent = BytesIO(json.dumps(document).encode())
    brought = bob.caller.send("POST", "/api/personal/import", data={"file": (sent, "libro.json")})
    assert brought.status_code == 201, brought.json
    again = json.loads(exported(bob, format="json"))
    assert again["import_mappings"] == document["import_mappings"]
    first, second = memories(session)
    assert first[1:] != second[1:]
    assert bring(bob, APRIL, name="april.ofx")["imported"] == 1


def test_documents_of_before_forget_numbers(ana: Person, bob: Person, session: Session) -> None:
    known(ana)
    document = json.loads(exported(ana, format="json"))
    for one in document["import_mappings"]:
        del one["account_number"]
    sent = BytesIO(json.dumps(document).encode())
    assert bob.caller.send("POST", "/api/personal/import", data={"file": (sent, "libro.json")}).status_code == 201
    assert len(memories(session)) == 1


def test_numbers_are_in_documents_of_owners_alone(home: Household) -> None:
    own = home.owner.caller.post(
        f"{ACCOUNTS}?book_id={home.book_id}", {"name": "B", "type": "checking", "currency": "USD"}
    )
    sent = form(MARCH, "march.ofx", account_id=own["data"]["id"])
    assert home.owner.caller.send("POST", f"{IMPORT}?book_id={home.book_id}", **sent).status_code == 201
    for who, most in ((home.owner, 1), (home.viewer, 0)):
        document = json.loads(exported(who, format="json", book_id=home.book_id))
        assert len(document["import_mappings"]) == most
