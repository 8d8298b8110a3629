"""The database: engine, sessions, base of the tables."""

from app.infra.db.engine import (
    APP_ADDS_ONLY,
    APP_READS_ONLY,
    APP_ROLE,
    init_app,
    is_pooled,
    most_connections,
    network_limits,
    psycopg2_url,
)
from app.infra.db.models import Base, Keyed, Timestamps, Versioned, db
from app.infra.db.session import (
    act_as,
    mark_actor_set,
    on_commit,
    read_only_committed,
    release_connection,
    require_writable,
    separate_transaction,
    set_actor_columns,
    take_snapshot,
    transaction,
)

__all__ = [
    "APP_ADDS_ONLY",
    "APP_READS_ONLY",
    "APP_ROLE",
    "Base",
    "Keyed",
    "Timestamps",
    "Versioned",
    "act_as",
    "db",
    "init_app",
    "is_pooled",
    "mark_actor_set",
    "most_connections",
    "network_limits",
    "on_commit",
    "psycopg2_url",
    "read_only_committed",
    "release_connection",
    "require_writable",
    "separate_transaction",
    "set_actor_columns",
    "take_snapshot",
    "transaction",
]
