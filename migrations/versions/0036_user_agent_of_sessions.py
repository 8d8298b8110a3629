"""Sessions know the program that opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("sessions", sa.Column("user_agent", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    """Take back."""
    op.execute("UPDATE sessions SET user_agent = '' WHERE user_agent <> ''")  # audited, unlike a column that is dropped
    op.drop_column("sessions", "user_agent")
