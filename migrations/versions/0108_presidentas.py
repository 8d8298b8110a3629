"""Clients who speak for their groups."""

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

GRUPOS, CLIENTES = "credito_grupos", "credito_clientes"


def upgrade() -> None:
    """Apply."""
    op.create_unique_constraint(op.f(f"uq_{CLIENTES}_id_grupo_id"), CLIENTES, ["id", "grupo_id"])
    op.add_column(GRUPOS, sa.Column("presidenta_id", sa.BigInteger))
    op.create_foreign_key(
        op.f(f"fk_{GRUPOS}_presidenta_id_{CLIENTES}"),
        GRUPOS,
        CLIENTES,
        ["presidenta_id", "id"],
        ["id", "grupo_id"],
        ondelete="RESTRICT",
    )
    op.create_index(f"ix_{GRUPOS}_presidenta_id", GRUPOS, ["presidenta_id"])


def downgrade() -> None:
    """Take back. Groups have no presidenta any more, which is recorded."""
    op.execute(sa.update(sa.table(GRUPOS, sa.column("presidenta_id"))).values(presidenta_id=None))
    op.drop_column(GRUPOS, "presidenta_id")
    op.drop_constraint(op.f(f"uq_{CLIENTES}_id_grupo_id"), CLIENTES, type_="unique")
