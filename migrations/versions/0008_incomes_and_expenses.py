"""Incomes, and expenses of every kind."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incomes",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("client", sa.String(200)),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("payment_method", sa.String(100), nullable=False),
        sa.Column("receipt_path", sa.String(100)),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("btrim(description, E' \\t\\r\\n') <> ''", name=op.f("ck_incomes_description_not_blank")),
        sa.CheckConstraint(
            "btrim(payment_method, E' \\t\\r\\n') <> ''", name=op.f("ck_incomes_payment_method_not_blank")
        ),
        sa.CheckConstraint("btrim(type, E' \\t\\r\\n') <> ''", name=op.f("ck_incomes_type_not_blank")),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_incomes_date_range")),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_incomes_amount_positive")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_incomes_notes_length")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_incomes_client_id_clients", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_path"], ["stored_files.path"], name="fk_incomes_receipt_path_stored_files", ondelete="RESTRICT"
        ),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_incomes_currency")),
        sa.PrimaryKeyConstraint("id", name="pk_incomes"),
    )
    op.create_index("ix_incomes_client_id", "incomes", ["client_id"])
    op.create_index("ix_incomes_date", "incomes", ["date", "id"])
    op.create_index("ix_incomes_receipt_path", "incomes", ["receipt_path"])
    op.create_index("ix_incomes_type", "incomes", ["type", "date"])
    op.execute("SELECT audit_attach('incomes')")
    op.create_table(
        "expenses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("receipt_path", sa.String(100)),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("payment_method", sa.String(100), nullable=False),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("btrim(category, E' \\t\\r\\n') <> ''", name=op.f("ck_expenses_category_not_blank")),
        sa.CheckConstraint("btrim(description, E' \\t\\r\\n') <> ''", name=op.f("ck_expenses_description_not_blank")),
        sa.CheckConstraint(
            "btrim(payment_method, E' \\t\\r\\n') <> ''", name=op.f("ck_expenses_payment_method_not_blank")
        ),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_expenses_date_range")),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_expenses_amount_positive")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_expenses_notes_length")),
        sa.CheckConstraint(
            "project_id IS NULL OR client_id IS NOT NULL", name=op.f("ck_expenses_project_brings_client")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_expenses_client_id_clients", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "client_id"],
            ["projects.id", "projects.client_id"],
            name="fk_expenses_project_id_client_id_projects",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["receipt_path"], ["stored_files.path"], name="fk_expenses_receipt_path_stored_files", ondelete="RESTRICT"
        ),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_expenses_currency")),
        sa.PrimaryKeyConstraint("id", name="pk_expenses"),
    )
    op.create_index("ix_expenses_category", "expenses", ["category", "date"])
    op.create_index("ix_expenses_client_id", "expenses", ["client_id"])
    op.create_index("ix_expenses_date", "expenses", ["date", "id"])
    op.create_index("ix_expenses_project_id", "expenses", ["project_id"])
    op.create_index("ix_expenses_receipt_path", "expenses", ["receipt_path"])
    op.execute("SELECT audit_attach('expenses')")
    op.create_table(
        "recurring_expenses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("start_date", sa.Date, nullable=False),
        sa.Column("status", sa.String(40), server_default="Activo", nullable=False),
        sa.Column("next_payment", sa.Date, nullable=False),
        sa.Column("settled_through", sa.Date),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("payment_method", sa.String(100), nullable=False),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint(
            "btrim(category, E' \\t\\r\\n') <> ''", name=op.f("ck_recurring_expenses_category_not_blank")
        ),
        sa.CheckConstraint(
            "btrim(description, E' \\t\\r\\n') <> ''", name=op.f("ck_recurring_expenses_description_not_blank")
        ),
        sa.CheckConstraint(
            "btrim(payment_method, E' \\t\\r\\n') <> ''", name=op.f("ck_recurring_expenses_payment_method_not_blank")
        ),
        sa.CheckConstraint(
            "next_payment BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_expenses_next_payment_range")
        ),
        sa.CheckConstraint(
            "settled_through BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_recurring_expenses_settled_through_range"),
        ),
        sa.CheckConstraint(
            "start_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_recurring_expenses_start_date_range")
        ),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_recurring_expenses_amount_positive")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_recurring_expenses_notes_length")),
        sa.CheckConstraint("next_payment >= start_date", name=op.f("ck_recurring_expenses_next_payment_from_start")),
        sa.CheckConstraint(
            "project_id IS NULL OR client_id IS NOT NULL", name=op.f("ck_recurring_expenses_project_brings_client")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_recurring_expenses_client_id_clients", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "client_id"],
            ["projects.id", "projects.client_id"],
            name="fk_recurring_expenses_project_id_client_id_projects",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "frequency IN ('Diaria', 'Semanal', 'Quincenal', 'Mensual', 'Bimensual', 'Trimestral', 'Semestral', 'Anual')",
            name=op.f("ck_recurring_expenses_frequency"),
        ),
        sa.CheckConstraint("status IN ('Activo', 'Pausado')", name=op.f("ck_recurring_expenses_status")),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_recurring_expenses_currency")),
        sa.PrimaryKeyConstraint("id", name="pk_recurring_expenses"),
    )
    op.create_index("ix_recurring_expenses_client_id", "recurring_expenses", ["client_id"])
    op.create_index("ix_recurring_expenses_project_id", "recurring_expenses", ["project_id"])
    op.create_index("ix_recurring_expenses_status", "recurring_expenses", ["status", "next_payment"])
    op.execute("SELECT audit_attach('recurring_expenses')")
    op.create_table(
        "accrued_expenses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("due_date", sa.Date, nullable=False),
        sa.Column("paid_date", sa.Date),
        sa.Column("status", sa.String(40), server_default="pendiente", nullable=False),
        sa.Column("receipt_path", sa.String(100)),
        sa.Column("is_recurring", sa.Boolean, server_default="false", nullable=False),
        sa.Column("recurring_id", sa.BigInteger),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("payment_method", sa.String(100), nullable=False),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status = 'pagado') = (paid_date IS NOT NULL)", name=op.f("ck_accrued_expenses_paid_has_date")
        ),
        sa.CheckConstraint("btrim(category, E' \\t\\r\\n') <> ''", name=op.f("ck_accrued_expenses_category_not_blank")),
        sa.CheckConstraint(
            "btrim(description, E' \\t\\r\\n') <> ''", name=op.f("ck_accrued_expenses_description_not_blank")
        ),
        sa.CheckConstraint(
            "btrim(payment_method, E' \\t\\r\\n') <> ''", name=op.f("ck_accrued_expenses_payment_method_not_blank")
        ),
        sa.CheckConstraint(
            "due_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_accrued_expenses_due_date_range")
        ),
        sa.CheckConstraint(
            "paid_date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_accrued_expenses_paid_date_range")
        ),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_accrued_expenses_amount_positive")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_accrued_expenses_notes_length")),
        sa.CheckConstraint(
            "is_recurring = (recurring_id IS NOT NULL)", name=op.f("ck_accrued_expenses_recurring_has_origin")
        ),
        sa.CheckConstraint(
            "project_id IS NULL OR client_id IS NOT NULL", name=op.f("ck_accrued_expenses_project_brings_client")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_accrued_expenses_client_id_clients", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "client_id"],
            ["projects.id", "projects.client_id"],
            name="fk_accrued_expenses_project_id_client_id_projects",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["receipt_path"],
            ["stored_files.path"],
            name="fk_accrued_expenses_receipt_path_stored_files",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recurring_id"],
            ["recurring_expenses.id"],
            name="fk_accrued_expenses_recurring_id_recurring_expenses",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("status IN ('pagado', 'pendiente', 'vencido')", name=op.f("ck_accrued_expenses_status")),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_accrued_expenses_currency")),
        sa.PrimaryKeyConstraint("id", name="pk_accrued_expenses"),
        sa.UniqueConstraint("recurring_id", "due_date", name="uq_accrued_expenses_occurrence"),
    )
    op.create_index("ix_accrued_expenses_client_id", "accrued_expenses", ["client_id"])
    op.create_index("ix_accrued_expenses_due_date", "accrued_expenses", ["due_date"])
    op.create_index("ix_accrued_expenses_paid_date", "accrued_expenses", ["paid_date", "id"])
    op.create_index("ix_accrued_expenses_project_id", "accrued_expenses", ["project_id"])
    op.create_index("ix_accrued_expenses_receipt_path", "accrued_expenses", ["receipt_path"])
    op.create_index("ix_accrued_expenses_status", "accrued_expenses", ["status", "due_date"])
    op.execute("SELECT audit_attach('accrued_expenses')")


def downgrade() -> None:
    """Take back."""
    op.drop_table("accrued_expenses")
    op.drop_table("recurring_expenses")
    op.drop_table("expenses")
    op.drop_table("incomes")
