"""An invoice number belongs to one client; payments say when they were invoiced, and for which days of service."""

import logging

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")

DAYS = ("issue_date", "service_from", "service_to")
# Numbers are compared without case, accents and blanks. Two who give a number at once wait for each other at its row.
KEEP = """
CREATE FUNCTION invoice_number_claim(given text, of_client bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := nullif(name_key(given), '');
BEGIN
    IF key IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO invoice_numbers AS kept (number, client_id, payments) VALUES (key, of_client, 1)
    ON CONFLICT (number) WHERE NOT inherited
    DO UPDATE SET payments = kept.payments + 1 WHERE kept.client_id = excluded.client_id;
    IF NOT FOUND THEN
        PERFORM refuse('invoice_number_taken', 'The invoice number belongs to another client.');
    END IF;
END
$$;

-- Of a number that several clients have since long ago, the next one has it when the one before gives it up.
CREATE FUNCTION invoice_number_release(given text, of_client bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := nullif(name_key(given), '');
    was_own boolean;
BEGIN
    PERFORM FROM invoice_numbers WHERE number = key ORDER BY client_id FOR UPDATE;
    DELETE FROM invoice_numbers WHERE number = key AND client_id = of_client AND payments = 1
    RETURNING NOT inherited INTO was_own;
    IF NOT FOUND THEN
        UPDATE invoice_numbers SET payments = payments - 1 WHERE number = key AND client_id = of_client;
    ELSIF was_own THEN
        UPDATE invoice_numbers SET inherited = false
        WHERE number = key AND client_id = (SELECT min(client_id) FROM invoice_numbers WHERE number = key);
    END IF;
END
$$;

CREATE FUNCTION payments_keep_invoice_numbers() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.client_id = OLD.client_id
       AND name_key(NEW.invoice_number) IS NOT DISTINCT FROM name_key(OLD.invoice_number) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM invoice_number_release(OLD.invoice_number, OLD.client_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM invoice_number_claim(NEW.invoice_number, NEW.client_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_invoice_insert AFTER INSERT ON payments FOR EACH ROW
    WHEN (NEW.invoice_number IS NOT NULL) EXECUTE FUNCTION payments_keep_invoice_numbers();
CREATE TRIGGER keep_invoice_update AFTER UPDATE OF invoice_number, client_id ON payments FOR EACH ROW
    WHEN ((OLD.invoice_number, OLD.client_id) IS DISTINCT FROM (NEW.invoice_number, NEW.client_id))
    EXECUTE FUNCTION payments_keep_invoice_numbers();
CREATE TRIGGER keep_invoice_delete AFTER DELETE ON payments FOR EACH ROW
    WHEN (OLD.invoice_number IS NOT NULL) EXECUTE FUNCTION payments_keep_invoice_numbers()
"""
# Whose payment was entered first has the number.
FILL = """
INSERT INTO invoice_numbers (number, client_id, payments, inherited)
SELECT key, client_id, payments, row_number() OVER (PARTITION BY key ORDER BY first) > 1
FROM (SELECT name_key(invoice_number) AS key, client_id, count(*) AS payments, min(id) AS first
      FROM payments WHERE name_key(invoice_number) <> '' GROUP BY 1, 2) given
"""
SHARED = """
SELECT min(p.invoice_number) AS number, string_agg(DISTINCT c.name, ', ' ORDER BY c.name) AS clients,
       string_agg(p.id::text, ', ' ORDER BY p.id) AS payments
FROM payments p JOIN parties c ON c.id = p.client_id
WHERE name_key(p.invoice_number) IN (SELECT number FROM invoice_numbers WHERE inherited)
GROUP BY name_key(p.invoice_number) ORDER BY 1
"""


def upgrade() -> None:
    """Apply. Numbers that several clients have are listed, and stay."""
    for column in DAYS:
        op.add_column("payments", sa.Column(column, sa.Date))
        op.create_check_constraint(
            op.f(f"ck_payments_{column}_range"), "payments", f"{column} BETWEEN '1900-01-01' AND '2200-12-31'"
        )
    op.create_check_constraint(op.f("ck_payments_service_ends_after_start"), "payments", "service_to >= service_from")
    op.create_table(
        "invoice_numbers",
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("client_id", sa.BigInteger, nullable=False),
        sa.Column("payments", sa.BigInteger, nullable=False),
        sa.Column("inherited", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("number", "client_id", name="pk_invoice_numbers"),
        sa.CheckConstraint("payments > 0", name=op.f("ck_invoice_numbers_payments_positive")),
    )
    exempt_from_audit("invoice_numbers")  # which follow from payments
    op.execute(FILL)
    op.create_index(
        "uq_invoice_numbers_number",
        "invoice_numbers",
        ["number"],
        unique=True,
        postgresql_where=sa.text("NOT inherited"),
    )
    op.execute(KEEP)
    for row in op.get_bind().execute(sa.text(SHARED)):
        log.warning("Invoice %s is one of several clients: %s (payments %s).", *row)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION payments_keep_invoice_numbers() CASCADE")
    for function in ("invoice_number_release", "invoice_number_claim"):
        op.execute(f"DROP FUNCTION {function}(text, bigint)")
    end_audit_exemption("invoice_numbers")
    op.drop_table("invoice_numbers")
    given = " OR ".join(f"{column} IS NOT NULL" for column in DAYS)
    gone = ", ".join(f"{column} = NULL" for column in DAYS)
    op.execute(f"UPDATE payments SET {gone} WHERE {given}")  # noqa: S608 - constants; audited, unlike dropped columns
    for column in DAYS:
        op.drop_column("payments", column)  # with its checks
