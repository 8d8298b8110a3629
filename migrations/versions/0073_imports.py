"""Imports of statements: their rows, what is remembered of files, and transfers put together of two entries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

TABLES = ("transfer_matches", "rejected_transfers", "import_lines", "import_mappings", "book_imports")
# Rows of files: the import that brought them is audited, and so are the entries that they make.
EXEMPT = "import_lines"


def upgrade() -> None:
    """Apply."""
    _book_imports()
    _import_mappings()
    _import_lines()
    _rejected_transfers()
    _transfer_matches()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")
    exempt_from_audit(EXEMPT)


def downgrade() -> None:
    """Take back."""
    end_audit_exemption(EXEMPT)
    for table in TABLES:
        op.drop_table(table)


def _book_imports() -> None:
    op.create_table(
        "book_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("date_format", sa.String(length=20), nullable=False),
        sa.Column("decimal", sa.String(length=1), nullable=False),
        sa.Column("keep", sa.String(40), nullable=False),
        sa.Column("match_transfers", sa.String(40), nullable=False),
        sa.Column("run_rules", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("imported", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("transfers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ignored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("invalid", sa.Integer(), server_default="0", nullable=False),
        sa.Column("categorised", sa.Integer(), server_default="0", nullable=False),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("warnings", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "first_day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_book_imports_first_day_range")
        ),
        sa.CheckConstraint("format IN ('csv', 'ofx', 'qif', 'camt')", name=op.f("ck_book_imports_format")),
        sa.CheckConstraint("keep IN ('skip', 'keep')", name=op.f("ck_book_imports_keep")),
        sa.CheckConstraint(
            "last_day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_book_imports_last_day_range")
        ),
        sa.CheckConstraint(
            "match_transfers IN ('auto', 'propose', 'off')", name=op.f("ck_book_imports_match_transfers")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_book_imports_sha256_form")),
        sa.CheckConstraint("state IN ('preview', 'committed', 'undone')", name=op.f("ck_book_imports_state")),
        sa.CheckConstraint(
            "rows >= 0 AND imported >= 0 AND duplicates >= 0 AND matched >= 0 AND transfers >= 0 AND ignored >= 0 AND invalid >= 0 AND categorised >= 0",
            name=op.f("ck_book_imports_counts_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_book_imports_account_id_personal_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_book_imports_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_book_imports_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_imports")),
    )
    op.create_index("ix_book_imports_account_id", "book_imports", ["account_id"], unique=False)
    op.create_index("ix_book_imports_newest", "book_imports", ["book_id", sa.literal_column("id DESC")], unique=False)
    op.create_index("ix_book_imports_sha256", "book_imports", ["book_id", "sha256"], unique=False)


def _import_mappings() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("date_format", sa.String(length=20), nullable=True),
        sa.Column("decimal", sa.String(length=1), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(kind = 'account') = (account_id IS NOT NULL)", name=op.f("ck_import_mappings_account_of_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'columns') = (mapping IS NOT NULL)", name=op.f("ck_import_mappings_mapping_of_kind")
        ),
        sa.CheckConstraint("kind IN ('columns', 'account')", name=op.f("ck_import_mappings_kind")),
        sa.CheckConstraint("signature ~ '^[0-9a-f]{64}$'", name=op.f("ck_import_mappings_signature_form")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_import_mappings_account_id_personal_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_import_mappings_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("book_id", "kind", "signature", name="uq_import_mappings_signature"),
    )
    op.create_index("ix_import_mappings_account_id", "import_mappings", ["account_id"], unique=False)


def _import_lines() -> None:
    op.create_table(
        "import_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("counterpart", sa.Text(), nullable=True),
        sa.Column("fitid", sa.String(length=100), nullable=True),
        sa.Column("content_key", sa.String(length=80), nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("candidate_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("decision", sa.String(40), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("is_replaced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("version_after", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_import_lines_date_range")),
        sa.CheckConstraint("decision IN ('import', 'skip', 'match')", name=op.f("ck_import_lines_decision")),
        sa.CheckConstraint(
            "state IN ('new', 'duplicate', 'replaces', 'match', 'possible', 'skipped')",
            name=op.f("ck_import_lines_state"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_import_lines_amount_not_zero")),
        sa.CheckConstraint(
            "amount > -100000000000000 AND amount < 100000000000000", name=op.f("ck_import_lines_amount_bounded")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_import_lines_number_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["personal_accounts.id"],
            name=op.f("fk_import_lines_account_id_personal_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_import_lines_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_import_lines_category_id_categories"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["book_imports.id"], name=op.f("fk_import_lines_import_id_book_imports"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_import_lines_transaction_id_transactions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_lines")),
        sa.UniqueConstraint("import_id", "number", name="uq_import_lines_number"),
    )
    op.create_index("ix_import_lines_account_id", "import_lines", ["account_id"], unique=False)
    op.create_index(
        "ix_import_lines_category_id",
        "import_lines",
        ["category_id"],
        unique=False,
        postgresql_where=sa.text("category_id IS NOT NULL"),
    )
    op.create_index(
        "ix_import_lines_content_key",
        "import_lines",
        ["book_id", "account_id", "content_key"],
        unique=False,
        postgresql_where=sa.text("is_known"),
    )
    op.create_index(
        "ix_import_lines_fitid",
        "import_lines",
        ["book_id", "account_id", "fitid"],
        unique=False,
        postgresql_where=sa.text("is_known AND fitid IS NOT NULL"),
    )
    op.create_index("ix_import_lines_transaction_id", "import_lines", ["transaction_id"], unique=False)


def _rejected_transfers() -> None:
    op.create_table(
        "rejected_transfers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_id", sa.BigInteger(), nullable=False),
        sa.Column("received_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sent_id <> received_id", name=op.f("ck_rejected_transfers_two")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_rejected_transfers_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["received_id"],
            ["transactions.id"],
            name=op.f("fk_rejected_transfers_received_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sent_id"],
            ["transactions.id"],
            name=op.f("fk_rejected_transfers_sent_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_transfers")),
        sa.UniqueConstraint("sent_id", "received_id", name="uq_rejected_transfers_sent_id"),
    )
    op.create_index("ix_rejected_transfers_received_id", "rejected_transfers", ["received_id"], unique=False)


def _transfer_matches() -> None:
    op.create_table(
        "transfer_matches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("received_id", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("received", sa.Text(), nullable=False),
        sa.Column("version_after", sa.BigInteger(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_transfer_matches_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_transfer_matches_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_transfer_matches_transaction_id_transactions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_matches")),
        sa.UniqueConstraint("book_id", "received_id", name="uq_transfer_matches_received_id"),
        sa.UniqueConstraint("transaction_id", name="uq_transfer_matches_transaction_id"),
    )
