"""Users have a full name."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("full_name", sa.String(200)))


def downgrade() -> None:
    """Take back."""
    op.execute(
        "UPDATE users SET full_name = NULL WHERE full_name IS NOT NULL"
    )  # audited, unlike a column that is dropped
    op.drop_column("users", "full_name")
