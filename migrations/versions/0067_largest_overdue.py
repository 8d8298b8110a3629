"""Index of open items by amount, for the largest that are overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

COLUMNS = ("suite", "kind", "currency", sa.text("amount DESC"), "due_date")


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_open_items_largest", "open_items", [*COLUMNS])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_open_items_largest", "open_items")
