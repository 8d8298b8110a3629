"""Payees that imports made, which go when the import is taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    made = sa.Column("made_payees", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
    op.add_column("book_imports", made)


def downgrade() -> None:
    """Take back."""
    op.drop_column("book_imports", "made_payees")
