"""Transactions are searched in a view, whose rows are of the same books as the policy's: plans may use all indexes."""

from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

# A policy of a table is judged before an operator that is not leakproof, like those of GIN indexes and of numbers,
# which would therefore not be used. The condition of a view without `security_barrier` is one among others.
SEARCHED = """
CREATE VIEW searched_transactions AS
SELECT id, book_id, type, date, position, amount, currency, account_id, category_id, payee_id, description, tags,
       is_refund, is_split, exclude_from_reports
FROM transactions t WHERE (SELECT every_book()) OR t.book_id = ANY ((SELECT my_books())::bigint[])
WITH CASCADED CHECK OPTION
"""
# An installation without a login for the owner has no such role.
READ_ONLY = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'control_fresco_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON searched_transactions FROM control_fresco_app;
    END IF;
END $$
"""
FUNCTIONS = (
    "book_transactions_tagged(bigint, text)",
    "book_transactions_saying(bigint, tsquery)",
    "book_transactions_between(bigint, numeric, numeric)",
)
BEFORE = """
CREATE FUNCTION book_transactions_tagged(book bigint, tag text) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM transactions t
    WHERE (every_book() OR book = ANY (my_books())) AND book_tags(t.book_id, t.tags) @> book_tags(book, ARRAY[tag])
$$;
CREATE FUNCTION book_transactions_saying(book bigint, words tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM transactions t
    WHERE (every_book() OR book = ANY (my_books())) AND book_words(t.book_id, t.description) @@ words
      AND t.book_id = book
$$;
CREATE FUNCTION book_transactions_between(book bigint, lowest numeric, highest numeric) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM transactions t
    WHERE (every_book() OR book = ANY (my_books())) AND t.book_id = book AND t.amount BETWEEN lowest AND highest
$$
"""


def upgrade() -> None:
    """Apply."""
    op.execute(SEARCHED)
    op.execute(READ_ONLY)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW searched_transactions")
    op.execute(BEFORE)
