"""Texts of insights in Spanish."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

NOT_BLANK = "btrim(title_es, E' \\t\\r\\n') <> ''"


def upgrade() -> None:
    """Apply."""
    op.add_column("insights", sa.Column("title_es", sa.String(length=300), nullable=True))
    op.add_column("insights", sa.Column("detail_es", sa.Text(), nullable=True))
    op.execute("UPDATE insights SET title_es = title, detail_es = detail")  # until they are found anew
    op.alter_column("insights", "title_es", nullable=False)
    op.alter_column("insights", "detail_es", nullable=False)
    op.create_check_constraint(op.f("ck_insights_title_es_not_blank"), "insights", NOT_BLANK)


def downgrade() -> None:
    """Take back."""
    op.drop_column("insights", "detail_es")
    op.drop_column("insights", "title_es")
