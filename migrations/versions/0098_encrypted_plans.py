"""Notes and places of recurring transactions and notes of months are encrypted, too: room for ciphertexts.

What is stored already is encrypted by `flask keys rotate --deep`, as only the program has the keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

NOTES = (("recurring_transactions", "notes"), ("recurring_splits", "notes"), ("month_notes", "note"))
PLACES = "recurring_transactions"


def upgrade() -> None:
    """Apply."""
    for table, column in NOTES:
        op.drop_constraint(op.f(f"ck_{table}_{column}_length"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{column}_size"), table, f"char_length({column}) <= 60000")
    op.alter_column(PLACES, "location", type_=sa.Text())
    op.create_check_constraint(op.f(f"ck_{PLACES}_location_size"), PLACES, "char_length(location) <= 2000")


def downgrade() -> None:
    """Take back; what was encrypted can't be read afterwards."""
    op.drop_constraint(op.f(f"ck_{PLACES}_location_size"), PLACES, type_="check")
    op.alter_column(PLACES, "location", type_=sa.String(200), postgresql_using="left(location, 200)")
    for table, column in NOTES:
        op.drop_constraint(op.f(f"ck_{table}_{column}_size"), table, type_="check")
        rows = sa.table(table, sa.column(column))
        longest = sa.func.char_length(rows.c[column]) > 10000
        op.execute(rows.update().where(longest).values({column: sa.func.left(rows.c[column], 10000)}))
        op.create_check_constraint(op.f(f"ck_{table}_{column}_length"), table, f"char_length({column}) <= 10000")
