"""Refresh tokens that replace earlier ones, and their uses within the last minute."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("session_id", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("token", sa.Text, nullable=False, comment="not audited"),
        sa.Column("first_used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
        sa.UniqueConstraint("session_id", "generation", name="uq_refresh_tokens_generation"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_refresh_tokens_session_id_sessions", ondelete="CASCADE"
        ),
        sa.CheckConstraint("generation > 0", name=op.f("ck_refresh_tokens_generation_positive")),
    )
    op.create_table(
        "refresh_uses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("session_id", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_uses"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_refresh_uses_session_id_sessions", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_refresh_uses_session_id", "refresh_uses", ["session_id", "used_at"])
    # Each refresh writes here; that a session was used is recorded with the session itself.
    exempt_from_audit("refresh_tokens", "refresh_uses")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("refresh_tokens", "refresh_uses")
    op.drop_table("refresh_uses")
    op.drop_table("refresh_tokens")
