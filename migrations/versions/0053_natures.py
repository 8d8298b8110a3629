"""Natures of incomes and expenses, the part of an amount that is IVA, and clients of incomes by their names."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

FEED_ALL = "SELECT movement_feed(fed) FROM (SELECT DISTINCT source_table FROM movement_sources) attached (fed)"
WITH_TAX = ("payments", "incomes", "expenses", "accrued_expenses")
MOVING = ("payment_receipts", "incomes", "expenses", "accrued_expenses")
DECIDING = {"incomes": "type", "expenses": "category", "accrued_expenses": "category"}
"""Column that decides the nature of a row, by table."""
CAPITAL = {"type": "capital_income_types", "category": "capital_expense_categories"}

NAME_KEY = """
CREATE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(public.fold(name), '[[:space:]]+', '', 'g')
$$
"""
# Whoever writes a row, by a form, a file or a job: its nature is that of its type or category on the day it is written.
NATURE = """
CREATE FUNCTION nature_by_{column}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.nature := CASE WHEN EXISTS (
        SELECT FROM company, unnest({capital}) one WHERE name_key(one) = name_key(NEW.{column})
    ) THEN 'capital' ELSE 'operating' END;
    RETURN NEW;
END
$$
"""
TRIGGERS = """
CREATE TRIGGER nature_of_new BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION nature_by_{column}();
CREATE TRIGGER nature_of_changed BEFORE UPDATE OF {column} ON {table}
    FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION nature_by_{column}()
"""
KNOWN = """
UPDATE {table} SET nature = 'capital'
FROM company, unnest({capital}) one WHERE name_key(one) = name_key({table}.{column})
"""
CLIENTS = """
UPDATE incomes SET client_id = named.client_id, version = version + 1
FROM (SELECT name_key(name) AS key, min(id) AS client_id FROM clients JOIN parties USING (id)
      GROUP BY 1 HAVING count(*) = 1) named
WHERE incomes.client_id IS NULL AND named.key = name_key(incomes.client)
"""
# A receipt carries its proportion of the payment's IVA: what it adds to the rounded IVA of all that is received, so that
# the receipts of a whole payment come to the whole IVA. Whoever changes receipts, or the IVA, need not know of it.
RECEIPTS = """
CREATE FUNCTION receipt_takes_tax() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole numeric; tax numeric; received numeric; taxed numeric;
BEGIN
    SELECT amount, tax_amount INTO whole, tax FROM payments WHERE id = NEW.payment_id;
    IF tax IS NOT NULL THEN
        SELECT coalesce(sum(amount), 0), coalesce(sum(tax_amount), 0) INTO received, taxed
        FROM payment_receipts WHERE payment_id = NEW.payment_id;
        NEW.tax_amount := least(NEW.amount, greatest(0, round(tax * (received + NEW.amount) / whole, 2) - taxed));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER receipt_takes_tax BEFORE INSERT ON payment_receipts
    FOR EACH ROW EXECUTE FUNCTION receipt_takes_tax();

