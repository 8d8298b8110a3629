"""Accounts of other providers that users have linked, and nonces."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sso_links",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sso_links"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sso_links_user_id_users", ondelete="CASCADE"),
        sa.UniqueConstraint("provider", "subject", name="uq_sso_links_subject"),
        sa.UniqueConstraint("user_id", "provider", name="uq_sso_links_user"),
    )
    op.create_table(
        "sso_nonces",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("nonce_hash", sa.String(64), nullable=False, comment="not audited"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sso_nonces"),
        sa.UniqueConstraint("nonce_hash", name="uq_sso_nonces_nonce_hash"),
    )
    op.create_index("ix_sso_nonces_expires_at", "sso_nonces", ["expires_at"])
    exempt_from_audit("sso_nonces")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("sso_nonces")
    op.drop_table("sso_nonces")
    op.execute("DELETE FROM sso_links")  # audited, unlike a table that is dropped
    op.drop_table("sso_links")
