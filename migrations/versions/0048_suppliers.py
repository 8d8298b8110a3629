"""Suppliers, which are parties; expenses of every kind may name one."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TABLES = ("expenses", "recurring_expenses", "accrued_expenses")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "suppliers",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("contact_name", sa.String(200)),
        sa.Column("tax_id", sa.String(50)),
        sa.ForeignKeyConstraint(["id"], ["parties.id"], name="fk_suppliers_id_parties", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_suppliers"),
    )
    for table in TABLES:
        op.add_column(table, sa.Column("supplier_id", sa.BigInteger))
        name = f"fk_{table}_supplier_id_suppliers"
        op.create_foreign_key(name, table, "suppliers", ["supplier_id"], ["id"], ondelete="RESTRICT")
    op.create_index("ix_expenses_supplier_id", "expenses", ["supplier_id"])
    op.create_index("ix_recurring_expenses_supplier_id", "recurring_expenses", ["supplier_id"])
    # Also the index by supplier.
    op.create_unique_constraint("uq_accrued_expenses_invoice", "accrued_expenses", ["supplier_id", "invoice_number"])


def downgrade() -> None:
    """Take back. Suppliers that are nothing else are parties no more."""
    for table in TABLES:
        op.execute(f"UPDATE {table} SET supplier_id = NULL WHERE supplier_id IS NOT NULL")  # noqa: S608 - audited
        op.drop_column(table, "supplier_id")  # with its key and its index
    op.execute("CREATE TEMPORARY TABLE gone ON COMMIT DROP AS SELECT id FROM suppliers")
    op.execute("DELETE FROM suppliers")  # audited
    op.drop_table("suppliers")
    op.execute("DELETE FROM parties WHERE id IN (SELECT id FROM gone) AND id NOT IN (SELECT id FROM clients)")
