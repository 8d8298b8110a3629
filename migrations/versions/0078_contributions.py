"""Files of transactions, their payers, and the other sides of contributions."""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("transactions", sa.Column("counterpart_id", sa.BigInteger(), nullable=True))
    op.add_column("transactions", sa.Column("paid_by", sa.BigInteger(), nullable=True))
    op.add_column("transactions", sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=True))
    op.create_check_constraint(op.f("ck_transactions_share_range"), "transactions", "share BETWEEN 0 AND 100")
    op.create_foreign_key(
        op.f("fk_transactions_paid_by_users"), "transactions", "users", ["paid_by"], ["id"], ondelete="SET NULL"
    )
    _attachments()
    op.execute("SELECT book_wall_attach('transaction_attachments')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("transaction_attachments")
    op.drop_constraint(op.f("fk_transactions_paid_by_users"), "transactions", type_="foreignkey")
    op.drop_constraint(op.f("ck_transactions_share_range"), "transactions", type_="check")
    for column in ("share", "paid_by", "counterpart_id"):
        op.drop_column("transactions", column)


def _attachments() -> None:
    table = "transaction_attachments"
    keys = (
        ("book_id", "personal_books", "RESTRICT"),
        ("transaction_id", "transactions", "CASCADE"),
        ("file_id", "stored_files", "RESTRICT"),
        ("created_by", "users", "SET NULL"),
    )
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=rule)
            for column, other, rule in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_attachments")),
    )
    op.create_index("ix_transaction_attachments_transaction_id", table, ["book_id", "transaction_id"], unique=False)
    op.create_index("ix_transaction_attachments_file_id", table, ["file_id"], unique=False)
