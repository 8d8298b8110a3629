"""Encrypted fields of books, and their keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.core.audit.service import AuditService
from app.infra.context import Context, make_context
from app.infra.data_keys import DataKey, MasterKeys, Place, random_data_key, random_master_key
from app.infra.db import every_book
from app.infra.owner import owner_session
from app.kernel.errors import Unavailable
from app.suites.personal.accounts.service import AccountNumbers
from app.suites.personal.books.service import BookCipher, program_access, reencrypt, rewrap, unreadable_values
from tests.factories.personal import Person
from tests.suites.personal.transactions.test_transactions_api import account, category, enter
from tests.support import DATA_KEY

TRANSACTIONS, ACCOUNTS, CHANGES = (f"/api/personal/{name}" for name in ("transactions", "accounts", "changes"))
PLACE = Place("transactions", "notes", 1, 2)
SECRET = "consulta médica"


def stored(session: Session) -> str:
    """Everything that the tables and the history have of these fields, as text."""
    queries = (
        "SELECT notes || location FROM transactions",
        "SELECT notes FROM transaction_splits",
        "SELECT before FROM changed_transactions",
        "SELECT account_number || account_number_index FROM personal_accounts",
        "SELECT coalesce(before::text, '') || coalesce(after::text, '') FROM book_audit",
    )
    with every_book(session):
        return "\n".join(str(value) for query in queries for value in session.scalars(text(query)))


def test_a_value_is_read_at_its_place_alone() -> None:
    key = DataKey(1, random_data_key())
    value = key.encrypt(PLACE, SECRET)
    assert key.decrypt(PLACE, value) == SECRET
    assert key.encrypt(PLACE, SECRET) != value
    for moved in (PLACE._replace(row_id=9), PLACE._replace(book_id=9), PLACE._replace(column="location")):
        with pytest.raises(Unavailable):
            key.decrypt(moved, value)
    with pytest.raises(Unavailable):
        DataKey(1, random_data_key()).decrypt(PLACE, value)
    with pytest.raises(Unavailable):
        key.decrypt(PLACE, value[:-4] + "AAAA")


def test_a_key_of_a_book_is_unwrapped_for_its_book_by_any_master_key() -> None:
    old, new, key = random_master_key(), random_master_key().replace("k1:", "k2:"), random_data_key()
    wrapped = MasterKeys([old]).wrap(key, 7)
    both = MasterKeys([new, old])
    assert (both.unwrap(wrapped, 7), both.is_current(wrapped)) == (key, False)
    with pytest.raises(Unavailable):
        both.unwrap(wrapped, 8)
    with pytest.raises(Unavailable):
        MasterKeys([new]).unwrap(wrapped, 7)


def test_notes_places_and_numbers_of_accounts_are_stored_encrypted_and_the_owner_reads_the_history(
    ana: Person, session: Session
) -> None:
    bank = account(ana, account_number="1234 5678 9012")
    made = enter(ana, account_id=bank, notes=SECRET, location=SECRET)
    food, gifts = category(ana, "Groceries"), category(ana, "Gifts")
    splits = [{"amount": "60", "category_id": food, "notes": SECRET}, {"amount": "40", "category_id": gifts}]
    split = enter(ana, splits=splits)
    body = {"ids": [made["id"], split["id"]], "changes": {"tags": ["x"]}}
    done = ana.caller.post(f"{TRANSACTIONS}/bulk", body, expect=200)["data"]
    assert (made["notes"], made["location"], split["splits"][0]["notes"]) == (SECRET, SECRET, SECRET)
    assert ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]["account_number"] == "9012"
    found = stored(session)
    assert SECRET not in found
    assert re.search("1234.?5678", found) is None  # longer than any id
    history = ana.caller.get(ana.path("audit"), table="transactions", row_id=made["id"])["data"]
    assert [entry["after"]["notes"] for entry in history] == [SECRET] * len(history)
    ana.caller.post(f"{CHANGES}/{done['change_set']}/undo", expect=200)
    assert ana.caller.get(f"{TRANSACTIONS}/{split['id']}")["data"]["splits"][0]["notes"] == SECRET


def test_a_change_of_something_else_leaves_the_stored_value(ana: Person, session: Session) -> None:
    made = enter(ana, notes=SECRET)

    def value() -> Any:
        with every_book(session):
            return session.scalar(text("SELECT notes FROM transactions WHERE id = :id"), {"id": made["id"]})

    before = value()
    ana.caller.put(f"{TRANSACTIONS}/{made['id']}", {"amount": "7"})
    assert value() == before


def test_the_shown_end_of_a_number_changes_nothing_and_statements_find_the_account(
    ana: Person, session: Session
) -> None:
    bank = account(ana, account_number="1234-5678-9012")
    ana.caller.put(f"{ACCOUNTS}/{bank}", {"account_number": "9012"})
    numbers = AccountNumbers(program_access(make_context(session), ana.book_id))
    assert (numbers.find("1234 56789012"), numbers.find("9012")) == (bank, None)
    ana.caller.put(f"{ACCOUNTS}/{bank}", {"account_number": None})
    assert ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]["account_number"] is None


def test_keys_are_wrapped_anew_and_values_are_written_anew(ana: Person, session: Session) -> None:
    bank = account(ana, account_number="1234")
    made = enter(ana, notes=SECRET)
    before, context = stored(session), make_context(session)
    assert rewrap(context) == 0
    new = random_master_key().replace("k1:", "k2:")
    assert rewrap(replace(context, master_keys=MasterKeys([new, DATA_KEY]))) >= 1
    assert rewrap(replace(context, master_keys=MasterKeys([DATA_KEY, new]))) >= 1
    assert reencrypt(lambda: nullcontext(make_context(session))) >= 2
    assert unreadable_values(make_context(session)) == []
    session.commit()
    assert stored(session) != before
    assert ana.caller.get(f"{TRANSACTIONS}/{made['id']}")["data"]["notes"] == SECRET
    assert AccountNumbers(program_access(make_context(session), ana.book_id)).find("1234") == bank


def test_verify_finds_a_value_that_was_moved(ana: Person, session: Session) -> None:
    first, second = enter(ana, notes=SECRET), enter(ana, notes="otra")
    with every_book(session):
        move = "UPDATE transactions SET notes = (SELECT notes FROM transactions WHERE id = :a) WHERE id = :b"
        session.execute(text(move), {"a": first["id"], "b": second["id"]})
    session.commit()
    assert unreadable_values(make_context(session)) == [f"transactions {second['id']}: notes can't be decrypted"]


def keys_of(session: Session) -> list[int]:
    with every_book(session):
        return list(session.scalars(text("SELECT id FROM book_keys ORDER BY id")))


def test_older_keys_are_deleted_once_nothing_uses_them_and_the_history_is_written_anew(
    app: Flask, ana: Person, session: Session
) -> None:
    made = enter(ana, notes=SECRET)
    ana.caller.put(f"{TRANSACTIONS}/{made['id']}", {"notes": "después"})
    before = keys_of(session)
    session.rollback()
    assert app.test_cli_runner().invoke(args=["keys", "rotate", "--deep"]).exit_code == 0
    [key] = keys_of(session)
    assert key > before[-1]
    assert f"enc:1:{before[-1]}:" not in stored(session)
    session.rollback()
    history = ana.caller.get(ana.path("audit"), table="transactions", row_id=made["id"])["data"]
    assert {entry["after"]["notes"] for entry in history} == {SECRET, "después"}
    with owner_session() as owner:
        assert AuditService(make_context(owner)).violations() == []


def test_a_key_stays_while_a_value_of_it_can_not_be_read(ana: Person, session: Session) -> None:
    made = enter(ana, notes=SECRET)
    before = keys_of(session)
    with every_book(session):
        damage = "UPDATE transactions SET notes = left(notes, -4) || 'AAAA' WHERE id = :id"
        session.execute(text(damage), {"id": made["id"]})
    reencrypt(lambda: nullcontext(make_context(session)))
    assert keys_of(session)[:-1] == before


def test_values_of_the_older_key_that_a_request_writes_meanwhile_are_written_anew(
    ana: Person, session: Session
) -> None:
    first, second = enter(ana, notes="una"), enter(ana, notes="otra")
    access = program_access(make_context(session), ana.book_id)
    late = BookCipher(access).encrypt("transactions", "notes", second["id"], "tarde")
    step = iter(range(9))

    @contextmanager
    def transactions() -> Iterator[Context]:
        if next(step) == 3:  # the values of the book were written anew, and older keys are about to be deleted
            with every_book(session):
                write = "UPDATE transactions SET notes = :value WHERE id = :id"
                session.execute(text(write), {"value": late, "id": second["id"]})
        yield make_context(session)

    reencrypt(transactions)
    session.commit()
    assert len(keys_of(session)) == 1
    session.rollback()
    notes = [ana.caller.get(f"{TRANSACTIONS}/{one['id']}")["data"]["notes"] for one in (first, second)]
    assert notes == ["una", "tarde"]


_REWRITE = text("SELECT encrypt_book_history(:book, :id, '{}', :after)")


def test_the_history_changes_by_encryption_alone(app: Flask, ana: Person) -> None:
    made = enter(ana, notes=SECRET)
    read = text("SELECT id, after->>'notes' FROM book_audit WHERE table_name = 'transactions' AND row_id = :id")
    with app.app_context(), owner_session() as session:
        [(entry, before)] = session.execute(read, {"id": made["id"]}).all()
        given = {"book": ana.book_id, "id": [entry]}
        session.execute(_REWRITE, {**given, "after": ['{"notes": "enc:1:7:x"}']})
        assert session.execute(read, {"id": made["id"]}).all() == [(entry, "enc:1:7:x")] != [(entry, before)]
        for refused in ('{"notes": "otra"}', '{"amount": "enc:1:7:x"}', '{"more": "enc:1:7:x"}', '{"notes": null}'):
            with pytest.raises(ProgrammingError, match="is final"), session.begin_nested():
                session.execute(_REWRITE, {**given, "after": [refused]})
