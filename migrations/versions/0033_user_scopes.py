"""Rows to which the permissions of users are limited."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "user_scopes",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("row_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_scopes_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_user_scopes"),
        sa.UniqueConstraint("user_id", "kind", "row_id", name="uq_user_scopes_row"),
    )


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM user_scopes")  # audited, unlike a table that is dropped
    op.drop_table("user_scopes")
