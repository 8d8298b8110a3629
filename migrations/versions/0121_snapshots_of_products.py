"""Snapshots of the portfolio by loan type and month, besides those by group."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

TABLE = "credito_fotos_de_productos"


def upgrade() -> None:
    """Apply."""
    exempt_from_audit(TABLE)
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dia", sa.Date(), nullable=False),
        sa.Column("tipo_prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("mes", sa.Date(), nullable=False),
        sa.Column("atraso_desde", sa.SmallInteger(), nullable=False),
        sa.Column("prestamos", sa.Integer(), nullable=False),
        sa.Column("capital", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.CheckConstraint("dia BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{TABLE}_dia_range")),
        sa.CheckConstraint("mes BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f(f"ck_{TABLE}_mes_range")),
        sa.CheckConstraint("extract(day FROM mes) = 1", name=op.f(f"ck_{TABLE}_mes_first_day")),
        sa.CheckConstraint("atraso_desde IN (0, 1, 2, 8, 31, 61, 91)", name=op.f(f"ck_{TABLE}_atraso_desde")),
        sa.CheckConstraint("prestamos > 0", name=op.f(f"ck_{TABLE}_prestamos_positive")),
        sa.CheckConstraint("capital >= 0 AND capital < 100000000000", name=op.f(f"ck_{TABLE}_capital_not_negative")),
        sa.ForeignKeyConstraint(
            ["tipo_prestamo_id"],
            ["credito_tipos_prestamo.id"],
            name=op.f(f"fk_{TABLE}_tipo_prestamo_id_credito_tipos_prestamo"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"uq_{TABLE}_tramo", TABLE, ["dia", "tipo_prestamo_id", "mes", "atraso_desde"], unique=True)
    op.create_index(f"ix_{TABLE}_tipo_prestamo_id", TABLE, ["tipo_prestamo_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
    end_audit_exemption(TABLE)
