"""Texts of what people plan are encrypted: of recurring transactions, their splits, and months of envelopes."""

import json
from contextlib import nullcontext
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import every_book
from app.suites.personal.books.service import reencrypt, unreadable_values
from tests.factories.personal import Person
from tests.factories.personal_recurring import RECURRING, RENT
from tests.suites.personal.books.test_encrypted_texts import SECRET, stored
from tests.suites.personal.exports.test_export_api import exported
from tests.suites.personal.privacy.test_privacy_api import archive_of
from tests.suites.personal.transactions.test_transactions_api import TRANSACTIONS, category

MONTH = "/api/personal/envelopes/2026-03"
TEXTS = (
    "SELECT unnest(ARRAY[notes, location]) FROM recurring_transactions",
    "SELECT notes FROM recurring_splits WHERE notes IS NOT NULL",
    "SELECT note FROM month_notes",
)
HISTORY = (
    "SELECT concat(before, after) FROM book_audit"
    " WHERE table_name IN ('recurring_transactions', 'recurring_splits', 'month_notes')"
)


def planned(who: Person) -> dict[str, Any]:
    """A recurring transaction with splits, and a note of a month."""
    splits = [
        {"amount": "60", "category_id": category(who, "Groceries"), "notes": SECRET},
        {"amount": "40", "category_id": category(who, "Gifts")},
    ]
    data = {"type": "expense", "amount": "100", "splits": splits, "notes": SECRET, "location": SECRET}
    made = who.caller.post(RECURRING, {**RENT, "transaction_data": data})["data"]
    who.caller.put(MONTH, {"note": SECRET})
    found: dict[str, Any] = made
    return found


def everything(session: Session) -> list[str]:
    """The texts as they are stored, and their history."""
    return [value for query in (*TEXTS, HISTORY) for value in stored(session, query)]


def test_they_are_stored_encrypted_and_read_as_they_were_given(ana: Person, session: Session) -> None:
    made = planned(ana)
    data = ana.caller.get(f"{RECURRING}/{made['id']}")["data"]["transaction_data"]
    assert (data["notes"], data["location"]) == (SECRET, SECRET)
    assert [one["notes"] for one in data["splits"]] == [SECRET, None]
    assert ana.caller.get(MONTH)["data"]["note"] == SECRET
    found = everything(session)
    assert [value for value in found if SECRET in value] == []
    assert len([value for value in found if "enc:1:" in value]) >= 7
    history = ana.caller.get(ana.path("audit"), table="recurring_transactions")["data"]
    assert history[-1]["after"]["notes"] == SECRET


def test_transactions_that_are_entered_have_the_texts(ana: Person) -> None:
    made = planned(ana)
    ana.caller.post(f"{RECURRING}/{made['id']}/post", {}, expect=200)
    [entered] = ana.caller.get(TRANSACTIONS)["data"]
    assert (entered["notes"], entered["location"]) == (SECRET, SECRET)
    assert [one["notes"] for one in entered["splits"]] == [SECRET, None]


def test_a_change_leaves_the_values_of_the_same_texts_as_they_are(ana: Person, session: Session) -> None:
    made = planned(ana)
    before = [stored(session, query) for query in TEXTS]
    session.rollback()
    same = {"notes": SECRET, "location": SECRET}
    ana.caller.put(f"{RECURRING}/{made['id']}", {"template_name": "Otro", "transaction_data": same})
    ana.caller.put(MONTH, {"held": "5"})
    assert [stored(session, query) for query in TEXTS] == before
    session.rollback()
    ana.caller.put(f"{RECURRING}/{made['id']}", {"transaction_data": {"notes": "otra", "location": None}})
    ana.caller.put(MONTH, {"note": None})
    data = ana.caller.get(f"{RECURRING}/{made['id']}")["data"]["transaction_data"]
    assert (data["notes"], data["location"], ana.caller.get(MONTH)["data"]["note"]) == ("otra", None, None)


def test_new_keys_and_the_check_of_data_include_them(ana: Person, session: Session) -> None:
    made = planned(ana)
    plain = text("UPDATE month_notes SET note = 'de antes'")
    before = everything(session)
    with every_book(session):
        session.execute(plain)
    assert reencrypt(lambda: nullcontext(make_context(session))) >= 4
    session.commit()
    assert not {*before} & {one for query in TEXTS for one in stored(session, query)}
    session.rollback()
    assert unreadable_values(make_context(session)) == []
    session.rollback()
    assert ana.caller.get(f"{RECURRING}/{made['id']}")["data"]["transaction_data"]["notes"] == SECRET
    assert ana.caller.get(MONTH)["data"]["note"] == "de antes"


@pytest.mark.parametrize("section", ["recurring", "month_notes"])
def test_the_document_and_the_archive_have_the_texts(ana: Person, bob: Person, session: Session, section: str) -> None:
    planned(ana)
    document = exported(ana, format="json")
    assert SECRET in json.dumps(json.loads(document)[section], ensure_ascii=False)
    table = {"recurring": "recurring_transactions"}.get(section, section)
    assert SECRET in str(archive_of(ana)[f"books/{ana.book_id}/{table}.json"])
    bob.caller.send("POST", "/api/personal/import", data={"file": (BytesIO(document), "libro.json")})
    again = json.loads(exported(bob, format="json"))
    assert again[section] == json.loads(document)[section]
    assert [value for value in everything(session) if SECRET in value] == []
