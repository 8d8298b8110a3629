"""Encrypted texts besides those of transactions: of goals and of the rows of files."""

from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import every_book
from app.suites.personal.books.service import reencrypt, unreadable_values
from tests.factories.personal import Person
from tests.factories.personal_goals import GOALS, TRIP
from tests.suites.personal.imports.bringing import account, bring, enter, entries
from tests.suites.personal.privacy.test_privacy_api import archive_of

IMPORTS = "/api/personal/imports"
SECRET = "tratamiento en la clínica"
FILE = f"date,amount,description,notes\n2026-03-02,-40,Farmacia,{SECRET}\n2026-03-03,-12.5,Pan,\n"


def stored(session: Session, query: str) -> list[Any]:
    with every_book(session):
        return list(session.scalars(text(query)))


def goal_of(who: Person) -> dict[str, Any]:
    made: dict[str, Any] = who.caller.post(GOALS, {**TRIP, "description": SECRET})["data"]
    return made


def test_texts_of_goals_are_stored_encrypted(ana: Person, session: Session) -> None:
    goal = goal_of(ana)
    ana.caller.post(f"{GOALS}/{goal['id']}/contribute", {"amount": "5", "notes": SECRET})
    assert goal["description"] == SECRET
    assert ana.caller.get(f"{GOALS}/{goal['id']}")["data"]["description"] == SECRET
    assert ana.caller.get(f"{GOALS}/{goal['id']}/contributions")["data"][0]["notes"] == SECRET
    found = stored(session, "SELECT description FROM goals UNION ALL SELECT notes FROM goal_contributions")
    found += stored(session, "SELECT concat(before, after) FROM book_audit WHERE table_name LIKE 'goal%'")
    assert [value for value in found if SECRET in value] == []
    assert len([value for value in found if "enc:1:" in value]) >= 4
    history = ana.caller.get(ana.path("audit"), table="goals", row_id=goal["id"])["data"]
    assert {entry["after"]["description"] for entry in history} == {SECRET}


@pytest.mark.parametrize(("given", "same"), [(SECRET, True), ("otra cosa", False), (None, False)])
def test_a_goal_keeps_its_stored_value_while_the_text_is_the_same(
    ana: Person, session: Session, given: str | None, same: bool
) -> None:
    goal = goal_of(ana)
    before = stored(session, "SELECT description FROM goals")
    session.rollback()
    changed = ana.caller.put(f"{GOALS}/{goal['id']}", {"description": given, "name": "Otro"})["data"]
    assert changed["description"] == given
    assert (stored(session, "SELECT description FROM goals") == before) is same


def test_raw_rows_of_files_are_stored_encrypted_and_work_as_before(ana: Person, session: Session) -> None:
    bank = account(ana)
    known = enter(ana, account_id=bank, amount="40", notes="mía")
    preview = bring(ana, FILE, 200, account_id=bank, options={"mode": "preview"})
    assert SECRET in preview["lines"][0]["text"]
    assert preview["lines"][0]["notes"] == SECRET
    done = ana.caller.post(f"{IMPORTS}/{preview['import_id']}/commit", expect=200)["data"]
    assert (done["imported"], done["matched"]) == (1, 1)
    found = stored(session, "SELECT concat(text, notes, before) FROM import_lines")
    session.rollback()
    assert [value for value in found if SECRET in value or "Farmacia" in value or "Pan" in value] == []
    lines = ana.caller.get(f"{IMPORTS}/{done['import_id']}/lines")["data"]
    assert [one["notes"] for one in lines] == [SECRET, None]
    assert bring(ana, FILE, account_id=bank)["duplicates"] == 2
    ana.caller.delete(f"{IMPORTS}/{done['import_id']}", expect=200)
    assert [(one["id"], one["notes"], one["amount"]) for one in entries(ana)] == [(known, "mía", 40)]


def test_the_archive_has_the_texts(ana: Person) -> None:
    enter(ana, notes=SECRET, splits=[])
    goal_of(ana)
    bring(ana, FILE, account_id=account(ana))
    found = archive_of(ana)
    rows = {name: found[f"books/{ana.book_id}/{name}.json"] for name in ("transactions", "goals", "import_lines")}
    assert rows["transactions"][0]["notes"] == SECRET
    assert rows["goals"][0]["description"] == SECRET
    assert SECRET in rows["import_lines"][0]["text"]
    history = found[f"books/{ana.book_id}/book_audit.json"]
    assert [one["after"]["description"] for one in history if one["table_name"] == "goals"] == [SECRET]
    assert "enc:1:" not in str(found)


def test_texts_from_before_there_were_keys_are_read_and_written_anew(ana: Person, session: Session) -> None:
    goal = goal_of(ana)
    with every_book(session):
        session.execute(text("UPDATE goals SET description = 'de antes' WHERE id = :id"), {"id": goal["id"]})
    session.commit()
    assert ana.caller.get(f"{GOALS}/{goal['id']}")["data"]["description"] == "de antes"
    assert reencrypt(lambda: nullcontext(make_context(session))) > 0
    session.commit()
    assert unreadable_values(make_context(session)) == []
    assert stored(session, "SELECT description FROM goals")[0].startswith("enc:1:")
    assert ana.caller.get(f"{GOALS}/{goal['id']}")["data"]["description"] == "de antes"
