"""The application's role, searching, auditing; users, sessions, idempotency keys, job runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        BEGIN
            CREATE ROLE control_fresco_app NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration was faster
            WHEN insufficient_privilege THEN
                RAISE WARNING 'may not create the role control_fresco_app: the application acts as the owner';
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        BEGIN
            -- Who creates a role may not act as it unless it says so; a superuser may anyhow.
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                EXECUTE format('GRANT control_fresco_app TO %I', current_user);
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'may not act as control_fresco_app: the application acts as the owner';
        END;
        GRANT USAGE ON SCHEMA public TO control_fresco_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO control_fresco_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO control_fresco_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO control_fresco_app;
    END IF;
END
$$
"""

NO_ROLE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM control_fresco_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM control_fresco_app;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM control_fresco_app;
        REVOKE ALL ON SCHEMA public FROM control_fresco_app;
    END IF;
END
$$
"""

# Letters with signs become plain ones, combining signs vanish; `unaccent` is not in core PostgreSQL.
FOLD = """
CREATE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(
        lower(value),
        'áàâäãåÁÀÂÄÃÅéèêëÉÈÊËíìîïÍÌÎÏóòôöõÓÒÔÖÕúùûüÚÙÛÜñÑçÇýÿÝ' || U&'\\0300\\0301\\0302\\0303\\0308\\030A\\0327',
        'aaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuunnccyyy'
    )
$$
"""

AUDIT = """
-- A change keeps the row as it was and, of what it became, only what differs: writing whole rows twice is what costs.
CREATE FUNCTION audit_after(before json, after json) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(before::jsonb || after::jsonb, after::jsonb)
$$;

CREATE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    who bigint := nullif(current_setting('fresco.user_id', true), '')::bigint;
    request text := nullif(current_setting('fresco.request_id', true), '');
    hidden text[] := coalesce(TG_ARGV, '{}');
    moment timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after)
        SELECT moment, who, request, 'insert', TG_TABLE_NAME, n.id, NULL,
               CASE WHEN hidden = '{}' THEN row_to_json(n) ELSE (to_jsonb(n) - hidden)::json END
        FROM new_rows n;
    ELSE
        INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after)
        SELECT moment, who, request, 'delete', TG_TABLE_NAME, o.id,
               CASE WHEN hidden = '{}' THEN row_to_json(o) ELSE (to_jsonb(o) - hidden)::json END, NULL
        FROM old_rows o;
    END IF;
    RETURN NULL;
END
$$;

-- The body of a table's own function, which names its columns: to ask a row for them each time takes twice as long.
CREATE FUNCTION audit_update_source(audited text, hidden text[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format($body$
DECLARE
    who bigint := nullif(current_setting('fresco.user_id', true), '')::bigint;
    request text := nullif(current_setting('fresco.request_id', true), '');
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after)
    SELECT moment, who, request, 'update', TG_TABLE_NAME, c.id, %s, ('{' || c.changed || '}')::json
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
$$;

-- Every business table is attached by its migration; further arguments name columns that are never recorded.
-- A migration that alters a table attaches it again.
CREATE FUNCTION audit_attach(audited text, VARIADIC hidden text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    arguments text := (SELECT coalesce(string_agg(quote_literal(h), ', '), '') FROM unnest(hidden) h);
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET timezone = ''UTC'' SET work_mem = ''64MB'' AS %L',
        'audit_update_of_' || audited, audit_update_source(audited, hidden));
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION audit_record(%s)', audited, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()', audited, 'audit_update_of_' || audited);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION audit_record(%s)', audited, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', audited);
END
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = format('%s of %s is never allowed', TG_OP, TG_TABLE_NAME);
END
$$;

-- Operations of the program itself, not of the business: no trigger is asked of these.
CREATE FUNCTION audit_exempt() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['alembic_version', 'audit_log', 'daily_sums', 'idempotency_keys', 'job_runs', 'login_failures']
$$;

-- A trigger's arguments, each of which ends with a zero byte.
CREATE FUNCTION audit_hidden(arguments bytea) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_remove(string_to_array(encode(arguments, 'escape'), '\\000'), '')
$$;

