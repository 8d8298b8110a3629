"""Sums of open items by party and due day; the party of a bill is its supplier."""

import sqlalchemy as sa
from alembic import context, op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

SUMS = "open_item_party_sums"
CELL = "due_date, currency, suite, kind, party_id"
# Who is owed a bill is its supplier; the client that a cost counts for owes nothing of it.
PARTY = """
SELECT movement_attach(target, name, source_table, suite, mapping || '{{"party_id": "r.{column}"}}', counted)
FROM movement_sources WHERE (target, name) = ('open_items', 'accrued_expenses')
"""
FILL = f"""
INSERT INTO {SUMS} ({CELL}, amount, movements) SELECT {CELL}, sum(amount), count(*) FROM open_items GROUP BY {CELL}
"""  # noqa: S608 - constants


def upgrade() -> None:
    """Apply."""
    op.create_table(
        SUMS,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("due_date", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("suite", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("party_id", sa.BigInteger),
        sa.Column("amount", sa.Numeric, nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{SUMS}"),
    )
    exempt_from_audit(SUMS)
    op.execute(PARTY.format(column="supplier_id"))
    op.execute("LOCK TABLE open_items IN SHARE ROW EXCLUSIVE MODE")
    op.execute(FILL)
    _keep({SUMS: (CELL, CELL, "true", {"amount": "amount"})})


def downgrade() -> None:
    """Take back."""
    _keep({})
    op.execute(PARTY.format(column="client_id"))
    op.drop_table(SUMS)
    end_audit_exemption(SUMS)


def _keep(more: dict[str, tuple[str, str, str, dict[str, str]]]) -> None:
    """Write the function that keeps the sums of open items, with these besides."""
    natures = context.script.get_revision("0053").module
    natures.keep_sums({"open_items": natures.SUMS["open_items"] | more})
