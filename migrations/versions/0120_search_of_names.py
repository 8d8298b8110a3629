"""Indexes of names by their letters, of bank payments by who took them, and of receipts of any state."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_parties_letters", "parties", [sa.text("letter_groups(fold(name), NULL)")], postgresql_using="gin"
    )
    op.create_index(
        "ix_credito_pagos_bancos",
        "credito_pagos",
        ["cobrador_id", "registrado_en"],
        postgresql_where=sa.text("metodo IN ('transferencia', 'deposito')"),
    )
    op.create_index(
        "ix_credito_pagos_recibo_sin_valor",
        "credito_pagos",
        ["recibo"],
        postgresql_where=sa.text("estado <> 'valido'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_credito_pagos_recibo_sin_valor", "credito_pagos")
    op.drop_index("ix_credito_pagos_bancos", "credito_pagos")
    op.drop_index("ix_parties_letters", "parties")
