"""Row security keeps people's books apart, and changes of their rows are recorded outside of the company's audit log."""

import re

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

# Settings of the transaction say which books it has entered. Whoever owns the tables is not subject to policies.
ENTERED = """
CREATE FUNCTION my_books() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('app.book_ids', true), ''), '{}')::bigint[]
$$;

CREATE FUNCTION my_person() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.person', true), '')::bigint
$$;

-- For jobs over the books of all people, such as the folding of sums.
CREATE FUNCTION every_book() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('app.every_book', true), '') = 'on'
$$;

-- Those of companies, which have codes, and those that were entered.
CREATE FUNCTION visible_books() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT my_books() || ARRAY(SELECT id FROM books WHERE code IS NOT NULL)
$$
"""
# In sub-selects, which are worked out once a statement.
WALL = """
-- One line in a migration for each table whose rows belong to people's books, all of them. What alters its columns need
-- not call it again.
CREATE FUNCTION book_wall_attach(walled text, book_column text DEFAULT 'book_id') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('DROP POLICY IF EXISTS own_books ON %I', walled);
    EXECUTE format('CREATE POLICY own_books ON %I
        USING ((SELECT every_book()) OR %I = ANY ((SELECT my_books())::bigint[]))', walled, book_column);
    EXECUTE format('COMMENT ON POLICY own_books ON %I IS %L', walled, book_column);
END
$$;

-- The column of a table with the id of a row's book, and whether there are rows of companies' books as well; no row for
-- a table without books of people.
CREATE FUNCTION book_wall(walled regclass) RETURNS TABLE (book_column text, mixed boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT obj_description(oid, 'pg_policy'), polname = 'company_and_own_books' FROM pg_policy
    WHERE polrelid = walled AND polname IN ('own_books', 'company_and_own_books')
$$
"""
LEDGER = ("accounts", "cost_centers", "entries", "lines", "account_day_sums", "account_span_sums")
POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_and_own_books ON {table} USING ({condition});
COMMENT ON POLICY company_and_own_books ON {table} IS '{column}'
"""
OF_BOOKS = "(SELECT every_book()) OR kind = 'company' OR id = ANY ((SELECT my_books())::bigint[])"
OF_LEDGER = "(SELECT every_book()) OR book_id = ANY ((SELECT visible_books())::bigint[])"

# Checks see what their transaction does not: rows that are not there for it must not pass for ones that are right.
CHECKS = ("lines_check_accounts()", "entries_check()", "lines_check()")

# A personal book has no base amounts: its currency is the one that is reported in.
IN_USE = "EXISTS (SELECT FROM entries WHERE book_id = OLD.id)"
COMPANY_IN_USE = f"NEW.kind = 'company' AND {IN_USE}"

# An INSERT of a table's own function: into the log of the company or, with the book, into that of people's books.
RECORD = """
CREATE FUNCTION book_audit_insert(audited text, hidden text[], kind text, book_column text, target text, rows text)
RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format($body$
        INSERT INTO %1$s (%2$sat, user_id, request_id, action, table_name, row_id, before, after,
                          operation, suite, domain, address, user_agent, session_id)
        SELECT %3$smoment, who, request, %4$L, TG_TABLE_NAME, %5$s,
               by_operation, by_suite, by_domain, by_address, by_agent, by_session
        FROM %6$s%7$s;
$body$, target,
        CASE target WHEN 'book_audit' THEN 'book_id, ' ELSE '' END,
        CASE target WHEN 'book_audit' THEN format('c.%I, ', CASE kind WHEN 'update' THEN 'book' ELSE book_column END)
                    ELSE '' END,
        kind,
        CASE WHEN kind = 'update' AND hidden = '{}' THEN 'c.id, row_to_json(c.o), (''{'' || c.changed || ''}'')::json'
             WHEN kind = 'update' THEN format(
                 'c.id, (to_jsonb(c.o) - %L::text[])::json, (''{'' || c.changed || ''}'')::json', hidden)
             WHEN hidden = '{}' THEN CASE kind WHEN 'insert' THEN 'c.id, NULL, row_to_json(c)'
                                               ELSE 'c.id, row_to_json(c), NULL' END
             ELSE format(CASE kind WHEN 'insert' THEN 'c.id, NULL, (to_jsonb(c) - %L::text[])::json'
                                   ELSE 'c.id, (to_jsonb(c) - %L::text[])::json, NULL' END, hidden) END,
        CASE kind WHEN 'insert' THEN 'new_rows c' WHEN 'delete' THEN 'old_rows c'
                  ELSE format('(SELECT n.id, n.%I AS book, o, concat_ws('','', %s) AS changed, false%s AS changed_unseen
              FROM new_rows n JOIN old_rows o USING (id) OFFSET 0) c', book_column,
            string_agg(format(
                'CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN %2$L || coalesce(to_json(n.%1$I)::text, %3$L) END',
                attname, to_json(attname) || ':', 'null'), ', ' ORDER BY attnum) FILTER (WHERE attname <> ALL (hidden)),
            string_agg(format(' OR o.%1$I IS DISTINCT FROM n.%1$I', attname), '' ORDER BY attnum)
                FILTER (WHERE attname = ANY (hidden))) END,
        CASE WHEN kind = 'update' THEN ' WHERE (c.changed <> '''' OR c.changed_unseen)'
                                       || coalesce(' AND c.book ' || rows, '')
             ELSE coalesce(format(' WHERE c.%I ', book_column) || rows, '') END)
    FROM pg_attribute WHERE attrelid = format('public.%I', audited)::regclass AND attnum > 0 AND NOT attisdropped
$$;

-- The body of the function of a table with people's books, for inserts, updates and deletes.
CREATE FUNCTION book_audit_source(audited text, hidden text[], book_column text, mixed boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
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
    personal bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN%s
    ELSIF TG_OP = 'DELETE' THEN%s
    ELSE%s
    END IF;
    RETURN NULL;
END
$body$, VARIADIC array_agg(part ORDER BY place))
    FROM (SELECT place,
                 CASE WHEN NOT mixed THEN book_audit_insert(audited, hidden, kind, book_column, 'book_audit', NULL)
                      ELSE format(CASE WHEN book_column = 'id' THEN '
        personal := ARRAY(SELECT id FROM %2$s WHERE kind = ''personal'');'
                                       ELSE '
        personal := ARRAY(SELECT id FROM books
                          WHERE kind = ''personal'' AND id = ANY (ARRAY(SELECT DISTINCT %1$I FROM %2$s)));' END,
                                  book_column, changed)
                           || book_audit_insert(audited, hidden, kind, book_column, 'book_audit', '= ANY (personal)')
                           || book_audit_insert(audited, hidden, kind, book_column, 'audit_log', '<> ALL (personal)')
                 END AS part
          FROM (VALUES (1, 'insert', 'new_rows'), (2, 'delete', 'old_rows'), (3, 'update', 'new_rows'))
              operations (place, kind, changed)) parts
$$;

CREATE OR REPLACE FUNCTION audit_is_attached(audited regclass, hidden text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT count(*) = 4 AND bool_and(tgenabled = 'O' AND CASE
        WHEN wall.book_column IS NOT NULL
        THEN tgname = 'audit_truncate' OR prosrc = book_audit_source(relname, hidden, wall.book_column, wall.mixed)
        WHEN tgname IN ('audit_insert', 'audit_delete') THEN proname = 'audit_record' AND audit_hidden(tgargs) = hidden
        ELSE tgname <> 'audit_update' OR prosrc = audit_update_source(relname, hidden) END)
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    LEFT JOIN LATERAL book_wall(audited) wall ON true
    WHERE tgrelid = audited AND tgname IN ('audit_insert', 'audit_update', 'audit_delete', 'audit_truncate')
$$;

-- A table that gets a wall is attached anew by the audit_refresh of its migration.
CREATE FUNCTION audit_attach_of_books(audited text, hidden text[], book_column text, mixed boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    recording text := 'audit_change_of_' || audited;
    change record;
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET timezone = ''UTC'' SET work_mem = ''64MB''
        SET enable_nestloop = off AS %L', recording, book_audit_source(audited, hidden, book_column, mixed));
    FOR change IN SELECT * FROM (VALUES ('insert', 'NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows'),
                                        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows')) changes (kind, tables)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %I REFERENCING %s
            FOR EACH STATEMENT EXECUTE FUNCTION %I()', 'audit_' || change.kind, change.kind, audited, change.tables,
            recording);
    END LOOP;
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', audited);
    EXECUTE format('DROP FUNCTION IF EXISTS %I()', 'audit_update_of_' || audited);
END
$$
"""
OF_BOOKS_TOO = """BEGIN
    IF EXISTS (SELECT FROM book_wall(format('public.%I', audited)::regclass)) THEN
        PERFORM audit_attach_of_books(audited, hidden, book_column, mixed)
        FROM book_wall(format('public.%I', audited)::regclass);
        RETURN;
    END IF;
"""
GONE = "starts_with(proname, 'audit_update_of_')", "substr(proname, length('audit_update_of_') + 1)"
GONE_TOO = "proname ~ '^audit_(update|change)_of_'", "regexp_replace(proname, '^audit_(update|change)_of_', '')"

FINAL = """
CREATE TRIGGER book_audit_is_final BEFORE UPDATE OR TRUNCATE ON book_audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON book_audit FROM control_fresco_app;
    END IF;
END
$$
"""
EVENT_ARGUMENTS = "verb text, object_type text, object_id bigint, detail json"
EVENT = f"""
CREATE FUNCTION audit_event({EVENT_ARGUMENTS}, of_book bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    origin json := nullif(current_setting('fresco.origin', true), '');
    who bigint := nullif(current_setting('fresco.user_id', true), '')::bigint;
    by_session bigint := nullif(current_setting('fresco.session_id', true), '')::bigint;
    request text := nullif(current_setting('fresco.request_id', true), '');
    recorded bigint;
BEGIN
    IF verb IN ('insert', 'update', 'delete') OR verb !~ '^[a-z_]+$' THEN
        RAISE insufficient_privilege USING MESSAGE = format('%s is no verb of an event', verb);
    END IF;
    IF of_book IS NULL THEN
        INSERT INTO audit_log (at, user_id, request_id, action, table_name, row_id, before, after,
                               operation, suite, domain, address, user_agent, session_id)
        VALUES (clock_timestamp(), who, request, verb, object_type, object_id, NULL, detail, origin ->> 'operation',
                origin ->> 'suite', origin ->> 'domain', origin ->> 'address', origin ->> 'user_agent', by_session)
        RETURNING id INTO recorded;
    ELSE
        INSERT INTO book_audit (book_id, at, user_id, request_id, action, table_name, row_id, before, after,
                                operation, suite, domain, address, user_agent, session_id)
        VALUES (of_book, clock_timestamp(), who, request, verb, object_type, object_id, NULL, detail,
                origin ->> 'operation', origin ->> 'suite', origin ->> 'domain', origin ->> 'address',
                origin ->> 'user_agent', by_session)
        RETURNING id INTO recorded;
    END IF;
    RETURN recorded;
END
$$
"""  # noqa: S608 - constants

# As in 0034, but where a table has books of people, the changes of their rows are in the other log.
DISAGREEMENTS = """
CREATE OR REPLACE FUNCTION audit_disagreements() RETURNS TABLE (problem text)
LANGUAGE plpgsql STABLE SET timezone = 'UTC' AS $$
DECLARE
    audited text;
    missing int;
    hidden text[];
    recorded text;
BEGIN
    FOR audited IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (audit_exempt())
        ORDER BY relname
    LOOP
        SELECT 4 - count(*) INTO missing FROM pg_trigger
        WHERE tgrelid = format('public.%I', audited)::regclass AND tgenabled = 'O'
          AND tgname IN ('audit_insert', 'audit_update', 'audit_delete', 'audit_truncate');
        hidden := ARRAY(SELECT attname::text FROM pg_attribute
                        WHERE attrelid = format('public.%I', audited)::regclass AND attnum > 0 AND NOT attisdropped
                          AND col_description(attrelid, attnum) = 'not audited' ORDER BY attnum);
        IF missing > 0 THEN
            problem := format('table %s lacks %s of its audit triggers', audited, missing);
            RETURN NEXT;
        ELSIF NOT audit_is_attached(format('public.%I', audited)::regclass, hidden) THEN
            problem := format('table %s was altered after it was attached to the audit log', audited);
            RETURN NEXT;
        END IF;
        SELECT coalesce(max('(SELECT id, table_name, row_id, action, before, after FROM audit_log
                              UNION ALL SELECT id, table_name, row_id, action, before, after FROM book_audit)'),
                        'audit_log')
        INTO recorded FROM book_wall(format('public.%I', audited)::regclass);
        RETURN QUERY EXECUTE format($q$
            SELECT %L || ' ' || r.id || ' is not as the audit log last recorded it'
            FROM %I r LEFT JOIN LATERAL (
                SELECT audit_after(before, after) AS after FROM %s a
                WHERE a.table_name = %L AND a.row_id = r.id AND a.action IN ('insert', 'update', 'delete')
                ORDER BY a.id DESC LIMIT 1
            ) latest ON true
            WHERE latest.after IS NULL OR NOT to_jsonb(r) @> latest.after
            ORDER BY r.id
        $q$, audited, audited, recorded, audited);
        RETURN QUERY EXECUTE format($q$
            SELECT DISTINCT %L || ' ' || a.row_id || ' vanished without the audit log'
            FROM %s a
            WHERE a.table_name = %L AND a.action IN ('insert', 'update', 'delete')
              AND NOT EXISTS (SELECT FROM %I r WHERE r.id = a.row_id)
              AND NOT EXISTS (SELECT FROM %s d
                              WHERE d.table_name = %L AND d.row_id = a.row_id AND d.action = 'delete')
        $q$, audited, recorded, audited, audited, recorded, audited);
    END LOOP;
END
$$
"""
FUNCTIONS = (
    "audit_attach_of_books(text, text[], text, boolean)",
    "book_audit_source(text, text[], text, boolean)",
    "book_audit_insert(text, text[], text, text, text, text)",
    "book_wall(regclass)",
    "book_wall_attach(text, text)",
    "visible_books()",
    "every_book()",
    "my_person()",
    "my_books()",
)


def upgrade() -> None:
    """Apply."""
    op.execute(ENTERED)
    op.execute(WALL)
    op.execute(POLICY.format(table="books", condition=OF_BOOKS, column="id"))
    for table in LEDGER:
        op.execute(POLICY.format(table=table, condition=OF_LEDGER, column="book_id"))
    for function in CHECKS:
        op.execute(f"ALTER FUNCTION {function} SECURITY DEFINER")
    op.execute(_function("0024", "BOOKS", "books_keep_terms").replace(IN_USE, COMPANY_IN_USE))
    _book_audit()
    op.execute(RECORD)
    op.execute(_attach().replace("BEGIN\n", OF_BOOKS_TOO, 1))
    refresh = _function("0021", "REFRESH", "audit_refresh")
    for before, after in zip(GONE, GONE_TOO, strict=True):
        refresh = refresh.replace(before, after)
    op.execute(refresh)
    op.execute(f"DROP FUNCTION audit_event({EVENT_ARGUMENTS})")
    op.execute(EVENT)
    op.execute(DISAGREEMENTS)


def downgrade() -> None:
    """Take back; the log of people's books goes."""
    for table in ("books", *LEDGER):
        op.execute(f"DROP POLICY company_and_own_books ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"DROP FUNCTION audit_event({EVENT_ARGUMENTS}, bigint)")
    for migration, constant, function in (
        ("0034", "EVENT", "audit_event"),
        ("0034", "DISAGREEMENTS", "audit_disagreements"),
        ("0021", "REFRESH", "audit_is_attached"),
        ("0024", "BOOKS", "books_keep_terms"),
    ):
        op.execute(_function(migration, constant, function))
    op.execute(_attach())
    op.execute("SELECT audit_refresh()")
    for table in ("books", *LEDGER[:4]):
        op.execute(f"DROP FUNCTION audit_change_of_{table}()")
    op.execute(_function("0021", "REFRESH", "audit_refresh"))
    for function in CHECKS:
        op.execute(f"ALTER FUNCTION {function} SECURITY INVOKER")
    end_audit_exemption("book_audit")
    op.drop_table("book_audit")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


def _book_audit() -> None:
    op.create_table(
        "book_audit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("request_id", sa.String(128)),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("row_id", sa.BigInteger),
        sa.Column("before", postgresql.JSON),
        sa.Column("after", postgresql.JSON),
        sa.Column("operation", sa.String(200)),
        sa.Column("suite", sa.String(40)),
        sa.Column("domain", sa.String(40)),
        sa.Column("address", sa.String(64)),
        sa.Column("user_agent", sa.String(300)),
        sa.Column("session_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_book_audit"),
        sa.CheckConstraint(
            "row_id IS NOT NULL OR action NOT IN ('insert', 'update', 'delete')",
            name=op.f("ck_book_audit_row_of_change"),
        ),
    )
    op.create_index("ix_book_audit_book_id", "book_audit", ["book_id", "id"])
    op.create_index("ix_book_audit_row", "book_audit", ["book_id", "table_name", "row_id", "id"])
    op.execute("SELECT book_wall_attach('book_audit')")
    op.execute(FINAL)
    exempt_from_audit("book_audit")


def _attach() -> str:
    """The statement that replaces audit_attach by its text of 0043."""
    module = context.script.get_revision("0043").module
    return str(module._attach().replace(module.SETTING, module.WITH_JOIN))  # noqa: SLF001 - of this history


def _function(migration: str, constant: str, name: str) -> str:
    """The statement that replaces a function by its text of an earlier migration."""
    written: str = getattr(context.script.get_revision(migration).module, constant)
    start = re.search(rf"CREATE (OR REPLACE )?FUNCTION {name}\(", written).start()  # type: ignore[union-attr]
    found = written[start : written.index("$$", written.index("AS $$", start) + len("AS $$")) + len("$$")]
    return re.sub("^CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", found)
