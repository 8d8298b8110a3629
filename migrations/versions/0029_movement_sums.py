"""Sums of movements and open items by day, kept by triggers."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# By table of sums: the columns of a cell, where they come from, and the rows that count.
DAY = "date, currency, suite, kind, nature, source, category, recurring, settles"
PARTY = "date, currency, suite, kind, nature, party_id, party_name"
DUE = "due_date, date, currency, suite, kind, source, category, facet"
OPEN = "due_date, currency, suite, kind, source, category, facet, status"
SUMS = {
    "movements": {
        "movement_day_sums": (DAY, DAY.replace("settles", "due_date IS NOT NULL"), "true"),
        "movement_party_sums": (PARTY, PARTY, "with_party"),
        "movement_due_sums": (DUE, DUE, "due_date IS NOT NULL"),
    },
    "open_items": {"open_item_sums": (OPEN, OPEN, "true")},
}
FUNCTION = """
CREATE FUNCTION {table}_keep_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {inserted}
    ELSIF TG_OP = 'DELETE' THEN
        {deleted}
    ELSIF EXISTS (SELECT FROM new_rows) THEN  -- an upsert that changed nothing there was comes here too
        {updated}
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_sums_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums();
CREATE TRIGGER keep_sums_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums();
CREATE TRIGGER keep_sums_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums()
"""
# Each statement adds rows of its own: nobody waits for another's, and a changed row is taken back and put in.
ADDED = """
        IF EXISTS (SELECT FROM {rows} WHERE {counted}) THEN
            INSERT INTO {sums} ({cell}, amount, movements)
            SELECT {values}, {sign}sum(amount), {sign}count(*) FROM {rows} WHERE {counted} GROUP BY {places};
        END IF;
"""
MOVED = """
        IF EXISTS (SELECT FROM new_rows WHERE {counted}) OR EXISTS (SELECT FROM old_rows WHERE {counted}) THEN
            INSERT INTO {sums} ({cell}, amount, movements)
            SELECT {cell}, sum(amount), sum(sign)
            FROM (SELECT {values}, amount, 1 FROM new_rows WHERE {counted}
                  UNION ALL
                  SELECT {values}, -amount, -1 FROM old_rows WHERE {counted}) moved ({cell}, amount, sign)
            GROUP BY {cell}
            HAVING sum(amount) <> 0 OR sum(sign) <> 0;
        END IF;
"""
COLUMNS = {
    "date": sa.Date,
    "due_date": sa.Date,
    "currency": sa.String(3),
    "category": sa.String(100),
    "recurring": sa.Boolean,
    "settles": sa.Boolean,
    "party_id": sa.BigInteger,
    "party_name": sa.String(200),
}
"""Types of the columns of cells; the others are words."""
NULLABLE = {"party_id", "party_name", "facet", "status"}
NAMES = tuple(name for tables in SUMS.values() for name in tables)


def upgrade() -> None:
    """Apply."""
    for name, (cell, _, _) in ((name, found) for tables in SUMS.values() for name, found in tables.items()):
        _create(name, cell.split(", "))
    for table in SUMS:
        op.execute(
            FUNCTION.format(
                table=table,
                inserted=_statements(table, ADDED, sign="", rows="new_rows"),
                deleted=_statements(table, ADDED, sign="-", rows="old_rows"),
                updated=_statements(table, MOVED),
            )
        )
    exempt_from_audit(*NAMES)


def downgrade() -> None:
    """Take back."""
    for table in SUMS:
        op.execute(f"DROP FUNCTION {table}_keep_sums() CASCADE")
    for name in NAMES:
        op.drop_table(name)
    end_audit_exemption(*NAMES)


def _create(name: str, cell: list[str]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        *(sa.Column(column, COLUMNS.get(column, sa.String(40)), nullable=column in NULLABLE) for column in cell),
        sa.Column("amount", sa.Numeric, nullable=False),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_{cell[0]}", name, [cell[0]])


def _statements(table: str, template: str, **more: str) -> str:
    return "".join(
        template.format(
            sums=sums,
            cell=cell,
            values=values,
            counted=counted,
            places=", ".join(str(place + 1) for place in range(cell.count(",") + 1)),
            **more,
        )
        for sums, (cell, values, counted) in SUMS[table].items()
    )
