"""Categories are learned from what people choose; payees have long aliases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

TABLES = ("learned_categories", "learned_tokens")


def upgrade() -> None:
    """Apply."""
    op.alter_column("payees", "aliases", type_=postgresql.ARRAY(sa.String(length=200)), existing_nullable=False)
    op.create_check_constraint("aliases_number", "payees", "cardinality(aliases) <= 50")
    _tokens()
    _categories()
    exempt_from_audit(*TABLES)
    for table in TABLES:
        op.execute(f"SELECT book_wall_attach('{table}')")


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    end_audit_exemption(*TABLES)
    op.drop_constraint("aliases_number", "payees", type_="check")
    op.alter_column("payees", "aliases", type_=postgresql.ARRAY(sa.String(length=40)), existing_nullable=False)


def _tokens() -> None:
    op.create_table(
        "learned_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_learned_tokens_n_positive")),
        sa.CheckConstraint("btrim(token, E' \\t\\r\\n') <> ''", name=op.f("ck_learned_tokens_token_not_blank")),
        *_keys("learned_tokens"),
        sa.UniqueConstraint("book_id", "token", "category_id", name="uq_learned_tokens_token"),
    )
    op.create_index("ix_learned_tokens_category_id", "learned_tokens", ["category_id"])


def _categories() -> None:
    op.create_table(
        "learned_categories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("book_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("weight >= 0 AND weight < 1000000000", name=op.f("ck_learned_categories_weight_range")),
        sa.CheckConstraint("last BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_learned_categories_last_range")),
        *_keys("learned_categories"),
        sa.UniqueConstraint("book_id", "category_id", name="uq_learned_categories_category_id"),
    )
    op.create_index("ix_learned_categories_category_id", "learned_categories", ["category_id"])


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["book_id"], ["personal_books.id"], name=op.f(f"fk_{table}_book_id_personal_books"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f(f"fk_{table}_category_id_categories"), ondelete="RESTRICT"
        ),
    )
