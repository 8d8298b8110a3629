"""Changes of many transactions at once, which can be undone."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

TABLES = ("change_sets", "changed_transactions")


def upgrade() -> None:
    """Apply."""
    exempt_from_audit("changed_transactions")  # which is a record of changes itself
    _sets()
    _parts()
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_table(table)
    end_audit_exemption("changed_transactions")


def _book(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_book_id_personal_books")
    return sa.ForeignKeyConstraint(["book_id"], ["personal_books.id"], name=name, ondelete="RESTRICT")


def _sets() -> None:
    op.create_table(
        "change_sets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("label", sa.String(200), nullable=True),
        sa.Column("created", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "origin IN ('bulk', 'rules', 'import', 'transfers', 'payees')", name=op.f("ck_change_sets_origin")
        ),
        sa.CheckConstraint(
            "created >= 0 AND changed >= 0 AND deleted >= 0", name=op.f("ck_change_sets_counts_positive")
        ),
        _book("change_sets"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_change_sets_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_sets")),
    )
    op.create_index("ix_change_sets_newest", "change_sets", ["book_id", sa.text("id DESC")], unique=False)


def _parts() -> None:
    op.create_table(
        "changed_transactions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("change_set_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.String(40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("version_after", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("change IN ('created', 'changed', 'deleted')", name=op.f("ck_changed_transactions_change")),
        sa.CheckConstraint(
            "(change = 'created') = (before IS NULL)", name=op.f("ck_changed_transactions_before_unless_created")
        ),
        sa.CheckConstraint(
            "version_after IS NOT NULL OR change <> 'changed'",
            name=op.f("ck_changed_transactions_version_if_changed"),
        ),
        _book("changed_transactions"),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["change_sets.id"],
            name=op.f("fk_changed_transactions_change_set_id_change_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_transactions")),
        sa.UniqueConstraint("change_set_id", "transaction_id", name="uq_changed_transactions_transaction_id"),
    )
