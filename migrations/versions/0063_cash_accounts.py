"""Cash accounts, transfers between them, and the accounts that movements reached or left."""

import json
from types import ModuleType

import sqlalchemy as sa
from alembic import context, op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

NAMING = {
    "incomes": "currency",
    "expenses": "currency",
    "accrued_expenses": "currency",
    "payment_receipts": "cash_currency",
    "credit_refunds": "currency",
}
"""Tables whose rows may name an account, with the column of the currency that the account then has."""
OF_RECEIPTS = (
    "payment_id,amount,currency,retefuente,reteica,reteiva,other_withheld,bank_charge,received_currency,received_amount,"
    "exchange_difference,tax_amount,credit_amount,uses_credit"
)
FACTS = {
    "incomes": ("date", "amount,currency,nature,tax_amount", "cash_account_id"),
    "expenses": ("date", "amount,currency,nature,tax_amount", "cash_account_id"),
    "accrued_expenses": (
        "due_date,paid_date",
        "amount,currency,nature,tax_amount,paid_date.paid_amount",
        "paid_date.cash_account_id",
    ),
    "payment_receipts": (
        "date",
        OF_RECEIPTS,
        "cash_account_id",
    ),
    "credit_refunds": ("date", "amount,currency", "cash_account_id"),
}
"""By table: its days, and what a closed month keeps of it, before and since then."""
CHECKS = {
    "payment_receipts": ("credit_reaches_no_account", "NOT uses_credit OR cash_account_id IS NULL"),
    "accrued_expenses": ("account_of_paid", "cash_account_id IS NULL OR paid_date IS NOT NULL"),
}
SUMS = ("movement_account_sums", "cash_transfer_sums")

# What the account gets of a receipt in another currency is one amount, which stands with the gross of it.
FOREIGN = "CASE WHEN r.received_currency IS NOT NULL AND r.cash_account_id IS NOT NULL THEN {} END"
REACHED = {"payment_receipts": FOREIGN.format("r.received_amount")}
"""Expressions of what reached the account, by source; of all other sources of receipts it is 0."""
FEED_ALL = "SELECT movement_feed(fed) FROM (SELECT DISTINCT source_table FROM movement_sources) attached (fed)"
ATTACH = sa.text("""
SELECT movement_attach(target, name, source_table, suite, mapping || CAST(:added AS jsonb), counted)
FROM movement_sources WHERE target = 'movements' AND name = :name
""")
TAKE_BACK = sa.text("""
SELECT movement_attach(target, name, source_table, suite, mapping - ARRAY['cash_account_id', 'account_amount'], counted)
FROM movement_sources WHERE target = 'movements' AND source_table = ANY (:tables)
""")
SOURCES = sa.text("""
SELECT name, source_table FROM movement_sources WHERE target = 'movements' AND source_table = ANY (:tables) ORDER BY name
""")

CELL = "cash_account_id, date, currency, suite, kind, nature, source, category, recurring, settles"
ACCOUNT_SUMS = (
    CELL,
    CELL.replace("settles", "due_date IS NOT NULL"),
    "cash_account_id IS NOT NULL",
    {"amount": "amount", "account_amount": "coalesce(account_amount, amount)"},
)
TRANSFERS = """
CREATE FUNCTION cash_transfers_keep_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO cash_transfer_sums (cash_account_id, date, amount, movements)
        SELECT account, date, sum(amount), count(*)
        FROM (SELECT from_account_id, date, -amount FROM new_rows
              UNION ALL SELECT to_account_id, date, received_amount FROM new_rows) moved (account, date, amount)
        GROUP BY 1, 2;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO cash_transfer_sums (cash_account_id, date, amount, movements)
        SELECT account, date, sum(amount), -count(*)
        FROM (SELECT from_account_id, date, amount FROM old_rows
              UNION ALL SELECT to_account_id, date, -received_amount FROM old_rows) moved (account, date, amount)
        GROUP BY 1, 2;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_sums_insert AFTER INSERT ON cash_transfers REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION cash_transfers_keep_sums();
CREATE TRIGGER keep_sums_update AFTER UPDATE ON cash_transfers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION cash_transfers_keep_sums();
CREATE TRIGGER keep_sums_delete AFTER DELETE ON cash_transfers REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION cash_transfers_keep_sums()
"""
# The first day at whose end the account's balance is another one: that of an opening balance, or the first of what
# moved between the old opening day and the new one, which counts by only one of them.
OPENING = """
CREATE FUNCTION cash_accounts_keep_opening() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before date; later date; since date;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.opening_balance <> 0 THEN
        since := coalesce(OLD.opening_date, '1900-01-01');
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.opening_balance <> 0 THEN
        since := least(since, coalesce(NEW.opening_date, '1900-01-01'));
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.opening_date IS DISTINCT FROM NEW.opening_date THEN
        before := least(coalesce(OLD.opening_date, '1900-01-01'), coalesce(NEW.opening_date, '1900-01-01'));
        later := greatest(coalesce(OLD.opening_date, '1900-01-01'), coalesce(NEW.opening_date, '1900-01-01'));
        since := least(since, (SELECT min(date) FROM (
            SELECT date FROM movement_account_sums WHERE cash_account_id = NEW.id AND date >= before AND date < later
            GROUP BY date HAVING sum(movements) <> 0
            UNION ALL
            SELECT date FROM cash_transfer_sums WHERE cash_account_id = NEW.id AND date >= before AND date < later
            GROUP BY date HAVING sum(movements) <> 0) moved));
    END IF;
    IF since IS NOT NULL THEN
        PERFORM periods_require_open_since('company', since, 'the opening balance of the cash account');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER cash_accounts_open AFTER INSERT OR DELETE ON cash_accounts
    FOR EACH ROW EXECUTE FUNCTION cash_accounts_keep_opening();
CREATE TRIGGER cash_accounts_keep_opening AFTER UPDATE ON cash_accounts FOR EACH ROW
    WHEN ((OLD.opening_balance, OLD.opening_date, OLD.currency)
          IS DISTINCT FROM (NEW.opening_balance, NEW.opening_date, NEW.currency))
    EXECUTE FUNCTION cash_accounts_keep_opening()
"""


