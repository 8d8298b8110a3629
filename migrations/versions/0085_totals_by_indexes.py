"""Totals of the transactions of an account are read from indexes alone, and amounts are found by theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

# As in 0079: a policy is judged before the comparison of numbers, which is not leakproof.
BETWEEN = """
CREATE FUNCTION book_transactions_between(book bigint, lowest numeric, highest numeric) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM transactions t
    WHERE (every_book() OR book = ANY (my_books())) AND t.book_id = book AND t.amount BETWEEN lowest AND highest
$$
"""


def upgrade() -> None:
    """Apply."""
    op.execute(BETWEEN)
    op.create_index(
        "ix_account_day_sums_counterpart",
        "account_day_sums",
        ["book_id", "counterpart_id", "date"],
        postgresql_include=["account_id", "currency", "facet", "amount", "movements"],
    )
    transfer = sa.text("type = 'transfer'")
    op.create_index(
        "ix_transactions_sent", "transactions", ["book_id", "account_id", "date"], postgresql_where=transfer
    )
    op.create_index(
        "ix_transactions_received",
        "transactions",
        ["book_id", "to_account_id", sa.text("coalesce(to_date, date)")],
        postgresql_include=["to_date", "date"],
        postgresql_where=transfer,
    )
    op.create_index(
        "ix_transactions_split",
        "transactions",
        ["book_id", "to_account_id", "type"],
        postgresql_where=sa.text("is_split"),
    )


def downgrade() -> None:
    """Take back."""
    for name in ("split", "received", "sent"):
        op.drop_index(f"ix_transactions_{name}", table_name="transactions")
    op.drop_index("ix_account_day_sums_counterpart", table_name="account_day_sums")
    op.execute("DROP FUNCTION book_transactions_between(bigint, numeric, numeric)")
