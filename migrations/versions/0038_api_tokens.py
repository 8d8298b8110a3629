"""API tokens, and their last uses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String(100)), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, comment="not audited"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("cardinality(permissions) > 0", name=op.f("ck_api_tokens_permissions_some")),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_api_tokens_name_not_blank")),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])
    op.create_table(
        "api_token_uses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("token_id", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_token_uses"),
        sa.UniqueConstraint("token_id", name="uq_api_token_uses_token_id"),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_tokens.id"], name="fk_api_token_uses_token_id_api_tokens", ondelete="CASCADE"
        ),
    )
    exempt_from_audit("api_token_uses")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("api_token_uses")
    op.execute("DELETE FROM api_tokens")  # audited, unlike a table that is dropped
    op.drop_table("api_token_uses")
    op.drop_table("api_tokens")
