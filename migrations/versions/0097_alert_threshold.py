"""Alert thresholds of budgets are at most 1."""

from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("UPDATE budgets SET alert_threshold = 1, version = version + 1 WHERE alert_threshold > 1")
    _limit(1)


def downgrade() -> None:
    """Take back."""
    _limit(10)


def _limit(most: int) -> None:
    name = op.f("ck_budgets_alert_threshold_range")
    op.drop_constraint(name, "budgets")
    op.create_check_constraint(name, "budgets", f"alert_threshold > 0 AND alert_threshold <= {most}")
