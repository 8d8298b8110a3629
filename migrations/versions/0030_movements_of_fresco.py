"""Payments, incomes, expenses and accrued expenses are attached to movements; sums beside each of them end."""

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import context, op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


class Source(NamedTuple):
    """A table, what of it is kept, and how its rows map."""

    target: str
    name: str
    counted: str
    mapping: dict[str, str]


ITS = ("amount", "currency", "category", "description", "payment_method", "project_id")
PAYMENT = {
    "kind": "'income'",
    "source": "'payment'",
    "due_date": "r.date",
    "amount": "r.amount",
    "currency": "r.currency",
    "category": "'Cliente'",
    "party_id": "r.client_id",
    "project_id": "r.project_id",
    "facet": "r.type",
}
ACCRUED = {
    "kind": "'expense'",
    "source": "'accrued_expense'",
    "due_date": "r.due_date",
    **{column: f"r.{column}" for column in ITS},
    "party_id": "r.client_id",
    "recurring": "r.is_recurring",
}
# What is of a client, or says so by its category, is in the reports on clients.
OF_CLIENT = "r.client_id IS NOT NULL OR r.category = 'Cliente'"
INCOME = {
    "kind": "'income'",
    "source": "'income'",
    "date": "r.date",
    "amount": "r.amount",
    "currency": "r.currency",
    "category": "r.type",
    "party_id": "r.client_id",
    "party_name": "r.client",
    "with_party": "r.client_id IS NOT NULL OR r.client IS NOT NULL OR r.type = 'Cliente'",
    "description": "r.description",
    "payment_method": "r.payment_method",
}
EXPENSE = {
    "kind": "'expense'",
    "source": "'expense'",
    "date": "r.date",
    **{column: f"r.{column}" for column in ITS},
    "party_id": "r.client_id",
    "with_party": OF_CLIENT,
}
PAID = {"date": "r.paid_date"}
SOURCES = (
    Source("movements", "payments", "r.paid_date IS NOT NULL", PAYMENT | PAID | {"with_party": "true"}),
    Source("open_items", "payments", "r.paid_date IS NULL", PAYMENT | {"status": "r.status"}),
    Source("movements", "incomes", "true", INCOME),
    Source("movements", "expenses", "true", EXPENSE),
    Source("movements", "accrued_expenses", "r.paid_date IS NOT NULL", ACCRUED | PAID | {"with_party": OF_CLIENT}),
    Source(
        "open_items",
        "accrued_expenses",
        "r.paid_date IS NULL",
        {column: value for column, value in ACCRUED.items() if column != "payment_method"} | {"status": "r.status"},
    ),
)
TYPES = "type IN ('Implementación', 'Recurrente')"
ATTACH = sa.text("SELECT movement_attach(:target, :name, :name, 'fresco', CAST(:mapping AS jsonb), :counted)")
DETACH = sa.text("SELECT movement_detach(:target, :name)")
# The names by which movements are shown; the core reads them without knowing the table.
NAMES = "CREATE VIEW movement_projects WITH (security_invoker = true) AS SELECT id, name FROM projects"
DATE, WORD, TEXT = sa.Date, sa.String(40), sa.String(100)
OLD_SUMS = {
    "payment_sums": {"status": WORD, "type": WORD, "currency": WORD, "date": DATE, "paid_date": DATE},
    "income_sums": {"type": TEXT, "currency": WORD, "date": DATE},
    "expense_sums": {"category": TEXT, "currency": WORD, "date": DATE},
    "client_sums": {
        "date": DATE,
        "currency": WORD,
        "kind": WORD,
        "client_id": sa.BigInteger,
        "client_text": sa.String(200),
    },
    "daily_sums": {"date": DATE, "currency": WORD, "kind": WORD, "category": TEXT, "recurring": sa.Boolean},
}
NULLABLE = {"payment_sums": {"paid_date"}, "client_sums": {"client_id", "client_text"}}
CHECKS = {
    "currency": "currency IN ('COP', 'USD')",
    "kind": "kind IN ('income', 'expense')",
    "status": "status IN ('Pagado', 'Pendiente', 'Vencido')",
}


def upgrade() -> None:
    """Apply."""
    for table in _old().SUMMED:
        op.execute(f"DROP FUNCTION keep_sums_{table}() CASCADE")
    for name in OLD_SUMS:
        op.drop_table(name)
    end_audit_exemption(*OLD_SUMS)
    connection = op.get_bind()
    for source in SOURCES:
        connection.execute(ATTACH, source._asdict() | {"mapping": json.dumps(source.mapping)})
    op.execute(NAMES)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW movement_projects")
    connection = op.get_bind()
    for source in SOURCES:
        connection.execute(DETACH, {"target": source.target, "name": source.name})
    for name, cell in OLD_SUMS.items():
        _create(name, cell)
    exempt_from_audit(*OLD_SUMS)
    old = _old()
    for table, sums in old.SUMMED.items():
        written = {
            "inserted": _filled(old.ADDED, sums, sign="", rows="new_rows"),
            "deleted": _filled(old.ADDED, sums, sign="-", rows="old_rows"),
            "updated": _filled(old.MOVED, sums),
        }
        op.execute(old.FUNCTION.format(table=table, **written))
        op.execute(old.TRIGGERS.format(name="keep_sums", table=table))
        op.execute(_filled(old.ADDED, sums, sign="", rows=table))


def _old() -> ModuleType:
    """The migration that made the sums beside each table."""
    return context.script.get_revision("0010").module


def _filled(template: str, sums: list[tuple[str, str, str, str]], **more: str) -> str:
    return "".join(
        template.format(
            sums=name,
            columns=columns,
            values=values,
            counted=counted,
            places=", ".join(str(place + 1) for place in range(columns.count(",") + 1)),
            **more,
        )
        for name, columns, values, counted in sums
    )


def _create(name: str, cell: Mapping[str, Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        *(sa.Column(column, kind, nullable=column in NULLABLE.get(name, ())) for column, kind in cell.items()),
        sa.Column("amount", sa.Numeric(20, 2), nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *([sa.CheckConstraint(TYPES, name=op.f("ck_payment_sums_type"))] if name == "payment_sums" else []),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{column}"))
            for column, condition in CHECKS.items()
            if column in cell
        ),
    )
    op.create_index(f"ix_{name}_date", name, ["date"])
