"""The company's own book has months to close, and the tables that its figures rest on are guarded by them."""

from collections.abc import Mapping

from alembic import context, op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

BOOK = """
INSERT INTO books (kind, code, name, base_currency) SELECT 'company', 'company', name, base_currency FROM company
WHERE NOT EXISTS (SELECT FROM books WHERE code = 'company')
"""

# A row lies in the month of each of its days. A day is guarded by its own months alone; all else that is guarded, by
# all of them: an invoice of a closed month may be paid today, but its amount stays.
GUARD = """
CREATE FUNCTION period_guard_columns(guarded text, day text, days text[], free text[], facts text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(CASE WHEN atttypid = 'json'::regtype THEN format('%1$I::text AS %1$I', attname)
                           ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = format('public.%I', guarded)::regclass AND attnum > 0 AND NOT attisdropped
      AND CASE WHEN attname IN ('id', 'book_id') OR attname = day THEN true
               WHEN cardinality(facts) > 0 THEN attname = ANY (facts) OR day || '.' || attname = ANY (facts)
               ELSE attname <> ALL (free || days || ARRAY['created_at', 'updated_at', 'version']) END
$$;

CREATE FUNCTION period_guard_changes(guarded text, days text[], free text[], book_code text, facts text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(format($part$
            SELECT %1$s AS book, month_of(r.%2$I) AS month
            FROM ((SELECT %3$s FROM old_rows EXCEPT ALL SELECT %3$s FROM new_rows) UNION ALL
                  (SELECT %3$s FROM new_rows EXCEPT ALL SELECT %3$s FROM old_rows)) r$part$,
        period_guard_book(guarded, book_code), day, period_guard_columns(guarded, day, days, free, facts)),
        E'\n            UNION' ORDER BY place)
    FROM unnest(days) WITH ORDINALITY its (day, place)
$$;

CREATE FUNCTION period_guard_source(guarded text, days text[], free text[], book_code text, facts text[]) RETURNS text
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
        PERFORM periods_require_open(array_agg(book), array_agg(month)) FROM (%3$s) touched;
    END IF;
    RETURN NULL;
END
$body$, period_guard_book(guarded, book_code),
        (SELECT string_agg(format('r.%I', day), ', ') FROM unnest(days) day),
        period_guard_changes(guarded, days, free, book_code, facts))
$$;

-- One line in a migration: the columns of days that lie in periods, and either those that stay free in a closed one,
-- or, as facts, the only ones that do not (`paid_date.paid_amount`: one that only this day's month keeps); then columns
-- that are added later are free. A table without book_id belongs to the company's book of that code, which must be there.
CREATE FUNCTION period_guard_attach(guarded text, days text[], free text[] DEFAULT '{}', book_code text DEFAULT 'company',
                                    facts text[] DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    function text := 'period_guard_of_' || guarded;
    arguments text := format('%L, %L, %L, %L', days, free, book_code, facts);
BEGIN
    IF period_guard_book(guarded, book_code) <> 'r.book_id' AND NOT EXISTS (SELECT FROM books WHERE code = book_code) THEN
        RAISE 'there is no book % to guard % by', book_code, guarded;
    END IF;
    EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS %L', function,
        period_guard_source(guarded, days, free, book_code, facts));
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
        NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER period_guard_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %I(%s)', guarded, function, arguments);
END
$$
"""