def upgrade() -> None:
    """Apply."""
    _accounts()
    _transfers()
    for table, currency in NAMING.items():
        _name_account(table, currency)
    for table, (name, condition) in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.add_column("movements", sa.Column("account_amount", sa.Numeric))
    op.create_check_constraint(
        op.f("ck_movements_account_amount_range"),
        "movements",
        "account_amount >= 0 AND account_amount < 10000000000000000",
    )
    order = [sa.text("date DESC"), sa.text("source_id DESC"), "source"]
    op.create_index(
        "ix_movements_account",
        "movements",
        ["suite", "kind", "cash_account_id", *order],
        postgresql_include=["currency", "amount"],
        postgresql_where=sa.text("cash_account_id IS NOT NULL"),
    )
    _sums()
    natures = _natures()
    of_movements = natures.SUMS["movements"] | {"movement_account_sums": ACCOUNT_SUMS}
    natures.keep_sums({"movements": of_movements})
    op.execute(FEED_ALL)
    for name, table in op.get_bind().execute(SOURCES, {"tables": list(NAMING)}).all():
        _attach(name, table)
    for table, (days, facts, added) in FACTS.items():
        _guard(table, days, f"{facts},{added}")
    for statements in (TRANSFERS, OPENING):
        op.execute(statements)
    _guard("cash_transfers", "date", "from_account_id,to_account_id,amount,currency,received_amount,received_currency")
    exempt_from_audit(*SUMS)


def downgrade() -> None:
    """Take back. The audit log has the accounts, the transfers, and the rows that named an account."""
    for table, (days, facts, _) in FACTS.items():
        _guard(table, days, facts)
    op.execute("SELECT period_guard_detach('cash_transfers')")
    op.execute("DROP FUNCTION cash_accounts_keep_opening() CASCADE")
    op.get_bind().execute(TAKE_BACK, {"tables": list(NAMING)})
    natures = _natures()
    natures.keep_sums({"movements": natures.SUMS["movements"]})
    op.drop_index("ix_movements_account", "movements")
    op.drop_column("movements", "account_amount")  # with its check
    op.execute(FEED_ALL)
    for table, (name, _) in CHECKS.items():
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    for table in NAMING:
        _forget_account(table)
    op.execute("DELETE FROM cash_transfers")  # audited, unlike a table that is dropped
    op.execute("DELETE FROM cash_accounts")
    for table in ("cash_transfers", "cash_accounts", *SUMS):
        op.drop_table(table)
    op.execute("DROP FUNCTION cash_transfers_keep_sums()")
    end_audit_exemption(*SUMS)


def _natures() -> ModuleType:
    """The migration that wrote the function that keeps the sums of movements."""
    return context.script.get_revision("0053").module


