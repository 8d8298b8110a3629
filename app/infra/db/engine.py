"""The engine: its settings, its connection pool, and the role of the application."""

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
"""The role of the application: may read and write rows, but not change the schema or the audit log."""

APP_READS_ONLY = (
    "alembic_version",
    "audit_log",
    "audit_seals",
    "book_audit",
    "movement_sources",
    "movements",
    "open_items",
)
"""Tables that the role may only read."""

APP_ADDS_ONLY = ("access_refusals",)
"""Tables that the role may read and insert into; a function of the database deletes old rows."""

APP_UPDATES_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "books": ("name", "base_currency", "cost_center_required", "updated_at", "version"),
    "entries": (
        "date",
        "journal",
        "number",
        "memo",
        "document_type",
        "document_series",
        "document_number",
        "party_id",
        "line_count",
    ),
    "lines": ("status",),
    "periods": ("state", "closed_by", "closed_at", "reason", "digest"),
}
"""Tables of which the role may update only these columns; triggers refuse the rest of what it may not."""

APP_DELETES_NOT = ("periods",)
"""Tables that the role may change and never delete from."""

CONNECT_SECONDS = 3
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_NETWORK_GRACE_MS = 5_000
"""Time beyond the statement time-out that libpq waits for the acknowledgement of sent data."""

_POOLED = "pooled"
_ROLE = "role"
_LAST_USE = "last_use"
_CHANGED_OPTIONS = "changed_options"
_TRUSTED_SECONDS = 0.1
"""Time after its last use for which a connection is not pinged: a ping costs a round trip."""


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
    """The URL with the driver psycopg2: for SQLAlchemy 2.1 a bare `postgresql://` means psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url.removeprefix(prefix)
    return url


def is_pooled(engine: Engine) -> bool:
    """Whether connections go through a pooler, which shares them between transactions."""
    return bool(engine.get_execution_options().get(_POOLED))


def network_limits(statement_timeout_ms: int | None = None) -> dict[str, int]:
    """libpq's time-outs: for connecting, and for a network that no longer acknowledges data."""
    limits: dict[str, int] = {"connect_timeout": CONNECT_SECONDS, **_KEEPALIVE}
    if statement_timeout_ms is not None:
        limits["tcp_user_timeout"] = statement_timeout_ms + _NETWORK_GRACE_MS
    return limits


def most_connections(config: Mapping[str, Any]) -> int:
    """Number of connections that the pool of a process may open: enough for its tasks as well, if it does them."""
    tasks: int = config["TASKS_CONCURRENCY"] if config["TASKS_ENABLED"] else 0
    pool_size: int = config["POOL_SIZE"]
    return pool_size * 2 + tasks


def _engine_options(config: Mapping[str, Any], *, pooled: bool) -> dict[str, Any]:
    connect_args = {**network_limits(config["STATEMENT_TIMEOUT_MS"]), "application_name": "control-fresco"}
    if not pooled:
        settings = _server_settings(config).items()
        connect_args["options"] = " ".join(f"-c {name}={value}" for name, value in settings)
    return {
        "pool_size": config["POOL_SIZE"],
        "max_overflow": most_connections(config) - config["POOL_SIZE"],
        "pool_timeout": config["POOL_TIMEOUT_SECONDS"],
        "pool_use_lifo": True,
        "json_deserializer": partial(json.loads, parse_float=Decimal),  # recorded amounts stay exact
        "hide_parameters": True,  # values are personal data, and errors are logged
        "connect_args": connect_args,
        "execution_options": {_POOLED: pooled},
    }


def _server_settings(config: Mapping[str, Any]) -> dict[str, str]:
    """PostgreSQL settings for each connection."""
    return {
        "timezone": "UTC",
        "statement_timeout": str(config["STATEMENT_TIMEOUT_MS"]),
        # Reports may use a second core.
        "parallel_setup_cost": "100",
        "parallel_tuple_cost": "0.01",
        "max_parallel_workers_per_gather": "1",
        "work_mem": "32MB",  # so that sums over many days use hashing, not sorting on disk
        "lock_timeout": str(config["LOCK_TIMEOUT_MS"]),
        "idle_in_transaction_session_timeout": "15000",
    }


def _set_app_role(pooled: bool, connection: Any, record: ConnectionPoolEntry) -> None:
    """Switch to the application's role, if it exists and the login may use it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, %s)",
            # Since 16 membership does not imply SET ROLE: the creator of a role does not have it by default.
            (APP_ROLE, "SET" if connection.server_version >= 160000 else "MEMBER"),
        )
        allowed = cursor.fetchone()
        if allowed and pooled:
            record.info[_ROLE] = APP_ROLE
        elif allowed:
            cursor.execute(f"SET ROLE {APP_ROLE}")
    connection.commit()


def _apply_session_settings(settings: Mapping[str, str], connection: Connection) -> None:
    """Apply the settings to one transaction: behind a pooler they can't be set per connection."""
    role = connection.info.get(_ROLE)
    values = {**settings, **({"role": role} if role else {})}
    parts = ", ".join(["set_config(%s, %s, true)"] * len(values))
    connection.exec_driver_sql(f"SELECT {parts}", tuple(text for setting in values.items() for text in setting))


def mark_options_changed(connection: Any) -> None:
    """Mark a connection whose transaction options must be reset when it returns to the pool."""
    connection.info[_CHANGED_OPTIONS] = True


def _remember_last_use(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_LAST_USE] = time.monotonic()
    if record.info.pop(_CHANGED_OPTIONS, None) and connection is not None:
        connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT", autocommit=False)


def _ping_if_idle(dialect: Any, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ping a connection after an idle time, so that no request fails after a restart of the server."""
    if time.monotonic() - record.info.get(_LAST_USE, 0.0) < _TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except psycopg2.Error as error:
        raise DisconnectionError from error  # the pool then opens a new connection
