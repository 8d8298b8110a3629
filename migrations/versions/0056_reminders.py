"""Clients are reminded of payments by rules."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("clients", sa.Column("reminders", sa.Boolean, server_default=sa.true(), nullable=False))
    now = sa.func.now()
    op.create_table(
        "reminder_rules",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False),
        *_times(now),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_rules"),
        sa.CheckConstraint("days BETWEEN -365 AND 365", name=op.f("ck_reminder_rules_days_range")),
        *(
            sa.CheckConstraint(rf"btrim({one}, E' \t\r\n') <> ''", name=op.f(f"ck_reminder_rules_{one}_not_blank"))
            for one in ("subject", "text")
        ),
        sa.CheckConstraint("char_length(text) <= 5000", name=op.f("ck_reminder_rules_text_length")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("rule_id", sa.BigInteger),
        sa.Column("payment_id", sa.BigInteger),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("due_date", sa.Date, nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), server_default="waiting", nullable=False),
        sa.Column("subject", sa.String(500)),
        sa.Column("reason", sa.String(200)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        *_times(now),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        _of("rule_id", "reminder_rules"),
        _of("payment_id", "payments"),
        _of("client_id", "clients"),
        sa.UniqueConstraint("payment_id", "rule_id", name="uq_reminders_once"),
        _check("state", "state IN ('waiting', 'sent', 'skipped', 'failed')"),
        _check("sent_has_time", "(state = 'sent') = (sent_at IS NOT NULL)"),
        _check("due_date_range", "due_date BETWEEN '1900-01-01' AND '2200-12-31'"),
    )
    op.create_index("ix_reminders_rule_id", "reminders", ["rule_id"])
    op.create_index("ix_reminders_client_id", "reminders", ["client_id"])


def downgrade() -> None:
    """Take back. Rules and what was sent are deleted, and clients get reminders again, which is recorded."""
    op.execute("DELETE FROM reminders")
    op.execute("DELETE FROM reminder_rules")
    op.execute("UPDATE clients SET reminders = true WHERE NOT reminders")
    op.drop_table("reminders")
    op.drop_table("reminder_rules")
    op.drop_column("clients", "reminders")


def _times(now: sa.ColumnElement[object]) -> list[sa.Column[object]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)
        for name in ("created_at", "updated_at")
    ]


def _of(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_reminders_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="SET NULL")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_reminders_{name}"))
