"""Searches of a book by tag and by words use their indexes, and plans know how many routes of rates there are."""

from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

# A policy of a table is judged before an operator that is not leakproof, like those of GIN indexes, which would
# therefore not be used: whoever owns the table asks, once it is clear that the caller may see the book.
SEARCHES = """
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
$$
"""
# Most have one route; with the 10 that were assumed, the planner took the rates that join them for a single row, and
# looked through all of them for each sum.
ROUTES = "ALTER FUNCTION currency_routes(text, text, text[]) ROWS {}"


def upgrade() -> None:
    """Apply."""
    op.execute(SEARCHES)
    op.execute(ROUTES.format(1))


def downgrade() -> None:
    """Take back."""
    op.execute(ROUTES.format(10))
    op.execute("DROP FUNCTION book_transactions_tagged(bigint, text)")
    op.execute("DROP FUNCTION book_transactions_saying(bigint, tsquery)")
