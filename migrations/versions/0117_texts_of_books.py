"""Descriptions, payees and what repeats them may be encrypted: such values are longer, and are found by their hashes."""

import sqlalchemy as sa
from alembic import context, op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None

LENGTHS = {
    "transactions": {"description": 500},
    "payees": {"name": 200},
    "change_sets": {"label": 200},
    "recurring_transactions": {"template_name": 200, "description": 500},
    "rules": {"name": 200},
    "learned_tokens": {"token": 200},
    "import_mappings": {"name": 200},
    "insights": {"subject": 200, "title": 300, "title_es": 300},
    "subscriptions": {"payee": 100, "name": 200},
}
# A value `enc:2:KEY:HASHES:TEXT` has the hashes of its words, or that of its name, separated by dots.
HASHED = """
CREATE FUNCTION encrypted_words(book bigint, stored text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY(
        SELECT 'b' || book || 'x' || word FROM unnest(string_to_array(split_part(stored, ':', 4), '.')) word))
$$;
CREATE FUNCTION payee_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN starts_with(name, 'enc:2:') THEN split_part(name, ':', 4) ELSE public.name_key(name) END
$$
"""
# Without a subquery of its own, so that it is expanded where it is used.
WORDS = """
CREATE OR REPLACE FUNCTION book_words(book bigint, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN starts_with(words, 'enc:2:') THEN public.encrypted_words(book, words)
    ELSE to_tsvector('simple', regexp_replace(
        regexp_replace(public.fold(coalesce(words, '')), '[^[:alnum:]]+', ' ', 'g'),
        '([[:alnum:]]+)', 'b' || book || 'x\\1', 'g')) END
$$
"""
# An entry of the history may change in one way: texts in its values, however deep, become encrypted ones.
ENCRYPTS = """
CREATE FUNCTION encrypts_texts(stored jsonb, given jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF stored IS NOT DISTINCT FROM given THEN
        RETURN true;
    ELSIF jsonb_typeof(stored) IS DISTINCT FROM jsonb_typeof(given) THEN
        RETURN false;
    ELSIF jsonb_typeof(stored) = 'string' THEN
        RETURN (given #>> '{}') ~ '^enc:[12]:';
    ELSIF jsonb_typeof(stored) = 'array' THEN
        RETURN jsonb_array_length(stored) = jsonb_array_length(given) AND (
            SELECT bool_and(encrypts_texts(value, given -> (place - 1)::int))
            FROM jsonb_array_elements(stored) WITH ORDINALITY elements (value, place));
    ELSIF jsonb_typeof(stored) = 'object' THEN
        RETURN (SELECT bool_and(s.key IS NOT NULL AND g.key IS NOT NULL AND encrypts_texts(s.value, g.value))
                FROM jsonb_each(stored) s FULL JOIN jsonb_each(given) g USING (key));
    END IF;
    RETURN false;
END
$$;
CREATE OR REPLACE FUNCTION book_history_encrypts(stored json, given json) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(public.encrypts_texts(stored::jsonb, given::jsonb), false)
$$
"""
BOOKS = """
CREATE FUNCTION books_of_person(person bigint) RETURNS TABLE (
    book_id bigint, role text, name text, currency text, timezone text, locale text, week_start int,
    month_start_day int, budget_method text, card_handling text, created_by bigint,
    created_at timestamptz, updated_at timestamptz, version bigint, encrypts_text boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, m.role, b.name, b.base_currency, p.timezone, p.locale, p.week_start, p.month_start_day,
           p.budget_method, p.card_handling, p.created_by, p.created_at, p.updated_at, p.version, p.encrypts_text
    FROM book_members m JOIN personal_books p ON p.id = m.book_id JOIN books b ON b.id = p.id
    WHERE m.user_id = person ORDER BY m.id
$$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("personal_books", sa.Column("encrypts_text", sa.Boolean, server_default="false", nullable=False))
    op.execute("DROP FUNCTION books_of_person(bigint)")
    op.execute(BOOKS)
    op.execute(ENCRYPTS)
    op.execute(HASHED)
    op.execute("DROP VIEW searched_transactions")
    op.drop_index("uq_payees_name", "payees")
    for table, columns in LENGTHS.items():
        for name, longest in columns.items():
            op.alter_column(table, name, type_=sa.Text(), existing_type=sa.String(longest))
            condition = f"char_length({name}) <= {longest} OR starts_with({name}, 'enc:2:')"
            op.create_check_constraint(op.f(f"ck_{table}_{name}_size"), table, condition)
    op.execute("ALTER TABLE payees ALTER aliases TYPE text[]")
    op.execute(WORDS)
    op.create_index("uq_payees_name", "payees", ["book_id", sa.text("payee_key(name)")], unique=True)
    _view()


def downgrade() -> None:
    """Take back; texts that are encrypted are too long for it."""
    _before()
    op.execute("DROP VIEW searched_transactions")
    op.drop_index("uq_payees_name", "payees")
    for table, columns in LENGTHS.items():
        for name, longest in columns.items():
            op.drop_constraint(op.f(f"ck_{table}_{name}_size"), table)
            op.alter_column(table, name, type_=sa.String(longest), existing_type=sa.Text())
    op.execute("ALTER TABLE payees ALTER aliases TYPE varchar(200)[]")
    written: str = context.script.get_revision("0061").module.WORDS
    op.execute(written[: written.index("$$;") + 2].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    op.create_index("uq_payees_name", "payees", ["book_id", sa.text("name_key(name)")], unique=True)
    op.execute("DROP FUNCTION payee_key(text); DROP FUNCTION encrypted_words(bigint, text)")
    _view()


def _before() -> None:
    """Functions as they were."""
    op.execute("DROP FUNCTION books_of_person(bigint)")
    op.drop_column("personal_books", "encrypts_text")
    written: str = context.script.get_revision("0060").module.DOORS
    op.execute(written[: written.index("$$;") + 2])
    may_encrypt: str = context.script.get_revision("0084").module.MAY_ENCRYPT
    op.execute(may_encrypt.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    op.execute("DROP FUNCTION encrypts_texts(jsonb, jsonb)")


def _view() -> None:
    before = context.script.get_revision("0095").module
    op.execute(before.SEARCHED)
    op.execute(before.READ_ONLY)
