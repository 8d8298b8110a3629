"""Cached queries: built once per key, whatever the values."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Integer, Select, func, literal, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra.db import db
from app.infra.queries.cached import cached_query, parameter
from app.suites.fresco.clients.models import Client
from app.suites.fresco.clients.queries import ClientFilter
from app.suites.fresco.clients.rules import ClientStatus
from tests.factories.clients import ClientFactory
from tests.statements import counted


class Named(NamedTuple):
    """A name."""

    name: str


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


built: list[Any] = []


@cached_query
def _clients(criteria: ClientFilter, *names: str) -> Select[Any]:
    built.append((criteria, names))
    columns = (Party.__table__.c[name] for name in names)
    return select(*columns).join(Client, Client.id == Party.id).where(*criteria.conditions()).order_by(Client.id)


def names(session: Session, criteria: ClientFilter) -> list[str]:
    return [row.name for row in _clients(criteria, "name").all(session, Named)]


def test_the_statement_is_built_once_for_all_values(session: Session) -> None:
    ClientFactory(name="Ana")
    ClientFactory(name="Eva")
    built.clear()
    assert [names(session, ClientFilter(q=q)) for q in ("ANA", "é", "%")] == [["Ana"], ["Eva"], []]
    assert len(built) == 1


def test_choices_and_absent_values_make_other_statements(session: Session) -> None:
    ClientFactory(name="Ana", status=ClientStatus.PAUSED)
    built.clear()
    for status in (*ClientStatus, *ClientStatus, None):
        found = names(session, ClientFilter(status=status))
        assert found == (["Ana"] if status in {None, ClientStatus.PAUSED} else [])
    assert len(built) == len(ClientStatus) + 1


def test_a_value_is_never_part_of_the_text(session: Session) -> None:
    hostile = "'; DROP TABLE clients; --%(x)s %s"
    ClientFactory(name=hostile)
    bound = _clients(ClientFilter(q=hostile), "name")
    assert "DROP" not in bound.query.text
    assert bound.all(session, Named) == [Named(hostile)]


def test_pending_objects_are_flushed_before_a_query(session: Session) -> None:
    session.add(Client(party=Party(name="Nueva"), start_date=date(2026, 1, 1)))
    assert names(session, ClientFilter()) == ["Nueva"]


def test_a_stream_has_the_same_rows_as_all_at_once(session: Session) -> None:
    for number in range(5):
        ClientFactory(name=f"Cliente {number}")
    bound = _clients(ClientFilter(q="cliente"), "name")
    assert list(bound.stream(session, Named)) == bound.all(session, Named)
    streamed = [tuple(row) for rows in bound.partitions(session) for row in rows]
    assert streamed == [tuple(row) for row in bound.rows(session)]


@cached_query
def _sum() -> Select[Any]:
    return select((parameter("a", int) + parameter("b", int)).label("sum"))


def test_parameters_are_bound_by_name(session: Session) -> None:
    assert _sum(a=2, b=3).scalar(session, int) == 5


def test_a_scalar_of_another_type_is_an_error(session: Session) -> None:
    with pytest.raises(TypeError, match="5 is no str"):
        _sum(a=2, b=3).scalar(session, str)


@cached_query
def _percent(number: int) -> Select[Any]:
    return select(literal("100 %").op("||")(literal(number, Integer())).label("text"), func.length("%%"))


def test_percent_signs_are_kept(session: Session) -> None:
    assert [tuple(row) for row in _percent(7).rows(session)] == [("100 %7", 2)]


@cached_query
def _slow() -> Select[Any]:
    return select(func.pg_sleep(parameter("seconds", int)).label("slept"))


def test_errors_are_sqlalchemys_and_hide_values(session: Session) -> None:
    session.execute(text("SET LOCAL statement_timeout = 50"))
    with pytest.raises(OperationalError) as caught:
        _slow(seconds=7).rows(session)
    assert caught.value.orig is not None
    assert caught.value.orig.pgcode == "57014"  # type: ignore[attr-defined]  # psycopg2's errors have one
    assert caught.value.hide_parameters


def test_a_lost_connection_is_invalidated(app: Flask) -> None:
    with app.app_context(), Session(bind=db.engine.execution_options()) as own:
        pid = own.scalar(text("SELECT pg_backend_pid()"))
        with Session(bind=db.engine) as other:
            other.execute(text("SET ROLE NONE"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DBAPIError) as caught:
            _sum(a=1, b=1).scalar(own, int)
        assert caught.value.connection_invalidated
        own.rollback()
        assert _sum(a=1, b=1).scalar(own, int) == 2


def test_a_query_is_one_statement_and_can_be_watched(session: Session) -> None:
    with counted() as sent:
        _sum(a=1, b=1).rows(session)
    assert len(sent) == 1
