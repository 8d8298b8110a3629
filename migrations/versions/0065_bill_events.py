"""Webhooks are told of bills: of accrued expenses, which recur or do not."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

# Paying and falling overdue are events of their own.
OTHERWISE = "'{status,paid_date,paid_amount,updated_at,version}'::text[]"
BILL = {
    "created": {"insert": "true"},
    "updated": {"update": f"to_jsonb(r) - {OTHERWISE} <> to_jsonb(o) - {OTHERWISE}"},
    "deleted": {"delete": "true"},
    "paid": {"insert": "r.status = 'pagado'", "update": "r.status = 'pagado' AND o.status <> 'pagado'"},
    "undone": {"update": "r.status <> 'pagado' AND o.status = 'pagado'"},
    "overdue": {"insert": "r.status = 'vencido'", "update": "r.status = 'vencido' AND o.status = 'pendiente'"},
}


def upgrade() -> None:
    """Apply."""
    attach = sa.text("SELECT webhook_attach('accrued_expenses', 'bill', 'r.id', CAST(:events AS jsonb))")
    op.get_bind().execute(attach, {"events": json.dumps(BILL)})


def downgrade() -> None:
    """Take back. What was not delivered of bills goes; no webhook may ask for them then."""
    op.execute("SELECT webhook_detach('accrued_expenses')")
    op.execute("DELETE FROM webhook_deliveries WHERE object_type = 'bill'")
    op.execute("DELETE FROM webhooks WHERE NOT EXISTS (SELECT FROM unnest(events) e WHERE e NOT LIKE 'bill.%')")
    op.execute("""
        UPDATE webhooks SET version = version + 1,
            events = ARRAY(SELECT e FROM unnest(events) WITH ORDINALITY its (e, n) WHERE e NOT LIKE 'bill.%' ORDER BY n)
        WHERE EXISTS (SELECT FROM unnest(events) e WHERE e LIKE 'bill.%')
    """)
