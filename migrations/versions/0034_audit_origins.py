"""The audit log says by which operation and from where, and has events that are no changes of rows."""

import sqlalchemy as sa
from alembic import context, op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

COLUMNS = {
    "operation": sa.String(200),
    "suite": sa.String(40),
    "domain": sa.String(40),
    "address": sa.String(64),
    "user_agent": sa.String(300),
    "session_id": sa.BigInteger(),
}

# As in 0001, with the columns that are new. Each part of the origin is read once a statement, not once a row.
RECORD = """
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    who bigint := nullif(current_setting('fresco.user_id', true), '')::bigint;
    request text := nullif(current_setting('fresco.request_id', true), '');
    by_session bigint := nullif(current_setting('fresco.session_id', true), '')::bigint;
    origin json := nullif(current_setting('fresco.origin', true), '');
    by_operation text := origin ->> 'operation';
    by_suite text := origin ->> 'suite';
    by_domain text := origin ->> 'domain';
    by_address text := origin ->> 'address';
    by_agent text := origin ->> 'user_agent';
    hidden text[] := coalesce(TG_ARGV, '{}');
    moment timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after,
                               operation, suite, domain, address, user_agent, session_id)
        SELECT moment, who, request, 'insert', TG_TABLE_NAME, n.id, NULL,
               CASE WHEN hidden = '{}' THEN row_to_json(n) ELSE (to_jsonb(n) - hidden)::json END,
               by_operation, by_suite, by_domain, by_address, by_agent, by_session
        FROM new_rows n;
    ELSE
        INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after,
                               operation, suite, domain, address, user_agent, session_id)
        SELECT moment, who, request, 'delete', TG_TABLE_NAME, o.id,
               CASE WHEN hidden = '{}' THEN row_to_json(o) ELSE (to_jsonb(o) - hidden)::json END, NULL,
               by_operation, by_suite, by_domain, by_address, by_agent, by_session
        FROM old_rows o;
    END IF;
    RETURN NULL;
END
$$;

-- The body of a table's own function, which names its columns: to ask a row for them each time takes twice as long.
CREATE OR REPLACE FUNCTION audit_update_source(audited text, hidden text[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format($body$
DECLARE
    who bigint := nullif(current_setting('fresco.user_id', true), '')::bigint;
    request text := nullif(current_setting('fresco.request_id', true), '');
    by_session bigint := nullif(current_setting('fresco.session_id', true), '')::bigint;
    origin json := nullif(current_setting('fresco.origin', true), '');
    by_operation text := origin ->> 'operation';
    by_suite text := origin ->> 'suite';
    by_domain text := origin ->> 'domain';
    by_address text := origin ->> 'address';
    by_agent text := origin ->> 'user_agent';
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after,
                               operation, suite, domain, address, user_agent, session_id)
    SELECT moment, who, request, 'update', TG_TABLE_NAME, c.id, %s, ('{' || c.changed || '}')::json,
           by_operation, by_suite, by_domain, by_address, by_agent, by_session
    FROM (SELECT n.id, o, concat_ws(',', %s) AS changed, false%s AS changed_unseen
          FROM new_rows n JOIN old_rows o USING (id) OFFSET 0) c  -- the offset: else `changed` is worked out twice
    WHERE c.changed <> '' OR c.changed_unseen;
    RETURN NULL;
END
$body$,
        CASE WHEN hidden = '{}' THEN 'row_to_json(c.o)' ELSE format('(to_jsonb(c.o) - %L::text[])::json', hidden) END,
        string_agg(format('CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN %2$L || coalesce(to_json(n.%1$I)::text, %3$L) END',
            attname, to_json(attname) || ':', 'null'), ', ' ORDER BY attnum) FILTER (WHERE attname <> ALL (hidden)),
        string_agg(format(' OR o.%1$I IS DISTINCT FROM n.%1$I', attname), '' ORDER BY attnum)
            FILTER (WHERE attname = ANY (hidden)))
    FROM pg_attribute WHERE attrelid = format('public.%I', audited)::regclass AND attnum > 0 AND NOT attisdropped
$$
"""

# The program may record events, and nothing that looks like a change of a row.
EVENT = """
CREATE FUNCTION audit_event(verb text, object_type text, object_id bigint, detail json) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    origin json := nullif(current_setting('fresco.origin', true), '');
    recorded bigint;
BEGIN
    IF verb IN ('insert', 'update', 'delete') OR verb !~ '^[a-z_]+$' THEN
        RAISE insufficient_privilege USING MESSAGE = format('%s is no verb of an event', verb);
    END IF;
    INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after,
                           operation, suite, domain, address, user_agent, session_id)
    VALUES (clock_timestamp(), nullif(current_setting('fresco.user_id', true), '')::bigint,
            nullif(current_setting('fresco.request_id', true), ''), verb, object_type, object_id, NULL, detail,
            origin ->> 'operation', origin ->> 'suite', origin ->> 'domain', origin ->> 'address',
            origin ->> 'user_agent', nullif(current_setting('fresco.session_id', true), '')::bigint)
    RETURNING id INTO recorded;
    RETURN recorded;
END
$$
"""

