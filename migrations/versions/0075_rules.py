"""Rules of people's books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("stage", sa.String(length=40), server_default="normal", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("match", sa.String(length=40), server_default="all", nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("actions", postgresql.JSONB(), nullable=False),
        sa.Column("stop", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("stage IN ('pre', 'normal', 'post')", name=op.f("ck_rules_stage")),
        sa.CheckConstraint("match IN ('all', 'any')", name=op.f("ck_rules_match")),
        sa.CheckConstraint("jsonb_array_length(conditions) <= 20", name=op.f("ck_rules_conditions_number")),
        sa.CheckConstraint("jsonb_array_length(actions) <= 10", name=op.f("ck_rules_actions_number")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f("fk_rules_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_rules_created_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_index("ix_rules_place", "rules", ["book_id", "position", "id"])
    op.execute("SELECT book_wall_attach('rules')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("rules")
