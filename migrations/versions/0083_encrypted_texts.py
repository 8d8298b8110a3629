"""Descriptions of goals and notes of contributions to them are encrypted, too: room for ciphertexts.

What is stored already is encrypted by `flask keys rotate --deep`, as only the program has the keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

COLUMNS = (("goals", "description"), ("goal_contributions", "notes"))


def upgrade() -> None:
    """Apply."""
    for table, column in COLUMNS:
        op.drop_constraint(op.f(f"ck_{table}_{column}_length"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{column}_size"), table, f"char_length({column}) <= 60000")


def downgrade() -> None:
    """Take back; what was encrypted can't be read afterwards."""
    for table, column in COLUMNS:
        op.drop_constraint(op.f(f"ck_{table}_{column}_size"), table, type_="check")
        rows = sa.table(table, sa.column(column))
        longest = sa.func.char_length(rows.c[column]) > 10000
        op.execute(rows.update().where(longest).values({column: sa.func.left(rows.c[column], 10000)}))
        op.create_check_constraint(op.f(f"ck_{table}_{column}_length"), table, f"char_length({column}) <= 10000")
