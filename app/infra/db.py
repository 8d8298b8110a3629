"""The database session, the base of every table, and what the program tells PostgreSQL about itself."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

import psycopg2
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Identity,
    MetaData,
    String,
    cast,
    event,
    func,
    inspect,
    select,
    true,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from app.infra import clock, replica, waiting
from app.infra.prepared import POOLED, on, run
from app.infra.rows import write_alone

log = logging.getLogger(__name__)

APP_ROLE = "control_fresco_app"
"""The role the application acts as: it reads and writes rows, and can't touch the schema or the audit log."""

APP_READS_ONLY = ("alembic_version", "audit_log", "audit_seals")
"""Tables of which that role may only read."""
APP_ADDS_ONLY = ("access_refusals",)
"""Tables to which that role may only add; a function of the database removes what is old."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)

    def __init__(self, **values: Any) -> None:
        """A new row: what it is made with is no change, so for columns SQLAlchemy need take no note of it."""
        columns = _plain_columns(type(self))
        for name, value in values.items():
            if name in columns:
                self.__dict__[name] = value
            elif hasattr(type(self), name):
                setattr(self, name, value)
            else:
                raise TypeError(f"{type(self).__name__} has no {name}")


@cache
def _plain_columns(model: type[Base]) -> frozenset[str]:
    mapper = inspect(model)
    columns = {attribute.key for attribute in mapper.column_attrs if isinstance(attribute.expression, Column)}
    return frozenset(columns - mapper.validators.keys())


class Keyed:
    """A 64-bit surrogate key."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-1)


class Timestamps:
    """When a row was made and last changed; the database writes both, so a new row has them equal."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=clock.now, sort_order=91
    )


class Versioned:
    """A row whose every change raises its version, so that a stale writer is noticed."""

    version: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1", sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared_attr takes the class
        return {"version_id_col": cls.version}


db = SQLAlchemy(model_class=Base, add_models_to_shell=False, session_options={"class_": replica.RoutedSession})


def init_app(app: Flask, url: str) -> None:
    """Attach the database at `url`, and the replica that reports are read from if there is one."""
    config = app.config
    direct, reads = config["DIRECT_DATABASE_URL"], config["READ_DATABASE_URL"]
    config["SQLALCHEMY_DATABASE_URI"] = psycopg2_url(url)
    config["DIRECT_DATABASE_URI"] = psycopg2_url(direct or url)
    config["OWNER_DATABASE_URI"] = psycopg2_url(config["OWNER_DATABASE_URL"] or direct or url)
    config["SQLALCHEMY_ENGINE_OPTIONS"] = options = _engine_options(config, pooled=direct is not None)
    config["SQLALCHEMY_BINDS"] = {replica.BIND: {**options, "url": psycopg2_url(reads)}} if reads else {}
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "connect", partial(_take_app_role, is_pooled(engine)))
            event.listen(engine, "checkin", _note_use)
            event.listen(engine, "checkout", partial(_wake, engine.dialect))
            if is_pooled(engine):
                event.listen(engine, "begin", partial(_settle, _server_settings(config)))
        replica.init_app(app, db.engines.get(replica.BIND), pooled=direct is not None)


def _engine_options(config: Mapping[str, Any], *, pooled: bool) -> dict[str, Any]:
    connect_args = {**waiting.limits(config["STATEMENT_TIMEOUT_MS"] / 1000), "application_name": "control-fresco"}
    if not pooled:
        settings = _server_settings(config).items()
        connect_args["options"] = " ".join(f"-c {name}={value}" for name, value in settings)
    return {
        "pool_size": config["POOL_SIZE"],
        "max_overflow": config["POOL_SIZE"],
        "pool_timeout": config["POOL_TIMEOUT_SECONDS"],
        "pool_use_lifo": True,
        "json_deserializer": partial(json.loads, parse_float=Decimal),  # recorded amounts stay exact
        "hide_parameters": True,  # values are personal data, and errors are logged
        "connect_args": connect_args,
        "execution_options": {POOLED: pooled},
    }


def _server_settings(config: Mapping[str, Any]) -> dict[str, str]:
    """What PostgreSQL is told for each of our connections."""
    return {
        "timezone": "UTC",
        "statement_timeout": str(config["STATEMENT_TIMEOUT_MS"]),
        # A report is worth a second core.
        "parallel_setup_cost": "100",
        "parallel_tuple_cost": "0.01",
        "max_parallel_workers_per_gather": "1",
        "work_mem": "32MB",  # sums over many days are taken by hashing, not by sorting on disk
        "lock_timeout": str(config["LOCK_TIMEOUT_MS"]),
        "idle_in_transaction_session_timeout": "15000",
    }


def psycopg2_url(url: str) -> str:
    """Since SQLAlchemy 2.1 a bare `postgresql://` means another driver; ours is named."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url.removeprefix(prefix)
    return url


