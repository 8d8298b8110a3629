"""Valuations of accounts, and comparisons of accounts with statements."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

TABLES = ("account_valuations", "reconciliations", "reconciled_transactions")
LARGEST = "{0} > -100000000000000 AND {0} < 100000000000000"


def upgrade() -> None:
    """Apply."""
    _valuations()
    _reconciliations()
    _reconciled()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _common() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
    )


def _bounded(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(LARGEST.format(column), name=op.f(f"ck_{table}_{column}_bounded"))


def _sane(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{table}_{column}_range")
    )


def _valuations() -> None:
    table = "account_valuations"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("difference", sa.Numeric(precision=18, scale=4), nullable=False),
        *_common(),
        _bounded(table, "value"),
        _bounded(table, "difference"),
        _sane(table, "date"),
        _key(table, "book_id", "personal_books", "RESTRICT"),
        _key(table, "account_id", "personal_accounts", "RESTRICT"),
        _key(table, "created_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_valuations")),
        sa.UniqueConstraint("account_id", "date", name="uq_account_valuations_date"),
    )


def _reconciliations() -> None:
    table = "reconciliations"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_date", sa.Date(), nullable=False),
        sa.Column("statement_balance", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("adjustment", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_common(),
        _bounded(table, "statement_balance"),
        _bounded(table, "adjustment"),
        _sane(table, "statement_date"),
        _key(table, "book_id", "personal_books", "RESTRICT"),
        _key(table, "account_id", "personal_accounts", "RESTRICT"),
        _key(table, "created_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index("ix_reconciliations_account_id", table, ["book_id", "account_id", "statement_date"], unique=False)
    op.create_index(
        "uq_reconciliations_open",
        table,
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )


def _reconciled() -> None:
    table = "reconciled_transactions"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("reconciliation_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        _key(table, "book_id", "personal_books", "RESTRICT"),
        _key(table, "reconciliation_id", "reconciliations", "CASCADE"),
        _key(table, "transaction_id", "transactions", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciled_transactions")),
        sa.UniqueConstraint("reconciliation_id", "transaction_id", name="uq_reconciled_transactions_transaction_id"),
    )
    op.create_index("ix_reconciled_transactions_transaction_id", table, ["transaction_id"], unique=False)
