"""Webhooks are told of events: triggers of the tables of their objects write what is to be delivered."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# A delivery for each webhook that asked for the event; several statements of one transaction are one event.
PUBLISH = """
CREATE FUNCTION webhook_publish(object text, event text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told bigint;
BEGIN
    FOR told IN
        WITH made AS (
            INSERT INTO webhook_deliveries (webhook_id, event, object_type, object_id, transaction_id)
            SELECT w.id, object || '.' || event, object, changed, pg_current_xact_id()::text::bigint
            FROM webhooks w CROSS JOIN unnest(ids) changed
            WHERE w.active AND w.events && ARRAY[object || '.' || event, object || '.*', '*']::varchar[]
            ORDER BY w.id, changed
            ON CONFLICT DO NOTHING RETURNING webhook_id
        ) SELECT DISTINCT webhook_id FROM made
    LOOP
        PERFORM tasks.put('deliver-webhooks', jsonb_build_object('webhook', told), NULL, NULL);
    END LOOP;
END
$$;

-- The statements of a table's function for one operation: a call for each event that it may be.
CREATE FUNCTION webhook_calls(object text, id_column text, events jsonb, operation text, tables text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(string_agg(format(
        'PERFORM webhook_publish(%L, %L, array_agg(DISTINCT %s)) FROM %s WHERE %s HAVING count(*) > 0;',
        object, event, id_column, tables, conditions ->> operation), ' ' ORDER BY event), 'NULL;')
    FROM jsonb_each(events) its (event, conditions) WHERE conditions ? operation
$$;

-- One line in a migration: a table, the name of its object, the expression of the object's id over the row `r`, and by
-- event and operation (insert, update, delete) the condition over `r` and, on update, the row before, `o`.
CREATE FUNCTION webhook_attach(told text, object text, id_column text, events jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    function text := 'webhook_events_of_' || told;
BEGIN
    -- Without a nested loop, as the plan of a session's first update is kept for those of many rows.
    EXECUTE format($made$
        CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS %L
    $made$, function, format($body$
BEGIN
    IF NOT EXISTS (SELECT FROM webhooks WHERE active) THEN RETURN NULL; END IF;
    IF TG_OP = 'INSERT' THEN %s
    ELSIF TG_OP = 'UPDATE' THEN %s
    ELSE %s
    END IF;
    RETURN NULL;
END
$body$, webhook_calls(object, id_column, events, 'insert', 'new_rows r'),
        webhook_calls(object, id_column, events, 'update', 'new_rows r JOIN old_rows o ON o.id = r.id'),
        webhook_calls(object, id_column, events, 'delete', 'old_rows r')));
    EXECUTE format('CREATE OR REPLACE TRIGGER webhook_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', told, function);
    EXECUTE format('CREATE OR REPLACE TRIGGER webhook_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()', told, function);
    EXECUTE format('CREATE OR REPLACE TRIGGER webhook_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', told, function);
END
$$;

CREATE FUNCTION webhook_detach(told text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP FUNCTION %I() CASCADE', 'webhook_events_of_' || told);
END
$$
"""
FUNCTIONS = (
    "webhook_detach(text)",
    "webhook_attach(text, text, text, jsonb)",
    "webhook_calls(text, text, jsonb, text, text)",
    "webhook_publish(text, text, bigint[])",
)
WRITTEN = {"created": {"insert": "true"}, "updated": {"update": "r IS DISTINCT FROM o"}, "deleted": {"delete": "true"}}
IS_CLIENT = "r IS DISTINCT FROM o AND EXISTS (SELECT FROM clients c WHERE c.id = r.id)"
PAYMENT = {
    "generated": {"insert": "r.generated"},
    "paid": {"insert": "r.status = 'Pagado'", "update": "r.status = 'Pagado' AND o.status <> 'Pagado'"},
    "undone": {"update": "r.status <> 'Pagado' AND o.status = 'Pagado'"},
    "overdue": {"insert": "r.status = 'Vencido'", "update": "r.status = 'Vencido' AND o.status = 'Pendiente'"},
}
# A project that is made with its plan is one event of the project; a plan of a deleted project is none.
PLAN = {
    "changed": {
        "insert": "EXISTS (SELECT FROM projects p WHERE p.id = r.project_id AND p.created_at < r.created_at)",
        "update": "r IS DISTINCT FROM o",
        "delete": "EXISTS (SELECT FROM projects p WHERE p.id = r.project_id)",
    }
}
SOURCES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("clients", "client", "r.id", WRITTEN),
    ("parties", "client", "r.id", {"updated": {"update": IS_CLIENT}}),
    ("projects", "project", "r.id", WRITTEN),
    ("payment_plans", "plan", "r.project_id", PLAN),
    ("payments", "payment", "r.id", PAYMENT),
    ("incomes", "income", "r.id", WRITTEN),
    ("expenses", "expense", "r.id", WRITTEN),
)
UNAUDITED = ("webhook_deliveries", "webhook_runs")


def upgrade() -> None:
    """Apply."""
    _webhooks()
    _runs()
    _deliveries()
    exempt_from_audit(*UNAUDITED)
    op.execute(PUBLISH)
    attach = sa.text("SELECT webhook_attach(:told, :object, :id, CAST(:events AS jsonb))")
    for told, name, row_id, events in SOURCES:
        values = {"told": told, "object": name, "id": row_id, "events": json.dumps(events)}
        op.get_bind().execute(attach, values)


def downgrade() -> None:
    """Take back. Webhooks are deleted, which is recorded; what was not delivered is not."""
    for told, _, _, _ in SOURCES:
        op.execute(f"SELECT webhook_detach('{told}')")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DELETE FROM webhooks")
    for table in (*UNAUDITED, "webhooks"):
        op.drop_table(table)
    end_audit_exemption(*UNAUDITED)


def _webhooks() -> None:
    now = sa.func.now()
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.String(80)), nullable=False),
        sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("secret", sa.Text, nullable=False, comment="not audited"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.CheckConstraint(r"btrim(url, E' \t\r\n') <> ''", name=op.f("ck_webhooks_url_not_blank")),
        sa.CheckConstraint("cardinality(events) > 0", name=op.f("ck_webhooks_events_some")),
    )


def _runs() -> None:
    op.create_table(
        "webhook_runs",
        sa.Column("webhook_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True)),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
        _of_webhook("webhook_runs"),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhook_runs"),
    )


def _deliveries() -> None:
    name = "webhook_deliveries"
    key = ("webhook_id", "event", "object_type", "object_id", "transaction_id")
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("uid", sa.Uuid, server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("webhook_id", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("object_type", sa.String(40), nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("transaction_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(40), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer, server_default="0", nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("last_error", sa.String(200)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        *(sa.Column(one, sa.DateTime(timezone=True)) for one in ("first_try_at", "next_try_at", "finished_at")),
        _of_webhook(name),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("uid", name=f"uq_{name}_uid"),
        sa.UniqueConstraint(*key, name=f"uq_{name}_event"),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name=op.f(f"ck_{name}_state")),
        sa.CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name=op.f(f"ck_{name}_finished_has_time")),
    )
    op.create_index(f"ix_{name}_webhook_id", name, ["webhook_id", "id"])
    waiting = sa.text("state = 'waiting'")
    columns = ["webhook_id", "object_type", "object_id", "id"]
    op.create_index(f"ix_{name}_waiting", name, columns, postgresql_where=waiting)


def _of_webhook(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_webhook_id_webhooks"
    return sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=name, ondelete="CASCADE")