CREATE FUNCTION tax_receipts(paid bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE payment_receipts r SET tax_amount = due.tax
    FROM (SELECT one.id, round(p.tax_amount * sum(one.amount) OVER earlier / p.amount, 2)
                         - round(p.tax_amount * (sum(one.amount) OVER earlier - one.amount) / p.amount, 2) AS tax
          FROM payment_receipts one JOIN payments p ON p.id = one.payment_id WHERE p.id = paid
          WINDOW earlier AS (ORDER BY one.date, one.id)) due
    WHERE due.id = r.id AND r.tax_amount IS DISTINCT FROM due.tax
$$;
CREATE FUNCTION receipts_take_tax() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM tax_receipts(CASE TG_TABLE_NAME WHEN 'payments' THEN (to_jsonb(OLD) ->> 'id')::bigint
                         ELSE (to_jsonb(OLD) ->> 'payment_id')::bigint END);
    RETURN NULL;
END
$$;
CREATE TRIGGER receipts_take_tax AFTER UPDATE OF tax_amount ON payments FOR EACH ROW
    WHEN (OLD.paid_amount > 0 AND OLD.tax_amount IS DISTINCT FROM NEW.tax_amount)
    EXECUTE FUNCTION receipts_take_tax();
CREATE TRIGGER receipts_take_tax AFTER DELETE ON payment_receipts FOR EACH ROW
    WHEN (OLD.tax_amount IS NOT NULL) EXECUTE FUNCTION receipts_take_tax()
"""
ATTACH = sa.text("SELECT movement_attach(:target, :name, :table, 'fresco', CAST(:mapping AS jsonb), :counted)")

# Of what was paid, the part of the IVA is that of what was owed.
IVA, IVA_PAID = "coalesce(r.tax_amount, 0)", "round(r.paid_amount * coalesce(r.tax_amount, 0) / r.amount, 2)"
MOVED = {
    "payment_receipts": {"amount": f"r.amount - {IVA}"},
    "incomes": {"amount": f"r.amount - {IVA}", "nature": "r.nature", "with_party": "true"},
    "expenses": {"amount": f"r.amount - {IVA}", "nature": "r.nature", "with_party": "r.client_id IS NOT NULL"},
    "accrued_expenses": {
        "amount": f"r.paid_amount - {IVA_PAID}",
        "due_amount": f"r.amount - {IVA}",
        "nature": "r.nature",
        "with_party": "r.client_id IS NOT NULL",
    },
}
TAX = {"amount": "r.tax_amount", "nature": "'tax'"}
TAXES = {"accrued_expenses": TAX | {"amount": IVA_PAID, "due_amount": "r.tax_amount"}}
IVA_LEFT = "coalesce(r.tax_amount - round(r.tax_amount * r.paid_amount / r.amount, 2), 0)"
OWED = {"payments": {"tax_amount": IVA_LEFT}, "accrued_expenses": {"tax_amount": IVA, "nature": "r.nature"}}
BEFORE = {
    "payment_receipts": {"amount": "r.amount"},
    "incomes": {
        "amount": "r.amount",
        "with_party": "r.client_id IS NOT NULL OR r.client IS NOT NULL OR r.type = 'Cliente'",
    },
    "expenses": {"amount": "r.amount", "with_party": "r.client_id IS NOT NULL OR r.category = 'Cliente'"},
    "accrued_expenses": {
        "amount": "r.paid_amount",
        "due_amount": "r.amount",
        "with_party": "r.client_id IS NOT NULL OR r.category = 'Cliente'",
    },
}

ADDED = """
        IF EXISTS (SELECT FROM {rows} WHERE {counted}) THEN
            INSERT INTO {sums} ({cell}, {measures}, movements)
            SELECT {values}, {added}, {sign}count(*) FROM {rows} WHERE {counted} GROUP BY {places};
        END IF;
"""
CHANGED = """
        IF EXISTS (SELECT FROM new_rows WHERE {counted}) OR EXISTS (SELECT FROM old_rows WHERE {counted}) THEN
            INSERT INTO {sums} ({cell}, {measures}, movements)
            SELECT {cell}, {summed}, sum(sign)
            FROM (SELECT {values}, {expressions}, 1 FROM new_rows WHERE {counted}
                  UNION ALL
                  SELECT {values}, {negated}, -1 FROM old_rows WHERE {counted}) moved ({cell}, {measures}, sign)
            GROUP BY {cell}
            HAVING {differs} OR sum(sign) <> 0;
        END IF;
"""
DAY = "date, currency, suite, kind, nature, source, category, recurring, settles"
PARTY = "date, currency, suite, kind, nature, party_id, party_name"
DUE = "due_date, date, currency, suite, kind, nature, source, category, facet"
OPEN = "due_date, currency, suite, kind, nature, source, category, facet, status"
DUE_BEFORE, OPEN_BEFORE = (cell.replace("nature, ", "") for cell in (DUE, OPEN))
AMOUNT = {"amount": "amount"}
SUMS: dict[str, dict[str, tuple[str, str, str, dict[str, str]]]] = {
    "movements": {
        "movement_day_sums": (DAY, DAY.replace("settles", "due_date IS NOT NULL"), "true", AMOUNT),
        "movement_party_sums": (PARTY, PARTY, "with_party", AMOUNT),
        "movement_due_sums": (DUE, DUE, "due_date IS NOT NULL", {"amount": "coalesce(due_amount, amount)"}),
    },
    "open_items": {"open_item_sums": (OPEN, OPEN, "true", AMOUNT | {"tax_amount": "tax_amount"})},
}
"""By table of sums: the columns of a cell, where they come from, the rows that count, and what is summed."""
SUMS_BEFORE = {
    "movements": SUMS["movements"]
    | {"movement_due_sums": (DUE_BEFORE, DUE_BEFORE, *SUMS["movements"]["movement_due_sums"][2:])},
    "open_items": {"open_item_sums": (OPEN_BEFORE, OPEN_BEFORE, "true", AMOUNT)},
}
AMOUNT_RANGE = "{0} AND amount < 10000000000000000"


def upgrade() -> None:
    """Apply."""
    op.execute(NAME_KEY)
    op.create_index("ix_parties_name_key", "parties", [sa.text("name_key(name)")])
    _add_columns()
    op.execute("SELECT audit_refresh()")
    _set_natures()
    op.execute(CLIENTS)
    keep_sums(SUMS)
    op.execute(FEED_ALL)
    op.execute(RECEIPTS)
    for table in MOVING:
        _attach("movements", table, MOVED[table])
        _attach_tax(table)
    for table, owed in OWED.items():
        _attach("open_items", table, owed)


def downgrade() -> None:
    """Take back. Clients that incomes were given stay; the audit log has the texts' own."""
    for table in MOVING:
        op.get_bind().execute(sa.text("SELECT movement_detach('movements', :name)"), {"name": f"{table}_tax"})
        _attach("movements", table, BEFORE[table], without=("nature",))
    for table, owed in OWED.items():
        _attach("open_items", table, {}, without=tuple(owed))
    keep_sums(SUMS_BEFORE)
    _drop_columns()
    op.execute(FEED_ALL)
    op.drop_index("ix_parties_name_key", "parties")
    op.execute("DROP FUNCTION name_key(text)")


def _add_columns() -> None:
    natures = "nature IN ({})"
    for table in DECIDING:
        op.add_column(table, sa.Column("nature", sa.String(40), server_default="operating", nullable=False))
        op.create_check_constraint(op.f(f"ck_{table}_nature"), table, natures.format("'operating', 'capital'"))
    for table in (*WITH_TAX, "payment_receipts"):
        op.add_column(table, sa.Column("tax_amount", sa.Numeric(12, 2)))
    below, within = (f"tax_amount >= 0 AND tax_amount {sign} amount" for sign in ("<", "<="))
    for table in WITH_TAX:
        op.create_check_constraint(op.f(f"ck_{table}_tax_below_amount"), table, below)
    op.create_check_constraint(op.f("ck_payment_receipts_tax_within_amount"), "payment_receipts", within)
    op.add_column("open_items", sa.Column("nature", sa.String(40), server_default="operating", nullable=False))
    every = "'operating', 'capital', 'tax', 'financial'"
    op.create_check_constraint(op.f("ck_open_items_nature"), "open_items", natures.format(every))
    op.add_column("open_items", sa.Column("tax_amount", sa.Numeric, server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_open_items_tax_within_amount"), "open_items", within)
    for sums in ("movement_due_sums", "open_item_sums"):
        op.add_column(sums, sa.Column("nature", sa.String(40), server_default="operating", nullable=False))
        op.alter_column(sums, "nature", server_default=None)
    op.add_column("open_item_sums", sa.Column("tax_amount", sa.Numeric, server_default="0", nullable=False))
    op.alter_column("open_item_sums", "tax_amount", server_default=None)
    # Of a cent that was paid, the IVA or the rest is zero, and yet it settles what was owed.
    _check_amounts("(amount > 0 OR (amount = 0 AND due_date IS NOT NULL))")


def _drop_columns() -> None:
    _check_amounts("amount > 0")
    op.drop_column("open_item_sums", "tax_amount")
    for sums in ("movement_due_sums", "open_item_sums"):
        op.drop_column(sums, "nature")
    for name in ("tax_amount", "nature"):
        op.drop_column("open_items", name)  # with its check
    for function in ("receipt_takes_tax", "receipts_take_tax", "tax_receipts(bigint)"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for column in CAPITAL:
        op.execute(f"DROP FUNCTION nature_by_{column}() CASCADE")
    for table in (*WITH_TAX, "payment_receipts"):
        op.execute(f"UPDATE {table} SET tax_amount = NULL WHERE tax_amount IS NOT NULL")  # noqa: S608 - audited
    for table in DECIDING:
        op.execute(f"UPDATE {table} SET nature = 'operating' WHERE nature <> 'operating'")  # noqa: S608 - audited
        op.drop_column(table, "nature")  # with its check
    for table in (*WITH_TAX, "payment_receipts"):
        op.drop_column(table, "tax_amount")  # with its check


def _check_amounts(condition: str) -> None:
    op.drop_constraint(op.f("ck_movements_amount_positive"), "movements")
    limited = AMOUNT_RANGE.format(condition)
    op.create_check_constraint(op.f("ck_movements_amount_positive"), "movements", limited)


def _set_natures() -> None:
    for column, capital in CAPITAL.items():
        op.execute(NATURE.format(column=column, capital=capital))
    for table, column in DECIDING.items():
        op.execute(KNOWN.format(table=table, column=column, capital=CAPITAL[column]))
        op.execute(TRIGGERS.format(table=table, column=column))


def _attach(target: str, name: str, changed: dict[str, str], without: tuple[str, ...] = ()) -> None:
    """Attach a table again, with these expressions in place of those that it has by now."""
    found = _source(target, name)
    kept = {column: value for column, value in found["mapping"].items() if column not in without}
    _run_attach(found | {"mapping": kept | changed})


def _attach_tax(table: str) -> None:
    """Attach the IVA of a table's movements, which is one of its own."""
    found = _source("movements", table)
    left = {column: value for column, value in found["mapping"].items() if column != "with_party"}
    mapping = left | TAXES.get(table, TAX)
    _run_attach(
        found | {"name": f"{table}_tax", "mapping": mapping, "counted": f"({found['counted']}) AND r.tax_amount > 0"}
    )


def _source(target: str, name: str) -> dict[str, Any]:
    query = "SELECT target, name, source_table AS table, mapping, counted FROM movement_sources WHERE (target, name) = (:t, :n)"
    row = op.get_bind().execute(sa.text(query), {"t": target, "n": name}).mappings().one()
    return dict(row)


def _run_attach(source: dict[str, Any]) -> None:
    op.get_bind().execute(ATTACH, source | {"mapping": json.dumps(source["mapping"])})


def keep_sums(of: dict[str, dict[str, tuple[str, str, str, dict[str, str]]]]) -> None:
    """Write the functions that keep these sums; also for later migrations."""
    function, _ = context.script.get_revision("0029").module.FUNCTION.split("CREATE TRIGGER", 1)
    for table, tables in of.items():
        written = {"inserted": "", "deleted": "", "updated": ""}
        for sums, one in tables.items():
            written["inserted"] += _added(sums, one, "new_rows", "")
            written["deleted"] += _added(sums, one, "old_rows", "-")
            written["updated"] += _changed(sums, one)
        op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").format(table=table, **written))


def _added(sums: str, one: tuple[str, str, str, dict[str, str]], rows: str, sign: str) -> str:
    cell, values, counted, measures = one
    return ADDED.format(
        sums=sums,
        cell=cell,
        values=values,
        counted=counted,
        rows=rows,
        sign=sign,
        measures=", ".join(measures),
        added=", ".join(f"{sign}sum({expression})" for expression in measures.values()),
        places=", ".join(str(place + 1) for place in range(cell.count(",") + 1)),
    )


def _changed(sums: str, one: tuple[str, str, str, dict[str, str]]) -> str:
    cell, values, counted, measures = one
    return CHANGED.format(
        sums=sums,
        cell=cell,
        values=values,
        counted=counted,
        measures=", ".join(measures),
        expressions=", ".join(measures.values()),
        negated=", ".join(f"-{expression}" for expression in measures.values()),
        summed=", ".join(f"sum({name})" for name in measures),
        differs=" OR ".join(f"sum({name}) <> 0" for name in measures),
    )
