"""Versions of plans say from which number and day they are charged, and what was kept of the fee."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# The first number of a calendar belonged to a project's progress before.
NUMBERS = """
    UPDATE plan_versions v SET from_number = p.numbers_from
    FROM payment_progress p WHERE p.id = v.project_id AND v.until_day IS NULL AND p.numbers_from > 1
"""
NUMBERS_OF_PROGRESS = """
    UPDATE payment_progress p SET numbers_from = v.from_number
    FROM plan_versions v WHERE p.id = v.project_id AND v.until_day IS NULL AND v.from_number > 1
"""
# Rows without their dropped column are recorded as they are now.
RECORDED = """
INSERT INTO audit_log (at, action, table_name, row_id, before, after)
SELECT clock_timestamp(), 'update', 'payment_progress', p.id, row_to_json(p), '{}' FROM payment_progress p ORDER BY p.id
"""
# Before their columns go, values become those of new columns: that is audited, unlike a column that is dropped.
NO_BASIS = """
    UPDATE plan_versions SET from_number = 1, anchor = NULL, not_before = NULL,
        fee_kept = 0, fee_kept_numbers = '{}', fee_not_before = NULL
    WHERE (from_number, fee_kept, fee_kept_numbers) <> (1, 0, '{}'::integer[])
        OR num_nonnulls(anchor, not_before, fee_not_before) > 0
"""


def upgrade() -> None:
    """Apply."""
    columns = (
        sa.Column("from_number", sa.Integer, server_default="1", nullable=False),
        sa.Column("anchor", sa.Date),
        sa.Column("not_before", sa.Date),
        sa.Column("fee_kept", sa.Numeric(14, 2), server_default="0", nullable=False),
        sa.Column("fee_kept_numbers", sa.ARRAY(sa.Integer), server_default="{}", nullable=False),
        sa.Column("fee_not_before", sa.Date),
    )
    for column in columns:
        op.add_column("plan_versions", column)
    op.create_check_constraint(op.f("ck_plan_versions_from_number_positive"), "plan_versions", "from_number > 0")
    op.create_check_constraint(
        op.f("ck_plan_versions_fee_kept_range"), "plan_versions", "fee_kept >= 0 AND fee_kept < 1000000000000"
    )
    op.execute("SELECT audit_refresh()")  # first: what is filled in is recorded, as everything is
    op.execute(NUMBERS)
    op.drop_column("payment_progress", "numbers_from")
    op.execute("SELECT audit_refresh()")
    op.execute(RECORDED)


def downgrade() -> None:
    """Take back."""
    op.add_column("payment_progress", sa.Column("numbers_from", sa.Integer, server_default="1", nullable=False))
    op.create_check_constraint(
        op.f("ck_payment_progress_numbers_from_positive"), "payment_progress", "numbers_from > 0"
    )
    op.execute("SELECT audit_refresh()")
    op.execute(NUMBERS_OF_PROGRESS)
    op.execute(NO_BASIS)
    for constraint in ("fee_kept_range", "from_number_positive"):
        op.drop_constraint(op.f(f"ck_plan_versions_{constraint}"), "plan_versions")
    for name in ("fee_not_before", "fee_kept_numbers", "fee_kept", "not_before", "anchor", "from_number"):
        op.drop_column("plan_versions", name)
