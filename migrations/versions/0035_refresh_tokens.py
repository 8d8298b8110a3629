"""Refresh tokens that replace earlier ones, and their uses within the last minute."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

EXEMPT = """
DO $$
DECLARE
    exempt text := (SELECT string_agg(quote_literal(name), ', ' ORDER BY name) FROM unnest({names}) name);
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[] LANGUAGE sql IMMUTABLE AS %L',
                   'SELECT ARRAY[' || exempt || ']');
END
$$
"""


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
    op.execute(EXEMPT.format(names="audit_exempt() || ARRAY['refresh_tokens', 'refresh_uses']"))


def downgrade() -> None:
    """Take back."""
    op.execute(EXEMPT.format(names="array_remove(array_remove(audit_exempt(), 'refresh_tokens'), 'refresh_uses')"))
    op.drop_table("refresh_uses")
    op.drop_table("refresh_tokens")
