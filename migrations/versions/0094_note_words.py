"""Words of encrypted notes, as keyed hashes, by which transactions are found."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.columns import NOT_AUDITED
from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "note_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False, comment=NOT_AUDITED),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_note_words_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_note_words_transaction_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_words")),
        sa.UniqueConstraint("transaction_id", "word", name="uq_note_words_word"),
    )
    op.create_index("ix_note_words_word", "note_words", ["book_id", "word", "transaction_id"], unique=False)
    op.execute("SELECT book_wall_attach('note_words')")
    exempt_from_audit("note_words")


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("note_words")
    op.drop_table("note_words")
