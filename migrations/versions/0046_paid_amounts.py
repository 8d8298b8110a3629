"""Amounts paid of accrued expenses, by which cash is counted; indexes by category and of clients' payments."""

import json
from types import ModuleType

import sqlalchemy as sa
from alembic import context, op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLE = "accrued_expenses"
OWED = "coalesce(due_amount, amount)"
FEED_ALL = "SELECT movement_feed(fed) FROM (SELECT DISTINCT source_table FROM movement_sources) attached (fed)"


def upgrade() -> None:
    """Apply."""
    op.add_column(TABLE, sa.Column("paid_amount", sa.Numeric(12, 2)))
    op.execute("SELECT audit_refresh()")
    op.execute("UPDATE accrued_expenses SET paid_amount = amount WHERE paid_date IS NOT NULL")
    _check(TABLE, "paid_amount_positive", "paid_amount > 0 AND paid_amount < 10000000000")
    _check(TABLE, "paid_has_amount", "(paid_date IS NOT NULL) = (paid_amount IS NOT NULL)")
    op.add_column("movements", sa.Column("due_amount", sa.Numeric))
    _check("movements", "due_amount_positive", "due_amount > 0 AND due_amount < 10000000000000000")
    _sum_what_was_owed(OWED)
    op.execute(FEED_ALL)
    _attach({"amount": "r.paid_amount", "due_amount": "r.amount"})
    op.create_index("ix_accrued_expenses_category", TABLE, ["category", "due_date"])
    op.create_index("ix_recurring_expenses_category", "recurring_expenses", ["category"])
    _order_clients_payments_by("date", "id")


def downgrade() -> None:
    """Take back. What was paid becomes what was owed."""
    _order_clients_payments_by("id")
    op.drop_index("ix_recurring_expenses_category", "recurring_expenses")
    op.drop_index("ix_accrued_expenses_category", TABLE)
    op.execute("UPDATE accrued_expenses SET amount = paid_amount WHERE amount <> paid_amount")
    _attach({})
    _sum_what_was_owed("amount")
    op.drop_column("movements", "due_amount")  # with its check
    op.execute(FEED_ALL)
    op.drop_constraint(op.f(f"ck_{TABLE}_paid_has_amount"), TABLE)
    op.execute("UPDATE accrued_expenses SET paid_amount = NULL WHERE paid_amount IS NOT NULL")  # audited
    op.drop_column(TABLE, "paid_amount")  # with its check


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _order_clients_payments_by(*columns: str) -> None:
    op.drop_index("ix_payments_client_id", "payments")
    op.create_index("ix_payments_client_id", "payments", ["client_id", *columns])


def _migration(revision: str) -> ModuleType:
    return context.script.get_revision(revision).module


def _attach(changed: dict[str, str]) -> None:
    """Attach accrued expenses to movements again, with these expressions in place of the earlier ones."""
    old = _migration("0030")
    [paid] = [one for one in old.SOURCES if (one.target, one.name) == ("movements", TABLE)]
    mapping = json.dumps(paid.mapping | changed)
    op.get_bind().execute(old.ATTACH, paid._asdict() | {"mapping": mapping})


def _sum_what_was_owed(amount: str) -> None:
    """Let the sums by due date add up that expression; the others add up what moved."""
    old = _migration("0029")
    tables = old.SUMS["movements"]
    written = {"inserted": "", "deleted": "", "updated": ""}
    for sums, (cell, values, counted) in tables.items():
        summed = amount if sums == "movement_due_sums" else "amount"
        named = {"sums": sums, "cell": cell, "values": values, "counted": counted}
        named["places"] = ", ".join(str(place + 1) for place in range(cell.count(",") + 1))
        added = old.ADDED.replace("sum(amount)", f"sum({summed})")
        moved = old.MOVED.replace(", amount, 1 FROM", f", {summed}, 1 FROM").replace("-amount, -1", f"-{summed}, -1")
        written["inserted"] += added.format(sign="", rows="new_rows", **named)
        written["deleted"] += added.format(sign="-", rows="old_rows", **named)
        written["updated"] += moved.format(**named)
    function, _ = old.FUNCTION.split("CREATE TRIGGER", 1)
    replaced = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    op.execute(replaced.format(table="movements", **written))
