"""Checks of the database against the models: tables, privileges and triggers."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text

from app.infra.db import (
    APP_ADDS_ONLY,
    APP_DELETES_NOT,
    APP_READS_ONLY,
    APP_ROLE,
    APP_UPDATES_COLUMNS,
    UNWALLED,
    Base,
)

_MODELLED = "control_fresco_modelled"
_NOISE = re.compile(rf"\b(public|{_MODELLED})\.|::(character varying|text)(\[\])?|[()\s]")
DEFINITIONS = {
    "constraint": """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = '{schema}'::regnamespace AND contype NOT IN ('n', 't') AND conname <> 'alembic_version_pkc'
    """,
    "index": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = '{schema}' AND tablename <> 'alembic_version'
    """,
    "column": """
        SELECT relname || '.' || attname,
            concat(format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'
    """,
}
_known: dict[tuple[object, ...], dict[str, dict[str, str]]] = {}
_MAY_CREATE = text("SELECT has_database_privilege(current_database(), 'CREATE')")


def _each(prefix: str, *tables: str) -> tuple[tuple[str, str], ...]:
    """The triggers of all three operations that a call of a migration attaches to these tables."""
    return tuple((table, f"{prefix}_{event}") for table in tables for event in ("insert", "update", "delete"))


_SPENT = ("incomes", "expenses", "accrued_expenses")
_MONEY = ("payments", "payment_receipts", "credit_refunds", *_SPENT)
TRIGGERS: tuple[tuple[str, str], ...] = (
    ("audit_log", "audit_log_is_final"),
    ("audit_log", "audit_log_masks_persons"),
    ("audit_seals", "audit_seals_are_final"),
    ("entries", "entries_balance"),
    ("entries", "entries_are_final_update"),
    ("entries", "entries_are_final_delete"),
    ("lines", "lines_balance_update"),
    ("lines", "lines_balance_delete"),
    ("lines", "lines_check_accounts"),
    ("lines", "lines_are_final_update"),
    ("lines", "lines_are_final_delete"),
    ("books", "books_keep_terms"),
    ("books", "books_have_periods"),
    ("accounts", "accounts_keep_terms"),
    ("periods", "periods_keep_order"),
    ("company", "company_keeps_opening"),
    ("cash_accounts", "cash_accounts_open"),
    ("cash_accounts", "cash_accounts_keep_opening"),
    *_each("period_guard", "entries", "lines", "exchange_rates", "cash_transfers", "credito_flujo", *_MONEY),
    *_each("exchange_rates_keep", "exchange_rates"),
    *_each("feed_movements", "credito_flujo", "credito_cuotas", *_MONEY),
    ("credito_prestamos", "castigar_cuotas"),
    *_each("keep_sums", "lines", "movements", "open_items", "cash_transfers"),
    *_each("keep_sums", "credito_prestamos", "credito_cuotas", "credito_pagos"),
    *((table, name) for table in _SPENT for name in ("nature_of_new", "nature_of_changed")),
    ("payments", "keep_received"),
    ("payments", "receipts_follow"),
    *_each("keep_invoice", "payments"),
    ("payments", "receipts_take_tax"),
    ("payment_receipts", "receipt_takes_tax"),
    ("payment_receipts", "receipts_take_tax"),
    ("payment_receipts", "keep_credit_insert"),
    ("payment_receipts", "keep_credit_delete"),
    ("credit_refunds", "keep_credit_insert"),
    *_each("webhook", "clients", "parties", "projects", "payment_plans", "payments", *_SPENT),
)
"""Table and name of the triggers without which money or its history would be wrong; those of the audit are apart."""
_TRIGGERS = text("""
    SELECT format('trigger %s on %s is disabled', tgname, tgrelid::regclass) FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('tasks')) AND NOT tgisinternal AND tgenabled <> 'O'
    UNION ALL SELECT format('trigger %s on %s is missing', name, of_table)
    FROM unnest(CAST(:tables AS text[]), CAST(:names AS text[])) expected (of_table, name)
    WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgrelid = to_regclass('public.' || of_table))
    UNION ALL SELECT format('table %s moves money, and lacks the guard of periods', fed)
    FROM (SELECT DISTINCT source_table FROM movement_sources WHERE target = 'movements') attached (fed)
    WHERE NOT EXISTS (SELECT FROM pg_trigger
                      WHERE tgname LIKE 'period_guard_%' AND tgrelid = to_regclass('public.' || fed))
    ORDER BY 1
""")
_RIGHTS = text("""
    SELECT format('role %s is more than it should be: superuser, or may create roles, databases, or pass policies',
                  rolname) FROM pg_roles
    WHERE rolname = :role AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)
    UNION ALL SELECT format('role %s may create in the schema public', rolname) FROM pg_roles
    WHERE rolname = :role AND has_schema_privilege(oid, 'public', 'CREATE')
    UNION ALL SELECT format('role %s may not use the schema tasks', rolname) FROM pg_roles, pg_namespace n
    WHERE rolname = :role AND nspname = 'tasks' AND NOT has_schema_privilege(pg_roles.oid, n.oid, 'USAGE')
    UNION ALL SELECT format('role %s %s %s on %s', rolname, CASE WHEN should THEN 'lacks' ELSE 'has' END, kind, relname)
    FROM pg_roles, pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) kind,
         LATERAL (SELECT kind = 'SELECT' OR (kind = 'INSERT' AND relname = ANY (:insert_only))
                  OR (kind <> ALL (ARRAY['TRUNCATE', 'TRIGGER'])
                      AND relname <> ALL (:read_only) AND relname <> ALL (:insert_only)
                      AND (kind <> 'UPDATE' OR relname <> ALL (:column_tables))
                      AND (kind <> 'DELETE' OR relname <> ALL (:never_deleted))) AS should) expected
    WHERE rolname = :role AND relkind IN ('r', 'p')
      AND relnamespace IN ('public'::regnamespace, to_regnamespace('tasks'))
      AND has_table_privilege(pg_roles.oid, pg_class.oid, kind) <> should
    UNION ALL SELECT format('role %s %s UPDATE of %s.%s', rolname,
                            CASE WHEN should THEN 'lacks' ELSE 'has' END, relname, attname)
    FROM pg_roles, pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped,
         LATERAL (SELECT relname || '.' || attname = ANY (:columns) AS should) expected
    WHERE rolname = :role AND relnamespace = 'public'::regnamespace AND relname = ANY (:column_tables)
      AND has_column_privilege(pg_roles.oid, pg_class.oid, attnum, 'UPDATE') <> should
    ORDER BY 1
""")
_WALLS = text("""
    SELECT format('row security of %s is off', polrelid::regclass)
    FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT relrowsecurity
    UNION ALL SELECT format('table %s has a policy %s, which is none of ours', polrelid::regclass, polname)
    FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
    WHERE relnamespace = 'public'::regnamespace
      AND polname <> ALL (ARRAY['own_books', 'company_and_own_books', 'own_rows'])
    UNION ALL SELECT format('table %s has books of people and no row security', attrelid::regclass)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attname = 'book_id' AND NOT attisdropped
      AND relname <> ALL (:unwalled) AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = attrelid)
    ORDER BY 1
""")
_TASKS = text("""
    SELECT format('%s %s is missing', kind, name) FROM (VALUES
        ('table', 'procrastinate_jobs'), ('table', 'procrastinate_workers'), ('table', 'procrastinate_events'),
        ('table', 'keys'), ('table', 'errors'), ('table', 'selftests'),
        ('function', 'put'), ('function', 'note_error'), ('function', 'rescue'),
        ('function', 'procrastinate_defer_jobs_v1'), ('function', 'procrastinate_fetch_job_v2'),
        ('function', 'procrastinate_finish_job_v1'), ('function', 'procrastinate_retry_job_v2')
    ) needed (kind, name)
    WHERE NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('tasks') AND relname = name)
      AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('tasks') AND proname = name)
    UNION ALL SELECT format('function %s has no search path of its own', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = to_regnamespace('tasks')
      AND NOT coalesce(proconfig @> ARRAY['search_path=tasks, pg_temp'], false)
    ORDER BY 1
""")


