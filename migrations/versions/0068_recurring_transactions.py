"""Recurring transactions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

TABLES = ("recurring_splits", "recurring_occurrences", "recurring_transactions")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "recurring_transactions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("template_name", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("interval", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("day", sa.SmallInteger(), nullable=True),
        sa.Column("weekend", sa.String(40), server_default="same", nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("max_occurrences", sa.Integer(), nullable=True),
        sa.Column("amount_mode", sa.String(40), server_default="fixed", nullable=False),
        sa.Column("min_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("max_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("auto_post", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("days_before", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("skipped", sa.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("to_account_id", sa.BigInteger(), nullable=True),
        sa.Column("to_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("budget_category_id", sa.BigInteger(), nullable=True),
        sa.Column("payee_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("payment_method", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("exclude_from_reports", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("handled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("numbered_from", sa.Integer(), server_default="0", nullable=False),
        sa.Column("resumed", sa.Date(), nullable=True),
        sa.Column("next_occurrence", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(type = 'transfer') = (to_account_id IS NOT NULL)",
            name=op.f("ck_recurring_transactions_transfer_has_account"),
        ),
        sa.CheckConstraint(
            "amount_mode IN ('fixed', 'estimate', 'last', 'average_3')",
            name=op.f("ck_recurring_transactions_amount_mode"),
        ),
        sa.CheckConstraint(
            "btrim(template_name, E' \\t\\r\\n') <> ''", name=op.f("ck_recurring_transactions_template_name_not_blank")
        ),
        sa.CheckConstraint(
            "end_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_transactions_end_date_range")
        ),
        sa.CheckConstraint(
            "frequency IN ('daily', 'weekly', 'biweekly', 'semimonthly', 'monthly', 'quarterly', 'semiannual', 'yearly')",
            name=op.f("ck_recurring_transactions_frequency"),
        ),
        sa.CheckConstraint(
            "next_occurrence BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_recurring_transactions_next_occurrence_range"),
        ),
        sa.CheckConstraint(
            "resumed BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_transactions_resumed_range")
        ),
        sa.CheckConstraint(
            "start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_transactions_start_date_range")
        ),
        sa.CheckConstraint("type IN ('income', 'expense', 'transfer')", name=op.f("ck_recurring_transactions_type")),
        sa.CheckConstraint("weekend IN ('same', 'before', 'after')", name=op.f("ck_recurring_transactions_weekend")),
        sa.CheckConstraint("account_id <> to_account_id", name=op.f("ck_recurring_transactions_accounts_differ")),
        sa.CheckConstraint(
            "amount > 0 AND amount < 10000000000", name=op.f("ck_recurring_transactions_amount_positive")
        ),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_recurring_transactions_tags_number")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_recurring_transactions_notes_length")),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f("ck_recurring_transactions_day_range")),
        sa.CheckConstraint("days_before BETWEEN 0 AND 60", name=op.f("ck_recurring_transactions_days_before_range")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_recurring_transactions_end_after_start")),
        sa.CheckConstraint(
            "handled >= numbered_from AND numbered_from >= 0", name=op.f("ck_recurring_transactions_numbers")
        ),
        sa.CheckConstraint("interval BETWEEN 1 AND 1000", name=op.f("ck_recurring_transactions_interval_range")),
        sa.CheckConstraint(
            "is_active OR next_occurrence IS NULL", name=op.f("ck_recurring_transactions_paused_has_no_next")
        ),
        sa.CheckConstraint(
            "max_amount >= amount AND max_amount < 10000000000", name=op.f("ck_recurring_transactions_max_amount_range")
        ),
        sa.CheckConstraint(
            "max_occurrences BETWEEN 1 AND 100000", name=op.f("ck_recurring_transactions_max_occurrences_range")
        ),
        sa.CheckConstraint(
            "min_amount > 0 AND min_amount <= amount", name=op.f("ck_recurring_transactions_min_amount_range")
        ),
        sa.CheckConstraint(
            "to_amount > 0 AND to_amount < 10000000000", name=op.f("ck_recurring_transactions_to_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_recurring_transactions_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_recurring_transactions_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["budget_category_id"],
            ["categories.id"],
            name=op.f("fk_recurring_transactions_budget_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_recurring_transactions_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_recurring_transactions_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["payees.id"], name=op.f("fk_recurring_transactions_payee_id_payees"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["to_account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_recurring_transactions_to_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_transactions")),
    )
    op.create_index("ix_recurring_transactions_account_id", "recurring_transactions", ["account_id"], unique=False)
    op.create_index(
        "ix_recurring_transactions_budget_category_id", "recurring_transactions", ["budget_category_id"], unique=False
    )
    op.create_index("ix_recurring_transactions_category_id", "recurring_transactions", ["category_id"], unique=False)
    op.create_index(
        "ix_recurring_transactions_due", "recurring_transactions", ["book_id", "next_occurrence"], unique=False
    )
    op.create_index("ix_recurring_transactions_payee_id", "recurring_transactions", ["payee_id"], unique=False)
    op.create_index(
        "ix_recurring_transactions_to_account_id", "recurring_transactions", ["to_account_id"], unique=False
    )
    op.create_table(
        "recurring_occurrences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("recurring_id", sa.BigInteger(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("refusal", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_occurrences_day_range")
        ),
        sa.CheckConstraint("occurrence > 0", name=op.f("ck_recurring_occurrences_occurrence_positive")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_recurring_occurrences_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recurring_id"],
            ["recurring_transactions.id"],
            name=op.f("fk_recurring_occurrences_recurring_id_recurring_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_occurrences")),
        sa.UniqueConstraint("recurring_id", "occurrence", name="uq_recurring_occurrences_occurrence"),
    )
    op.create_table(
        "recurring_splits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("recurring_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_recurring_splits_amount_not_zero")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_recurring_splits_amount_bounded")
        ),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_recurring_splits_tags_number")),
        sa.CheckConstraint("category_id IS NULL OR account_id IS NULL", name=op.f("ck_recurring_splits_one_side")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_recurring_splits_notes_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_recurring_splits_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_recurring_splits_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_recurring_splits_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recurring_id"],
            ["recurring_transactions.id"],
            name=op.f("fk_recurring_splits_recurring_id_recurring_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_splits")),
        sa.UniqueConstraint("recurring_id", "place", name="uq_recurring_splits_place"),
    )
    op.create_index("ix_recurring_splits_account_id", "recurring_splits", ["account_id"], unique=False)
    op.create_index("ix_recurring_splits_category_id", "recurring_splits", ["category_id"], unique=False)
    op.add_column("transactions", sa.Column("recurring_id", sa.BigInteger(), nullable=True))
    op.add_column("transactions", sa.Column("occurrence", sa.Integer(), nullable=True))
    op.create_index("ix_transactions_recurring_id", "transactions", ["recurring_id", "occurrence"], unique=False)
    op.create_foreign_key(
        op.f("fk_transactions_recurring_id_recurring_transactions"),
        "transactions",
        "recurring_transactions",
        ["recurring_id"],
        ["id"],
        ondelete="SET NULL",
    )
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    op.drop_constraint(op.f("fk_transactions_recurring_id_recurring_transactions"), "transactions", type_="foreignkey")
    op.drop_index("ix_transactions_recurring_id", table_name="transactions")
    op.drop_column("transactions", "occurrence")
    op.drop_column("transactions", "recurring_id")
    op.drop_index("ix_recurring_splits_category_id", table_name="recurring_splits")
    op.drop_index("ix_recurring_splits_account_id", table_name="recurring_splits")
    op.drop_table("recurring_splits")
    op.drop_table("recurring_occurrences")
    op.drop_index("ix_recurring_transactions_to_account_id", table_name="recurring_transactions")
    op.drop_index("ix_recurring_transactions_payee_id", table_name="recurring_transactions")
    op.drop_index("ix_recurring_transactions_due", table_name="recurring_transactions")
    op.drop_index("ix_recurring_transactions_category_id", table_name="recurring_transactions")
    op.drop_index("ix_recurring_transactions_budget_category_id", table_name="recurring_transactions")
    op.drop_index("ix_recurring_transactions_account_id", table_name="recurring_transactions")
    op.drop_table("recurring_transactions")
