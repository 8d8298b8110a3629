"""Trends and forecasts among saved reports."""

from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

BEFORE = ("summary", "monthly", "category", "net-worth", "cash-flow", "tags", "payees")
NEW = ("trends", "forecast")


def upgrade() -> None:
    """Apply."""
    _allow(*BEFORE, *NEW)


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM saved_reports WHERE report IN ('trends', 'forecast')")
    _allow(*BEFORE)


def _allow(*reports: str) -> None:
    op.drop_constraint(op.f("ck_saved_reports_report"), "saved_reports")
    one_of = ", ".join(f"'{report}'" for report in reports)
    op.create_check_constraint(op.f("ck_saved_reports_report"), "saved_reports", f"report IN ({one_of})")
