"""The engine: its settings, its pool of connections, and the role the application acts as."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg2
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from app.infra.db.models import db

APP_ROLE = "control_fresco_app"
"""The role the application acts as: it reads and writes rows, and can't touch the schema or the audit log."""

APP_READS_ONLY = ("alembic_version", "audit_log", "audit_seals")
"""Tables of which that role may only read."""

APP_ADDS_ONLY = ("access_refusals",)
"""Tables to which that role may only add; a function of the database removes what is old."""

CONNECT_SECONDS = 3
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_NETWORK_GRACE_MS = 5_000
"""How much longer than a statement may take libpq waits for the acknowledgement of what it sent."""

_POOLED = "pooled"
_ROLE = "role"
_LAST_USE = "last_use"
_CHANGED_OPTIONS = "changed_options"
_TRUSTED_SECONDS = 0.1
"""How long a connection that was just used is not pinged: that would cost a round trip each time."""


def init_app(app: Flask, url: str) -> None:
    """Attach the database at `url`."""
    config = app.config
    direct = config["DIRECT_DATABASE_URL"]
    config["SQLALCHEMY_DATABASE_URI"] = psycopg2_url(url)
    config["DIRECT_DATABASE_URI"] = psycopg2_url(direct or url)
    config["OWNER_DATABASE_URI"] = psycopg2_url(config["OWNER_DATABASE_URL"] or direct or url)
    config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(config, pooled=direct is not None)
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", partial(_set_app_role, is_pooled(engine)))
    event.listen(engine, "checkin", _remember_last_use)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine.dialect))
    if is_pooled(engine):
        event.listen(engine, "begin", partial(_apply_session_settings, _server_settings(config)))


def psycopg2_url(url: str) -> str:
    """The address with its driver named: since SQLAlchemy 2.1 a bare `postgresql://` means another one."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url.removeprefix(prefix)
    return url


def is_pooled(engine: Engine) -> bool:
    """Whether the connections are a pooler's, which gives them to others between transactions."""
    return bool(engine.get_execution_options().get(_POOLED))


def network_limits(statement_timeout_ms: int | None = None) -> dict[str, Any]:
    """libpq's time-outs: connecting, and a network that acknowledges nothing any more."""
    limits: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **_KEEPALIVE}
    if statement_timeout_ms is not None:
        limits["tcp_user_timeout"] = statement_timeout_ms + _NETWORK_GRACE_MS
    return limits


def _engine_options(config: Mapping[str, Any], *, pooled: bool) -> dict[str, Any]:
    connect_args = {**network_limits(config["STATEMENT_TIMEOUT_MS"]), "application_name": "control-fresco"}
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
        "execution_options": {_POOLED: pooled},
    }


def _server_settings(config: Mapping[str, Any]) -> dict[str, str]:
    """PostgreSQL's settings of each connection."""
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


def _set_app_role(pooled: bool, connection: Any, record: ConnectionPoolEntry) -> None:
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


def _apply_session_settings(settings: Mapping[str, str], connection: Connection) -> None:
    """Set per transaction, behind a pooler, what a connection of our own is told once."""
    role = connection.info.get(_ROLE)
    values = {**settings, **({"role": role} if role else {})}
    parts = ", ".join(["set_config(%s, %s, true)"] * len(values))
    connection.exec_driver_sql(f"SELECT {parts}", tuple(text for setting in values.items() for text in setting))


def mark_options_changed(connection: Any) -> None:
    """Remember that the connection's transaction options have to be reset when it returns to the pool."""
    connection.info[_CHANGED_OPTIONS] = True


def _remember_last_use(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_LAST_USE] = time.monotonic()
    if record.info.pop(_CHANGED_OPTIONS, None) and connection is not None:
        connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT", autocommit=False)


def _ping_if_idle(dialect: Any, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ping a connection that lay idle, so that a restarted server costs no request."""
    if time.monotonic() - record.info.get(_LAST_USE, 0.0) < _TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except psycopg2.Error as error:
        raise DisconnectionError from error  # the pool opens another in its place
