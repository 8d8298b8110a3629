"""The chain of seals detects every change of sealed entries, even by the owner."""

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.audit.service import SealService
from app.infra.context import make_context
from app.infra.db import db
from app.infra.owner import owner_session
from tests.core.audit.test_verify import as_owner, verify
from tests.factories.parties import PartyFactory

MIDDLE = "(SELECT id FROM audit_log ORDER BY id OFFSET 2 LIMIT 1)"
LAST = "(SELECT max(since_id) FROM audit_seals)"
COLUMNS = "at, user_id, request_id, action, table_name, row_id, before, after"
SWAPPED = """
    CREATE TEMP TABLE two ON COMMIT DROP AS SELECT * FROM audit_log ORDER BY id LIMIT 2;
    UPDATE audit_log SET ({columns}) = (SELECT {columns} FROM two WHERE two.id <> audit_log.id)
    WHERE id = ANY (SELECT id FROM two)
"""
INTO_THE_GAP = """
    INSERT INTO audit_log (id, {columns}) OVERRIDING SYSTEM VALUE
    SELECT (SELECT max(id) FROM audit_log) - 1, {columns} FROM audit_log WHERE id = {middle}
"""


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    """Entries of five parties in two seals, those of the migrations first, with a gap before the last as a rollback
    leaves it.
    """
    with app.app_context():
        migrated = count_entries()
        for _ in range(4):
            PartyFactory()
        db.session.execute(text("SELECT nextval('audit_log_id_seq')"))
        PartyFactory()
        service = SealService(make_context(db.session()))
        assert service.seal(most=migrated + 3)["entries"] == migrated + 5
        db.session.commit()
        yield db.session()


def count_entries() -> int:
    return db.session.scalar(text("SELECT count(*) FROM audit_log")) or 0


def tamper(app: Flask, *statements: str) -> None:
    """Execute statements as the owner, with the triggers off."""
    tables = ("audit_log", "audit_seals")
    off, on = ([f"ALTER TABLE {table} {what} TRIGGER USER" for table in tables] for what in ("DISABLE", "ENABLE"))
    said = [one.replace("{middle}", MIDDLE).replace("{columns}", COLUMNS).replace("{last}", LAST) for one in statements]
    as_owner(app, *off, *said, *on)


def broken_seals(app: Flask) -> str:
    """Problems of the seals alone, a line each."""
    with app.app_context(), owner_session() as session:
        return "\n".join(SealService(make_context(session)).violations(()))


def head(app: Flask) -> str:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["audit", "head"])
    assert done.exit_code == 0, done.output
    return str(done.output).split()[0]


def test_untouched_seals_verify(app: Flask, session: Session) -> None:
    assert verify(app) == (0, "Everything holds.\n")
    seals = session.execute(text("SELECT entries, since_id, until_id FROM audit_seals ORDER BY id")).all()
    assert [seal.entries for seal in seals] == [count_entries() - 2, 2]
    assert (seals[0].since_id, seals[0].until_id) == (0, seals[1].since_id)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE audit_log SET user_id = 7 WHERE id = {middle}", id="edited"),
        pytest.param("UPDATE audit_log SET operation = 'x' WHERE id = {middle}", id="of another operation"),
        pytest.param("UPDATE audit_log SET address = '::1' WHERE id = {middle}", id="from elsewhere"),
        pytest.param("UPDATE audit_log SET at = at + interval '1 us' WHERE id = {middle}", id="at another time"),
        pytest.param(
            'UPDATE audit_log SET after = (after::jsonb || \'{"phone": "9"}\')::json WHERE id = {middle}',
            id="another content",
        ),
        pytest.param("DELETE FROM audit_log WHERE id = {middle}", id="deleted"),
        pytest.param("DELETE FROM audit_log WHERE id = (SELECT max(id) FROM audit_log)", id="the last deleted"),
        pytest.param(INTO_THE_GAP, id="inserted into a gap"),
        pytest.param(INTO_THE_GAP.replace("(SELECT max(id) FROM audit_log) - 1", "-1"), id="inserted before all"),
        pytest.param(SWAPPED, id="swapped"),
        pytest.param("UPDATE audit_log SET id = (SELECT max(id) + 9 FROM audit_log) WHERE id = {middle}", id="moved"),
    ],
)
def test_entries_that_were_changed_are_found(app: Flask, session: Session, statement: str) -> None:
    tamper(app, *(part for part in statement.split(";")))
    output = broken_seals(app)
    assert re.search("audit entries (.* are not as they were sealed|without a number of the sequence)", output), output


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM audit_seals WHERE id = (SELECT min(id) FROM audit_seals)", id="the first removed"),
        pytest.param("UPDATE audit_seals SET previous = '' WHERE previous <> ''", id="made independent"),
        pytest.param("UPDATE audit_seals SET digest = sha256('x') WHERE previous = ''", id="another digest"),
        pytest.param("UPDATE audit_seals SET until_id = until_id + 1 WHERE previous = ''", id="overlapping"),
    ],
)
def test_seals_that_were_changed_are_found(app: Flask, session: Session, statement: str) -> None:
    tamper(app, statement)
    output = broken_seals(app)
    assert "does not follow from the one before" in output, output


