"""Imports, and the records that they made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_STATES = "state IN ('committed', 'failed', 'superseded', 'dismissed', 'undone')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("permission", sa.String(100), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("invalid", sa.Integer, nullable=False),
        sa.Column("problems", postgresql.JSONB, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("created_by", sa.BigInteger),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_imports_created_by_users", ondelete="SET NULL"),
        sa.CheckConstraint(_STATES, name=op.f("ck_imports_state")),
        sa.CheckConstraint("rows >= created + duplicates + invalid", name=op.f("ck_imports_rows_counted")),
        sa.CheckConstraint("invalid = 0 OR created = 0", name=op.f("ck_imports_all_or_nothing")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_imports_sha256_form")),
        sa.CheckConstraint("first_day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_imports_first_day_range")),
        sa.CheckConstraint("last_day BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_imports_last_day_range")),
    )
    op.create_index("ix_imports_created_by", "imports", ["created_by"])
    op.create_index("ix_imports_failed", "imports", ["first_day"], postgresql_where=sa.text("state = 'failed'"))
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("import_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("row_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported_rows"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_imported_rows_import_id_imports", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("import_id", "number", name="uq_imported_rows_number"),
        sa.CheckConstraint("number > 0", name=op.f("ck_imported_rows_number_positive")),
    )
    exempt_from_audit("imported_rows")  # which says only from which row of a file a record came


def downgrade() -> None:
    """Take back."""
    end_audit_exemption("imported_rows")
    op.drop_table("imported_rows")
    op.execute("DELETE FROM imports")  # audited, unlike a table that is dropped
    op.drop_table("imports")