def missing_triggers(connection: Connection) -> list[str]:
    """Triggers that are disabled or gone, and tables that move money without the guard of periods."""
    tables, names = zip(*TRIGGERS, strict=True)
    return list(connection.scalars(_TRIGGERS, {"tables": list(tables), "names": list(names)}))


def problems(connection: Connection) -> list[str]:
    """Differences from the migrated state; needs a connection of the owner."""
    restricted = {
        "read_only": list(APP_READS_ONLY),
        "insert_only": list(APP_ADDS_ONLY),
        "never_deleted": list(APP_DELETES_NOT),
        "column_tables": list(APP_UPDATES_COLUMNS),
        "columns": [f"{table}.{name}" for table, names in APP_UPDATES_COLUMNS.items() for name in names],
    }
    rights = connection.scalars(_RIGHTS, {"role": APP_ROLE, **restricted}).all()
    walls = connection.scalars(_WALLS, {"unwalled": list(UNWALLED)})
    found = [*missing_triggers(connection), *connection.scalars(_TASKS), *rights, *walls]
    if not connection.scalar(_MAY_CREATE):
        return [*found, "the tables were not compared with the models: that needs the owner, see OWNER_DATABASE_URL"]
    return found + differences(connection)


def differences(connection: Connection) -> list[str]:
    """Differences between tables and models."""
    modelled = _modelled(connection)
    return [
        problem
        for kind, query in DEFINITIONS.items()
        for problem in _compare(kind, definitions(connection, query, "public"), modelled[kind])
    ]


def _modelled(connection: Connection) -> dict[str, dict[str, str]]:
    """Definitions by kind of the models' tables; read once by a process, as creating them takes a second."""
    key = (connection.dialect.server_version_info, *Base.metadata.tables)
    if key not in _known:
        _known[key] = _create_and_read(connection)
    return _known[key]


def _create_and_read(connection: Connection) -> dict[str, dict[str, str]]:
    """Definitions by kind of the models' tables, which are created in a temporary schema and rolled back."""
    savepoint = connection.begin_nested()
    try:
        connection.execute(text(f"CREATE SCHEMA {_MODELLED}"))
        connection.execute(text(f"SET LOCAL search_path = {_MODELLED}, public"))
        # Options of a connection stay set, and the session uses it later; so they are reset below.
        Base.metadata.create_all(connection.execution_options(schema_translate_map={None: _MODELLED}))
        return {kind: definitions(connection, query, _MODELLED) for kind, query in DEFINITIONS.items()}
    finally:
        savepoint.rollback()
        connection.execution_options(schema_translate_map=None)


def definitions(connection: Connection, query: str, schema: str) -> dict[str, str]:
    """Definitions in a schema by name, without casts and brackets, which are different after a restore."""
    rows = connection.execute(text(query.format(schema=schema))).all()
    return {name: _NOISE.sub("", written) for name, written in rows}


def _compare(kind: str, stored: dict[str, str], modelled: dict[str, str]) -> Iterable[str]:
    for name in sorted(stored.keys() | modelled.keys()):
        if name not in stored:
            yield f"{kind} {name} is missing"
        elif name not in modelled:
            yield f"{kind} {name} is not in the models"
        elif stored[name] != modelled[name]:
            yield f"{kind} {name} differs from the models"
