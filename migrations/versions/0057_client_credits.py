"""Clients have credits: what was received beyond a payment's balance, until it is used for another or refunded."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

RECEIPTS = "payment_receipts"
SPENT = "retefuente + reteica + reteiva + other_withheld + bank_charge"
NOT_NEGATIVE = (
    "retefuente >= 0 AND reteica >= 0 AND reteiva >= 0 AND other_withheld >= 0 AND bank_charge >= 0"
    " AND credit_amount >= 0"
)
KEEP = """
-- Balances of credits never fall below zero: their CHECK refuses it, also of two at once, who wait for each other.
CREATE FUNCTION client_credit_add(of_client bigint, of_currency text, added numeric) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF added > 0 THEN
        INSERT INTO client_credits AS kept (client_id, currency, balance) VALUES (of_client, of_currency, added)
        ON CONFLICT (client_id, currency) DO UPDATE SET balance = kept.balance + added;
    ELSIF added < 0 THEN
        UPDATE client_credits SET balance = balance + added WHERE client_id = of_client AND currency = of_currency;
        IF NOT FOUND THEN
            PERFORM refuse('credit_insufficient', 'The client has no credit in this currency.');
        END IF;
    END IF;
END
$$;

CREATE FUNCTION payment_receipts_keep_credit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM client_credit_add(NEW.client_id, NEW.currency,
                                  NEW.credit_amount - CASE WHEN NEW.uses_credit THEN NEW.amount ELSE 0 END);
    ELSE
        PERFORM client_credit_add(OLD.client_id, OLD.currency,
                                  CASE WHEN OLD.uses_credit THEN OLD.amount ELSE 0 END - OLD.credit_amount);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_credit_insert AFTER INSERT ON payment_receipts FOR EACH ROW
    WHEN (NEW.credit_amount > 0 OR NEW.uses_credit) EXECUTE FUNCTION payment_receipts_keep_credit();
CREATE TRIGGER keep_credit_delete AFTER DELETE ON payment_receipts FOR EACH ROW
    WHEN (OLD.credit_amount > 0 OR OLD.uses_credit) EXECUTE FUNCTION payment_receipts_keep_credit();

CREATE FUNCTION credit_refunds_keep_credit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM client_credit_add(NEW.client_id, NEW.currency, -NEW.amount);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_credit_insert AFTER INSERT ON credit_refunds FOR EACH ROW
    EXECUTE FUNCTION credit_refunds_keep_credit()
"""
# Amounts that were settled without moving cash, which accrual counts; the core reads it without knowing the table.
SETTLED = """
CREATE VIEW movement_settlements WITH (security_invoker = true) AS
SELECT 'fresco'::text AS suite, 'income'::text AS kind, 'payment'::text AS source, part.nature, part.amount, currency,
       'Cliente'::text AS category, due_date, part.movements
FROM payment_receipts, LATERAL (VALUES ('operating', amount - coalesce(tax_amount, 0), 1::bigint),
                                       ('tax', tax_amount, 0::bigint)) part (nature, amount, movements)
