"""Payments are received in parts: receipts, which cash figures are counted by, and the paid amount of each payment."""

import json
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KEPT = "amount, currency, date, project_id, client_id"
OLD, NEW = (", ".join(f"{row}.{name}" for name in KEPT.split(", ")) for row in ("OLD", "NEW"))
LAW = f"""
CREATE FUNCTION payments_keep_received() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status = 'Pagado' THEN
        PERFORM refuse('payment_is_paid',
            'A paid payment keeps its amount, currency, date, project and client; undo it first.');
    END IF;
    PERFORM refuse('payment_has_receipts',
        'A payment with receipts keeps its amount, currency, date, project and client; undo these first.');
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_received BEFORE UPDATE OF {KEPT} ON payments FOR EACH ROW
    WHEN (OLD.paid_amount > 0 AND NEW.paid_amount > 0 AND ({OLD}) IS DISTINCT FROM ({NEW}))
    EXECUTE FUNCTION payments_keep_received();

-- What receipts repeat of their payment, for the sums that lists are totalled by.
CREATE FUNCTION payment_receipts_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE payment_receipts
    SET payment_type = NEW.type, payment_status = NEW.status, completes = completes AND NEW.status = 'Pagado'
    WHERE payment_id = NEW.id AND (payment_type, payment_status) <> (NEW.type, NEW.status);
    RETURN NULL;
END
$$;
CREATE TRIGGER receipts_follow AFTER UPDATE OF status, type ON payments FOR EACH ROW
    WHEN (OLD.paid_amount > 0 AND NEW.paid_amount > 0 AND (OLD.status, OLD.type) IS DISTINCT FROM (NEW.status, NEW.type))
    EXECUTE FUNCTION payment_receipts_follow()
"""  # noqa: S608 - constants
FILL = """
INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
                              payment_status, completes)
SELECT id, amount, paid_date, currency, project_id, client_id, date, type, status, true
FROM payments WHERE paid_date IS NOT NULL ORDER BY id
"""
FEED_ALL = "SELECT movement_feed(fed) FROM (SELECT DISTINCT source_table FROM movement_sources) attached (fed)"
# The receipt that makes a payment paid counts it; the facet of the others also says how their payment stands.
RECEIVED = {
    "kind": "'income'",
    "source": "'payment'",
    "source_id": "r.payment_id",
    "payment_id": "r.payment_id",
    "receipt_id": "r.id",
    "date": "r.date",
    "due_date": "r.due_date",
    "amount": "r.amount",
    "currency": "r.currency",
    "category": "'Cliente'",
    "party_id": "r.client_id",
    "project_id": "r.project_id",
    "payment_method": "r.payment_method",
    "facet": "CASE WHEN r.completes THEN r.payment_type ELSE r.payment_type || ':' || r.payment_status END",
    "with_party": "true",
}
CHECKS = {
    "paid_amount_range": "paid_amount >= 0 AND paid_amount <= amount",
    "paid_is_whole": "(status = 'Pagado') = (paid_amount = amount)",
    "parts_are_received": "CASE WHEN in_parts THEN paid_amount > 0 ELSE paid_amount = 0 OR paid_amount = amount END",
}


def upgrade() -> None:
    """Apply."""
    op.add_column("payments", sa.Column("paid_amount", sa.Numeric(12, 2), server_default="0", nullable=False))
    op.add_column("payments", sa.Column("in_parts", sa.Boolean, server_default=sa.false(), nullable=False))
    _receipts()
    op.execute("SELECT audit_refresh()")
    op.execute("UPDATE payments SET paid_amount = amount WHERE paid_date IS NOT NULL")
    op.execute(FILL)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_payments_{name}"), "payments", condition)
    op.create_index("ix_payments_in_parts", "payments", ["id"], postgresql_where=sa.text("in_parts"))
    op.execute(LAW)
    for name in ("payment_id", "receipt_id"):
        op.add_column("movements", sa.Column(name, sa.BigInteger))
    op.execute("SELECT movement_detach('movements', 'payments')")
    op.execute(FEED_ALL)
    _attach("movements", "payment_receipts", RECEIVED, "true")
    _attach("open_items", "payments", _owed() | {"amount": "r.amount - r.paid_amount"}, "r.paid_date IS NULL")


