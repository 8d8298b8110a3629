"""Index of closed months: every posting asks for the last one."""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_periods_closed", "periods", ["book_id", "month"], postgresql_where=sa.text("state = 'closed'"))


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_periods_closed", "periods")
