"""Second factors with their recovery codes, logins that wait for one, and codes that were tried."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

HIDDEN = "not audited"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "second_factors",
        *_of_a_user("second_factors"),
        sa.Column("secret", sa.Text, nullable=False, comment=HIDDEN),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0", comment=HIDDEN),
        sa.UniqueConstraint("user_id", name="uq_second_factors_user_id"),
    )
    op.create_table(
        "recovery_codes",
        *_of_a_user("recovery_codes"),
        sa.Column("code_hash", sa.String(64), nullable=False, comment=HIDDEN),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("user_id", "code_hash", name="uq_recovery_codes_code_hash"),
    )
    _challenges()
    _attempts()
    exempt_from_audit("code_attempts", "login_challenges")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("code_attempts", "login_challenges")
    op.execute("DELETE FROM recovery_codes")  # audited, unlike a table that is dropped
    op.execute("DELETE FROM second_factors")
    for table in ("code_attempts", "login_challenges", "recovery_codes", "second_factors"):
        op.drop_table(table)


def _challenges() -> None:
    op.create_table(
        "login_challenges",
        *_of_a_user("login_challenges"),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("device", sa.String(32)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        sa.UniqueConstraint("token_hash", name="uq_login_challenges_token_hash"),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_login_challenges_tries_not_negative")),
    )
    op.create_index("ix_login_challenges_user_id", "login_challenges", ["user_id"])


def _attempts() -> None:
    op.create_table(
        "code_attempts",
        *_of_a_user("code_attempts"),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("succeeded", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_code_attempts_user_id", "code_attempts", ["user_id", "attempted_at"])
    op.create_index("ix_code_attempts_address", "code_attempts", ["address", "attempted_at"])


def _of_a_user(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"),
    )
