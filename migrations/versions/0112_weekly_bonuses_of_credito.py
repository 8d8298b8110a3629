"""Closes of bonuses, and indexes by which the collection of a week is found."""

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _kinds("'diario', 'semanal', 'bonos'")
    op.create_index("ix_credito_pagos_fecha", "credito_pagos", ["fecha"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_credito_pagos_reversado_en",
        "credito_pagos",
        ["reversado_en"],
        unique=False,
        postgresql_where=sa.text("estado = 'reversado'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(
        "ix_credito_pagos_reversado_en",
        table_name="credito_pagos",
        postgresql_where=sa.text("estado = 'reversado'"),
    )
    op.drop_index("ix_credito_pagos_fecha", table_name="credito_pagos", postgresql_using="brin")
    op.execute("DELETE FROM credito_cierres WHERE tipo = 'bonos'")
    _kinds("'diario', 'semanal'")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_credito_cierres_tipo"), "credito_cierres", type_="check")
    op.create_check_constraint(op.f("ck_credito_cierres_tipo"), "credito_cierres", f"tipo IN ({kinds})")