CREATE FUNCTION audit_disagreements() RETURNS TABLE (problem text)
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
                WHERE a.table_name = %L AND a.row_id = r.id ORDER BY a.id DESC LIMIT 1
            ) latest ON true
            WHERE latest.after IS NULL OR NOT to_jsonb(r) @> latest.after
            ORDER BY r.id
        $q$, audited, audited, audited);
        RETURN QUERY EXECUTE format($q$
            SELECT DISTINCT %L || ' ' || a.row_id || ' vanished without the audit log'
            FROM audit_log a
            WHERE a.table_name = %L AND NOT EXISTS (SELECT FROM %I r WHERE r.id = a.row_id)
              AND NOT EXISTS (SELECT FROM audit_log d
                              WHERE d.table_name = %L AND d.row_id = a.row_id AND d.action = 'delete')
        $q$, audited, audited, audited, audited);
    END LOOP;
END
$$
"""

NO_UPDATE_FUNCTIONS = r"""
DO $$
DECLARE
    made text;
BEGIN
    FOR made IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'audit\_update\_of\_%'
    LOOP
        EXECUTE 'DROP FUNCTION ' || made;
    END LOOP;
END
$$
"""

FINAL = """
CREATE TRIGGER audit_log_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_log FROM control_fresco_app;
    END IF;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    op.execute(ROLE)
    op.execute(FOLD)
    _audit()
    _users()
    _plumbing()
    op.execute("SELECT audit_attach('users', 'password_hash'), audit_attach('sessions')")


def downgrade() -> None:
    """Take back."""
    for table in ("job_runs", "idempotency_keys", "login_failures", "sessions", "users", "audit_log"):
        op.drop_table(table)
    for function in (
        "audit_disagreements()",
        "audit_exempt()",
        "audit_attach(text, text[])",
        "audit_refuse()",
        "audit_hidden(bytea)",
        "audit_update_source(text, text[])",
        "audit_record()",
        "audit_after(json, json)",
        "fold(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.execute(NO_UPDATE_FUNCTIONS)
    op.execute(NO_ROLE)


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("request_id", sa.String(128)),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("row_id", sa.BigInteger, nullable=False),
        sa.Column("before", postgresql.JSON),
        sa.Column("after", postgresql.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_row", "audit_log", ["table_name", "row_id", "id"])
    op.create_index(
        "ix_audit_log_user_id", "audit_log", ["user_id", "id"], postgresql_where=sa.text("user_id IS NOT NULL")
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"], postgresql_using="brin")
    op.execute(AUDIT)
    op.execute(FINAL)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(100), nullable=False),
        sa.Column("role", sa.String(40), nullable=False, server_default="user"),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.CheckConstraint("username <> '' AND username !~ '[@[:space:]]'", name=op.f("ck_users_username_plain")),
        sa.CheckConstraint("role IN ('admin', 'user', 'viewer')", name=op.f("ck_users_role")),
    )
    op.create_index("uq_users_username", "users", [sa.text("lower(username)")], unique=True)
    op.create_index("uq_users_email", "users", [sa.text("lower(email)")], unique=True)
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sessions_expires_later")),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("account", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_failures"),
    )
    op.create_index("ix_login_failures_account", "login_failures", ["account", "failed_at"])
    op.create_index("ix_login_failures_address", "login_failures", ["address", "failed_at"])


def _plumbing() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("path", sa.String(2000), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.SmallInteger),
        sa.Column("headers", postgresql.JSONB),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.UniqueConstraint("user_id", "method", "path", "key", name="uq_idempotency_keys_use"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "job_runs",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("job", sa.String(60), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True)),
        sa.Column("attempt", sa.SmallInteger, nullable=False, server_default="1"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("counts", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_job_runs"),
        sa.UniqueConstraint("job", "slot", name="uq_job_runs_slot"),
        sa.CheckConstraint("outcome IN ('done', 'failed')", name=op.f("ck_job_runs_outcome")),
        sa.CheckConstraint("(outcome = 'failed') = (error IS NOT NULL)", name=op.f("ck_job_runs_error_when_failed")),
    )
    op.create_index("ix_job_runs_job", "job_runs", ["job", "id"])


def _timestamps() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    )
