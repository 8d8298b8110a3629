"""Encrypted notes are found by whole words, where that is switched on."""

from contextlib import nullcontext

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import every_book
from app.suites.personal.books.service import reencrypt
from tests.factories.personal import Person
from tests.suites.personal.transactions.test_transactions_api import TRANSACTIONS, category, enter


@pytest.fixture
def searched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SEARCH_NOTES", True)


def found(who: Person, q: str) -> list[int]:
    return sorted(one["id"] for one in who.caller.get(TRANSACTIONS, q=q)["data"])


def words(session: Session) -> list[str]:
    with every_book(session):
        kept = list(session.scalars(text("SELECT word FROM note_words ORDER BY word")))
    session.rollback()
    return kept


def test_by_default_no_word_is_kept_and_notes_are_not_found(ana: Person, session: Session) -> None:
    enter(ana, notes="Consulta médica")
    assert found(ana, "medica") == []
    assert words(session) == []


def test_notes_are_found_by_all_their_whole_words_without_accents(searched: None, ana: Person, bob: Person) -> None:
    first = enter(ana, notes="Consulta médica, 2 visitas")["id"]
    second = enter(ana, description="Médica de guardia", notes="otra")["id"]
    enter(bob, notes="Consulta médica")
    assert found(ana, "MEDICA") == [first, second]
    assert found(ana, "visitas consulta") == [first]
    assert found(ana, "médica otra") == []
    assert found(ana, "consul") == []
    assert ana.caller.get(TRANSACTIONS, q="medica")["totals"]["count"] == 2


def test_beginnings_of_words_are_those_of_descriptions_that_are_not_encrypted(
    searched: None, ana: Person, encrypts_texts: bool
) -> None:
    made = enter(ana, description="Médica de guardia", notes="guardiana")["id"]
    assert found(ana, "guard") == ([] if encrypts_texts else [made])


def test_words_of_splits_are_those_of_the_transaction(searched: None, ana: Person) -> None:
    food, gifts = category(ana, "Groceries"), category(ana, "Gifts")
    splits = [{"amount": "60", "category_id": food, "notes": "pan"}, {"amount": "40", "category_id": gifts}]
    made = enter(ana, splits=splits, notes="feria")["id"]
    assert found(ana, "pan feria") == [made]


def test_a_change_of_notes_changes_what_is_found(searched: None, ana: Person, session: Session) -> None:
    made = enter(ana, notes="primera nota")["id"]
    ana.caller.put(f"{TRANSACTIONS}/{made}", {"notes": "segunda nota"})
    assert [found(ana, word) for word in ("primera", "segunda", "nota")] == [[], [made], [made]]
    assert len(words(session)) == 2
    ana.caller.delete(f"{TRANSACTIONS}/{made}")
    assert words(session) == []


def test_words_are_kept_as_hashes_by_the_key_of_the_book(
    searched: None, ana: Person, bob: Person, session: Session
) -> None:
    for who in (ana, bob):
        enter(who, notes="secreto")
    first, second = words(session)
    assert first != second
    assert {len(first), "secreto" in first} == {64, False}


def test_new_keys_index_anew_what_is_stored_and_nothing_once_it_is_off(
    app: Flask, ana: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = enter(ana, notes="de antes")["id"]
    monkeypatch.setitem(app.config, "SEARCH_NOTES", True)
    assert found(ana, "antes") == []
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()
    assert found(ana, "antes") == [made]
    before = words(session)
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()
    assert not {*before} & {*words(session)}
    assert found(ana, "antes") == [made]
    monkeypatch.setitem(app.config, "SEARCH_NOTES", False)
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()
    assert words(session) == []
