"""Periods: the months of a company's book, and a guard that refuses changes of what lies in a closed one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# A company's book has a row for each month there can be, so that whoever posts always has one to lock.
CALENDAR = """
CREATE FUNCTION periods_of_book() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO periods (book_id, month, state)
    SELECT NEW.id, month::date, 'open' FROM generate_series(timestamp '1900-01-01', '2200-12-01', '1 month') month;
    RETURN NULL;
END
$$;
CREATE TRIGGER books_have_periods AFTER INSERT ON books FOR EACH ROW WHEN (NEW.kind = 'company')
    EXECUTE FUNCTION periods_of_book();

-- Two who close and reopen at once would not see each other's month: they wait for each other.
CREATE FUNCTION periods_keep_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed bigint;
BEGIN
    FOR changed IN SELECT DISTINCT book_id FROM new_rows ORDER BY book_id LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('control-fresco-periods-' || changed, 0));
        IF (SELECT max(month) FILTER (WHERE state = 'closed') > min(month) FILTER (WHERE state = 'open')
            FROM periods WHERE book_id = changed) THEN
            PERFORM refuse('period_order', 'Months are closed in order, and only the last closed one is reopened.');
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER periods_keep_order AFTER UPDATE ON periods REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION periods_keep_order();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE UPDATE, DELETE ON periods FROM control_fresco_app;
        GRANT UPDATE (state, closed_by, closed_at, reason, digest) ON periods TO control_fresco_app;
    END IF;
