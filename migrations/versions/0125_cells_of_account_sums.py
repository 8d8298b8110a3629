"""Indexes of sums of accounts find a cell: one account's rows of a day may have thousands of counterparts."""

from alembic import op

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None

READ = ["currency", "amount", "base_amount", "debit", "movements"]
INDEXES = {
    "account_day_sums": ["book_id", "account_id", "date"],
    "account_span_sums": ["book_id", "account_id", "months", "since"],
}


def upgrade() -> None:
    """Apply."""
    for table, keys in INDEXES.items():
        op.create_index(f"ix_{table}_cell", table, [*keys, "counterpart_id"], postgresql_include=READ)
        op.drop_index(f"ix_{table}_account", table)


def downgrade() -> None:
    """Take back."""
    for table, keys in INDEXES.items():
        op.create_index(f"ix_{table}_account", table, keys, postgresql_include=READ)
        op.drop_index(f"ix_{table}_cell", table)
