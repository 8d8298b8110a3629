"""What cash moved by day, kept beside the rows by triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# By table: day, category, kind and whether it came from a recurring expense, as the relation of movements has them.
MOVING = {
    "payments": ("paid_date", "'Cliente'", "income", "false"),
    "incomes": ("date", "type", "income", "false"),
    "expenses": ("date", "category", "expense", "false"),
    "accrued_expenses": ("paid_date", "category", "expense", "is_recurring"),
}
COLUMNS = "date, currency, kind, category, recurring, amount, movements"
# Each statement adds rows of its own: nobody waits for another's, and a changed row is taken back and put in.
FUNCTION = """
CREATE FUNCTION daily_sums_{table}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO daily_sums ({columns})
        SELECT {day}, currency, '{kind}', {category}, {recurring}, sum(amount), count(*)
        FROM new_rows WHERE {day} IS NOT NULL GROUP BY 1, 2, 4, 5;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO daily_sums ({columns})
        SELECT {day}, currency, '{kind}', {category}, {recurring}, -sum(amount), -count(*)
        FROM old_rows WHERE {day} IS NOT NULL GROUP BY 1, 2, 4, 5;
    ELSE
        INSERT INTO daily_sums ({columns})
        SELECT day, currency, '{kind}', category, recurring, sum(amount), sum(sign)
        FROM (SELECT {day} AS day, currency, {category} AS category, {recurring} AS recurring, amount, 1 AS sign
              FROM new_rows WHERE {day} IS NOT NULL
              UNION ALL
              SELECT {day}, currency, {category}, {recurring}, -amount, -1
              FROM old_rows WHERE {day} IS NOT NULL) moved
        GROUP BY day, currency, category, recurring
        HAVING sum(amount) <> 0 OR sum(sign) <> 0;
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGERS = """
CREATE TRIGGER daily_sums_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION daily_sums_{table}();
CREATE TRIGGER daily_sums_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION daily_sums_{table}();
CREATE TRIGGER daily_sums_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION daily_sums_{table}()
"""
FILL = """
INSERT INTO daily_sums ({columns})
SELECT {day}, currency, '{kind}', {category}, {recurring}, sum(amount), count(*)
FROM {table} WHERE {day} IS NOT NULL GROUP BY 1, 2, 4, 5
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "daily_sums",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("currency", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("recurring", sa.Boolean, nullable=False),
        sa.Column("amount", sa.Numeric(20, 2), nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f("ck_daily_sums_currency")),
        sa.CheckConstraint("kind IN ('income', 'expense')", name=op.f("ck_daily_sums_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_daily_sums"),
    )
    op.create_index("ix_daily_sums_date", "daily_sums", ["date"])
    for table, (day, category, kind, recurring) in MOVING.items():
        names = {"table": table, "day": day, "category": category, "kind": kind, "recurring": recurring}
        for statement in (FUNCTION, TRIGGERS, FILL):
            op.execute(statement.format(columns=COLUMNS, **names))
    op.create_index(
        "ix_payments_paid_date",
        "payments",
        ["paid_date", "id"],
        postgresql_include=["client_id", "currency", "amount"],
        postgresql_where=sa.text("paid_date IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_payments_paid_date", "payments")
    for table in MOVING:
        op.execute(f"DROP FUNCTION daily_sums_{table}() CASCADE")
    op.drop_table("daily_sums")