END
$$
"""

# FOR SHARE: those who post don't wait for each other, and whoever closes (FOR UPDATE) waits for them and they for him.
GUARD = """
CREATE FUNCTION periods_require_open(books bigint[], months date[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    period record;
BEGIN
    FOR period IN
        SELECT p.month, p.state FROM periods p JOIN unnest(books, months) asked (book_id, month) USING (book_id, month)
        ORDER BY p.book_id, p.month FOR SHARE OF p
    LOOP
        IF period.state <> 'open' THEN
            PERFORM refuse('period_closed', format('The month %s is closed.', to_char(period.month, 'YYYY-MM')));
        END IF;
    END LOOP;
END
$$;

-- The columns of a table that a closed month keeps as they are. Their equality is asked, which json has none of.
CREATE FUNCTION period_guard_columns(guarded text, free text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(CASE WHEN atttypid = 'json'::regtype THEN format('%1$I::text AS %1$I', attname)
                           ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = format('public.%I', guarded)::regclass AND attnum > 0 AND NOT attisdropped
      AND attname <> ALL (free || ARRAY['created_at', 'updated_at', 'version'])
$$;

-- Where a row's book stands: in the row, or it is the one company's book of this code.
CREATE FUNCTION period_guard_book(guarded text, book_code text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('public.%I', guarded)::regclass
                             AND attname = 'book_id' AND NOT attisdropped)
                THEN 'r.book_id' ELSE format('(SELECT id FROM books WHERE code = %L)', book_code) END
$$;

-- The body of a table's own function, which names its columns.
CREATE FUNCTION period_guard_source(guarded text, days text[], free text[], book_code text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format($body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM periods_require_open(array_agg(book), array_agg(month)) FROM (
            SELECT DISTINCT %1$s AS book, month_of(its.day) AS month FROM new_rows r, unnest(ARRAY[%2$s]) its (day)) touched;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM periods_require_open(array_agg(book), array_agg(month)) FROM (
            SELECT DISTINCT %1$s AS book, month_of(its.day) AS month FROM old_rows r, unnest(ARRAY[%2$s]) its (day)) touched;
    ELSE
        PERFORM periods_require_open(array_agg(book), array_agg(month)) FROM (
            SELECT DISTINCT %1$s AS book, month_of(its.day) AS month
            FROM ((SELECT %3$s FROM old_rows EXCEPT ALL SELECT %3$s FROM new_rows) UNION ALL
                  (SELECT %3$s FROM new_rows EXCEPT ALL SELECT %3$s FROM old_rows)) r, unnest(ARRAY[%2$s]) its (day)) touched;
    END IF;
    RETURN NULL;
END
$body$, period_guard_book(guarded, book_code),
        (SELECT string_agg(format('r.%I', day), ', ') FROM unnest(days) day), period_guard_columns(guarded, free))
$$;

-- One line in a migration: the columns of days that lie in periods, and those that stay free in a closed one. A table
-- without book_id belongs to the company's book of that code, which must be there. What alters a table attaches it again.
CREATE FUNCTION period_guard_attach(guarded text, days text[], free text[] DEFAULT '{}', book_code text DEFAULT 'company')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    function text := 'period_guard_of_' || guarded;
    arguments text := format('%L, %L, %L', days, free, book_code);
BEGIN
    IF period_guard_book(guarded, book_code) <> 'r.book_id' AND NOT EXISTS (SELECT FROM books WHERE code = book_code) THEN
        RAISE 'there is no book % to guard % by', book_code, guarded;
    END IF;
    EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS %L', function, period_guard_source(guarded, days, free, book_code));
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
END
$$;

CREATE FUNCTION period_guard_detach(guarded text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP FUNCTION %I() CASCADE', 'period_guard_of_' || guarded);
END
$$
"""

DIGEST = """
CREATE FUNCTION period_guards() RETURNS TABLE (guarded text, days text[], free text[], book_code text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT relname, given[1]::text[], given[2]::text[], given[3]
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid, string_to_array(encode(tgargs, 'escape'), '\\000') given
    WHERE relnamespace = 'public'::regnamespace AND tgname = 'period_guard_insert' ORDER BY relname
$$;

-- By month and guarded table, how many rows there are and one digest of all they keep. A column that is added later
-- counts only where it is not null, so that the digests of months that were closed before stay right.
CREATE FUNCTION period_digests(of_book bigint, since date, until date) RETURNS TABLE (month date, digest jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    guard record;
    asked text := $q$SELECT NULL::date AS month, NULL::text AS guarded, NULL::text AS digest WHERE false$q$;
BEGIN
    FOR guard IN SELECT * FROM period_guards() LOOP
        asked := asked || format($q$
            UNION ALL
            SELECT found.month, %1$L, count(*) || ':' || encode(sha256(string_agg(found.one, '' ORDER BY found.id)), 'hex')
            FROM (SELECT DISTINCT r.id, month_of(its.day) AS month,
                         sha256(convert_to((jsonb_strip_nulls(to_jsonb(r)) - %2$L::text[])::text, 'UTF8')) AS one
                  FROM public.%1$I r, unnest(ARRAY[%3$s]) its (day)
                  WHERE %4$s = $1 AND its.day BETWEEN $2 AND $3 AND (%5$s)) found
            GROUP BY found.month
        $q$, guard.guarded, guard.free || ARRAY['created_at', 'updated_at', 'version'],
             (SELECT string_agg(format('r.%I', day), ', ') FROM unnest(guard.days) day),
             period_guard_book(guard.guarded, guard.book_code),
             -- The same once more, for indexes.
             (SELECT string_agg(format('r.%I BETWEEN $2 AND $3', day), ' OR ') FROM unnest(guard.days) day));
    END LOOP;
    RETURN QUERY EXECUTE format($q$
        SELECT p.month, jsonb_object_agg(g.guarded, coalesce(found.digest, '0'))
        FROM periods p CROSS JOIN period_guards() g LEFT JOIN (%s) found ON found.month = p.month AND found.guarded = g.guarded
        WHERE p.book_id = $1 AND p.month BETWEEN $2 AND $3 GROUP BY p.month
    $q$, asked) USING of_book, since, until;
END
$$;

-- A table that was attached after a month was closed is not in its digest, and not compared.
CREATE FUNCTION period_disagreements() RETURNS TABLE (problem text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    book record;
BEGIN
    RETURN QUERY
        SELECT format('table %s was altered after it was attached to the guard of periods', g.guarded)
        FROM period_guards() g
        LEFT JOIN pg_proc made ON made.pronamespace = 'public'::regnamespace AND made.proname = 'period_guard_of_' || g.guarded
        WHERE made.prosrc IS DISTINCT FROM period_guard_source(g.guarded, g.days, g.free, g.book_code);
    RETURN QUERY
        SELECT format('table %s lacks %s of its guards of periods', tgrelid::regclass, 3 - count(*)) FROM pg_trigger
        WHERE tgname IN ('period_guard_insert', 'period_guard_update', 'period_guard_delete') AND tgenabled = 'O'
        GROUP BY tgrelid HAVING count(*) < 3;
    FOR book IN SELECT book_id AS id, min(p.month) AS since, max(p.month) AS until FROM periods p
                WHERE state = 'closed' GROUP BY book_id LOOP
        RETURN QUERY
            SELECT format('%s of book %s: %s is not as it was when the month was closed', to_char(p.month, 'YYYY-MM'), book.id, kept.key)
            FROM periods p JOIN period_digests(book.id, book.since, (book.until + interval '1 month')::date - 1) d
                USING (month), jsonb_each_text(p.digest) kept
            WHERE p.book_id = book.id AND p.state = 'closed' AND kept.value IS DISTINCT FROM d.digest ->> kept.key
            ORDER BY p.month, kept.key;
    END LOOP;
END
$$
"""
FUNCTIONS = (
    "period_disagreements()",
    "period_digests(bigint, date, date)",
    "period_guards()",
    "period_guard_detach(text)",
    "period_guard_attach(text, text[], text[], text)",
    "period_guard_source(text, text[], text[], text)",
    "period_guard_book(text, text)",
    "period_guard_columns(text, text[])",
    "periods_require_open(bigint[], date[])",
    "periods_keep_order()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "periods",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False, server_default="open"),
        sa.Column("closed_by", sa.BigInteger),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(500)),
        sa.Column("digest", postgresql.JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_periods"),
        sa.UniqueConstraint("book_id", "month", name="uq_periods_month"),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_periods_book_id_books", ondelete="RESTRICT"),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_periods_state")),
        sa.CheckConstraint("month = month_of(month)", name=op.f("ck_periods_month_begins")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (digest IS NOT NULL)",
            name=op.f("ck_periods_closed_is_whole"),
        ),
    )
    for statements in (CALENDAR, GUARD, DIGEST):
        op.execute(statements)
    op.execute("SELECT period_guard_attach('entries', '{date}', '{number}')")
    op.execute("SELECT period_guard_attach('lines', '{date}', '{}')")


def downgrade() -> None:
    """Take back."""
    op.execute("SELECT period_guard_detach('entries'), period_guard_detach('lines')")
    op.execute("DROP FUNCTION periods_of_book() CASCADE")
    op.drop_table("periods")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
