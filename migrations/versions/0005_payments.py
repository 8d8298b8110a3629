"""Payments, and how far they were generated."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("paid_date", sa.Date),
        sa.Column("status", sa.String(40), server_default="Pendiente", nullable=False),
        sa.Column("invoice_number", sa.String(100)),
        sa.Column("invoice_url", sa.String(500)),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("installment_number", sa.Integer),
        sa.Column("notes", sa.Text),
        sa.Column("generated", sa.Boolean, server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("(status = 'Pagado') = (paid_date IS NOT NULL)", name=op.f("ck_payments_paid_has_date")),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_payments_date_range")),
        sa.CheckConstraint("paid_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_payments_paid_date_range")),
        sa.CheckConstraint(
            "NOT generated OR installment_number IS NOT NULL", name=op.f("ck_payments_generated_is_numbered")
        ),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_payments_amount_positive")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_payments_notes_length")),
        sa.CheckConstraint("installment_number > 0", name=op.f("ck_payments_installment_number_positive")),
        sa.ForeignKeyConstraint(
            ["project_id", "client_id"],
            ["projects.id", "projects.client_id"],
            name="fk_payments_project_id_client_id_projects",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_payments_currency")),
        sa.CheckConstraint("status IN ('Pagado', 'Pendiente', 'Vencido')", name=op.f("ck_payments_status")),
        sa.CheckConstraint("type IN ('Implementación', 'Recurrente')", name=op.f("ck_payments_type")),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("project_id", "type", "installment_number", name="uq_payments_installment"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_payments_client_id", "payments", ["client_id", "date"])
    op.create_index("ix_payments_date", "payments", ["date"])
    op.create_index("ix_payments_unpaid", "payments", ["date"], postgresql_where=sa.text("paid_date IS NULL"))
    op.execute("SELECT audit_attach('payments')")
    op.create_table(
        "payment_progress",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("charged_through", sa.Date, nullable=False),
        sa.Column("fee_through", sa.Date),
        sa.Column("numbers_from", sa.Integer, server_default="1", nullable=False),
        sa.CheckConstraint("numbers_from > 0", name=op.f("ck_payment_progress_numbers_from_positive")),
        sa.ForeignKeyConstraint(["id"], ["projects.id"], name="fk_payment_progress_id_projects", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_payment_progress"),
    )
    op.execute("SELECT audit_attach('payment_progress')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("payment_progress")
    op.drop_table("payments")
