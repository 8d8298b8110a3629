"""Data keys of books; notes, places and numbers of accounts are encrypted by them."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.columns import NOT_AUDITED

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _keys()
    op.alter_column("transactions", "location", type_=sa.Text())
    for table in ("transactions", "transaction_splits"):
        op.drop_constraint(op.f(f"ck_{table}_notes_length"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_notes_size"), table, "char_length(notes) <= 60000")
    op.create_check_constraint(op.f("ck_transactions_location_size"), "transactions", "char_length(location) <= 2000")
    op.add_column("personal_accounts", sa.Column("account_number", sa.Text(), nullable=True))
    op.add_column(
        "personal_accounts",
        sa.Column("account_number_index", sa.String(length=64), nullable=True, comment=NOT_AUDITED),
    )
    op.create_check_constraint(
        op.f("ck_personal_accounts_account_number_size"), "personal_accounts", "char_length(account_number) <= 1000"
    )
    op.create_index("ix_personal_accounts_number", "personal_accounts", ["book_id", "account_number_index"])


def downgrade() -> None:
    """Take back; what was encrypted can't be read afterwards."""
    op.drop_index("ix_personal_accounts_number", "personal_accounts")
    op.drop_constraint(op.f("ck_personal_accounts_account_number_size"), "personal_accounts", type_="check")
    for column in ("account_number_index", "account_number"):
        op.drop_column("personal_accounts", column)
    op.drop_constraint(op.f("ck_transactions_location_size"), "transactions", type_="check")
    for table in ("transactions", "transaction_splits"):
        op.drop_constraint(op.f(f"ck_{table}_notes_size"), table, type_="check")
        op.execute(f"UPDATE {table} SET notes = left(notes, 10000) WHERE char_length(notes) > 10000")  # noqa: S608
        op.create_check_constraint(op.f(f"ck_{table}_notes_length"), table, "char_length(notes) <= 10000")
    op.alter_column("transactions", "location", type_=sa.String(200), postgresql_using="left(location, 200)")
    op.drop_table("book_keys")


def _keys() -> None:
    op.create_table(
        "book_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False, comment=NOT_AUDITED),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_book_keys_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_keys")),
    )
    op.create_index("ix_book_keys_book_id", "book_keys", ["book_id", "id"], unique=False)
    op.execute("SELECT book_wall_attach('book_keys')")
