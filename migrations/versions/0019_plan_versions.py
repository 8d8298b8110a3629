"""Versions of payment plans, from which reports of the past are read; those of before come from the audit log."""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TERMS = (
    "type, implementation_fee_total, implementation_fee_currency, implementation_fee_installments,"
    " recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency, recurring_fee_day_of_charge,"
    " recurring_fee_grace_periods, recurring_fee_discount_periods, recurring_fee_discount_percentage"
)
# Each change and each removal of a plan ended a version, whose terms are the row before. Days are those of the company.
ENDED = """
    INSERT INTO plan_versions (project_id, plan_id, first_day, until_day, {terms})
    SELECT project_id, plan_id,
           least(coalesce(lag(until_day) OVER of_plan, first_day), until_day), until_day, {terms}
    FROM (
        SELECT a.id AS entry, a.row_id AS plan_id, (a.at AT TIME ZONE :zone)::date AS until_day,
               (was.created_at AT TIME ZONE :zone)::date AS first_day, was.*
        FROM audit_log a
        CROSS JOIN LATERAL jsonb_populate_record(NULL::payment_plans, a.before::jsonb) was
        WHERE a.table_name = 'payment_plans' AND a.action IN ('update', 'delete')
    ) ended
    WHERE project_id IN (SELECT id FROM projects)
    WINDOW of_plan AS (PARTITION BY plan_id ORDER BY entry)
    ORDER BY entry
"""
# The newest version has the terms of the plan itself, whatever the audit log says of it.
NEWEST = """
    INSERT INTO plan_versions (project_id, plan_id, first_day, {terms})
    SELECT project_id, id,
           coalesce((SELECT max(v.until_day) FROM plan_versions v WHERE v.plan_id = p.id),
                    (created_at AT TIME ZONE :zone)::date), {terms}
    FROM payment_plans p ORDER BY id
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("plan_id", sa.BigInteger, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("implementation_fee_total", sa.Numeric(12, 2)),
        sa.Column("implementation_fee_currency", sa.String(40)),
        sa.Column("implementation_fee_installments", sa.Integer),
        sa.Column("recurring_fee_amount", sa.Numeric(12, 2)),
        sa.Column("recurring_fee_currency", sa.String(40)),
        sa.Column("recurring_fee_frequency", sa.String(40)),
        sa.Column("recurring_fee_day_of_charge", sa.Integer),
        sa.Column("recurring_fee_grace_periods", sa.Integer),
        sa.Column("recurring_fee_discount_periods", sa.Integer),
        sa.Column("recurring_fee_discount_percentage", sa.Numeric(5, 2)),
        sa.CheckConstraint("until_day >= first_day", name=op.f("ck_plan_versions_ends_after_start")),
        sa.CheckConstraint(
            "type IN ('Fee único', 'Fee por cuotas', 'Suscripción periódica', 'Mixto')",
            name=op.f("ck_plan_versions_type"),
        ),
        sa.CheckConstraint("implementation_fee_currency IN ('COP', 'USD')", name=op.f("ck_plan_versions_fee_currency")),
        sa.CheckConstraint(
            "recurring_fee_currency IN ('COP', 'USD')", name=op.f("ck_plan_versions_recurring_currency")
        ),
        sa.CheckConstraint(
            "recurring_fee_frequency IN"
            " ('Semanal', 'Quincenal', 'Mensual', 'Bimensual', 'Trimestral', 'Semestral', 'Anual')",
            name=op.f("ck_plan_versions_frequency"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_plan_versions_project_id_projects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_versions"),
    )
    op.create_index("ix_plan_versions_project_id", "plan_versions", ["project_id", "plan_id"])
    op.create_index(
        "ix_plan_versions_until_day",
        "plan_versions",
        ["until_day"],
        postgresql_where=sa.text("until_day IS NOT NULL"),
    )
    op.create_index(
        "uq_plan_versions_open",
        "plan_versions",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("until_day IS NULL"),
    )
    op.execute("SELECT audit_attach('plan_versions')")  # first: what is filled in is recorded, as everything is
    zone = {"zone": str(current_app.config["TIMEZONE"])}
    for statement in (ENDED, NEWEST):
        op.execute(sa.text(statement.format(terms=TERMS)).bindparams(**zone))


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM plan_versions")  # recorded: the audit log says of each row that it went
    op.drop_table("plan_versions")
    op.execute("DROP FUNCTION audit_update_of_plan_versions()")
