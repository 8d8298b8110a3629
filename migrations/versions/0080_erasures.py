"""Accounts that their users have erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0080"
down_revision = "0079"
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

# The reader of a share is in none of its books: by the verified address it is found which ones may be read.
SHARES = """
CREATE FUNCTION summary_shares_of_person(person bigint) RETURNS TABLE (
    id bigint, book_id bigint, book_name text, email text, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, s.book_id, b.name, s.email, s.created_at
    FROM summary_shares s JOIN books b ON b.id = s.book_id JOIN users u ON lower(u.email) = lower(s.email)
    WHERE u.id = person AND u.email_verified_at IS NOT NULL ORDER BY s.id
$$
"""
OF_PERSON = """
ALTER TABLE personal_consents ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON personal_consents USING ((SELECT every_book()) OR user_id = (SELECT my_person()))
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
    _consents()
    _shares()


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION summary_shares_of_person(bigint)")
    op.drop_table("summary_shares")
    end_audit_exemption("personal_consents")
    op.drop_table("personal_consents")
    op.execute("DROP FUNCTION erase_book_history(bigint)")
    op.drop_table("erasures")
    op.drop_index("ix_users_erase_on", table_name="users")
    op.drop_column("users", "erase_on")


def _consents() -> None:
    op.create_table(
        "personal_consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('bookkeeping', 'security', 'insights', 'emails')", name=op.f("ck_personal_consents_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_personal_consents_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_consents")),
    )
    op.create_index("ix_personal_consents_user_id", "personal_consents", ["user_id", "purpose", "id"], unique=False)
    op.execute(OF_PERSON)
    exempt_from_audit("personal_consents")


def _shares() -> None:
    op.create_table(
        "summary_shares",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_summary_shares_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_summary_shares_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_shares")),
    )
    op.create_index("uq_summary_shares_email", "summary_shares", ["book_id", sa.text("lower(email)")], unique=True)
    op.execute("SELECT book_wall_attach('summary_shares')")
    op.execute(SHARES)
