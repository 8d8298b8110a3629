"""Sums of months are kept by counterpart, too."""

import sqlalchemy as sa
from alembic import context, op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

BY_DAY = "book_id, account_id, counterpart_id, date, currency, facet"
KEY = "book_id, account_id, months, since, currency, facet"
OF_MONTHS = (
    f"{KEY}, counterpart_id",
    "book_id, account_id, span.months, span.since, currency, facet, CASE WHEN span.months = 1 THEN counterpart_id END",
)
OF_SPANS = (KEY, "book_id, account_id, span.months, span.since, currency, facet")
"""Columns of the cells of sums by month and year, and where they come from."""
SUMMED = "amount, base_amount, debit, movements"
SUMS = "sum(amount), sum(base_amount), sum(debit), sum(movements)"


def upgrade() -> None:
    """Apply."""
    op.add_column("account_span_sums", sa.Column("counterpart_id", sa.BigInteger))
    op.execute(_function(OF_MONTHS))
    op.execute("DELETE FROM account_span_sums WHERE months = 1")
    op.execute(
        f"INSERT INTO account_span_sums ({KEY}, counterpart_id, {SUMMED}) "  # noqa: S608 - constants
        "SELECT book_id, account_id, 1, month_of(date), currency, facet, counterpart_id, "
        f"{SUMS} FROM account_day_sums GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(movements) <> 0"
    )


def downgrade() -> None:
    """Take back."""
    op.execute(_function(OF_SPANS))
    op.execute(
        "WITH gone AS (DELETE FROM account_span_sums WHERE months = 1 RETURNING *) "  # noqa: S608 - constants
        f"INSERT INTO account_span_sums ({KEY}, {SUMMED}) SELECT {KEY}, {SUMS} FROM gone "
        f"GROUP BY {KEY} HAVING sum(movements) <> 0"
    )
    op.drop_column("account_span_sums", "counterpart_id")


def _function(of_spans: tuple[str, str]) -> str:
    """The statement that replaces the function of the triggers, as in 0025 but with these cells of months and years."""
    module = context.script.get_revision("0025").module
    cells = {
        "account_day_sums": (BY_DAY, BY_DAY, ""),
        "account_span_sums": (*of_spans, module.CELLS["account_span_sums"][2]),
    }

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
            for table, (cell, values, spans) in cells.items()
        )

    whole: str = module.SUMS.format(
        inserted=written(module.ADDED, sign="", rows="new_rows"),
        deleted=written(module.ADDED, sign="-", rows="old_rows"),
        updated=written(module.MOVED),
    )
    return whole[: whole.index("CREATE TRIGGER")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
