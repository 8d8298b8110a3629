"""Keys of imported rows tell nothing without the key of the book, and rows that were stored before stay known."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import every_book
from app.suites.personal.books.service import BookCipher, program_access, reencrypt
from app.suites.personal.imports.rules.lines import Line, plain_content_key
from tests.factories.personal import Person
from tests.suites.personal.imports.bringing import IMPORT, account, bring, rows

COFFEE, BREAD = ("2026-03-02", "-4.00", "CAFE"), ("2026-03-03", "-5.00", "PAN")
FILE = rows(COFFEE, COFFEE, BREAD)


def stored(session: Session) -> list[str]:
    with every_book(session):
        found = list(session.scalars(text("SELECT content_key FROM import_lines ORDER BY id")))
    session.rollback()
    return found


def plain(account_id: int, row: tuple[str, str, str]) -> str:
    day, amount, words = row
    return plain_content_key(account_id, Line(1, date.fromisoformat(day), Decimal(amount), "USD", words))


def as_before(session: Session, account_id: int, first: int = 1) -> None:
    """Store the keys of rows as they were stored before there were keyed ones, from one on."""
    old = [plain(account_id, row) for row in (COFFEE, COFFEE, BREAD)]
    with every_book(session):
        ids = list(session.scalars(text("SELECT id FROM import_lines ORDER BY id")))
        for row_id, key in list(zip(ids, old, strict=True))[first - 1 :]:
            session.execute(
                text("UPDATE import_lines SET content_key = :key WHERE id = :id"), {"key": key, "id": row_id}
            )
    session.commit()


def rotate(session: Session) -> None:
    reencrypt(lambda: nullcontext(make_context(session)))
    session.commit()


def test_keys_of_rows_are_made_by_the_key_of_the_book(ana: Person, session: Session) -> None:
    own = account(ana)
    bring(ana, FILE, account_id=own)
    found = stored(session)
    assert [key[:3] for key in found] == ["v2:"] * 3
    assert found[0] == found[1] != found[2]
    access = program_access(make_context(session), ana.book_id)
    [index] = BookCipher(access).indexes(f"content:{plain(own, COFFEE)}")
    session.rollback()
    assert found[0] == f"v2:{index}"
    assert bring(ana, FILE, account_id=own)["duplicates"] == 3


@pytest.mark.parametrize("first", [1, 2])
def test_rows_that_were_stored_before_stay_known(ana: Person, session: Session, first: int) -> None:
    own = account(ana)
    bring(ana, FILE, account_id=own)
    as_before(session, own, first)
    assert stored(session)[-1].startswith("v1:")
    done = bring(ana, rows(COFFEE, COFFEE, COFFEE, BREAD), account_id=own)
    assert (done["duplicates"], done["imported"]) == (3, 1)


def test_a_new_key_of_the_book_makes_all_keys_anew_and_rows_stay_known(ana: Person, session: Session) -> None:
    own = account(ana)
    bring(ana, FILE, account_id=own)
    before = stored(session)
    as_before(session, own, 2)
    rotate(session)
    after = stored(session)
    assert [key[:3] for key in after] == ["v2:"] * 3
    assert not set(before) & set(after)
    assert bring(ana, FILE, account_id=own)["duplicates"] == 3


def test_rows_are_known_while_a_book_has_two_keys(ana: Person, session: Session) -> None:
    own = account(ana)
    bring(ana, FILE, account_id=own)
    BookCipher(program_access(make_context(session), ana.book_id)).add_key()
    session.commit()
    done = bring(ana, rows(COFFEE, COFFEE, COFFEE, BREAD), account_id=own)
    assert (done["duplicates"], done["imported"]) == (3, 1)


def test_a_preview_from_before_is_committed_and_known(ana: Person, session: Session) -> None:
    own = account(ana)
    preview = bring(ana, FILE, 200, account_id=own, options={"mode": "preview"})
    as_before(session, own)
    ana.caller.post(f"{IMPORT}s/{preview['import_id']}/commit", expect=200)
    assert bring(ana, FILE, account_id=own)["duplicates"] == 3


def test_a_row_that_can_not_be_read_keeps_its_key(ana: Person, session: Session) -> None:
    own = account(ana)
    bring(ana, FILE, account_id=own)
    before = stored(session)
    with every_book(session):
        damage = "UPDATE import_lines SET text = left(text, -4) || 'AAAA' WHERE id = (SELECT min(id) FROM import_lines)"
        session.execute(text(damage))
    session.commit()
    rotate(session)
    assert [one == other for one, other in zip(before, stored(session), strict=True)] == [True, False, False]
    assert bring(ana, FILE, account_id=own)["duplicates"] == 3
