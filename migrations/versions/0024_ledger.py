"""Entries and lines that balance; a company's are final."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BOOKS = """
CREATE FUNCTION books_keep_terms() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind <> OLD.kind OR NEW.code IS DISTINCT FROM OLD.code THEN
        PERFORM refuse('book_kind', 'The kind and the code of a book stay as they are.');
    END IF;
    PERFORM FROM books WHERE id = OLD.id FOR UPDATE;  -- whoever is posting holds its key
    IF EXISTS (SELECT FROM entries WHERE book_id = OLD.id) THEN
        PERFORM refuse('book_in_use', 'The base currency of a book with entries stays as it is.');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER books_keep_terms BEFORE UPDATE ON books FOR EACH ROW
    WHEN (NEW.kind <> OLD.kind OR NEW.code IS DISTINCT FROM OLD.code OR NEW.base_currency <> OLD.base_currency)
    EXECUTE FUNCTION books_keep_terms();

-- Two who move accounts of a book at once could each close a loop: they wait for each other.
CREATE FUNCTION accounts_keep_terms() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind <> OLD.kind OR NEW.currency IS DISTINCT FROM OLD.currency THEN
        PERFORM FROM accounts WHERE id = OLD.id FOR UPDATE;
        IF EXISTS (SELECT FROM lines WHERE book_id = OLD.book_id AND account_id = OLD.id) THEN
            PERFORM refuse('account_in_use', 'The kind and the currency of an account with lines stay as they are.');
        END IF;
    END IF;
    PERFORM FROM books WHERE id = NEW.book_id FOR NO KEY UPDATE;
    IF EXISTS (
        WITH RECURSIVE above (id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT a.parent_id FROM accounts a JOIN above USING (id)
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        PERFORM refuse('account_loop', 'An account is not among its own subaccounts.');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER accounts_keep_terms BEFORE UPDATE ON accounts FOR EACH ROW
    WHEN (NEW.kind <> OLD.kind OR NEW.currency IS DISTINCT FROM OLD.currency
          OR NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION accounts_keep_terms()
"""

# An entry says how many lines it has. So one check at the end of its transaction is enough: lines that are inserted
# later have no position left, and what is updated or deleted is checked by itself.
BALANCE = """
CREATE FUNCTION lines_check_accounts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT l.account_id, l.currency, a.active, a.postable, l.position > e.line_count AS is_too_many,
           c.active AS center_active,
           a.book_id <> l.book_id OR e.book_id <> l.book_id OR coalesce(c.book_id <> l.book_id, false) AS is_foreign
    INTO wrong
    FROM new_rows l
    JOIN accounts a ON a.id = l.account_id
    JOIN entries e ON e.id = l.entry_id
    LEFT JOIN cost_centers c ON c.id = l.cost_center_id
    WHERE NOT a.active OR NOT a.postable OR a.currency <> l.currency OR l.position > e.line_count OR NOT c.active
       OR a.book_id <> l.book_id OR e.book_id <> l.book_id OR c.book_id <> l.book_id
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF wrong.is_foreign THEN
        -- By keys of two columns this would take thrice the time.
        PERFORM refuse('book_other', 'The entry, the account and the cost centre of a line are of its book.');
    ELSIF wrong.is_too_many THEN
        PERFORM refuse('entry_complete', 'The entry has all its lines already.');
    ELSIF NOT (wrong.active AND wrong.postable) THEN
        PERFORM refuse('account_inactive', format('Account %s takes no postings.', wrong.account_id));
    ELSIF NOT wrong.center_active THEN
        PERFORM refuse('cost_center_inactive', 'The cost centre takes no postings.');
    END IF;
    PERFORM refuse('account_currency', format('Account %s takes no %s.', wrong.account_id, wrong.currency));
    RETURN NULL;
END
$$;
CREATE TRIGGER lines_check_accounts AFTER INSERT ON lines REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_check_accounts();

CREATE FUNCTION entry_check(checked bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry record;
    sums record;
BEGIN
    SELECT e.date, e.line_count, b.kind, b.cost_center_required, r.book_id <> e.book_id AS reverses_foreign INTO entry
    FROM entries e JOIN books b ON b.id = e.book_id LEFT JOIN entries r ON r.id = e.reverses_id WHERE e.id = checked;
    IF NOT FOUND THEN
        RETURN;  -- it was deleted
    END IF;
    SELECT count(*) AS lines, coalesce(sum(base_amount), 0) AS base, count(base_amount) AS based,
           bool_and(date = entry.date) AS of_its_day, bool_or(cost_center_id IS NOT NULL) AS has_center,
           coalesce(array_agg(counterpart_id) FILTER (WHERE counterpart_id IS NOT NULL) <@ array_agg(account_id), true)
               AS counterparts_inside
    INTO sums FROM lines WHERE entry_id = checked;
    IF sums.lines <> entry.line_count THEN
        PERFORM refuse('entry_incomplete', format('Entry %s has %s of its %s lines.', checked, sums.lines, entry.line_count));
    ELSIF entry.reverses_foreign THEN
        PERFORM refuse('book_other', format('Entry %s reverses one of another book.', checked));
    ELSIF NOT sums.counterparts_inside THEN
        PERFORM refuse('counterpart_outside', format('A counterpart of entry %s is none of its accounts.', checked));
    ELSIF entry.kind = 'company' THEN
        IF sums.based <> sums.lines THEN
            PERFORM refuse('base_amount_missing', format('A line of entry %s has no base amount.', checked));
        ELSIF sums.base <> 0 THEN
            PERFORM refuse('entry_unbalanced', format('The lines of entry %s add up to %s, not to 0.', checked, sums.base));
        ELSIF NOT sums.of_its_day THEN
            PERFORM refuse('line_date', format('The lines of entry %s have another day.', checked));
        ELSIF entry.cost_center_required AND NOT sums.has_center THEN
            PERFORM refuse('cost_center_missing', format('Entry %s names no cost centre.', checked));
        END IF;
    ELSIF sums.based > 0 THEN
        PERFORM refuse('base_amount_given', format('Entry %s has base amounts in a personal book.', checked));
    ELSIF EXISTS (SELECT FROM lines WHERE entry_id = checked GROUP BY currency HAVING sum(amount) <> 0) THEN
        PERFORM refuse('entry_unbalanced', format('The lines of entry %s do not add up to 0 in a currency.', checked));
    END IF;
END
$$;

CREATE FUNCTION entries_check() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM entry_check(NEW.id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT OR UPDATE ON entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION entries_check();

CREATE FUNCTION lines_check() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM entry_check(OLD.entry_id);
    IF TG_OP = 'UPDATE' AND NEW.entry_id <> OLD.entry_id THEN
        PERFORM entry_check(NEW.entry_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER lines_balance_update AFTER UPDATE ON lines DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    WHEN ((OLD.entry_id, OLD.account_id, OLD.counterpart_id, OLD.date, OLD.amount, OLD.currency, OLD.base_amount, OLD.cost_center_id)
          IS DISTINCT FROM
          (NEW.entry_id, NEW.account_id, NEW.counterpart_id, NEW.date, NEW.amount, NEW.currency, NEW.base_amount, NEW.cost_center_id))
    EXECUTE FUNCTION lines_check();
CREATE CONSTRAINT TRIGGER lines_balance_delete AFTER DELETE ON lines DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lines_check()
"""

# In a company's book nothing is changed or deleted but for the number that a run gives an entry, once.
FINAL = """
CREATE FUNCTION entries_refuse_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    message text := 'An entry of a company''s book is never changed; reverse it.';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM old_rows o JOIN books b ON b.id = o.book_id WHERE b.kind = 'company') THEN
            PERFORM refuse('entry_final', message);
        END IF;
    ELSIF EXISTS (
        SELECT FROM old_rows o JOIN books b ON b.id = o.book_id AND b.kind = 'company' LEFT JOIN new_rows n ON n.id = o.id
        WHERE n.id IS NULL OR o.number IS NOT NULL OR to_jsonb(n) - 'number' <> to_jsonb(o) - 'number'
    ) THEN
        PERFORM refuse('entry_final', message);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER entries_are_final_update AFTER UPDATE ON entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse_changes();
CREATE TRIGGER entries_are_final_delete AFTER DELETE ON entries REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse_changes();

CREATE FUNCTION lines_refuse_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM old_rows o JOIN books b ON b.id = o.book_id WHERE b.kind = 'company') THEN
        PERFORM refuse('entry_final', 'An entry of a company''s book is never changed; reverse it.');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER lines_are_final_update AFTER UPDATE ON lines REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_refuse_changes();
CREATE TRIGGER lines_are_final_delete AFTER DELETE ON lines REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_refuse_changes();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE UPDATE ON entries, lines FROM control_fresco_app;
        GRANT UPDATE (date, journal, number, memo, document_type, document_series, document_number, party_id, line_count)
            ON entries TO control_fresco_app;
        GRANT UPDATE (status) ON lines TO control_fresco_app;
    END IF;
END
$$
"""

FUNCTIONS = (
    "lines_refuse_changes()",
    "entries_refuse_changes()",
    "lines_check()",
    "entries_check()",
    "entry_check(bigint)",
    "lines_check_accounts()",
)


def upgrade() -> None:
    """Apply."""
    _entries()
    _lines()
    for statements in (BOOKS, BALANCE, FINAL):
        op.execute(statements)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION books_keep_terms() CASCADE")
    op.execute("DROP FUNCTION accounts_keep_terms() CASCADE")
    op.drop_table("lines")
    op.drop_table("entries")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


def _entries() -> None:
    op.create_table(
        "entries",
        _id(),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_key", sa.String(120)),
        sa.Column("journal", sa.String(20)),
        sa.Column("number", sa.Integer),
        sa.Column("memo", sa.String(500)),
        sa.Column("document_type", sa.String(20)),
        sa.Column("document_series", sa.String(20)),
        sa.Column("document_number", sa.String(40)),
        sa.Column("party_id", sa.BigInteger),
        sa.Column("reverses_id", sa.BigInteger),
        sa.Column("line_count", sa.Integer, nullable=False),
        sa.Column("created_by", sa.BigInteger),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("book_id", "source", "source_key", name="uq_entries_source_key"),
        sa.UniqueConstraint("reverses_id", name="uq_entries_reverses_id"),
        _key("entries", "book_id", "books"),
        _key("entries", "reverses_id", "entries"),
        _check("entries", "line_count_range", "line_count BETWEEN 2 AND 10000"),
        _check("entries", "number_in_journal", "number IS NULL OR (number > 0 AND journal IS NOT NULL)"),
        _check("entries", "reverses_other", "reverses_id <> id"),
        _not_blank("entries", "source"),
        _sane_day("entries"),
    )
    op.create_index("ix_entries_date", "entries", ["book_id", "date", "id"])
    op.create_index(
        "uq_entries_number",
        "entries",
        ["book_id", "journal", sa.text("month_of(date)"), "number"],
        unique=True,
        postgresql_where=sa.text("number IS NOT NULL"),
    )


def _lines() -> None:
    bounds = "> -100000000000000 AND {0} < 100000000000000"
    op.create_table(
        "lines",
        _id(),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("entry_id", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("counterpart_id", sa.BigInteger),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("base_amount", sa.Numeric(18, 4)),
        sa.Column("rate", sa.Numeric(28, 12)),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("cost_center_id", sa.BigInteger),
        sa.Column("party_id", sa.BigInteger),
        sa.Column("facet", sa.String(20), nullable=False, server_default=""),
        sa.Column("memo", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_lines"),
        sa.UniqueConstraint("entry_id", "position", name="uq_lines_position"),
        _key("lines", "entry_id", "entries"),
        _key("lines", "account_id", "accounts"),
        _key("lines", "cost_center_id", "cost_centers"),
        _check("lines", "status", "status IN ('pending', 'cleared', 'reconciled')"),
        _check("lines", "position_positive", "position > 0"),
        _check("lines", "moves_something", "base_amount IS NOT NULL OR amount <> 0"),
        _check("lines", "base_amount_not_zero", "base_amount <> 0"),
        _check("lines", "rate_positive", "rate > 0 AND rate < 10000000000000000"),
        _check("lines", "amount_bounded", f"amount {bounds.format('amount')}"),
        _check("lines", "base_amount_bounded", f"base_amount {bounds.format('base_amount')}"),
        _check("lines", "currency_code", "currency ~ '^[A-Z]{3}$'"),
        _sane_day("lines"),
    )
    op.create_index("ix_lines_account", "lines", ["book_id", "account_id", "date", "id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _key(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{referred}"
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name, ondelete="RESTRICT")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _not_blank(table: str, column: str) -> sa.CheckConstraint:
    return _check(table, f"{column}_not_blank", f"btrim({column}, E' \\t\\r\\n') <> ''")


def _sane_day(table: str) -> sa.CheckConstraint:
    return _check(table, "date_range", "date BETWEEN '1900-01-01' AND '2200-12-31'")