WHERE uses_credit AND part.amount > 0
"""
ATTACH = sa.text("SELECT movement_attach('movements', :name, :fed, 'fresco', CAST(:mapping AS jsonb), :counted)")
# All that the payment itself moves.
AGAIN = """
SELECT movement_attach(target, name, source_table, suite, mapping, {counted}) FROM movement_sources
WHERE target = 'movements' AND source_table = 'payment_receipts' AND mapping ->> 'source' = '''payment'''
"""
WITHOUT_CREDIT = " AND NOT r.uses_credit"
EXCESS = {
    "kind": "'income'",
    "source": "'credit'",
    "source_id": "r.id",
    "payment_id": "r.payment_id",
    "receipt_id": "r.id",
    "date": "r.date",
    "amount": "r.credit_amount",
    "currency": "r.currency",
    "category": "'Anticipo de clientes'",
    "party_id": "r.client_id",
    "project_id": "r.project_id",
    "payment_method": "r.payment_method",
    "with_party": "true",
}
REFUND = {
    "kind": "'expense'",
    "source": "'credit'",
    "date": "r.date",
    "amount": "r.amount",
    "currency": "r.currency",
    "category": "'Devoluciones'",
    "party_id": "r.client_id",
    "payment_method": "r.payment_method",
    "with_party": "true",
}

# What a closed month keeps of a receipt, before and now.
KEPT = (
    "payment_id,amount,currency,retefuente,reteica,reteiva,other_withheld,bank_charge,received_currency,received_amount,"
    "exchange_difference,tax_amount"
)
KEPT_WITH_CREDIT = f"{KEPT},credit_amount,uses_credit"


def upgrade() -> None:
    """Apply."""
    _tables()
    op.add_column(RECEIPTS, sa.Column("credit_amount", sa.Numeric(12, 2), server_default="0", nullable=False))
    op.add_column(RECEIPTS, sa.Column("uses_credit", sa.Boolean, server_default=sa.false(), nullable=False))
    op.drop_constraint(op.f(f"ck_{RECEIPTS}_parts_range"), RECEIPTS)
    _check(
        "parts_within_received", f"{NOT_NEGATIVE} AND {SPENT} <= amount + credit_amount AND credit_amount < 10000000000"
    )
    _check("credit_used_alone", f"NOT uses_credit OR ({SPENT} + credit_amount = 0 AND received_amount IS NULL)")
    op.create_index(
        "ix_payment_receipts_credit",
        RECEIPTS,
        ["client_id", "currency"],
        postgresql_where=sa.text("uses_credit OR credit_amount > 0"),
    )
    op.execute(KEEP)
    op.execute(SETTLED)
    op.execute(AGAIN.format(counted=f"'(' || counted || '){WITHOUT_CREDIT}'"))
    _attach("receipt_credit", RECEIPTS, EXCESS, "r.credit_amount > 0")
    _attach("credit_refunds", "credit_refunds", REFUND, "true")
    _guard(RECEIPTS, KEPT_WITH_CREDIT)
    _guard("credit_refunds", "amount,currency")


def downgrade() -> None:
    """Take back. Credits go; what used one is undone, and its payment owed again."""
    for guarded in (RECEIPTS, "credit_refunds"):
        op.execute(f"SELECT period_guard_detach('{guarded}')")
    for name in ("receipt_credit", "credit_refunds"):
        op.execute(f"SELECT movement_detach('movements', '{name}')")
    op.execute("DROP VIEW movement_settlements")
    for function in ("payment_receipts_keep_credit()", "credit_refunds_keep_credit()"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    op.execute("DROP FUNCTION client_credit_add(bigint, text, numeric)")
    op.execute(AGAIN.format(counted=f"substr(counted, 2, length(counted) - {len(WITHOUT_CREDIT) + 2})"))
    op.drop_index("ix_payment_receipts_credit", RECEIPTS)
    op.execute(f"UPDATE {RECEIPTS} SET uses_credit = false WHERE uses_credit")  # noqa: S608 - a constant
    for name in ("parts_within_received", "credit_used_alone"):
        op.drop_constraint(op.f(f"ck_{RECEIPTS}_{name}"), RECEIPTS)
    op.execute(SPENT_WITHIN)
    op.execute(f"UPDATE {RECEIPTS} SET credit_amount = 0 WHERE credit_amount > 0")  # noqa: S608 - a constant
    op.create_check_constraint(
        op.f(f"ck_{RECEIPTS}_parts_range"),
        RECEIPTS,
        f"{NOT_NEGATIVE.removesuffix(' AND credit_amount >= 0')} AND {SPENT} <= amount",
    )
    for column in ("uses_credit", "credit_amount"):
        op.drop_column(RECEIPTS, column)
    for table in ("credit_refunds", "client_credits"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - audited, unlike a table that is dropped
        op.drop_table(table)
    _guard(RECEIPTS, KEPT)


SPENT_WITHIN = f"""
UPDATE {RECEIPTS} SET retefuente = 0, reteica = 0, reteiva = 0, other_withheld = 0, bank_charge = 0
WHERE {SPENT} > amount
"""  # noqa: S608 - constants


def _tables() -> None:
    now = sa.func.now()
    op.create_table(
        "client_credits",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("balance", sa.Numeric(14, 2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client_credits"),
        _client("client_credits"),
        sa.UniqueConstraint("client_id", "currency", name="uq_client_credits_client_id_currency"),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_client_credits_currency")),
        sa.CheckConstraint(
            "balance >= 0 AND balance < 1000000000000", name=op.f("ck_client_credits_balance_not_negative")
        ),
    )
    op.create_table(
        "credit_refunds",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("payment_method", sa.String(100)),
        sa.Column("notes", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credit_refunds"),
        _client("credit_refunds"),
        sa.CheckConstraint("amount > 0 AND amount < 10000000000", name=op.f("ck_credit_refunds_amount_positive")),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_credit_refunds_currency")),
        sa.CheckConstraint("date BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credit_refunds_date_range")),
        sa.CheckConstraint("char_length(notes) <= 10000", name=op.f("ck_credit_refunds_notes_length")),
    )
    op.create_index("ix_credit_refunds_client_id", "credit_refunds", ["client_id"])


def _client(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["client_id"], ["clients.id"], name=f"fk_{table}_client_id_clients", ondelete="RESTRICT"
    )


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{RECEIPTS}_{name}"), RECEIPTS, condition)


def _attach(name: str, fed: str, mapping: dict[str, str], counted: str) -> None:
    values: dict[str, Any] = {"name": name, "fed": fed, "mapping": json.dumps(mapping), "counted": counted}
    op.get_bind().execute(ATTACH, values)


def _guard(table: str, facts: str) -> None:
    op.execute(f"SELECT period_guard_attach('{table}', '{{date}}', facts => '{{{facts}}}')")
