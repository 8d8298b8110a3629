"""Lists in the order of amounts: the largest are read from an index, however many there are."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("payments", "incomes", "expenses")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        op.create_index(f"ix_{table}_amount", table, ["amount"])


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_amount", table)
