"""Accounts that their users have erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

# The history of a book is final while there is the book; with the book it goes, and nobody may delete it otherwise.
ERASE = """
CREATE FUNCTION erase_book_history(book bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF EXISTS (SELECT FROM books WHERE id = book) THEN
        RAISE insufficient_privilege USING MESSAGE = format('book %s has a history while it is there', book);
    END IF;
    DELETE FROM book_audit WHERE book_id = book;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("erase_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_users_erase_on", "users", ["erase_on"], unique=False, postgresql_where=sa.text("erase_on IS NOT NULL")
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reference", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("user_hmac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("user_hmac", name="uq_erasures_user_hmac"),
    )
    op.execute(ERASE)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION erase_book_history(bigint)")
    op.drop_table("erasures")
    op.drop_index("ix_users_erase_on", table_name="users")
    op.drop_column("users", "erase_on")