def downgrade() -> None:
    """Take back. Payments that were received in part are unpaid; their receipts are in the audit log."""
    op.execute("SELECT movement_detach('movements', 'payment_receipts')")
    for name in ("payment_id", "receipt_id"):
        op.drop_column("movements", name)
    op.execute(FEED_ALL)
    for function in ("payments_keep_received", "payment_receipts_follow"):
        op.execute(f"DROP FUNCTION {function}() CASCADE")
    op.execute("DELETE FROM payment_receipts")  # audited, unlike a table that is dropped
    op.drop_table("payment_receipts")
    old = _before()
    [paid] = [one for one in old.SOURCES if (one.target, one.name) == ("movements", "payments")]
    _attach("movements", "payments", paid.mapping, paid.counted)
    _attach("open_items", "payments", _owed(), "r.paid_date IS NULL")
    op.drop_index("ix_payments_in_parts", "payments")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_payments_{name}"), "payments")
    op.execute("UPDATE payments SET paid_amount = 0, in_parts = false WHERE paid_amount > 0")
    for name in ("in_parts", "paid_amount"):
        op.drop_column("payments", name)


def _receipts() -> None:
    repeated = [
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("due_date", sa.Date, nullable=False),
        sa.Column("payment_type", sa.String(40), nullable=False),
        sa.Column("payment_status", sa.String(40), nullable=False),
        sa.Column("completes", sa.Boolean, nullable=False),
    ]
    now = sa.func.now()
    op.create_table(
        "payment_receipts",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("payment_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("payment_method", sa.String(100)),
        sa.Column("reference", sa.String(100)),
        sa.Column("notes", sa.Text),
        sa.Column("receipt_path", sa.String(100)),
        *repeated,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_receipts"),
        _key("payment_id", "payments", "id"),
        _key("receipt_path", "stored_files", "path"),
        _check("amount_positive", "amount > 0 AND amount < 10000000000"),
        _check("date_range", "date BETWEEN '1900-01-01' AND '2200-12-31'"),
        _check("notes_length", "char_length(notes) <= 10000"),
        _check("currency", "currency IN ('COP', 'USD')"),
        _check("payment_type", "payment_type IN ('Implementación', 'Recurrente')"),
        _check("payment_status", "payment_status IN ('Pagado', 'Pendiente', 'Vencido')"),
        _check("completes_what_is_paid", "NOT completes OR payment_status = 'Pagado'"),
    )
    op.create_index("ix_payment_receipts_payment_id", "payment_receipts", ["payment_id"])
    op.create_index("ix_payment_receipts_receipt_path", "payment_receipts", ["receipt_path"])
    op.create_index(
        "uq_payment_receipts_completing",
        "payment_receipts",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("completes"),
    )


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_payment_receipts_{name}"))


def _key(column: str, table: str, of: str) -> sa.ForeignKeyConstraint:
    name = f"fk_payment_receipts_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.{of}"], name=name, ondelete="RESTRICT")


def _before() -> ModuleType:
    """The migration that attached payments to movements."""
    return context.script.get_revision("0030").module


def _owed() -> dict[str, str]:
    """The mapping of unpaid payments before."""
    [owed] = [one.mapping for one in _before().SOURCES if (one.target, one.name) == ("open_items", "payments")]
    return dict(owed)


def _attach(target: str, name: str, mapping: dict[str, str], counted: str) -> None:
    values: dict[str, Any] = {"target": target, "name": name, "mapping": json.dumps(mapping), "counted": counted}
    op.get_bind().execute(_before().ATTACH, values)
