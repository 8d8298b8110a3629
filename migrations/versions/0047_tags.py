"""Tags of projects, payments, incomes and expenses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TABLES = ("projects", "payments", "incomes", "expenses")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        tags = sa.Column("tags", postgresql.ARRAY(sa.String(40)), server_default="{}", nullable=False)
        op.add_column(table, tags)
        op.create_check_constraint(op.f(f"ck_{table}_tags_number"), table, "cardinality(tags) <= 10")
        op.create_index(
            f"ix_{table}_tags", table, ["tags"], postgresql_using="gin", postgresql_where=sa.text("tags <> '{}'")
        )


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.execute(f"UPDATE {table} SET tags = '{{}}' WHERE tags <> '{{}}'")  # noqa: S608 - audited
        op.drop_column(table, "tags")  # with its index and its check