DIGEST = """
CREATE FUNCTION period_guards() RETURNS TABLE (guarded text, days text[], free text[], book_code text, facts text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT relname, given[1]::text[], given[2]::text[], given[3], given[4]::text[]
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid, string_to_array(encode(tgargs, 'escape'), '\\000') given
    WHERE relnamespace = 'public'::regnamespace AND tgname = 'period_guard_insert' ORDER BY relname
$$;

-- What a month keeps of a row by one of its days.
CREATE FUNCTION period_kept(r jsonb, day text, days text[], free text[], facts text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN cardinality(facts) = 0
                THEN jsonb_strip_nulls(r) - (free || array_remove(days, day) || ARRAY['created_at', 'updated_at', 'version'])
                ELSE (SELECT jsonb_object_agg(key, value) FROM jsonb_each(jsonb_strip_nulls(r))
                      WHERE key IN ('id', day) OR key = ANY (facts) OR day || '.' || key = ANY (facts)) END
$$;

-- By month and guarded table (and day, where it has several), how many rows there are and one digest of all they keep.
CREATE OR REPLACE FUNCTION period_digests(of_book bigint, since date, until date) RETURNS TABLE (month date, digest jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    guard record;
    asked text := $q$SELECT NULL::date AS month, NULL::text AS guarded, NULL::text AS digest WHERE false$q$;
    keys text[] := '{}';
BEGIN
    FOR guard IN SELECT g.*, day, guarded || CASE WHEN cardinality(days) > 1 THEN '.' || day ELSE '' END AS key
                 FROM period_guards() g, unnest(days) day LOOP
        keys := keys || guard.key;
        asked := asked || format($q$
            UNION ALL
            SELECT found.month, %1$L, count(*) || ':' || encode(sha256(string_agg(found.one, '' ORDER BY found.id)), 'hex')
            FROM (SELECT r.id, month_of(r.%3$I) AS month,
                         sha256(convert_to(period_kept(to_jsonb(r), %3$L, %4$L, %5$L, %6$L)::text, 'UTF8')) AS one
                  FROM public.%2$I r WHERE %7$s = $1 AND r.%3$I BETWEEN $2 AND $3) found
            GROUP BY found.month
        $q$, guard.key, guard.guarded, guard.day, guard.days, guard.free, guard.facts,
             period_guard_book(guard.guarded, guard.book_code));
    END LOOP;
    RETURN QUERY EXECUTE format($q$
        SELECT p.month, jsonb_object_agg(key, coalesce(found.digest, '0'))
        FROM periods p CROSS JOIN unnest($4) key LEFT JOIN (%s) found ON found.month = p.month AND found.guarded = key
        WHERE p.book_id = $1 AND p.month BETWEEN $2 AND $3 GROUP BY p.month
    $q$, asked) USING of_book, since, until, keys;
END
$$;

-- The first day of any row of a book that lies in its periods; NULL without one.
CREATE FUNCTION period_first_day(of_book bigint) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guard record;
    found date;
    first date;
BEGIN
    FOR guard IN SELECT g.*, day FROM period_guards() g, unnest(days) day LOOP
        EXECUTE format('SELECT min(r.%I) FROM public.%I r WHERE %s = $1', guard.day, guard.guarded,
                       period_guard_book(guard.guarded, guard.book_code)) INTO found USING of_book;
        first := least(first, found);
    END LOOP;
    RETURN first;
END
$$
"""
DISAGREEMENTS = ("(g.guarded, g.days, g.free, g.book_code)", "(g.guarded, g.days, g.free, g.book_code, g.facts)")

# Whoever closes a month locks the first open one FOR UPDATE; so whoever holds it FOR SHARE keeps all open months open.
OPEN = """
CREATE FUNCTION periods_hold_open(of_code text) RETURNS date
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.month FROM periods p JOIN books b ON b.id = p.book_id AND b.code = of_code
    WHERE p.state = 'open' ORDER BY p.month LIMIT 1 FOR SHARE OF p
$$;

CREATE FUNCTION periods_require_open_since(of_code text, since date, changed text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first_open date := periods_hold_open(of_code);
BEGIN
    IF month_of(since) < first_open THEN
        PERFORM refuse('period_closed', format('Months before %s are closed, and their figures rest on %s.',
                                               to_char(first_open, 'YYYY-MM'), changed));
    END IF;
END
$$
"""
OPENING = """
CREATE FUNCTION company_keeps_opening() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM periods_require_open_since('company', least(coalesce(OLD.opening_date, '1900-01-01'),
                                                        coalesce(NEW.opening_date, '1900-01-01')), 'the opening balance');
    RETURN NULL;
END
$$;
CREATE TRIGGER company_keeps_opening AFTER UPDATE ON company FOR EACH ROW
    WHEN ((OLD.opening_balance, OLD.opening_date, OLD.base_currency)
          IS DISTINCT FROM (NEW.opening_balance, NEW.opening_date, NEW.base_currency))
    EXECUTE FUNCTION company_keeps_opening()
"""