def _accounts() -> None:
    op.create_table(
        "cash_accounts",
        _id(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opening_balance", sa.Numeric, server_default="0", nullable=False),
        sa.Column("opening_date", sa.Date),
        sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("notes", sa.Text),
        *_times(),
        sa.PrimaryKeyConstraint("id", name="pk_cash_accounts"),
        sa.UniqueConstraint("id", "currency", name="uq_cash_accounts_id_currency"),
        _check("cash_accounts", "name_not_blank", "btrim(name, E' \\t\\r\\n') <> ''"),
        _check("cash_accounts", "kind", "kind IN ('Banco', 'Caja')"),
        _check("cash_accounts", "currency_code", "currency ~ '^[A-Z]{3}$'"),
        _check(
            "cash_accounts", "opening_balance_range", "opening_balance BETWEEN -1000000000000000 AND 1000000000000000"
        ),
        _check("cash_accounts", "opening_balance_scale", "scale(opening_balance) <= 4"),
        _check("cash_accounts", "opening_date_range", "opening_date BETWEEN '1900-01-01' AND '2200-12-31'"),
        _check("cash_accounts", "notes_length", "char_length(notes) <= 10000"),
    )


def _transfers() -> None:
    table = "cash_transfers"
    op.create_table(
        table,
        _id(),
        sa.Column("from_account_id", sa.BigInteger, nullable=False),
        sa.Column("to_account_id", sa.BigInteger, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("amount", sa.Numeric, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("received_amount", sa.Numeric, nullable=False),
        sa.Column("received_currency", sa.String(3), nullable=False),
        sa.Column("notes", sa.Text),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _key(table, "from_account_id", "currency"),
        _key(table, "to_account_id", "received_currency"),
        _check(table, "between_two_accounts", "from_account_id <> to_account_id"),
        _check(table, "amount_positive", "amount > 0 AND amount < 10000000000"),
        _check(table, "received_amount_positive", "received_amount > 0 AND received_amount < 10000000000"),
        _check(table, "all_arrives", "currency <> received_currency OR amount = received_amount"),
        _check(table, "currency_code", "currency ~ '^[A-Z]{3}$'"),
        _check(table, "received_currency_code", "received_currency ~ '^[A-Z]{3}$'"),
        _check(table, "date_range", "date BETWEEN '1900-01-01' AND '2200-12-31'"),
        _check(table, "notes_length", "char_length(notes) <= 10000"),
    )
    op.create_index("ix_cash_transfers_date", table, ["date", "id"])
    for column in ("from_account_id", "to_account_id"):
        op.create_index(f"ix_cash_transfers_{column}", table, [column, "date"])


def _sums() -> None:
    types = {"cash_account_id": sa.BigInteger, "date": sa.Date, "currency": sa.String(3), "category": sa.String(100)}
    types |= {"recurring": sa.Boolean, "settles": sa.Boolean}
    cells = {"movement_account_sums": CELL.split(", "), "cash_transfer_sums": ["cash_account_id", "date"]}
    measures = {"movement_account_sums": ("amount", "account_amount"), "cash_transfer_sums": ("amount",)}
    for table, cell in cells.items():
        op.create_table(
            table,
            _id(),
            *(sa.Column(name, types.get(name, sa.String(40)), nullable=False) for name in cell),
            *(sa.Column(name, sa.Numeric, nullable=False) for name in measures[table]),
            sa.Column("movements", sa.BigInteger, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_cash_account_id", table, ["cash_account_id", "date"])


def _name_account(table: str, currency: str) -> None:
    op.add_column(table, sa.Column("cash_account_id", sa.BigInteger))
    if currency != "currency":
        computed = sa.Computed("coalesce(received_currency, currency)", persisted=True)
        op.add_column(table, sa.Column(currency, sa.String(40), computed, nullable=False))
    op.create_foreign_key(
        f"fk_{table}_cash_account_id_{currency}_cash_accounts",
        table,
        "cash_accounts",
        ["cash_account_id", currency],
        ["id", "currency"],
        ondelete="RESTRICT",
    )
    op.create_index(f"ix_{table}_cash_account_id", table, ["cash_account_id"])


def _forget_account(table: str) -> None:
    op.execute(f"UPDATE {table} SET cash_account_id = NULL WHERE cash_account_id IS NOT NULL")  # noqa: S608 - audited
    if NAMING[table] != "currency":
        op.drop_column(table, NAMING[table])
    op.drop_column(table, "cash_account_id")  # with its key and index


def _attach(name: str, table: str) -> None:
    added = {"cash_account_id": "r.cash_account_id"}
    if table == "payment_receipts":
        added["account_amount"] = REACHED.get(name, FOREIGN.format("0"))
    op.get_bind().execute(ATTACH, {"name": name, "added": json.dumps(added)})


def _guard(table: str, days: str, facts: str) -> None:
    op.execute(f"SELECT period_guard_attach('{table}', '{{{days}}}', facts => '{{{facts}}}')")


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _times() -> tuple[sa.Column, ...]:
    now = sa.func.now()
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, column: str, currency: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{currency}_cash_accounts"
    of = ["cash_accounts.id", "cash_accounts.currency"]
    return sa.ForeignKeyConstraint([column, currency], of, name=name, ondelete="RESTRICT")
