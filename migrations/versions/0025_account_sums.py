"""Sums of an account's lines by day, and by month and year, kept by triggers."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Each statement adds rows of its own: nobody waits for another's, and a changed line is taken back and put in.
SUMS = """
CREATE FUNCTION lines_keep_sums() RETURNS trigger
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
$$;
CREATE TRIGGER keep_sums_insert AFTER INSERT ON lines REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_keep_sums();
CREATE TRIGGER keep_sums_update AFTER UPDATE ON lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_keep_sums();
CREATE TRIGGER keep_sums_delete AFTER DELETE ON lines REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION lines_keep_sums()
"""
ADDED = """
        INSERT INTO {table} ({cell}, amount, base_amount, debit, movements)
        SELECT {values}, {sign}sum(amount), {sign}sum(coalesce(base_amount, 0)),
               {sign}sum(greatest(base_amount, 0)), {sign}count(*)
        FROM {rows} {spans} GROUP BY {places};
"""
MOVED = """
        INSERT INTO {table} ({cell}, amount, base_amount, debit, movements)
        SELECT {cell}, sum(amount), sum(base_amount), sum(debit), sum(movements)
        FROM (SELECT {values}, amount, coalesce(base_amount, 0), greatest(base_amount, 0), 1 FROM new_rows {spans}
              UNION ALL
              SELECT {values}, -amount, -coalesce(base_amount, 0), -greatest(base_amount, 0), -1 FROM old_rows {spans}
             ) moved ({cell}, amount, base_amount, debit, movements)
        GROUP BY {cell}
        HAVING sum(amount) <> 0 OR sum(base_amount) <> 0 OR sum(debit) <> 0 OR sum(movements) <> 0;
"""
# By table: the columns of its cell, where they come from, and what multiplies the lines.
CELLS = {
    "account_day_sums": (*["book_id, account_id, counterpart_id, date, currency, facet"] * 2, ""),
    "account_span_sums": (
        "book_id, account_id, months, since, currency, facet",
        "book_id, account_id, span.months, span.since, currency, facet",
        ", LATERAL (VALUES (1, month_of(date)), (12, make_date(extract(year FROM date)::int, 1, 1))) span (months, since)",
    ),
}


def upgrade() -> None:
    """Apply."""
    for name in CELLS:
        _sums(name)
    op.execute(_keep_sums())
    exempt_from_audit(*CELLS)


def downgrade() -> None:
    """Take back."""
    end_audit_exemption(*CELLS)
    op.execute("DROP FUNCTION lines_keep_sums() CASCADE")
    for name in CELLS:
        op.drop_table(name)


def _sums(name: str) -> None:
    by_day = name == "account_day_sums"
    day = "date" if by_day else "since"
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("book_id", sa.BigInteger, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("facet", sa.String(20), nullable=False),
        *(
            [sa.Column("counterpart_id", sa.BigInteger)]
            if by_day
            else [sa.Column("months", sa.Integer, nullable=False)]
        ),
        sa.Column(day, sa.Date, nullable=False),
        *(sa.Column(summed, sa.Numeric(24, 4), nullable=False) for summed in ("amount", "base_amount", "debit")),
        sa.Column("movements", sa.BigInteger, nullable=False),
        sa.Column("folded", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    key = ["book_id", "account_id", day] if by_day else ["book_id", "account_id", "months", day]
    included = ["currency", "amount", "base_amount", "debit", "movements"]
    op.create_index(f"ix_{name}_account", name, key, postgresql_include=included)
    op.create_index(f"ix_{name}_fresh", name, ["id"], postgresql_where=sa.text("NOT folded"))


def _keep_sums() -> str:
    def written(template: str, **more: str) -> str:
        return "".join(
            template.format(
                table=table,
                cell=cell,
                values=values,
                spans=spans,
                places=", ".join(str(place + 1) for place in range(cell.count(",") + 1)),
                **more,
            )
            for table, (cell, values, spans) in CELLS.items()
        )

    return SUMS.format(
        inserted=written(ADDED, sign="", rows="new_rows"),
        deleted=written(ADDED, sign="-", rows="old_rows"),
        updated=written(MOVED),
    )