# The first rate of a pair is also that of all days before, and a pair goes before a cross: so a first one may not come
# if amounts of closed months would be converted by it. (No month is closed that needs a rate of a later one.)
RATES = """
CREATE FUNCTION exchange_rates_reach_back(ids bigint[], of_base text, of_quote text, of_kind text, since date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first_open date;
    own text := (SELECT base_currency FROM company);
    converted text[];
BEGIN
    IF EXISTS (SELECT FROM exchange_rates r WHERE r.base = of_base AND r.quote = of_quote AND r.kind = of_kind
               AND r.date < since AND r.id <> ALL (ids)) THEN
        RETURN;
    END IF;
    first_open := periods_hold_open('company');
    IF first_open = '1900-01-01' THEN
        RETURN;
    END IF;
    converted := ARRAY(
        SELECT route.source FROM currency_routes(own, 'mid', ARRAY['USD', own]) route
        WHERE (route.base, route.quote) = (of_base, of_quote) AND of_kind IN (route.kind, route.other_kind)
           OR (route.next_base, route.next_quote) = (of_base, of_quote) AND of_kind IN (route.next_kind, route.next_other_kind));
    IF EXISTS (SELECT FROM movements m WHERE m.book = 'company' AND m.currency = ANY (converted)
                   AND least(m.date, m.due_date) < first_open
               UNION ALL SELECT FROM open_items o WHERE o.book = 'company' AND o.currency = ANY (converted)
                   AND o.due_date < first_open) THEN
        PERFORM refuse('period_closed', format(
            'Months before %s are closed, and their figures would change with the first rate of %s in %s.',
            to_char(first_open, 'YYYY-MM'), of_base, of_quote));
    END IF;
END
$$
"""
RATE_TRIGGER = """
CREATE FUNCTION exchange_rates_keep_{event}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM exchange_rates_reach_back(array_agg(id), base, quote, kind, min(date)) FROM ({changed}) changed
    GROUP BY base, quote, kind;
    RETURN NULL;
END
$$;
CREATE TRIGGER exchange_rates_keep_{event} AFTER {event} ON exchange_rates REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_rates_keep_{event}()
"""
OLD, NEW = (
    "SELECT id, base, quote, kind, date, rate FROM old_rows",
    "SELECT id, base, quote, kind, date, rate FROM new_rows",
)
RATE_CHANGES = {
    "insert": (NEW, "NEW TABLE AS new_rows"),
    "update": (f"({OLD} EXCEPT {NEW}) UNION ALL ({NEW} EXCEPT {OLD})", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "delete": (OLD, "OLD TABLE AS old_rows"),
}

ATTACHED = {
    "payments": "'{date,paid_date}', facts => '{amount,currency,type,tax_amount}'",
    "payment_receipts": "'{date}', facts => '{payment_id,amount,currency,retefuente,reteica,reteiva,other_withheld,"
    "bank_charge,received_currency,received_amount,exchange_difference,tax_amount}'",
    "incomes": "'{date}', facts => '{amount,currency,nature,tax_amount}'",
    "expenses": "'{date}', facts => '{amount,currency,nature,tax_amount}'",
    "accrued_expenses": "'{due_date,paid_date}', facts => '{amount,currency,nature,tax_amount,paid_date.paid_amount}'",
    "exchange_rates": "'{date}', facts => '{base,quote,kind,rate}'",
}
LEDGER = {"entries": "'{date}', '{number}'", "lines": "'{date}', '{}'"}
OWN_FUNCTIONS = (
    "periods_require_open_since(text, date, text)",
    "periods_hold_open(text)",
    "period_first_day(bigint)",
    "period_kept(jsonb, text, text[], text[], text[])",
    "period_guards()",
    "period_guard_attach(text, text[], text[], text, text[])",
    "period_guard_source(text, text[], text[], text, text[])",
    "period_guard_changes(text, text[], text[], text, text[])",
    "period_guard_columns(text, text, text[], text[], text[])",
)
OLD_FUNCTIONS = (
    "period_guards()",
    "period_guard_attach(text, text[], text[], text)",
    "period_guard_source(text, text[], text[], text)",
    "period_guard_columns(text, text[])",
)
REOPEN = """
UPDATE periods SET state = 'open', closed_by = NULL, closed_at = NULL, digest = NULL
WHERE state = 'closed' AND book_id = (SELECT id FROM books WHERE code = 'company')
"""
FORGET_MONTHS = """
DELETE FROM periods WHERE book_id = (
    SELECT id FROM books b WHERE code = 'company' AND NOT EXISTS (SELECT FROM accounts a WHERE a.book_id = b.id)
    AND NOT EXISTS (SELECT FROM cost_centers c WHERE c.book_id = b.id))
"""
FORGET_BOOK = """
DELETE FROM books b WHERE code = 'company' AND NOT EXISTS (SELECT FROM periods p WHERE p.book_id = b.id)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(BOOK)
    for function in OLD_FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for statements in (GUARD, DIGEST, _replaced("period_disagreements").replace(*DISAGREEMENTS), OPEN, OPENING, RATES):
        op.execute(statements)
    for event, (changed, tables) in RATE_CHANGES.items():
        op.execute(RATE_TRIGGER.format(event=event, changed=changed, tables=tables))
    _attach(LEDGER | ATTACHED)


def downgrade() -> None:
    """Take back. Closed months are opened, which is recorded; the book goes unless the ledger uses it."""
    for table in ATTACHED:
        op.execute(f"SELECT period_guard_detach('{table}')")
    for event in RATE_CHANGES:
        op.execute(f"DROP FUNCTION exchange_rates_keep_{event}() CASCADE")
    op.execute("DROP FUNCTION exchange_rates_reach_back(bigint[], text, text, text, date)")
    op.execute("DROP FUNCTION company_keeps_opening() CASCADE")
    for function in OWN_FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for name in ("period_guard_columns", "period_guard_source", "period_guard_attach", "period_guards"):
        op.execute(_original(name))
    for name in ("period_digests", "period_disagreements"):
        op.execute(_replaced(name))
    _attach(LEDGER)
    op.execute(REOPEN)
    op.execute(FORGET_MONTHS)
    op.execute(FORGET_BOOK)


def _attach(tables: Mapping[str, str]) -> None:
    for table, given in tables.items():
        op.execute(f"SELECT period_guard_attach('{table}', {given})")


def _replaced(name: str) -> str:
    return _original(name).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _original(name: str) -> str:
    """The statement by which the first migration of periods makes a function."""
    module = context.script.get_revision("0026").module
    written: str = module.GUARD + ";" + module.DIGEST
    start = written.index(f"CREATE FUNCTION {name}(")
    end = written.index("$$", written.index("$$", start) + 2) + 2
    return written[start:end]