def test_an_end_that_was_cut_off_shows_against_a_head_that_was_kept(app: Flask, session: Session) -> None:
    kept = head(app)
    with app.app_context():
        runner = app.test_cli_runner()
        assert runner.invoke(args=["verify", "--seal", kept]).exit_code == 0
        tamper(
            app,
            "ALTER TABLE parties DISABLE TRIGGER USER",
            "DELETE FROM parties WHERE id IN (SELECT row_id FROM audit_log WHERE id > {last})",
            "ALTER TABLE parties ENABLE TRIGGER USER",
            "DELETE FROM audit_log WHERE id > {last}",
            "DELETE FROM audit_seals WHERE since_id = {last}",
        )
        assert runner.invoke(args=["verify"]).exit_code == 0
        told = runner.invoke(args=["verify", "--seal", kept])
    assert (told.exit_code, f"the audit log has no seal {kept}" in told.output) == (1, True)


def test_a_seal_that_is_none_is_refused(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["verify", "--seal", "xyz"])
    assert (told.exit_code, "is not a digest" in told.output) == (2, True)


def test_nothing_is_sealed_twice_and_the_head_says_how_far(app: Flask, session: Session) -> None:
    before = head(app)
    assert SealService(make_context(session)).seal()["entries"] == 0
    assert head(app) == before
    PartyFactory()
    assert SealService(make_context(session)).count_unsealed() == 1
    assert SealService(make_context(session)).seal()["entries"] == 1
    assert head(app) != before


def test_without_a_seal_head_says_what_to_do(app: Flask, database: None) -> None:
    with app.app_context():
        told = app.test_cli_runner().invoke(args=["audit", "head"])
    assert (told.exit_code, "flask jobs run seal-audit" in told.output) == (1, True)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO audit_seals (since_id, until_id, entries, previous, digest, sealed_at)"
            " SELECT since_id, until_id, entries, previous, digest, sealed_at FROM audit_seals"
        ),
        "UPDATE audit_seals SET entries = 0",
        "DELETE FROM audit_seals",
        "TRUNCATE audit_seals",
        "CREATE OR REPLACE FUNCTION audit_entry_digest(entry audit_log) RETURNS bytea LANGUAGE sql AS $$SELECT ''$$",
    ],
)
def test_the_application_may_not_write_seals(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        session.execute(text(statement))
    assert getattr(refused.value.orig, "pgcode", None) == "42501"


@pytest.mark.parametrize("statement", ["UPDATE audit_seals SET entries = 0", "DELETE FROM audit_seals"])
def test_even_the_owner_is_stopped(app: Flask, session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="never allowed"), owner_session() as owner:
        owner.execute(text(statement))


def test_the_job_logs_the_head(app: Flask, database: None) -> None:
    with app.app_context():
        PartyFactory()
        entries = count_entries()
        done = app.test_cli_runner().invoke(args=["jobs", "run", "seal-audit"])
        assert (done.exit_code, "digest" in done.output) == (0, True), done.output
        counts: Any = db.session.scalar(text("SELECT counts FROM job_runs WHERE job = 'seal-audit'"))
    assert (counts["digest"], counts["entries"]) == (head(app), entries), json.dumps(counts)


# With writers beside it


@pytest.fixture
def engine(server_database: str) -> Iterator[Engine]:
    """Connections that commit."""
    made = create_engine(server_database, poolclass=NullPool)
    yield made
    with made.begin() as connection:
        connection.execute(text("DELETE FROM parties"))


INSERT = text("INSERT INTO parties (name) VALUES ('x')")
SEAL = text("SELECT audit_seal(patience => '0.3 s')")


def unsealed(connection: Connection) -> int:
    covered = "SELECT count(*) FROM audit_log WHERE id > coalesce((SELECT max(until_id) FROM audit_seals), 0)"
    return connection.scalar(text(covered)) or 0


def seal_once(engine: Engine) -> int:
    with engine.begin() as connection:
        return connection.scalar(SEAL) or 0


def test_sealing_waits_for_running_transactions(engine: Engine) -> None:
    seal_once(engine)  # the company
    with engine.connect() as slow, engine.connect() as fast:
        slow.execute(INSERT)
        fast.execute(INSERT)
        fast.commit()
        began = time.monotonic()
        assert seal_once(engine) == 0
        assert time.monotonic() - began < 5
        fast.execute(INSERT)  # writers do not wait for sealing
        fast.commit()
        slow.commit()
    assert seal_once(engine) == 3
    with engine.connect() as looking:
        assert looking.scalars(text("SELECT problem FROM audit_seal_disagreements()")).all() == []


def test_it_refuses_to_seal_what_it_could_not_see(engine: Engine) -> None:
    with (
        engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        pytest.raises(DBAPIError, match="read committed only"),
    ):
        connection.execute(SEAL)


def test_every_entry_of_many_writers_is_sealed_once(engine: Engine) -> None:
    done = threading.Event()

    def write(number: int) -> int:
        written = 0
        with engine.connect() as connection:
            while not done.is_set():
                connection.execute(INSERT)
                written += 1
                if written % 7 == number:
                    connection.rollback()  # leaves a gap
                else:
                    connection.commit()
        return written

    def seal() -> int:
        sealed = 0
        while not done.is_set():
            sealed += seal_once(engine)
        return sealed

    with ThreadPoolExecutor(8) as pool:
        writers, sealers = [pool.submit(write, number) for number in range(6)], [pool.submit(seal) for _ in range(2)]
        time.sleep(3)
        done.set()
        assert min(writer.result() for writer in writers) > 10
        assert sum(sealer.result() for sealer in sealers) > 100
    seal_once(engine)
    with engine.connect() as looking:
        assert unsealed(looking) == 0
        counts = "SELECT (SELECT sum(entries) FROM audit_seals), (SELECT count(*) FROM audit_log)"
        sealed, entries = looking.execute(text(counts)).one()
        assert sealed == entries
        assert looking.scalars(text("SELECT problem FROM audit_seal_disagreements()")).all() == []
