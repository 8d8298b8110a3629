"""Every password that is looked at is counted, not only the wrong ones; addresses by their limiting key."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Whatever else is exempt by now stays so.
RENAME_EXEMPT = """
DO $$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[] LANGUAGE sql IMMUTABLE AS %L',
        format('SELECT %L::text[]', array_replace(audit_exempt(), '{old}', '{new}')));
END
$$
"""
WRONG = sa.text("NOT succeeded")


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_login_failures_account", "login_failures")
    op.drop_index("ix_login_failures_address", "login_failures")
    op.rename_table("login_failures", "login_attempts")
    op.execute("ALTER TABLE login_attempts RENAME CONSTRAINT pk_login_failures TO pk_login_attempts")
    op.execute("ALTER SEQUENCE login_failures_id_seq RENAME TO login_attempts_id_seq")
    op.alter_column("login_attempts", "failed_at", new_column_name="attempted_at")
    op.add_column("login_attempts", sa.Column("device", sa.String(32)))
    op.add_column("login_attempts", sa.Column("succeeded", sa.Boolean, nullable=False, server_default=sa.false()))
    op.alter_column("login_attempts", "succeeded", server_default=None)
    op.create_index("ix_login_attempts_account_address", "login_attempts", ["account", "address", "attempted_at"])
    op.create_index(
        "ix_login_attempts_account", "login_attempts", ["account", "device", "attempted_at"], postgresql_where=WRONG
    )
    op.create_index("ix_login_attempts_address", "login_attempts", ["address", "attempted_at"], postgresql_where=WRONG)
    op.execute(RENAME_EXEMPT.format(old="login_failures", new="login_attempts"))


def downgrade() -> None:
    """Take back; right passwords were not counted before."""
    op.execute("DELETE FROM login_attempts WHERE succeeded")
    for name in ("account_address", "account", "address"):
        op.drop_index(f"ix_login_attempts_{name}", "login_attempts")
    op.drop_column("login_attempts", "succeeded")
    op.drop_column("login_attempts", "device")
    op.alter_column("login_attempts", "attempted_at", new_column_name="failed_at")
    op.execute("ALTER SEQUENCE login_attempts_id_seq RENAME TO login_failures_id_seq")
    op.execute("ALTER TABLE login_attempts RENAME CONSTRAINT pk_login_attempts TO pk_login_failures")
    op.rename_table("login_attempts", "login_failures")
    op.create_index("ix_login_failures_account", "login_failures", ["account", "failed_at"])
    op.create_index("ix_login_failures_address", "login_failures", ["address", "failed_at"])
    op.execute(RENAME_EXEMPT.format(old="login_attempts", new="login_failures"))
