"""Sessions have a random id that their tokens carry, and it is known when one was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ATTACH = "SELECT audit_attach('sessions'{hidden})"


def upgrade() -> None:
    """Apply."""
    random = sa.Column("sid", sa.Uuid, nullable=False, server_default=sa.func.gen_random_uuid())
    op.add_column("sessions", random)  # each row gets one of its own
    op.create_unique_constraint("uq_sessions_sid", "sessions", ["sid"])
    op.add_column("sessions", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.execute("ALTER TABLE sessions DISABLE TRIGGER audit_update")  # nobody did anything
    op.execute("UPDATE sessions SET last_used_at = created_at")
    op.execute("ALTER TABLE sessions ENABLE TRIGGER audit_update")
    op.alter_column("sessions", "last_used_at", nullable=False)
    op.create_index(
        "ix_sessions_living", "sessions", ["user_id", "last_used_at"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute(ATTACH.format(hidden=", 'sid'"))


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_sessions_living", "sessions")
    op.drop_column("sessions", "last_used_at")
    op.drop_constraint("uq_sessions_sid", "sessions")
    op.drop_column("sessions", "sid")
    op.execute(ATTACH.format(hidden=""))