_ROLE = "role"


def is_pooled(engine: Engine) -> bool:
    """Whether a pooler gives its connections to others between transactions: nothing outlives one there."""
    return bool(engine.get_execution_options().get(POOLED))


def _take_app_role(pooled: bool, connection: Any, record: ConnectionPoolEntry) -> None:
    """Give up the owner's rights, where the migrations could create the lesser role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, %s)",
            # Since 16 a member need not be allowed to act as the role: who created it is not, unless it says so.
            (APP_ROLE, "SET" if connection.server_version >= 160000 else "MEMBER"),
        )
        may = cursor.fetchone()
        if may and pooled:
            record.info[_ROLE] = APP_ROLE
        elif may:
            cursor.execute(f"SET ROLE {APP_ROLE}")
    connection.commit()


def _settle(settings: Mapping[str, str], connection: Connection) -> None:
    """Behind a pooler each transaction says for itself what a connection of our own is told once."""
    role = connection.info.get(_ROLE)
    given = {**settings, **({"role": role} if role else {})}
    parts = ", ".join(["set_config(%s, %s, true)"] * len(given))
    cursor: Any = connection.connection.cursor()
    with cursor:
        cursor.execute(f"SELECT {parts}", [text for setting in given.items() for text in setting])


_LAST_USE = "last_use"
_FRESH = 0.1
"""Seconds for which a connection that was just used is trusted: asking it first would cost a round trip each time."""


def _note_use(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_LAST_USE] = time.monotonic()
    if record.info.pop(_WAY, None) and connection is not None:
        connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT", autocommit=False)


def _wake(dialect: Any, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """A connection that lay idle is asked whether its server is still there, so a restarted one costs no request."""
    if time.monotonic() - record.info.get(_LAST_USE, 0.0) < _FRESH:
        return
    try:
        with waiting.whether_alive():
            dialect.do_ping(connection)
    except psycopg2.Error as error:
        raise DisconnectionError from error  # the pool opens another in its place


_ACTOR = "actor"
_TOLD = "told"
_USER, _REQUEST = "fresco.user_id", "fresco.request_id"


def act_as(session: Session, *, user_id: int | None, request_id: str) -> None:
    """Tell the audit trigger who is writing and on whose request, in every transaction of this session."""
    session.info[_ACTOR] = actor = _actor(user_id, request_id)
    if session.in_transaction() and session.info.pop(_TOLD, None) != actor:
        run(session, _SET_ACTOR, actor)


def telling_actor(user_id: Any, request_id: Any) -> tuple[ColumnElement[str], ...]:
    """Columns for the question that finds out who is asking: it tells the trigger as well, see `was_told`."""
    given = ((_USER, cast(user_id, String)), (_REQUEST, request_id))
    return tuple(func.set_config(name, value, true()).label(name.partition(".")[2]) for name, value in given)


def was_told(session: Session, user_id: int, request_id: str) -> None:
    """The trigger knows already, in this transaction."""
    session.info[_TOLD] = _actor(user_id, request_id)


def _actor(user_id: int | None, request_id: str) -> dict[str, str]:
    return {"u": "" if user_id is None else str(user_id), "r": request_id}


_SET_ACTOR = f"SELECT set_config('{_USER}', %(u)s, true), set_config('{_REQUEST}', %(r)s, true)"


def _introduce(session: Session, _transaction: Any, connection: Connection) -> None:
    """A transaction that begins later (after a retry, after slow work without one) knows the actor too."""
    session.info.pop(_TOLD, None)
    actor = session.info.get(_ACTOR)
    if actor is not None:
        on(connection, _SET_ACTOR, actor)


event.listen(Session, "after_begin", _introduce)


@contextmanager
def transaction(*, user_id: int | None = None, request_id: str) -> Iterator[Session]:
    """One unit of work outside a request (a job, a command): committed once, or not at all."""
    session = db.session
    try:
        act_as(session(), user_id=user_id, request_id=request_id)
        yield session()
        session.commit()
    except BaseException:
        session.rollback()
        raise


def take_snapshot(session: Session) -> None:
    """All that this transaction reads is as of one moment, and it writes nothing; to be called first."""
    _transact(session, isolation_level="REPEATABLE READ", readonly=True)


def read_only_committed(session: Session) -> None:
    """Each statement by itself: whoever just looks needs no BEGIN and no COMMIT; to be called first."""
    session.info[_ONLY_LOOKS] = True
    _transact(session, autocommit=True)


_ONLY_LOOKS = "only_looks"


def require_writing(session: Session, *_flush: Any) -> None:
    """Raise where it was said that nothing would be written."""
    if session.info.get(_ONLY_LOOKS):
        raise AssertionError("a request that only looks would write, and half of it could stay")


event.listen(Session, "before_flush", require_writing)
event.listen(Session, "before_flush", write_alone)


_WAY = "way"


def _transact(session: Session, **way: Any) -> None:
    """In another way than others, until the connection goes back: psycopg2 itself asks PostgreSQL nothing for it."""
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        return  # a connection is a test's, with a transaction of its own
    if is_pooled(engine):  # which is asked something as soon as it begins: too late for psycopg2, not for SQLAlchemy
        session.connection(execution_options={_POOLED_WAY[name]: value for name, value in way.items()})
        return
    line = session.connection({"bind": engine}).connection
    line.info[_WAY] = True
    line.dbapi_connection.set_session(**way)  # type: ignore[union-attr]  # it has one while it is out of the pool


_POOLED_WAY = {
    "isolation_level": "isolation_level",
    "readonly": "postgresql_readonly",
    "autocommit": "postgresql_readonly",  # without a transaction there would be no limits and no role
}


@contextmanager
def separate_transaction() -> Iterator[Session]:
    """A short unit of its own, kept even when the request around it fails (a failed login, say)."""
    # In tests the bind is one connection inside a transaction: then this is a savepoint of it.
    with Session(bind=db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
        yield session


def release_connection(session: Session) -> None:
    """Give the connection back before slow work that needs none; unless the transaction has written something."""
    if session.in_transaction() and session.scalar(select(func.pg_current_xact_id_if_assigned())) is None:
        session.rollback()


_ON_COMMIT = "on_commit"


def on_commit(session: Session, action: Callable[[], None]) -> None:
    """Do this once the session's work is committed; a rollback forgets it."""
    session.info.setdefault(_ON_COMMIT, []).append(action)


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return  # only a savepoint was released
    for action in session.info.pop(_ON_COMMIT, ()):
        try:
            action()
        except Exception:
            # The work is done and stays done; what is left behind is swept up later.
            log.exception("something to be done after the commit failed")


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_ON_COMMIT, None)


event.listen(Session, "after_commit", _committed)
event.listen(Session, "after_soft_rollback", _rolled_back)
