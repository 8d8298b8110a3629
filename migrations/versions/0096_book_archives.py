"""Archives of what is kept of people and books, which tasks make."""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "book_archives",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > requested_at", name=op.f("ck_book_archives_times_in_order")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_book_archives_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_book_archives_file_id_stored_files"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_book_archives_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_archives")),
        sa.UniqueConstraint("book_id", "user_id", name="uq_book_archives_book_id_user_id"),
    )
    op.create_index("ix_book_archives_expires_at", "book_archives", ["book_id", "expires_at"], unique=False)
    op.create_index("ix_book_archives_file_id", "book_archives", ["file_id"], unique=False)
    op.execute("SELECT book_wall_attach('book_archives')")


def downgrade() -> None:
    """Take back; the contents of the archives go with the sweep of files."""
    op.execute("DELETE FROM book_archives")
    op.drop_table("book_archives")
    op.execute("DELETE FROM stored_files WHERE domain = 'personal.privacy'")
