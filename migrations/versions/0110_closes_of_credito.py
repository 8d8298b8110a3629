"""Closes of days of credito by slices of loans, and snapshots of the portfolio."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

TABLES = ("credito_cierres", "credito_fotos")


def upgrade() -> None:
    """Apply."""
    exempt_from_audit(*TABLES)
    op.create_table(
        "credito_cierres",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tipo", sa.String(40), nullable=False),
        sa.Column("dia", sa.Date(), nullable=False),
        sa.Column("desde_id", sa.BigInteger(), nullable=False),
        sa.Column("hasta_id", sa.BigInteger(), nullable=False),
        sa.Column("terminado_en", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("dia BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_cierres_dia_range")),
        sa.CheckConstraint("tipo IN ('diario', 'semanal')", name=op.f("ck_credito_cierres_tipo")),
        sa.CheckConstraint("desde_id >= 0 AND desde_id <= hasta_id", name=op.f("ck_credito_cierres_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_cierres")),
        sa.UniqueConstraint("tipo", "dia", "desde_id", name="uq_credito_cierres_tramo"),
    )
    op.create_table(
        "credito_fotos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dia", sa.Date(), nullable=False),
        sa.Column("ruta_id", sa.BigInteger(), nullable=True),
        sa.Column("grupo_id", sa.BigInteger(), nullable=True),
        sa.Column("atraso_desde", sa.SmallInteger(), nullable=False),
        sa.Column("prestamos", sa.Integer(), nullable=False),
        sa.Column("capital", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("vencido", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.CheckConstraint("dia BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_fotos_dia_range")),
        sa.CheckConstraint("atraso_desde IN (0, 1, 2, 8, 31, 61, 91)", name=op.f("ck_credito_fotos_atraso_desde")),
        sa.CheckConstraint("prestamos > 0", name=op.f("ck_credito_fotos_prestamos_positive")),
        sa.CheckConstraint(
            "capital >= 0 AND capital < 100000000000", name=op.f("ck_credito_fotos_capital_not_negative")
        ),
        sa.CheckConstraint(
            "vencido >= 0 AND vencido < 100000000000", name=op.f("ck_credito_fotos_vencido_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["ruta_id"], ["credito_rutas.id"], name=op.f("fk_credito_fotos_ruta_id_credito_rutas"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["grupo_id"],
            ["credito_grupos.id"],
            name=op.f("fk_credito_fotos_grupo_id_credito_grupos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_fotos")),
    )
    op.create_index("ix_credito_fotos_grupo_id", "credito_fotos", ["grupo_id", "dia"], unique=False)
    op.create_index("ix_credito_fotos_ruta_id", "credito_fotos", ["ruta_id", "dia"], unique=False)
    op.create_index(
        "uq_credito_fotos_tramo",
        "credito_fotos",
        ["dia", "grupo_id", "atraso_desde"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    end_audit_exemption(*TABLES)
