"""Transactions: their actor, their options, and actions after the commit."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, String, cast, event, func, select, true
from sqlalchemy.orm import Session, SessionTransaction

from app.infra import origins
from app.infra.db.engine import is_pooled, mark_options_changed
from app.infra.db.models import db

log = logging.getLogger(__name__)

_ACTOR = "actor"
_ACTOR_SET = "actor_set"
_READ_ONLY = "read_only"
_ON_COMMIT = "on_commit"

_SETTINGS = {
    "user": "fresco.user_id",
    "session": "fresco.session_id",
    "request": "fresco.request_id",
    "origin": "fresco.origin",
}
"""PostgreSQL settings that the audit triggers read."""
_SET_ACTOR = "SELECT " + ", ".join(f"set_config('{setting}', %({name})s, true)" for name, setting in _SETTINGS.items())
_POOLED_OPTIONS = {
    "isolation_level": "isolation_level",
    "readonly": "postgresql_readonly",
    "autocommit": "postgresql_readonly",  # the role and limits are set per transaction, so there must be one
}


def act_as(session: Session, *, user_id: int | None, request_id: str, session_id: int | None = None) -> None:
    """Set the actor that the audit trigger records, with the current origin, in every transaction of this session."""
    session.info[_ACTOR] = actor = _actor(user_id, session_id, request_id)
    if session.in_transaction() and session.info.pop(_ACTOR_SET, None) != actor:
        session.connection().exec_driver_sql(_SET_ACTOR, actor)


def set_actor_columns(
    user_id: ColumnElement[int],
    session_id: ColumnElement[int],
    request_id: ColumnElement[str],
    origin: ColumnElement[str],
) -> tuple[ColumnElement[str], ...]:
    """Columns of a query that set the actor of its transaction; see `mark_actor_set`."""
    values = (cast(user_id, String), cast(session_id, String), request_id, origin)
    return tuple(
        func.set_config(setting, value, true()).label(f"set_{name}")
        for (name, setting), value in zip(_SETTINGS.items(), values, strict=True)
    )


def mark_actor_set(session: Session, user_id: int, session_id: int, request_id: str) -> None:
    """Record that the actor is already set in this transaction."""
    session.info[_ACTOR_SET] = _actor(user_id, session_id, request_id)


def _actor(user_id: int | None, session_id: int | None, request_id: str) -> dict[str, str]:
    return {
        "user": "" if user_id is None else str(user_id),
        "session": "" if session_id is None else str(session_id),
        "request": request_id,
        "origin": origins.current.get().as_setting(),
    }


def _set_actor_on_begin(session: Session, _transaction: Any, connection: Connection) -> None:
    """Set the actor in each later transaction, as after a retry or after slow work without a transaction."""
    session.info.pop(_ACTOR_SET, None)
    actor = session.info.get(_ACTOR)
    if actor is not None:
        connection.exec_driver_sql(_SET_ACTOR, actor)


@contextmanager
def transaction(*, user_id: int | None = None, request_id: str) -> Iterator[Session]:
    """One transaction outside a request (for a job or command): committed at the end, or rolled back."""
    session = db.session
    try:
        act_as(session(), user_id=user_id, request_id=request_id)
        yield session()
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Roll back everything that the block does, to preview it; its actions after the commit are dropped, too."""
    actions = list(session.info.get(_ON_COMMIT, ()))
    tried = session.begin_nested()
    try:
        yield
        session.flush()
    finally:
        tried.rollback()
        session.info[_ON_COMMIT] = actions


@contextmanager
def separate_transaction() -> Iterator[Session]:
    """A short separate transaction, kept even if the request fails (for example to record a failed login)."""
    # In tests the bind is a connection inside a transaction: then this is a savepoint.
    with Session(bind=db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
        yield session


def release_connection(session: Session) -> None:
    """Return the connection to the pool before slow work, unless the transaction has written something."""
    if session.in_transaction() and session.scalar(select(func.pg_current_xact_id_if_assigned())) is None:
        session.rollback()


def end_reading(session: Session) -> None:
    """End a transaction that has only read, so that another one may begin in its place."""
    session.rollback()


def restart_with_snapshot(session: Session) -> None:
    """End a transaction that has only read, and begin a read-only one with one snapshot for all its statements."""
    end_reading(session)
    if isinstance(session.get_bind(), Engine):  # in tests it may be a connection with a transaction of its own
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})


def take_snapshot(session: Session) -> None:
    """Make this transaction read-only, with one snapshot for all statements; to be called first."""
    _set_transaction_options(session, isolation_level="REPEATABLE READ", readonly=True)


def read_only_committed(session: Session) -> None:
    """Run each statement by itself, without BEGIN and COMMIT, for requests that only read; to be called first."""
    session.info[_READ_ONLY] = True
    _set_transaction_options(session, autocommit=True)


def is_read_only(session: Session) -> bool:
    """Whether the session runs each statement by itself, as `read_only_committed` declared."""
    return bool(session.info.get(_READ_ONLY))


def require_writable(session: Session, *_flush: Any) -> None:
    """Raise if the session was declared read-only."""
    if is_read_only(session):
        raise AssertionError("a read-only request tried to write")


def _set_transaction_options(session: Session, **options: Any) -> None:
    """Set psycopg2's options of the connection, which costs no round trip; they are reset when it is returned."""
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        return  # in tests: a connection with a transaction of its own
    if is_pooled(engine):  # session settings are sent at its begin, so psycopg2's options would come too late
        session.connection(execution_options={_POOLED_OPTIONS[name]: value for name, value in options.items()})
        return
    connection = session.connection({"bind": engine}).connection
    mark_options_changed(connection)
    connection.dbapi_connection.set_session(**options)  # type: ignore[union-attr]  # it has one while checked out


def on_commit(session: Session, action: Callable[[], None]) -> None:
    """Call `action` after the commit of the session; a rollback drops it."""
    session.info.setdefault(_ON_COMMIT, []).append(action)


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return  # only a savepoint was released
    for action in session.info.pop(_ON_COMMIT, ()):
        try:
            action()
        except Exception:
            # The transaction is committed; a daily job cleans up leftovers.
            log.exception("an action after the commit failed")


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_ON_COMMIT, None)


event.listen(Session, "after_begin", _set_actor_on_begin)
event.listen(Session, "before_flush", require_writable)
event.listen(Session, "after_commit", _committed)
event.listen(Session, "after_soft_rollback", _rolled_back)
