"""Saved reports of people's books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

REPORTS = "'summary', 'monthly', 'category', 'net-worth', 'cash-flow', 'tags', 'payees'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "saved_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("params", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(r"btrim(name, E' \t\r\n') <> ''", name=op.f("ck_saved_reports_name_not_blank")),
        sa.CheckConstraint("jsonb_typeof(params) = 'object'", name=op.f("ck_saved_reports_params_object")),
        sa.CheckConstraint(f"report IN ({REPORTS})", name=op.f("ck_saved_reports_report")),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["personal_books.id"],
            name=op.f("fk_saved_reports_book_id_personal_books"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_saved_reports_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
    )
    op.create_index("uq_saved_reports_name", "saved_reports", ["book_id", sa.text("name_key(name)")], unique=True)
    op.execute("SELECT book_wall_attach('saved_reports')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("saved_reports")
