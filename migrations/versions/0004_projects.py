"""Projects, their payment plans and their pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("start_date", sa.Date, nullable=False),
        sa.Column("end_date", sa.Date),
        sa.Column("status", sa.String(40), server_default="Activo", nullable=False),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("btrim(name, E' \\t\\r\\n') <> ''", name=op.f("ck_projects_name_not_blank")),
        sa.CheckConstraint("end_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_projects_end_date_range")),
        sa.CheckConstraint(
            "start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_projects_start_date_range")
        ),
        sa.CheckConstraint("char_length(description) <= 10000", name=op.f("ck_projects_description_length")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_projects_notes_length")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_projects_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_projects_client_id_clients", ondelete="RESTRICT"
        ),
        sa.CheckConstraint(
            "status IN ('Activo', 'Pausado', 'Finalizado', 'Cancelado')", name=op.f("ck_projects_status")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("id", "client_id", name="uq_projects_client"),
    )
    op.create_index("ix_projects_client_id", "projects", ["client_id"])
    op.create_index("ix_projects_status", "projects", ["status"])
    op.execute("SELECT audit_attach('projects')")
    op.create_table(
        "payment_plans",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
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
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "implementation_fee_installments BETWEEN 1 AND 120 AND (type <> 'Fee único' OR implementation_fee_installments = 1) AND (type <> 'Fee por cuotas' OR implementation_fee_installments >= 2) AND implementation_fee_total >= implementation_fee_installments * 0.01",
            name=op.f("ck_payment_plans_installments"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(implementation_fee_total, implementation_fee_currency, implementation_fee_installments) = CASE WHEN type <> 'Suscripción periódica' THEN 3 ELSE 0 END",
            name=op.f("ck_payment_plans_fee_by_type"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency, recurring_fee_grace_periods, recurring_fee_discount_periods, recurring_fee_discount_percentage) = CASE WHEN type IN ('Suscripción periódica', 'Mixto') THEN 6 ELSE 0 END",
            name=op.f("ck_payment_plans_recurring_by_type"),
        ),
        sa.CheckConstraint(
            "recurring_fee_day_of_charge IS NULL OR (type IN ('Suscripción periódica', 'Mixto') AND recurring_fee_day_of_charge BETWEEN 1 AND CASE recurring_fee_frequency WHEN 'Semanal' THEN 7 WHEN 'Quincenal' THEN 15 ELSE 31 END)",
            name=op.f("ck_payment_plans_day_by_frequency"),
        ),
        sa.CheckConstraint(
            "implementation_fee_total > 0 AND implementation_fee_total < 10000000000",
            name=op.f("ck_payment_plans_implementation_fee_total_positive"),
        ),
        sa.CheckConstraint(
            "recurring_fee_amount > 0 AND recurring_fee_amount < 10000000000",
            name=op.f("ck_payment_plans_recurring_fee_amount_positive"),
        ),
        sa.CheckConstraint(
            "recurring_fee_grace_periods BETWEEN 0 AND 1000 AND recurring_fee_discount_periods BETWEEN 0 AND 1000 AND recurring_fee_discount_percentage BETWEEN 0 AND 100",
            name=op.f("ck_payment_plans_periods"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_payment_plans_project_id_projects", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "type IN ('Fee único', 'Fee por cuotas', 'Suscripción periódica', 'Mixto')",
            name=op.f("ck_payment_plans_type"),
        ),
        sa.CheckConstraint("implementation_fee_currency IN ('COP', 'USD')", name=op.f("ck_payment_plans_fee_currency")),
        sa.CheckConstraint(
            "recurring_fee_currency IN ('COP', 'USD')", name=op.f("ck_payment_plans_recurring_currency")
        ),
        sa.CheckConstraint(
            "recurring_fee_frequency IN ('Semanal', 'Quincenal', 'Mensual', 'Bimensual', 'Trimestral', 'Semestral', 'Anual')",
            name=op.f("ck_payment_plans_frequency"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_plans"),
        sa.UniqueConstraint("project_id", name="uq_payment_plans_project_id"),
    )
    op.execute("SELECT audit_attach('payment_plans')")
    op.create_table(
        "project_pauses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date),
        sa.CheckConstraint("until_day >= first_day", name=op.f("ck_project_pauses_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_project_pauses_project_id_projects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_project_pauses"),
    )
    op.create_index("ix_project_pauses_project_id", "project_pauses", ["project_id"])
    op.create_index(
        "uq_project_pauses_open",
        "project_pauses",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("until_day IS NULL"),
    )
    op.execute("SELECT audit_attach('project_pauses')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("project_pauses")
    op.drop_table("payment_plans")
    op.drop_table("projects")