# Columns that came later join the digest where one of them has a value: older entries keep theirs.
DIGEST = """
CREATE OR REPLACE FUNCTION audit_entry_digest(entry audit_log) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(json_build_array(entry.id, entry.at, entry.user_id, entry.request_id, entry.action,
        entry.table_name, entry.row_id, entry.before, entry.after)::text
        || CASE WHEN num_nonnulls(entry.operation, entry.suite, entry.domain, entry.address, entry.user_agent,
                                  entry.session_id) > 0
           THEN json_build_array(entry.operation, entry.suite, entry.domain, entry.address, entry.user_agent,
                                 entry.session_id)::text
           ELSE '' END, 'UTF8'))
$$
"""

# As in 0001, but events say nothing of how a row is.
DISAGREEMENTS = """
CREATE OR REPLACE FUNCTION audit_disagreements() RETURNS TABLE (problem text)
LANGUAGE plpgsql STABLE SET timezone = 'UTC' AS $$
DECLARE
    audited text;
    missing int;
BEGIN
    FOR audited IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (audit_exempt())
        ORDER BY relname
    LOOP
        SELECT 4 - count(*) INTO missing FROM pg_trigger
        WHERE tgrelid = format('public.%I', audited)::regclass AND tgenabled = 'O'
          AND tgname IN ('audit_insert', 'audit_update', 'audit_delete', 'audit_truncate');
        IF missing > 0 THEN
            problem := format('table %s lacks %s of its audit triggers', audited, missing);
            RETURN NEXT;
        END IF;
        IF EXISTS (
            SELECT FROM pg_trigger u JOIN pg_proc made ON made.oid = u.tgfoid
            JOIN pg_trigger i ON i.tgrelid = u.tgrelid AND i.tgname = 'audit_insert'
            WHERE u.tgrelid = format('public.%I', audited)::regclass AND u.tgname = 'audit_update'
              AND made.prosrc <> audit_update_source(audited, audit_hidden(i.tgargs))
        ) THEN
            problem := format('table %s was altered after it was attached to the audit log', audited);
            RETURN NEXT;
        END IF;
        RETURN QUERY EXECUTE format($q$
            SELECT %L || ' ' || r.id || ' is not as the audit log last recorded it'
            FROM %I r LEFT JOIN LATERAL (
                SELECT audit_after(before, after) AS after FROM audit_log a
                WHERE a.table_name = %L AND a.row_id = r.id AND a.action IN ('insert', 'update', 'delete')
                ORDER BY a.id DESC LIMIT 1
            ) latest ON true
            WHERE latest.after IS NULL OR NOT to_jsonb(r) @> latest.after
            ORDER BY r.id
        $q$, audited, audited, audited);
        RETURN QUERY EXECUTE format($q$
            SELECT DISTINCT %L || ' ' || a.row_id || ' vanished without the audit log'
            FROM audit_log a
            WHERE a.table_name = %L AND a.action IN ('insert', 'update', 'delete')
              AND NOT EXISTS (SELECT FROM %I r WHERE r.id = a.row_id)
              AND NOT EXISTS (SELECT FROM audit_log d
                              WHERE d.table_name = %L AND d.row_id = a.row_id AND d.action = 'delete')
        $q$, audited, audited, audited, audited);
    END LOOP;
END
$$
"""

# What an older version can't check: events, and seals over what it does not know.
FORGET = """
ALTER TABLE audit_seals DISABLE TRIGGER audit_seals_are_final;
ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_final;
DELETE FROM audit_seals WHERE until_id >= (
    SELECT min(id) FROM audit_log
    WHERE action NOT IN ('insert', 'update', 'delete')
       OR num_nonnulls(operation, suite, domain, address, user_agent, session_id) > 0
);
DELETE FROM audit_log WHERE action NOT IN ('insert', 'update', 'delete');
ALTER TABLE audit_log ENABLE TRIGGER audit_log_is_final;
ALTER TABLE audit_seals ENABLE TRIGGER audit_seals_are_final
"""
EXEMPT = sa.text("SELECT pg_get_functiondef('public.audit_exempt()'::regprocedure)")


def upgrade() -> None:
    """Apply; entries of before have no values in the new columns, and keep their digests."""
    op.alter_column("audit_log", "action", type_=sa.String(40))
    op.alter_column("audit_log", "row_id", nullable=True)
    for name, kind in COLUMNS.items():
        op.add_column("audit_log", sa.Column(name, kind))
    condition = "row_id IS NOT NULL OR action NOT IN ('insert', 'update', 'delete')"
    op.create_check_constraint(op.f("ck_audit_log_row_of_change"), "audit_log", condition)
    for statement in (RECORD, EVENT, DIGEST, DISAGREEMENTS):
        op.execute(statement)


def downgrade() -> None:
    """Take back: events go, and so do seals from the first entry with an origin on; later ones are made anew."""
    exempt = op.get_bind().scalar(EXEMPT)
    for migration, constant in (("0001", "AUDIT"), ("0015", "DIGEST")):
        written: str = getattr(context.script.get_revision(migration).module, constant)
        op.execute(written.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(str(exempt))  # which tables are exempt was said anew since
    op.execute("DROP FUNCTION audit_event(text, text, bigint, json)")
    op.execute(FORGET)
    op.drop_constraint("ck_audit_log_row_of_change", "audit_log")
    for name in COLUMNS:
        op.drop_column("audit_log", name)
    op.alter_column("audit_log", "row_id", nullable=False)
    op.alter_column("audit_log", "action", type_=sa.String(10))
