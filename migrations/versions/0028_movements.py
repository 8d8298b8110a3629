"""Movements and open items: tables that triggers feed from the tables that are attached to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MAPPING = """
-- The columns of a fed table; where a source says nothing about one, it gets the default.
CREATE FUNCTION movement_columns(kept_in text) RETURNS TABLE (place smallint, name text, type text, otherwise text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT attnum, attname::text, atttypid::regtype::text, coalesce(pg_get_expr(adbin, adrelid), 'NULL')
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = format('public.%I', kept_in)::regclass AND attnum > 0 AND NOT attisdropped
$$;

CREATE FUNCTION movement_names(kept_in text, prefix text DEFAULT '') RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(prefix || quote_ident(name), ', ' ORDER BY place) FROM movement_columns(kept_in)
$$;

-- The rows of a source as movements: the one SELECT by which triggers write them and by which they are verified.
CREATE FUNCTION movement_select(source movement_sources, rows text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format('SELECT %s FROM %s r WHERE (%s)', string_agg(format('(%s)::%s AS %I',
        CASE name WHEN 'origin' THEN quote_literal(source.name)
                  WHEN 'row_id' THEN 'r.id'
                  WHEN 'suite' THEN quote_literal(source.suite)
                  WHEN 'source_id' THEN coalesce(source.mapping ->> name, 'r.id')
                  ELSE coalesce(source.mapping ->> name, otherwise) END, type, name), ', ' ORDER BY place),
        rows, source.counted)
    FROM movement_columns(source.target)
$$;

-- The columns of a table that a mapping reads.
CREATE FUNCTION movement_reads(fed text, prefix text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(prefix || quote_ident(name), ', ' ORDER BY name) FROM (
        SELECT 'id' UNION SELECT found[1] FROM movement_sources s,
            LATERAL (SELECT s.counted UNION ALL SELECT value FROM jsonb_each_text(s.mapping)) its (expression),
            regexp_matches(expression, '\\mr\\.([a-z_][a-z0-9_]*)', 'g') found
        WHERE s.source_table = fed) read (name)
$$
"""

FEED = """
-- The condition of a source over another row than r.
CREATE FUNCTION movement_counts(source movement_sources, alias text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format('%1$s.id IS NOT NULL AND (%2$s)', alias, regexp_replace(source.counted, '\\mr\\.', alias || '.', 'g'))
$$;

-- The part of a table's trigger function that feeds one table from one source. Transition tables meet by EXCEPT and in a
-- FULL JOIN, which hash or merge: a plan that was made for one row would else compare each of a hundred thousand
-- with each.
CREATE FUNCTION movement_feed_part(source movement_sources, number bigint, event text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format(CASE event
    WHEN 'INSERT' THEN $body$
        IF EXISTS (SELECT FROM new_rows r WHERE (%3$s)) THEN
            INSERT INTO %1$I (%4$s) %5$s;
        END IF;$body$
    WHEN 'DELETE' THEN $body$
        IF EXISTS (SELECT FROM old_rows r WHERE (%3$s)) THEN
            DELETE FROM %1$I kept USING old_rows r WHERE kept.origin = %2$L AND kept.row_id = r.id;
        END IF;$body$
    WHEN 'CHANGED' THEN ',
               bool_or((%8$s) AND (%9$s) IS NOT TRUE), bool_or(%9$s), bool_or(%8$s)'
    ELSE $body$
        IF gone_%10$s THEN
            DELETE FROM %1$I kept WHERE kept.origin = %2$L AND kept.row_id IN (
                SELECT r.id FROM old_rows r WHERE (%3$s) EXCEPT SELECT r.id FROM new_rows r WHERE (%3$s));
        END IF;
        IF kept_%10$s AND was_%10$s THEN
            INSERT INTO %1$I AS kept (%4$s) %5$s
            ON CONFLICT (origin, row_id) DO UPDATE SET (%4$s) = ROW (%6$s)
            WHERE (%7$s) IS DISTINCT FROM (%6$s);
        ELSIF kept_%10$s THEN
            INSERT INTO %1$I (%4$s) %5$s;
        END IF;$body$ END,
        source.target, source.name, source.counted, movement_names(source.target), movement_select(source, 'new_rows'),
        movement_names(source.target, 'excluded.'), movement_names(source.target, 'kept.'),
        movement_counts(source, 'o'), movement_counts(source, 'n'), number)
$$;

-- The body of a table's own trigger function, which names its columns.
CREATE FUNCTION movement_feed_source(fed text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT format($body$
DECLARE
    touched bigint; %1$s
BEGIN
    IF TG_OP = 'INSERT' THEN %2$s
    ELSIF TG_OP = 'DELETE' THEN %3$s
    ELSE
        SELECT count(*) FILTER (WHERE (%6$s) IS DISTINCT FROM (%7$s))%4$s
        INTO touched%5$s
        FROM new_rows n FULL JOIN old_rows o ON n.id = o.id;
        IF touched = 0 THEN
            RETURN NULL;
        END IF; %8$s
    END IF;
    RETURN NULL;
END
$body$, string_agg(format('gone_%1$s boolean; kept_%1$s boolean; was_%1$s boolean;', number), ' ' ORDER BY number),
        string_agg(movement_feed_part(source, number, 'INSERT'), '' ORDER BY number),
        string_agg(movement_feed_part(source, number, 'DELETE'), '' ORDER BY number),
        string_agg(movement_feed_part(source, number, 'CHANGED'), '' ORDER BY number),
        string_agg(format(', gone_%1$s, kept_%1$s, was_%1$s', number), '' ORDER BY number),
        movement_reads(fed, 'n.'), movement_reads(fed, 'o.'),
        string_agg(movement_feed_part(source, number, 'UPDATE'), '' ORDER BY number))
    FROM (SELECT s AS source, row_number() OVER (ORDER BY target DESC, name) AS number
          FROM movement_sources s WHERE source_table = fed) its HAVING count(*) > 0
$$;

CREATE FUNCTION movement_feed(fed text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    function text := 'feed_movements_of_' || fed;
    body text := movement_feed_source(fed);
BEGIN
    IF body IS NULL THEN
        EXECUTE format('DROP FUNCTION IF EXISTS %I() CASCADE', function);
        RETURN;
    END IF;
    -- With the owner's rights: the program's login may not write movements.
    EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS %L', function, body);
    EXECUTE format('CREATE OR REPLACE TRIGGER feed_movements_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', fed, function);
    EXECUTE format('CREATE OR REPLACE TRIGGER feed_movements_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()', fed, function);
    EXECUTE format('CREATE OR REPLACE TRIGGER feed_movements_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I()', fed, function);
END
$$
"""

VERIFY = """
-- The rows of a source that are not in its table as its mapping says, or are there without it.
CREATE FUNCTION movement_differing(source movement_sources) RETURNS TABLE (row_id bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mapped text := movement_select(source, format('public.%I', source.source_table));
    kept text := format('SELECT %s FROM %I WHERE origin = %L', movement_names(source.target), source.target, source.name);
BEGIN
    RETURN QUERY EXECUTE format('SELECT DISTINCT row_id FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) found
                                 ORDER BY row_id', mapped, kept);
END
$$;

CREATE FUNCTION movement_disagreements() RETURNS TABLE (problem text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    its movement_sources;
BEGIN
    RETURN QUERY
        SELECT format('the feed of %s is not as its table and its mapping are: attach it again', fed.source_table)
        FROM (SELECT DISTINCT source_table FROM movement_sources) fed
        LEFT JOIN pg_proc made ON made.pronamespace = 'public'::regnamespace
            AND made.proname = 'feed_movements_of_' || fed.source_table
        WHERE made.prosrc IS DISTINCT FROM movement_feed_source(fed.source_table) ORDER BY 1;
    RETURN QUERY
        SELECT format('table %s lacks %s of the triggers that feed movements', fed.source_table, 3 - count(tgname))
        FROM (SELECT DISTINCT source_table FROM movement_sources) fed
        LEFT JOIN pg_trigger ON tgrelid = format('public.%I', fed.source_table)::regclass AND tgenabled = 'O'
            AND tgname IN ('feed_movements_insert', 'feed_movements_update', 'feed_movements_delete')
        GROUP BY fed.source_table HAVING count(tgname) < 3 ORDER BY 1;
    FOR its IN SELECT * FROM movement_sources ORDER BY target, name LOOP
        RETURN QUERY SELECT format('%s: %s %s differs from its row', its.target, its.name, row_id)
                     FROM movement_differing(its) LIMIT 100;
    END LOOP;
    RETURN QUERY
        SELECT format('%s: nothing is attached as %s', kept.target, kept.origin)
        FROM (SELECT DISTINCT 'movements' AS target, origin FROM movements
              UNION ALL SELECT DISTINCT 'open_items', origin FROM open_items) kept
        WHERE NOT EXISTS (SELECT FROM movement_sources s WHERE s.target = kept.target AND s.name = kept.origin);
END
$$
"""

ATTACH = """
-- One call in a migration: the rows of `fed` for which `counts` holds are kept in `movements` or `open_items`, with each
-- column by an expression over the row r. Attaching under the same name again replaces the mapping and mends the rows.
-- What alters an attached table, or the columns of movements, attaches again.
CREATE FUNCTION movement_attach(kept_in text, attached_as text, fed text, of_suite text, mapped jsonb,
                                counts text DEFAULT 'true') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wrong text := (SELECT string_agg(key, ', ') FROM jsonb_object_keys(mapped) key
                     WHERE key NOT IN (SELECT name FROM movement_columns(kept_in)));
    its movement_sources;
BEGIN
    IF wrong IS NOT NULL THEN
        RAISE '% has no column %', kept_in, wrong;
    END IF;
    IF EXISTS (SELECT FROM movement_sources WHERE target = kept_in AND name = attached_as AND source_table <> fed) THEN
        PERFORM movement_detach(kept_in, attached_as);
    END IF;
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', fed);
    INSERT INTO movement_sources (target, name, source_table, suite, counted, mapping)
    VALUES (kept_in, attached_as, fed, of_suite, counts, mapped)
    ON CONFLICT (target, name) DO UPDATE
        SET suite = excluded.suite, counted = excluded.counted, mapping = excluded.mapping
    RETURNING * INTO its;
    PERFORM movement_feed(fed);
    PERFORM movement_rebuild(its);
    IF EXISTS (SELECT FROM movement_differing(its)) THEN
        RAISE '% differs from % after it was attached', kept_in, fed;
    END IF;
END
$$;

CREATE FUNCTION movement_detach(kept_in text, attached_as text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    fed text;
BEGIN
    DELETE FROM movement_sources WHERE target = kept_in AND name = attached_as RETURNING source_table INTO STRICT fed;
    EXECUTE format('DELETE FROM %I WHERE origin = %L', kept_in, attached_as);
    PERFORM movement_feed(fed);
END
$$;

-- Bring the rows of a source to its mapping; writes only those that differ.
CREATE FUNCTION movement_rebuild(source movement_sources) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mapped text := movement_select(source, format('public.%I', source.source_table));
    names text := movement_names(source.target);
BEGIN
    EXECUTE format('DELETE FROM %I WHERE origin = %L AND row_id NOT IN (SELECT row_id FROM (%s) mapped)',
                   source.target, source.name, mapped);
    EXECUTE format('INSERT INTO %1$I (%2$s) %3$s EXCEPT SELECT %2$s FROM %1$I WHERE origin = %4$L
                    ON CONFLICT (origin, row_id) DO UPDATE SET (%2$s) = ROW (%5$s)',
                   source.target, names, mapped, source.name, movement_names(source.target, 'excluded.'));
END
$$
"""
READ_ONLY = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON movements, open_items, movement_sources FROM control_fresco_app;
    END IF;
END
$$
"""
TABLES = ("movements", "open_items", "movement_sources")
FUNCTIONS = (
    "movement_disagreements()",
    "movement_detach(text, text)",
    "movement_attach(text, text, text, text, jsonb, text)",
    "movement_rebuild(movement_sources)",
    "movement_differing(movement_sources)",
    "movement_feed(text)",
    "movement_feed_source(text)",
    "movement_feed_part(movement_sources, bigint, text)",
    "movement_counts(movement_sources, text)",
    "movement_reads(text, text)",
    "movement_select(movement_sources, text)",
    "movement_names(text, text)",
    "movement_columns(text)",
)


def upgrade() -> None:
    """Apply."""
    _sources()
    _movements()
    _open_items()
    for statements in (MAPPING, FEED, VERIFY, ATTACH, READ_ONLY):
        op.execute(statements)
    exempt_from_audit(*TABLES)


def downgrade() -> None:
    """Take back."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for name in TABLES:
        op.drop_table(name)
    end_audit_exemption(*TABLES)


def _sources() -> None:
    op.create_table(
        "movement_sources",
        _text("target"),
        _text("name", 60),
        _text("source_table", 63),
        _text("suite"),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("mapping", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("target", "name", name="pk_movement_sources"),
        sa.CheckConstraint("target IN ('movements', 'open_items')", name=op.f("ck_movement_sources_target")),
    )


def _movements() -> None:
    order = [sa.text("date DESC"), sa.text("source_id DESC"), "source"]
    op.create_table(
        "movements",
        *_key(),
        _text("nature", default="operating"),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("due_date", sa.Date),
        *_money(),
        _text("payment_method", 100, nullable=True),
        sa.Column("cash_account_id", sa.BigInteger),
        _text("party_name", 200, nullable=True),
        sa.Column("with_party", sa.Boolean, nullable=False, server_default=sa.false()),
        *_checks("movements"),
        sa.CheckConstraint("nature IN ('operating', 'capital', 'tax', 'financial')", name=op.f("ck_movements_nature")),
    )
    op.create_index("ix_movements_newest", "movements", ["suite", "kind", *order])
    op.create_index("ix_movements_category", "movements", ["suite", "kind", "category", *order])


def _open_items() -> None:
    op.create_table(
        "open_items",
        *_key(),
        sa.Column("due_date", sa.Date, nullable=False),
        *_money(),
        _text("status", nullable=True),
        *_checks("open_items"),
    )


def _text(name: str, length: int = 40, *, nullable: bool = False, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable, server_default=default)


def _key() -> tuple[sa.Column, ...]:
    """Where a row comes from, and whose it is."""
    return (
        _text("origin", 60),
        sa.Column("row_id", sa.BigInteger, nullable=False),
        _text("book", default="company"),
        _text("suite"),
        _text("kind"),
        _text("source"),
        sa.Column("source_id", sa.BigInteger, nullable=False),
    )


def _money() -> tuple[sa.Column, ...]:
    """Amount, and what it was about."""
    return (
        sa.Column("amount", sa.Numeric, nullable=False),
        _text("currency", 3),
        _text("category", 100),
        sa.Column("party_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        _text("description", 500, nullable=True),
        sa.Column("recurring", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("facet", nullable=True),
    )


def _checks(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("origin", "row_id", name=f"pk_{table}"),
        sa.CheckConstraint("kind IN ('income', 'expense')", name=op.f(f"ck_{table}_kind")),
        # Less than infinity, and not NaN, which PostgreSQL sorts above everything.
        sa.CheckConstraint("amount > 0 AND amount < 10000000000000000", name=op.f(f"ck_{table}_amount_positive")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f(f"ck_{table}_currency_code")),
    )
