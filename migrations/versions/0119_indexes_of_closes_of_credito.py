"""Indexes of loans that are open or ended, for closes and reports, and room on their pages for changed balances."""

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; rows that are stored stay where they are."""
    op.create_index(
        "ix_credito_prestamos_abiertos",
        "credito_prestamos",
        ["id"],
        unique=False,
        postgresql_where=sa.text("estado IN ('activo', 'atrasado', 'desembolsado')"),
    )
    op.create_index(
        "ix_credito_prestamos_fecha_cierre",
        "credito_prestamos",
        ["fecha_cierre"],
        unique=False,
        postgresql_where=sa.text("fecha_cierre IS NOT NULL"),
    )
    op.execute("ALTER TABLE credito_prestamos SET (fillfactor = 80)")


def downgrade() -> None:
    """Take back."""
    op.execute("ALTER TABLE credito_prestamos RESET (fillfactor)")
    op.drop_index("ix_credito_prestamos_fecha_cierre", table_name="credito_prestamos")
    op.drop_index("ix_credito_prestamos_abiertos", table_name="credito_prestamos")
