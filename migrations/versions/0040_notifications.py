"""Notifications of users, what was reported, the users' settings, and the programs with which they signed in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# What was told is no change of the business; the settings are audited.
NOT_AUDITED = ("notification_digests", "notifications", "reported_entries")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("link", sa.String(500)),
        sa.Column("in_app", sa.Boolean, nullable=False),
        sa.Column("by_email", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notifications_user_id_users", ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "kind", "key", name="uq_notifications_key"),
        sa.CheckConstraint("in_app OR by_email", name=op.f("ck_notifications_has_a_channel")),
        sa.CheckConstraint("btrim(title, E' \\t\\r\\n') <> ''", name=op.f("ck_notifications_title_not_blank")),
        sa.CheckConstraint("char_length(body) <= 10000", name=op.f("ck_notifications_body_length")),
    )
    op.create_table(
        "notification_digests",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notification_digests"),
        sa.UniqueConstraint("kind", "day", name="uq_notification_digests_day"),
    )
    op.create_table(
        "reported_entries",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reported_entries"),
        sa.UniqueConstraint("kind", "key", name="uq_reported_entries_key"),
    )
    op.create_table(
        "notification_settings",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("kinds", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_notification_settings"),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name="fk_notification_settings_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("jsonb_typeof(kinds) = 'object'", name=op.f("ck_notification_settings_kinds_is_object")),
    )
    op.create_table(
        "user_agents",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("family", sa.String(60), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_agents"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_agents_user_id_users", ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "family", name="uq_user_agents_family"),
    )
    exempt_from_audit(*NOT_AUDITED)


def downgrade() -> None:
    """Take back."""
    end_audit_exemption(*NOT_AUDITED)
    op.execute("DELETE FROM user_agents")  # audited, unlike a table that is dropped
    op.execute("DELETE FROM notification_settings")
    for table in ("user_agents", "notification_settings", *NOT_AUDITED):
        op.drop_table(table)
