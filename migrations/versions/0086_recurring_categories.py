"""Categories that transactions have from the recurring transaction they are an occurrence of."""

from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _allow("'manual', 'file', 'rule', 'payee', 'learned', 'recurring'")


def downgrade() -> None:
    """Take back; such categories count as chosen by hand again."""
    op.execute("UPDATE transactions SET category_source = 'manual' WHERE category_source = 'recurring'")
    _allow("'manual', 'file', 'rule', 'payee', 'learned'")


def _allow(sources: str) -> None:
    name = op.f("ck_transactions_category_source")
    op.drop_constraint(name, "transactions", type_="check")
    op.create_check_constraint(name, "transactions", f"category_source IN ({sources})")
