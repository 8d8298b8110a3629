"""Contents of files of people's books are encrypted: which key of the book does."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what is stored already is encrypted by `flask keys rotate --deep`, as only the program has the keys."""
    op.add_column("stored_files", sa.Column("key_id", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_stored_files_key_of_book"), "stored_files", "key_id IS NULL OR book_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take back; what was encrypted can't be read afterwards."""
    op.drop_constraint(op.f("ck_stored_files_key_of_book"), "stored_files", type_="check")
    op.drop_column("stored_files", "key_id")
