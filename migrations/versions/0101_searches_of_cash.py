"""Searches for letters of movements use an index, folding plain text is cheap, and sums by payment method are kept."""

from types import ModuleType

import sqlalchemy as sa
from alembic import context, op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

# Text of ASCII letters only has no signs to take off, which costs 20 times what its small letters do. A function that
# is STRICT would not be inlined with the CASE; without, NULL still gives NULL.
FOLD = """
CREATE OR REPLACE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(value) = length(value) THEN lower(value) ELSE {translated} END
$$
"""
# All groups of three letters, by which a GIN index finds texts that contain others: pg_trgm is not in core PostgreSQL.
# A loop takes half the time of a SELECT over generate_series. By its cost no plan computes it for rows in a filter.
LETTER_GROUPS = """
CREATE FUNCTION letter_groups(one text, other text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    groups text[] := '{}'; value text; number int := 0;
BEGIN
    FOREACH value IN ARRAY ARRAY[one, other] LOOP
        FOR place IN 1 .. coalesce(length(value), 0) - 2 LOOP
            number := number + 1;
            groups[number] := substr(value, place, 3);
        END LOOP;
    END LOOP;
    RETURN groups;
END
$$
"""
SUMS = "movement_method_sums"
CELL = "payment_method, date, currency, suite, kind, nature"
COUNTED = "payment_method IS NOT NULL"
FILL = f"""
INSERT INTO {SUMS} ({CELL}, amount, movements)
SELECT {CELL}, sum(amount), count(*) FROM movements WHERE {COUNTED} GROUP BY {CELL}
"""  # noqa: S608 - constants


def upgrade() -> None:
    """Apply."""
    op.execute(FOLD.format(translated=_translated()))
    op.execute(LETTER_GROUPS)
    op.create_index(
        "ix_movements_letters",
        "movements",
        [sa.text("letter_groups(fold(description), fold(party_name))")],
        postgresql_using="gin",
        postgresql_where=sa.text("description IS NOT NULL OR party_name IS NOT NULL"),
    )
    op.create_table(
        SUMS,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("payment_method", sa.String(100), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("suite", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("nature", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric, nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{SUMS}"),
    )
    op.create_index(f"ix_{SUMS}_payment_method", SUMS, ["payment_method", "date"])
    exempt_from_audit(SUMS)
    op.execute("LOCK TABLE movements IN SHARE ROW EXCLUSIVE MODE")
    op.execute(FILL)
    _keep({SUMS: (CELL, CELL, COUNTED, {"amount": "amount"})})


def downgrade() -> None:
    """Take back."""
    _keep({})
    op.drop_table(SUMS)
    end_audit_exemption(SUMS)
    op.drop_index("ix_movements_letters", "movements")
    op.execute("DROP FUNCTION letter_groups(text, text)")
    op.execute(_revision("0001").FOLD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def _keep(more: dict[str, tuple[str, str, str, dict[str, str]]]) -> None:
    """Write the function that keeps the sums of movements, with these besides."""
    natures = _revision("0053")
    of_accounts = {"movement_account_sums": _revision("0063").ACCOUNT_SUMS}
    natures.keep_sums({"movements": natures.SUMS["movements"] | of_accounts | more})


def _translated() -> str:
    """The expression of the first migration, which takes off the signs of letters."""
    body: str = _revision("0001").FOLD.split("$$")[1]
    return body.strip().removeprefix("SELECT ")


def _revision(number: str) -> ModuleType:
    return context.script.get_revision(number).module
