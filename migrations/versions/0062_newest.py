"""Payments, incomes and expenses are listed newest first, from an index in this order."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

BEFORE = {"payments": ["date"], "incomes": ["date", "id"], "expenses": ["date", "id"]}


def upgrade() -> None:
    """Apply."""
    for table in BEFORE:
        op.drop_index(f"ix_{table}_date", table)
        op.create_index(f"ix_{table}_newest", table, [sa.text("date DESC"), "id"])
    op.drop_index("ix_payments_client_id", "payments")
    op.create_index("ix_payments_client_id", "payments", ["client_id", sa.text("date DESC"), "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_payments_client_id", "payments")
    op.create_index("ix_payments_client_id", "payments", ["client_id", "date", "id"])
    for table, columns in BEFORE.items():
        op.drop_index(f"ix_{table}_newest", table)
        op.create_index(f"ix_{table}_date", table, columns)
