"""Accounts, categories and transactions of people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

# Words and tags with the id of their book in front, so that one index serves all books and a search reads its own only.
WORDS = """
CREATE FUNCTION book_words(book bigint, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', regexp_replace(
        regexp_replace(public.fold(coalesce(words, '')), '[^[:alnum:]]+', ' ', 'g'),
        '([[:alnum:]]+)', 'b' || book || 'x\\1', 'g'))
$$;
CREATE FUNCTION book_tags(book bigint, tags text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(book || ':' || tag), '{}') FROM unnest(tags) tag
$$
"""
CATEGORY_NAMES = """
CREATE UNIQUE INDEX uq_accounts_category_name ON accounts (book_id, kind, coalesce(parent_id, 0), name_key(name))
WHERE code IS NULL AND kind IN ('income', 'expense')
"""
TABLES = ("transaction_splits", "transaction_legs", "transactions", "payees", "personal_accounts", "categories")


def upgrade() -> None:
    """Apply."""
    op.execute(WORDS)
    op.execute(CATEGORY_NAMES)
    _categories()
    _accounts()
    _payees()
    _transactions()
    _legs()
    _splits()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP INDEX uq_accounts_category_name")
    op.execute("DROP FUNCTION book_words(bigint, text)")
    op.execute("DROP FUNCTION book_tags(bigint, text[])")


def _categories() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("color", sa.String(length=7), nullable=True),
        sa.Column("icon", sa.String(length=40), nullable=True),
        sa.Column("budget_limit", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("overspending", sa.String(40), server_default="deduct", nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.String(length=20)), server_default="{}", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("color ~ '^#[0-9a-fA-F]{6}$'", name=op.f("ck_categories_color_code")),
        sa.CheckConstraint(
            "flags <@ ARRAY['subscription', 'groceries', 'fees', 'interest', 'savings', 'essential']::varchar[]",
            name=op.f("ck_categories_flags_known"),
        ),
        sa.CheckConstraint("overspending IN ('deduct', 'carry')", name=op.f("ck_categories_overspending")),
        sa.CheckConstraint(
            "budget_limit > 0 AND budget_limit < 10000000000", name=op.f("ck_categories_budget_limit_range")
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_categories_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_categories_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=op.f("fk_categories_id_accounts"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
    )
    op.create_index("ix_categories_book_id", "categories", ["book_id", "position", "id"], unique=False)


def _accounts() -> None:
    op.create_table(
        "personal_accounts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("on_budget", sa.Boolean(), nullable=False),
        sa.Column("opening_balance", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
        sa.Column("opening_date", sa.Date(), nullable=True),
        sa.Column("credit_limit", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("statement_day", sa.SmallInteger(), nullable=True),
        sa.Column("due_day", sa.SmallInteger(), nullable=True),
        sa.Column("apr", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("minimum_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("minimum_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("institution", sa.String(length=100), nullable=True),
        sa.Column("low_balance", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("original_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("term_months", sa.SmallInteger(), nullable=True),
        sa.Column("color", sa.String(length=7), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reconciled_through", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("color ~ '^#[0-9a-fA-F]{6}$'", name=op.f("ck_personal_accounts_color_code")),
        sa.CheckConstraint(
            "opening_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_personal_accounts_opening_date_range")
        ),
        sa.CheckConstraint(
            "reconciled_through BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_personal_accounts_reconciled_through_range"),
        ),
        sa.CheckConstraint(
            "type IN ('checking', 'savings', 'credit', 'investment', 'cash', 'loan', 'property', 'other')",
            name=op.f("ck_personal_accounts_type"),
        ),
        sa.CheckConstraint("apr BETWEEN 0 AND 100", name=op.f("ck_personal_accounts_apr_range")),
        sa.CheckConstraint(
            "credit_limit > -100000000000000 AND credit_limit < 100000000000000",
            name=op.f("ck_personal_accounts_credit_limit_bounded"),
        ),
        sa.CheckConstraint("due_day BETWEEN 1 AND 31", name=op.f("ck_personal_accounts_due_day_range")),
        sa.CheckConstraint(
            "low_balance > -100000000000000 AND low_balance < 100000000000000",
            name=op.f("ck_personal_accounts_low_balance_bounded"),
        ),
        sa.CheckConstraint(
            "minimum_amount > -100000000000000 AND minimum_amount < 100000000000000",
            name=op.f("ck_personal_accounts_minimum_amount_bounded"),
        ),
        sa.CheckConstraint(
            "minimum_percent BETWEEN 0 AND 100", name=op.f("ck_personal_accounts_minimum_percent_range")
        ),
        sa.CheckConstraint(
            "opening_balance > -100000000000000 AND opening_balance < 100000000000000",
            name=op.f("ck_personal_accounts_opening_balance_bounded"),
        ),
        sa.CheckConstraint(
            "original_amount > -100000000000000 AND original_amount < 100000000000000",
            name=op.f("ck_personal_accounts_original_amount_bounded"),
        ),
        sa.CheckConstraint("statement_day BETWEEN 1 AND 31", name=op.f("ck_personal_accounts_statement_day_range")),
        sa.CheckConstraint("term_months BETWEEN 1 AND 1200", name=op.f("ck_personal_accounts_term_months_range")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_personal_accounts_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_personal_accounts_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["accounts.id"], name=op.f("fk_personal_accounts_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_accounts")),
    )
    op.create_index("ix_personal_accounts_book_id", "personal_accounts", ["book_id", "position", "id"], unique=False)


def _payees() -> None:
    op.create_table(
        "payees",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("default_category_id", sa.BigInteger(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_payees_name_not_blank")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_payees_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["default_category_id"],
            ["categories.id"],
            name=op.f("fk_payees_default_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payees")),
    )
    op.create_index("ix_payees_default_category_id", "payees", ["default_category_id"], unique=False)
    op.create_index("uq_payees_name", "payees", ["book_id", sa.text("name_key(name)")], unique=True)


def _transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("to_account_id", sa.BigInteger(), nullable=True),
        sa.Column("to_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("budget_category_id", sa.BigInteger(), nullable=True),
        sa.Column("payee_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("payment_method", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("is_refund", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("refund_of_id", sa.BigInteger(), nullable=True),
        sa.Column("exclude_from_reports", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_split", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("category_source", sa.String(40), nullable=True),
        sa.Column("confidence", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("external_id", sa.String(length=100), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(type = 'transfer') = (to_account_id IS NOT NULL)", name=op.f("ck_transactions_transfer_has_account")
        ),
        sa.CheckConstraint("NOT is_refund OR type = 'expense'", name=op.f("ck_transactions_refund_is_expense")),
        sa.CheckConstraint(
            "category_id IS NULL OR (NOT is_split AND type <> 'transfer')", name=op.f("ck_transactions_one_category")
        ),
        sa.CheckConstraint(
            "category_source IN ('manual', 'file', 'rule', 'payee', 'learned')",
            name=op.f("ck_transactions_category_source"),
        ),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_transactions_date_range")),
        sa.CheckConstraint("to_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_transactions_to_date_range")),
        sa.CheckConstraint("type IN ('income', 'expense', 'transfer')", name=op.f("ck_transactions_type")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_transactions_currency_code")),
        sa.CheckConstraint("account_id <> to_account_id", name=op.f("ck_transactions_accounts_differ")),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_transactions_amount_positive")),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_transactions_tags_number")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_transactions_notes_length")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_transactions_confidence_range")),
        sa.CheckConstraint(
            "to_amount > 0 AND to_amount < 10000000000", name=op.f("ck_transactions_to_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_transactions_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_transactions_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["budget_category_id"],
            ["categories.id"],
            name=op.f("fk_transactions_budget_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_transactions_category_id_categories"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_transactions_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["id"], ["entries.id"], name=op.f("fk_transactions_id_entries"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["payees.id"], name=op.f("fk_transactions_payee_id_payees"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["refund_of_id"],
            ["transactions.id"],
            name=op.f("fk_transactions_refund_of_id_transactions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["to_account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_transactions_to_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint("book_id", "external_id", name="uq_transactions_external_id"),
    )
    op.create_index("ix_transactions_account_id", "transactions", ["account_id"], unique=False)
    op.create_index("ix_transactions_amount", "transactions", ["book_id", "amount"], unique=False)
    op.create_index("ix_transactions_budget_category_id", "transactions", ["budget_category_id"], unique=False)
    op.create_index("ix_transactions_category_id", "transactions", ["book_id", "category_id", "date"], unique=False)
    op.create_index(
        "ix_transactions_newest",
        "transactions",
        ["book_id", sa.text("date DESC"), sa.text("position DESC"), sa.text("id DESC")],
        unique=False,
    )
    op.create_index("ix_transactions_payee_id", "transactions", ["book_id", "payee_id", "date"], unique=False)
    op.create_index("ix_transactions_refund_of_id", "transactions", ["refund_of_id"], unique=False)
    op.create_index(
        "ix_transactions_tags",
        "transactions",
        [sa.text("book_tags(book_id, tags)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_transactions_to_account_id", "transactions", ["to_account_id"], unique=False)
    op.create_index(
        "ix_transactions_words",
        "transactions",
        [sa.text("book_words(book_id, description)")],
        unique=False,
        postgresql_using="gin",
    )


def _legs() -> None:
    op.create_table(
        "transaction_legs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_transaction_legs_date_range")),
        sa.CheckConstraint("status IN ('pending', 'cleared', 'reconciled')", name=op.f("ck_transaction_legs_status")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_transaction_legs_amount_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_transaction_legs_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_transaction_legs_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_transaction_legs_transaction_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_legs")),
        sa.UniqueConstraint("transaction_id", "account_id", name="uq_transaction_legs_account_id"),
    )
    op.create_index(
        "ix_transaction_legs_register",
        "transaction_legs",
        [
            "book_id",
            "account_id",
            sa.text("date DESC"),
            sa.text("position DESC"),
            sa.text("transaction_id DESC"),
        ],
        unique=False,
    )


def _splits() -> None:
    op.create_table(
        "transaction_splits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_transaction_splits_amount_not_zero")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_transaction_splits_amount_bounded")
        ),
        sa.CheckConstraint("cardinality(tags) <= 10", name=op.f("ck_transaction_splits_tags_number")),
        sa.CheckConstraint("category_id IS NULL OR account_id IS NULL", name=op.f("ck_transaction_splits_one_side")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_transaction_splits_notes_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_transaction_splits_account_id_personal_accounts"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_transaction_splits_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_transaction_splits_category_id_categories"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_transaction_splits_transaction_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_splits")),
        sa.UniqueConstraint("transaction_id", "place", name="uq_transaction_splits_place"),
    )
    op.create_index("ix_transaction_splits_account_id", "transaction_splits", ["account_id"], unique=False)
    op.create_index("ix_transaction_splits_category_id", "transaction_splits", ["book_id", "category_id"], unique=False)
