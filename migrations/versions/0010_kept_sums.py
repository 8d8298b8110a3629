"""More sums kept beside the rows: of lists by what they are filtered by, and of clients by day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DAILY, CLIENTS = "date, currency, kind, category, recurring", "date, currency, kind, client_id, client_text"
OF_CLIENT = "(client_id IS NOT NULL OR category = 'Cliente')"
# By table that is summed: the sums it adds to, with their columns, where these come from, and which rows count.
SUMMED = {
    "payments": [
        ("daily_sums", DAILY, "paid_date, currency, 'income', 'Cliente', false", "paid_date IS NOT NULL"),
        ("client_sums", CLIENTS, "paid_date, currency, 'income', client_id, NULL", "paid_date IS NOT NULL"),
        ("payment_sums", *["status, type, currency, date, paid_date"] * 2, "true"),
    ],
    "incomes": [
        ("daily_sums", DAILY, "date, currency, 'income', type, false", "true"),
        (
            "client_sums",
            CLIENTS,
            "date, currency, 'income', client_id, client",
            "(client_id IS NOT NULL OR client IS NOT NULL OR type = 'Cliente')",
        ),
        ("income_sums", *["type, currency, date"] * 2, "true"),
    ],
    "expenses": [
        ("daily_sums", DAILY, "date, currency, 'expense', category, false", "true"),
        ("client_sums", CLIENTS, "date, currency, 'expense', client_id, NULL", OF_CLIENT),
        ("expense_sums", *["category, currency, date"] * 2, "true"),
    ],
    "accrued_expenses": [
        ("daily_sums", DAILY, "paid_date, currency, 'expense', category, is_recurring", "paid_date IS NOT NULL"),
        (
            "client_sums",
            CLIENTS,
            "paid_date, currency, 'expense', client_id, NULL",
            f"paid_date IS NOT NULL AND {OF_CLIENT}",
        ),
    ],
}
FUNCTION = """
CREATE FUNCTION keep_sums_{table}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {inserted}
    ELSIF TG_OP = 'DELETE' THEN
        {deleted}
    ELSE
        {updated}
    END IF;
    RETURN NULL;
END
$$
"""
# Each statement adds rows of its own: nobody waits for another's, and a changed row is taken back and put in.
ADDED = """
        INSERT INTO {sums} ({columns}, amount, movements)
        SELECT {values}, {sign}sum(amount), {sign}count(*) FROM {rows} WHERE {counted} GROUP BY {places};
"""
MOVED = """
        INSERT INTO {sums} ({columns}, amount, movements)
        SELECT {columns}, sum(amount), sum(sign)
        FROM (SELECT {values}, amount, 1 FROM new_rows WHERE {counted}
              UNION ALL
              SELECT {values}, -amount, -1 FROM old_rows WHERE {counted}) moved ({columns}, amount, sign)
        GROUP BY {columns}
        HAVING sum(amount) <> 0 OR sum(sign) <> 0;
"""
TRIGGERS = """
CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_{table}();
CREATE TRIGGER {name}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_{table}();
CREATE TRIGGER {name}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_{table}()
"""
EXEMPT = """
CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['alembic_version', 'audit_log', {sums}, 'idempotency_keys', 'job_runs', 'login_failures']
$$
"""
NEW = ("client_sums", "expense_sums", "income_sums", "payment_sums")
EVENTS = ("insert", "update", "delete")


def _statement(template: str, sums: tuple[str, str, str, str], **more: str) -> str:
    target, columns, values, counted = sums
    places = ", ".join(str(place + 1) for place in range(columns.count(",") + 1))
    return template.format(sums=target, columns=columns, values=values, counted=counted, places=places, **more)


def _function(table: str) -> str:
    sums = SUMMED[table]
    return FUNCTION.format(
        table=table,
        inserted="".join(_statement(ADDED, one, sign="", rows="new_rows") for one in sums),
        deleted="".join(_statement(ADDED, one, sign="-", rows="old_rows") for one in sums),
        updated="".join(_statement(MOVED, one) for one in sums),
    )


def _sums(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        *columns,
        sa.Column("amount", sa.Numeric(20, 2), nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.CheckConstraint("currency IN ('COP', 'USD')", name=op.f(f"ck_{name}_currency")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_date", name, ["date"])


def _text(name: str, length: int = 40, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _date(name: str = "date", *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date, nullable=nullable)


def _order_clients_payments_by(column: str) -> None:
    op.drop_index("ix_payments_client_id", "payments")
    op.create_index("ix_payments_client_id", "payments", ["client_id", column])


def _index_paid_dates(*included: str) -> None:
    """Reports had to have amounts and clients in it; since they read sums, nothing does."""
    op.drop_index("ix_payments_paid_date", "payments")
    op.create_index(
        "ix_payments_paid_date",
        "payments",
        ["paid_date", "id"],
        postgresql_include=included or None,
        postgresql_where=sa.text("paid_date IS NOT NULL"),
    )


def upgrade() -> None:
    """Apply."""
    _sums("payment_sums", _text("status"), _text("type"), _text("currency"), _date(), _date("paid_date", nullable=True))
    _sums("income_sums", _text("type", 100), _text("currency"), _date())
    _sums("expense_sums", _text("category", 100), _text("currency"), _date())
    _sums(
        "client_sums",
        _date(),
        _text("currency"),
        _text("kind"),
        sa.Column("client_id", sa.BigInteger, nullable=True),
        _text("client_text", 200, nullable=True),
    )
    op.execute(EXEMPT.format(sums=", ".join(f"'{name}'" for name in (*NEW, "daily_sums"))))
    statuses, types = "'Pagado', 'Pendiente', 'Vencido'", "'Implementación', 'Recurrente'"
    op.create_check_constraint(op.f("ck_payment_sums_status"), "payment_sums", f"status IN ({statuses})")
    op.create_check_constraint(op.f("ck_payment_sums_type"), "payment_sums", f"type IN ({types})")
    op.create_check_constraint(op.f("ck_client_sums_kind"), "client_sums", "kind IN ('income', 'expense')")
    _order_clients_payments_by("id")
    _index_paid_dates()
    for table, summed in SUMMED.items():
        for event in EVENTS:
            op.execute(f"DROP TRIGGER daily_sums_{event} ON {table}")
        op.execute(_function(table))
        op.execute(TRIGGERS.format(name="keep_sums", table=table))
        for one in summed:
            if one[0] != "daily_sums":  # these are there already
                op.execute(_statement(ADDED, one, sign="", rows=table))


def downgrade() -> None:
    """Take back."""
    _order_clients_payments_by("date")
    _index_paid_dates("client_id", "currency", "amount")
    for table in SUMMED:
        op.execute(f"DROP FUNCTION keep_sums_{table}() CASCADE")
        op.execute(TRIGGERS.format(name="daily_sums", table=table))
    op.execute(EXEMPT.format(sums="'daily_sums'"))
    for name in NEW:
        op.drop_table(name)
