"""A database that went through migrations as they were before they were frozen becomes what today's make."""

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import registry
from app.infra.db import db
from tests.conftest import at, recreate
from tests.soak import daily, soak_only
from tests.test_migrations import migrate, owner

pytestmark = pytest.mark.long

BEFORE = "0012"
PAID_DATES = """
    DROP INDEX ix_payments_paid_date;
    CREATE INDEX ix_payments_paid_date ON payments (paid_date, id) INCLUDE (client_id, currency, amount)
        WHERE paid_date IS NOT NULL
"""
CLIENTS_PAGES = "DROP INDEX ix_payments_client_id; CREATE INDEX ix_payments_client_id ON payments (client_id, date)"
ONE_COLUMN = "DROP INDEX {0}; CREATE INDEX {0} ON {1} ({2})"
DATES = ";".join(
    ONE_COLUMN.format(f"ix_{table}_{column}", table, column)
    for table, column in (("incomes", "date"), ("expenses", "date"), ("accrued_expenses", "paid_date"))
)
AUDIT_INDEXES = ";".join(
    (
        ONE_COLUMN.format("ix_audit_log_at", "audit_log", "at"),
        ONE_COLUMN.format("ix_audit_log_user_id", "audit_log", "user_id, id"),
    )
)
PREFIXED = ";".join(
    f"ALTER TABLE {table} RENAME CONSTRAINT ck_{table}_{name} TO ck_{table}_ck_{table}_{name}"
    for table, name in (("clients", "status"), ("users", "role"), ("users", "username_plain"), ("job_runs", "outcome"))
)
WHOLE_ROWS = """
    ALTER TABLE payments SET (fillfactor = 60);
    ALTER TABLE audit_log ALTER before TYPE jsonb USING before::jsonb, ALTER after TYPE jsonb USING after::jsonb;
    DROP FUNCTION audit_update_source(text, text[]);
    DROP FUNCTION audit_after(json, json);
    CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'
    SET work_mem = '64MB' AS $$
    DECLARE
        hidden text[] := coalesce(TG_ARGV, '{}');
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO audit_log (at, action, table_name, row_id, before, after)
            SELECT clock_timestamp(), 'insert', TG_TABLE_NAME, n.id, NULL, to_jsonb(n) - hidden FROM new_rows n;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO audit_log (at, action, table_name, row_id, before, after)
            SELECT clock_timestamp(), 'delete', TG_TABLE_NAME, o.id, to_jsonb(o) - hidden, NULL FROM old_rows o;
        ELSE
            INSERT INTO audit_log (at, action, table_name, row_id, before, after)
            SELECT clock_timestamp(), 'update', TG_TABLE_NAME, n.id, to_jsonb(o) - hidden, to_jsonb(n) - hidden
            FROM new_rows n JOIN old_rows o USING (id) WHERE o.* IS DISTINCT FROM n.*;
        END IF;
        RETURN NULL;
    END
    $$;
    DO $$
    DECLARE
        found record;
    BEGIN
        FOR found IN
            SELECT tgrelid::regclass AS audited, relname, concat_ws(', ', VARIADIC (
                SELECT array_agg(quote_literal(h)) FROM unnest(audit_hidden(tgargs)) h)) AS arguments
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = 'audit_insert'
        LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows
                NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_record(%s)',
                found.audited, found.arguments);
            EXECUTE format('DROP FUNCTION %I()', 'audit_update_of_' || found.relname);
        END LOOP;
    END
    $$;
    DROP FUNCTION audit_hidden(bytea)
"""
OLDER = {  # by the commit that changed it, the newest first: what a database built before lacks
    "8a27bd0": PAID_DATES,
    "5407cc5": f"{PAID_DATES}; {CLIENTS_PAGES}",
    "0de893e": f"{PAID_DATES}; {CLIENTS_PAGES}; {WHOLE_ROWS}",
    "30e8cf3": f"{PAID_DATES}; {CLIENTS_PAGES}; {WHOLE_ROWS}; {DATES}",
    "6592c79": f"{PAID_DATES}; {CLIENTS_PAGES}; {WHOLE_ROWS}; {DATES}; {AUDIT_INDEXES};"
    " ALTER TABLE exchange_rates DROP COLUMN version",
    "80657a7": f"{PAID_DATES}; {CLIENTS_PAGES}; {WHOLE_ROWS}; {DATES}; {AUDIT_INDEXES}; {PREFIXED}",
}
ROWS = """
    INSERT INTO users (username, email, password_hash) VALUES ('ana', 'ana@example.com', 'x');
    INSERT INTO clients (name, start_date) VALUES ('Café', '2026-01-01');
    UPDATE clients SET phone = '1';
    UPDATE users SET role = 'viewer'
"""
_EVERYTHING = text("""
    SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT tgname || ' on ' || tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conname || ' on ' || conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod) || attnotnull
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT relname, coalesce(reloptions::text, '') || coalesce(relacl::text, '') FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
""")


def everything(url: str) -> dict[str, str]:
    """Definitions of all objects in the schema."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return dict(connection.execute(_EVERYTHING).all())


@pytest.fixture(scope="module")
def built(cluster: str, template: str) -> dict[str, str]:
    """Definitions of the schema that today's migrations create."""
    return everything(at(cluster, template))


FIRST_PAYMENTS = """
    DROP INDEX ix_payments_unpaid;
    CREATE INDEX ix_payments_status ON payments (status, date);
    ALTER TABLE payments RESET (fillfactor);
    ALTER TABLE exchange_rates DROP COLUMN version
"""
"""Versions of 0003 and 0005 in ac40ce1; 0012 could not be applied after them."""


@pytest.fixture
def older(empty: str, request: pytest.FixtureRequest) -> str:
    """The address of a database that went through the files as they were before that commit; it has rows."""
    migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    with owner(empty).connect() as connection:
        connection.execute(text(f"{OLDER[request.param]}; {ROWS}"))
    return empty


def found_wrong(app: Flask) -> list[str]:
    with app.app_context():
        found = registry.broken_rules()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("older", daily(*reversed(OLDER)), indirect=True)
def test_a_database_of_older_migrations_becomes_what_todays_build(older: str, built: dict[str, str]) -> None:
    assert everything(older) != built
    app = migrate(older, flask_migrate.upgrade)
    found = everything(older)
    assert {
        name: (found.get(name), built.get(name)) for name in found | built if found.get(name) != built.get(name)
    } == {}
    assert found_wrong(app) == []


@soak_only
def test_a_database_of_the_first_payments_becomes_what_todays_build(empty: str, built: dict[str, str]) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision="0005"))
    with owner(empty).connect() as connection:
        connection.execute(text(f"{FIRST_PAYMENTS}; {ROWS}"))
    app = migrate(empty, flask_migrate.upgrade)
    found = everything(empty)
    assert {name: one for name, one in found.items() if one != built.get(name)} == {}
    assert found.keys() == built.keys()
    assert found_wrong(app) == []


def test_nothing_happens_to_one_that_is_as_it_should_be(cluster: str, empty: str, template: str) -> None:
    recreate(cluster, str(make_url(empty).database), template)
    oids = text(
        "SELECT oid::bigint, relfilenode::bigint FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        # Later migrations replaced these.
        " AND relname NOT IN ('ix_payments_client_id', 'ix_expenses_date', 'ix_incomes_date')"
    )
    with owner(empty).connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": BEFORE})
        before = set(connection.execute(oids).all())
        migrate(empty, lambda: flask_migrate.upgrade(revision="0013"))
        assert set(connection.execute(oids).all()) == before
