"""Incomes may belong to a project, movements know their supplier, and lists are filtered by indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

FEED_ALL = "SELECT movement_feed(fed) FROM (SELECT DISTINCT source_table FROM movement_sources) attached (fed)"
# Tables are attached again as they are by now, with one expression more.
AGAIN = """
SELECT movement_attach(target, name, source_table, suite, {mapping}, counted) FROM movement_sources
WHERE target = 'movements' AND source_table IN ({tables})
"""
ADDED = {"'incomes'": "project_id", "'expenses', 'accrued_expenses'": "supplier_id"}
"""Column that the movements of these tables get."""
BY_METHOD = {"incomes": "date", "expenses": "date", "accrued_expenses": "due_date"}
"""Day by which a table is listed."""
NEWEST = ("date DESC", "source_id DESC", "source")
OF_ONE = {"party": "party_id", "payment_method": "payment_method", "supplier": "supplier_id"}


def upgrade() -> None:
    """Apply."""
    op.add_column("incomes", sa.Column("project_id", sa.BigInteger))
    op.create_foreign_key(
        "fk_incomes_project_id_client_id_projects",
        "incomes",
        "projects",
        ["project_id", "client_id"],
        ["id", "client_id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_incomes_project_brings_client"), "incomes", "project_id IS NULL OR client_id IS NOT NULL"
    )
    op.create_index("ix_incomes_project_id", "incomes", ["project_id"])
    op.add_column("movements", sa.Column("supplier_id", sa.BigInteger))
    op.execute(FEED_ALL)
    for tables, column in ADDED.items():
        mapping = f"""mapping || '{{"{column}": "r.{column}"}}'"""
        op.execute(AGAIN.format(mapping=mapping, tables=tables))
    _create_indexes()


def _create_indexes() -> None:
    for table, day in BY_METHOD.items():
        op.create_index(f"ix_{table}_payment_method", table, ["payment_method", day])
    op.create_index("ix_accrued_expenses_amount", "accrued_expenses", ["amount"])
    op.create_index(
        "ix_payment_receipts_payment_method",
        "payment_receipts",
        ["payment_method", "payment_id"],
        postgresql_where=sa.text("payment_method IS NOT NULL"),
    )
    for name, column in OF_ONE.items():
        op.create_index(
            f"ix_movements_{name}",
            "movements",
            ["suite", "kind", column, *map(sa.text, NEWEST)],
            postgresql_include=["currency", "amount"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index(
        "ix_movements_project", "movements", ["project_id"], postgresql_where=sa.text("project_id IS NOT NULL")
    )
    op.create_index("ix_movements_amount", "movements", ["amount"])


def downgrade() -> None:
    """Take back. Incomes belong to no project; the audit log has those that they belonged to."""
    for name in (*OF_ONE, "project", "amount"):
        op.drop_index(f"ix_movements_{name}", "movements")
    op.drop_index("ix_payment_receipts_payment_method", "payment_receipts")
    op.drop_index("ix_accrued_expenses_amount", "accrued_expenses")
    for table in BY_METHOD:
        op.drop_index(f"ix_{table}_payment_method", table)
    for tables, column in ADDED.items():
        op.execute(AGAIN.format(mapping=f"mapping - '{column}'", tables=tables))
    op.drop_column("movements", "supplier_id")
    op.execute(FEED_ALL)
    op.execute("UPDATE incomes SET project_id = NULL WHERE project_id IS NOT NULL")  # audited, unlike a dropped column
    op.drop_column("incomes", "project_id")  # with its constraints and its index
