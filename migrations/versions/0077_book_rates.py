"""A book's own exchange rates."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "book_rates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("quote", sa.String(3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=28, scale=12), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("base ~ '^[A-Z]{3}$'", name=op.f("ck_book_rates_base_code")),
        sa.CheckConstraint("quote ~ '^[A-Z]{3}$'", name=op.f("ck_book_rates_quote_code")),
        sa.CheckConstraint("base <> quote", name=op.f("ck_book_rates_two_currencies")),
        sa.CheckConstraint("rate > 0 AND rate < 10000000000000000", name=op.f("ck_book_rates_rate_positive")),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_book_rates_date_range")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_book_rates_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_book_rates_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_rates")),
        sa.UniqueConstraint("book_id", "base", "quote", "date", name="uq_book_rates_date"),
    )
    op.execute("SELECT book_wall_attach('book_rates')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("book_rates")
