"""Changes of the calendar of credito that loans follow by slices."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None

TABLE = "credito_cambios_de_fechas"


def upgrade() -> None:
    """Apply."""
    exempt_from_audit(TABLE)  # which says only how far loans are; the days and weeks themselves are audited
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ruta_id", sa.BigInteger(), nullable=True),
        sa.Column("desde", sa.Date(), nullable=False),
        sa.Column("hasta", sa.Date(), nullable=True),
        sa.Column("sin_cobro", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("avance_id", sa.BigInteger(), nullable=False),
        sa.Column("creado_en", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terminado_en", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("desde BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{TABLE}_desde_range")),
        sa.CheckConstraint("hasta BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{TABLE}_hasta_range")),
        sa.CheckConstraint("hasta IS NULL OR hasta >= desde", name=op.f(f"ck_{TABLE}_range")),
        sa.CheckConstraint("avance_id >= 0", name=op.f(f"ck_{TABLE}_avance_id_range")),
        sa.ForeignKeyConstraint(
            ["ruta_id"], ["credito_rutas.id"], name=op.f(f"fk_{TABLE}_ruta_id_credito_rutas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{TABLE}_user_id_users"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_ruta_id", TABLE, ["ruta_id"])
    op.create_index(f"ix_{TABLE}_user_id", TABLE, ["user_id"])
    op.create_index(f"ix_{TABLE}_pendientes", TABLE, ["id"], postgresql_where=sa.text("terminado_en IS NULL"))


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
    end_audit_exemption(TABLE)
