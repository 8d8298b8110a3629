"""Tokens that are sent by mail, verified addresses of users, and counts of requests."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("email_verified_at", sa.DateTime(timezone=True)))
    op.create_table(
        "mailed_tokens",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, comment="not audited"),
        sa.Column("token", sa.Text, nullable=False, comment="not audited"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_mailed_tokens"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mailed_tokens_user_id_users", ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash", name="uq_mailed_tokens_token_hash"),
        sa.CheckConstraint("purpose IN ('reset', 'verify', 'invite')", name=op.f("ck_mailed_tokens_purpose")),
        sa.CheckConstraint("(purpose = 'invite') = (user_id IS NULL)", name=op.f("ck_mailed_tokens_invites_strangers")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_mailed_tokens_expires_later")),
    )
    op.create_index(
        "uq_mailed_tokens_user",
        "mailed_tokens",
        ["user_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_index(
        "uq_mailed_tokens_invited",
        "mailed_tokens",
        [sa.text("lower(email)")],
        unique=True,
        postgresql_where=sa.text("user_id IS NULL"),
    )
    op.create_table(
        "request_counts",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(260), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request_counts"),
    )
    op.create_index("ix_request_counts_key", "request_counts", ["kind", "key", "counted_at"])
    op.create_index("ix_request_counts_counted_at", "request_counts", ["counted_at"])
    exempt_from_audit("request_counts")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("request_counts")
    op.drop_table("request_counts")
    op.execute("DELETE FROM mailed_tokens")  # audited, unlike a table that is dropped
    op.drop_table("mailed_tokens")
    op.execute("UPDATE users SET email_verified_at = NULL WHERE email_verified_at IS NOT NULL")
    op.drop_column("users", "email_verified_at")
