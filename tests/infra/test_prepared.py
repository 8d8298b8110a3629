"""Statements that are built once: by what is asked, never by with which values."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Integer, Select, func, literal, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, PendingRollbackError
from sqlalchemy.orm import Session

from app.domains.clients.models import Client
from app.domains.clients.repository import ClientFilter
from app.domains.clients.rules import ClientStatus
from app.infra import prepared as prepared_module
from app.infra.db import db
from app.infra.prepared import Planned, nested, parameter, planned, prepared, run
from tests.factories.clients import ClientFactory
from tests.statements import counted


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


built: list[Any] = []


@prepared
def _clients(asked: ClientFilter, *names: str) -> Select[Any]:
    built.append((asked, names))
    columns = (Client.__table__.c[name] for name in names)
    return select(*columns).where(*asked.conditions()).order_by(Client.id)


def test_values_differ_and_the_statement_is_built_once(session: Session) -> None:
    ClientFactory(name="Ana")
    ClientFactory(name="Eva")
    built.clear()
    found = [[row.name for row in _clients(ClientFilter(q=q), "id", "name").all(session)] for q in ("ANA", "é", "%")]
    assert found == [["Ana"], ["Eva"], []]
    assert len(built) == 1


def test_choices_and_what_is_absent_make_other_statements(session: Session) -> None:
    ClientFactory(name="Ana", status=ClientStatus.PAUSED)
    built.clear()
    for status in (*ClientStatus, *ClientStatus, None):
        rows = _clients(ClientFilter(status=status), "name").all(session)
        assert [row.name for row in rows] == (["Ana"] if status in {None, ClientStatus.PAUSED} else [])
    assert len(built) == len(ClientStatus) + 1


def test_a_value_is_never_part_of_the_text(session: Session) -> None:
    hostile = "'; DROP TABLE clients; --%(x)s %s"
    ClientFactory(name=hostile)
    question = _clients(ClientFilter(q=hostile), "name")
    assert "DROP" not in question.prepared.text
    assert [row.name for row in question.all(session)] == [hostile]


def test_what_is_pending_is_asked_about_too(session: Session) -> None:
    session.add(Client(name="Nueva", start_date=date(2026, 1, 1)))
    assert [row.name for row in _clients(ClientFilter(), "name").all(session)] == ["Nueva"]


def test_a_stream_says_the_same_as_all_at_once(session: Session) -> None:
    for number in range(5):
        ClientFactory(name=f"Cliente {number}")
    question = _clients(ClientFilter(q="cliente"), "id", "name")
    assert list(question.stream(session)) == question.all(session)


@prepared
def _pair(inner: int | None) -> Select[Any]:
    inside = select(literal(inner, Integer()).label("id"), literal("x").label("name")).subquery("inside")
    return select(literal(1).label("id"), *nested("part", inside.c))


def test_nested_columns_are_a_record_or_none(session: Session) -> None:
    [whole], [without] = _pair(7).all(session), _pair(None).all(session)
    assert (whole.id, whole.part.id, whole.part.name) == (1, 7, "x")
    assert (without.id, without.part) == (1, None)


@prepared
def _sum() -> Select[Any]:
    return select((parameter("a", int) + parameter("b", int)).label("sum"))


def test_parameters_have_names(session: Session) -> None:
    assert _sum(a=2, b=3).scalar(session) == 5


@prepared
def _failing() -> Select[Any]:
    return select(func.pg_sleep(parameter("seconds", int)).label("slept"))


def test_errors_are_those_of_sqlalchemy_and_quote_no_values(session: Session) -> None:
    session.execute(text("SET LOCAL statement_timeout = 50"))
    with pytest.raises(OperationalError) as caught:
        _failing(seconds=7).all(session)
    assert caught.value.orig is not None
    assert caught.value.orig.pgcode == "57014"  # type: ignore[attr-defined]  # psycopg2's errors have one
    assert caught.value.hide_parameters


def test_a_lost_connection_is_let_go(app: Flask) -> None:
    with app.app_context(), Session(bind=db.engine.execution_options()) as own:
        pid = run(own, "SELECT pg_backend_pid()")[0][0]
        with Session(bind=db.engine) as other:
            other.execute(text("SET ROLE NONE"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DBAPIError) as caught:
            run(own, "SELECT 1")
        assert caught.value.connection_invalidated
        own.rollback()
        assert run(own, "SELECT 1") == [(1,)]


def test_statements_can_be_watched(session: Session) -> None:
    with counted() as sent:
        _sum(a=1, b=1).all(session)
    assert len(sent) == 1


def test_what_is_run_in_a_savepoint_goes_with_it(session: Session) -> None:
    run(session, "SELECT 1")
    savepoint = session.begin_nested()
    run(session, "INSERT INTO clients (name, start_date) VALUES ('lost', '2026-01-01')")
    savepoint.rollback()
    assert run(session, "SELECT count(*) FROM clients WHERE name = 'lost'") == [(0,)]


def test_a_transaction_that_a_failed_flush_ended_takes_no_more(session: Session) -> None:
    run(session, "SELECT 1")
    nameless = [Client(start_date=date(2026, 1, 1)) for _ in range(2)]  # one alone would be no flush of SQLAlchemy's
    session.add_all(nameless)
    with pytest.raises(IntegrityError):
        session.flush()
    with pytest.raises(PendingRollbackError):
        run(session, "SELECT 1")
    session.rollback()
    assert run(session, "SELECT 1") == [(1,)]


def test_what_comes_after_the_end_begins_anew(session: Session) -> None:
    for end in (session.commit, session.rollback, session.close):
        run(session, "SELECT 1")
        end()
        assert not session.in_transaction()
        run(session, "SELECT 1")
        assert session.in_transaction()


@planned
def _named(*names: str) -> Select[Any]:
    return select(*(Client.__table__.c[name] for name in names)).where(Client.id == parameter("row_id", int))


def plans(session: Session) -> set[str]:
    return {row[0] for row in run(session, "SELECT statement FROM pg_prepared_statements")}


def test_what_is_asked_by_key_is_planned_once(session: Session) -> None:
    row_id, before = ClientFactory().id, plans(session)
    for wanted in (row_id, 0, row_id):
        assert [row.id for row in _named("id", "phone", row_id=wanted).all(session)] == [row_id][: wanted != 0]
    [made] = plans(session) - before
    assert made.startswith("PREPARE")
    assert made.endswith("clients.id = $1")


def test_a_plan_of_a_transaction_that_failed_is_used_all_the_same(session: Session) -> None:
    row_id = ClientFactory().id
    savepoint = session.begin_nested()
    assert _named("id", "email", row_id=row_id).all(session)
    savepoint.rollback()
    assert _named("id", "email", row_id=row_id).all(session)


def test_a_statement_may_name_a_value_twice_and_have_percents() -> None:
    statement = Planned("SELECT %(a)s::int + %(b)s + %(a)s WHERE 'x' LIKE '%%'")
    assert statement.preparing.endswith("AS SELECT $1::int + $2 + $1 WHERE 'x' LIKE '%'")
    assert statement.executing == f"EXECUTE {statement.name} (%(a)s, %(b)s)"
    assert Planned("SELECT 1").executing.endswith(Planned("SELECT 1").name)
    assert Planned("SELECT 1").name != Planned("SELECT 2").name


def test_columns_that_a_migration_changed_cost_a_connection(app: Flask) -> None:
    statement = Planned("SELECT changing FROM changed WHERE changing > %(least)s")
    with app.app_context(), Session(bind=db.engine.execution_options()) as own:
        run(own, "CREATE TEMP TABLE changed AS SELECT 1 AS changing")
        assert run(own, statement, {"least": 0}) == [(1,)]
        run(own, "ALTER TABLE changed ALTER changing TYPE numeric")
        with pytest.raises(DBAPIError) as caught:
            run(own, statement, {"least": 0})
        assert caught.value.connection_invalidated
        own.rollback()
        assert plans(own) == set()


def test_a_connection_keeps_no_more_plans_than_it_may(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    run(session, Planned("SELECT 1 AS kept"))
    monkeypatch.setattr(prepared_module, "_MOST", 0)
    before = plans(session)
    assert run(session, Planned("SELECT 2 AS too_many")) == [(2,)]
    assert run(session, Planned("SELECT 1 AS kept")) == [(1,)]
    assert plans(session) == before
