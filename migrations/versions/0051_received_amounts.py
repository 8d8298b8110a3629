"""Receipts say what was withheld, what the bank charged, and what was received in another currency."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLE = "payment_receipts"
WITHHELD = {
    "retefuente": "Retefuente",
    "reteica": "ReteICA",
    "reteiva": "ReteIVA",
    "other_withheld": "Otra",
}
"""Categories of withholdings by column."""
OF_RECEIPT = {
    "source_id": "r.id",
    "payment_id": "r.payment_id",
    "receipt_id": "r.id",
    "date": "r.date",
    "party_id": "r.client_id",
    "project_id": "r.project_id",
}
CHARGE = {
    "kind": "'expense'",
    "source": "'bank_charge'",
    "amount": "r.bank_charge",
    "currency": "r.currency",
    "category": "'Gastos bancarios'",
    "payment_method": "r.payment_method",
    "with_party": "true",
}
DIFFERENCE = {
    "kind": "CASE WHEN r.exchange_difference > 0 THEN 'income' ELSE 'expense' END",
    "source": "'exchange_difference'",
    "amount": "abs(r.exchange_difference)",
    "currency": "r.received_currency",
    "category": "'Diferencia en cambio'",
    "nature": "'financial'",
}


def _withheld(column: str, category: str) -> dict[str, str]:
    return {
        "kind": "'expense'",
        "source": "'withholding'",
        "amount": f"r.{column}",
        "currency": "r.currency",
        "category": f"'{category}'",
        "nature": "'tax'",
    }


ATTACHED = {
    **{f"receipt_{column}": (_withheld(column, name), f"r.{column} > 0") for column, name in WITHHELD.items()},
    "receipt_bank_charge": (CHARGE, "r.bank_charge > 0"),
    "receipt_exchange_difference": (DIFFERENCE, "r.exchange_difference <> 0"),
}
ATTACH = "SELECT movement_attach('movements', :name, 'payment_receipts', 'fresco', CAST(:mapping AS jsonb), :counted)"
PARTS = (*WITHHELD, "bank_charge")
FOREIGN = ("received_currency", "received_amount", "exchange_difference")
# Each of them is at most the amount, which is less than NaN.
CHECKS = {
    "parts_range": " AND ".join(f"{column} >= 0" for column in PARTS) + f" AND {' + '.join(PARTS)} <= amount",
    "received_currency_other": "received_currency <> currency",
    "received_currency_code": "received_currency ~ '^[A-Z]{3}$'",
    "received_amount_range": "received_amount >= 0 AND received_amount < 10000000000000000",
    "received_whole": "(received_currency IS NULL) = (received_amount IS NULL)",
    "exchange_difference_range": "exchange_difference > -100000000000000000000 "
    "AND exchange_difference < 100000000000000000000",
    "exchange_difference_of_received": "exchange_difference IS NULL OR received_amount IS NOT NULL",
}


def upgrade() -> None:
    """Apply."""
    for column in PARTS:
        op.add_column(TABLE, sa.Column(column, sa.Numeric(12, 2), server_default="0", nullable=False))
    op.add_column(TABLE, sa.Column("received_currency", sa.String(3)))
    op.add_column(TABLE, sa.Column("received_amount", sa.Numeric))
    op.add_column(TABLE, sa.Column("exchange_difference", sa.Numeric))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, condition)
    for name, (mapping, counted) in ATTACHED.items():
        values: dict[str, Any] = {"name": name, "mapping": json.dumps(OF_RECEIPT | mapping), "counted": counted}
        op.get_bind().execute(sa.text(ATTACH), values)
    op.create_index(
        "ix_payment_receipts_foreign",
        TABLE,
        ["received_currency", "date"],
        postgresql_where=sa.text("received_currency IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back. What reached the bank is the whole amount; the audit log has what was withheld and charged."""
    op.drop_index("ix_payment_receipts_foreign", TABLE)
    for name in ATTACHED:
        op.execute(f"SELECT movement_detach('movements', '{name}')")
    zero = ", ".join(f"{column} = 0" for column in PARTS)
    gone = f"{zero}, {', '.join(f'{column} = NULL' for column in FOREIGN)}"
    given = f"{' + '.join(PARTS)} > 0 OR received_amount IS NOT NULL"
    op.execute(f"UPDATE {TABLE} SET {gone} WHERE {given}")  # noqa: S608 - constants; audited, unlike dropped columns
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE)
    for column in (*PARTS, *FOREIGN):
        op.drop_column(TABLE, column)
