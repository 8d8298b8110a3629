"""Accrued expenses may be bills that don't recur, their due dates may move, and they outlive their recurring expense."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLE = "accrued_expenses"
OCCURRENCE = "uq_accrued_expenses_occurrence"
HAS_NEW = "num_nonnulls(occurrence_date, invoice_number) > 0"


def upgrade() -> None:
    """Apply."""
    op.add_column(TABLE, sa.Column("invoice_number", sa.String(100)))
    op.add_column(TABLE, sa.Column("occurrence_date", sa.Date))
    op.execute("SELECT audit_refresh()")
    op.execute("UPDATE accrued_expenses SET occurrence_date = due_date WHERE is_recurring")
    op.drop_constraint(OCCURRENCE, TABLE)
    op.create_unique_constraint(OCCURRENCE, TABLE, ["recurring_id", "occurrence_date"])
    op.drop_constraint(op.f("ck_accrued_expenses_recurring_has_origin"), TABLE)
    _check("origin_is_recurring", "recurring_id IS NULL OR is_recurring")
    _check("recurring_has_occurrence", "is_recurring = (occurrence_date IS NOT NULL)")
    _check("occurrence_date_range", "occurrence_date BETWEEN '1900-01-01' AND '2200-12-31'")
    _check("invoice_number_not_blank", r"btrim(invoice_number, E' \t\r\n') <> ''")


def downgrade() -> None:
    """Take back. What outlived its recurring expense does not recur."""
    for check in ("origin_is_recurring", "recurring_has_occurrence"):
        op.drop_constraint(op.f(f"ck_{TABLE}_{check}"), TABLE)
    op.drop_constraint(OCCURRENCE, TABLE)
    op.execute("UPDATE accrued_expenses SET is_recurring = false WHERE is_recurring AND recurring_id IS NULL")
    op.execute("UPDATE accrued_expenses SET due_date = occurrence_date WHERE due_date <> occurrence_date")
    op.execute(f"UPDATE {TABLE} SET occurrence_date = NULL, invoice_number = NULL WHERE {HAS_NEW}")  # noqa: S608 - audited
    op.drop_column(TABLE, "occurrence_date")  # with its check
    op.drop_column(TABLE, "invoice_number")
    op.create_unique_constraint(OCCURRENCE, TABLE, ["recurring_id", "due_date"])
    _check("recurring_has_origin", "is_recurring = (recurring_id IS NOT NULL)")


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, condition)
