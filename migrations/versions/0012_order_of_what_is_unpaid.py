"""What is unpaid, in the whole order of its lists: of a day with thousands of payments only the first are read."""

from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAME, TABLE, UNPAID = "ix_payments_unpaid", "payments", text("paid_date IS NULL")


def upgrade() -> None:
    """Apply."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["date", "id"], postgresql_where=UNPAID)


def downgrade() -> None:
    """Take back."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["date"], postgresql_where=UNPAID)
