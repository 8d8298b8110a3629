"""Write-offs and restructures of credito."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None

WRITTEN_OFF = """
UPDATE credito_prestamos SET fecha_castigo = fecha_cierre, saldo_castigado = saldo WHERE estado = 'castigado'
"""
"""Loans are written off where this migration was taken back before."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "credito_propuestas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("tipo", sa.String(40), nullable=False),
        sa.Column("datos", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("motivo", sa.String(length=500), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("propuesta_por_id", sa.BigInteger(), nullable=False),
        sa.Column("estado", sa.String(40), server_default="pendiente", nullable=False),
        sa.Column("aplicada_por_id", sa.BigInteger(), nullable=True),
        sa.Column("aplicada_en", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendario_anterior", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("deshecha_por_id", sa.BigInteger(), nullable=True),
        sa.Column("motivo_deshecha", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(estado = 'deshecha') = (motivo_deshecha IS NOT NULL)",
            name=op.f("ck_credito_propuestas_deshecha_with_motivo"),
        ),
        sa.CheckConstraint(
            "(estado IN ('aplicada', 'deshecha')) = (num_nonnulls(aplicada_por_id, aplicada_en) = 2)",
            name=op.f("ck_credito_propuestas_aplicada_by_estado"),
        ),
        sa.CheckConstraint(
            "estado IN ('pendiente', 'aplicada', 'reemplazada', 'deshecha')", name=op.f("ck_credito_propuestas_estado")
        ),
        sa.CheckConstraint(
            "fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_propuestas_fecha_range")
        ),
        sa.CheckConstraint("tipo IN ('castigo', 'reestructura')", name=op.f("ck_credito_propuestas_tipo")),
        sa.CheckConstraint(
            "aplicada_por_id <> propuesta_por_id", name=op.f("ck_credito_propuestas_applied_by_another")
        ),
        sa.CheckConstraint("char_length(motivo) <= 500", name=op.f("ck_credito_propuestas_motivo_length")),
        sa.CheckConstraint(
            "char_length(motivo_deshecha) <= 500", name=op.f("ck_credito_propuestas_motivo_deshecha_length")
        ),
        sa.ForeignKeyConstraint(
            ["aplicada_por_id"],
            ["users.id"],
            name=op.f("fk_credito_propuestas_aplicada_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["deshecha_por_id"],
            ["users.id"],
            name=op.f("fk_credito_propuestas_deshecha_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_propuestas_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["propuesta_por_id"],
            ["users.id"],
            name=op.f("fk_credito_propuestas_propuesta_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_propuestas")),
    )
    op.create_index("ix_credito_propuestas_prestamo_id", "credito_propuestas", ["prestamo_id", "id"], unique=False)
    op.create_index(
        "uq_credito_propuestas_pendiente",
        "credito_propuestas",
        ["prestamo_id", "tipo"],
        unique=True,
        postgresql_where=sa.text("estado = 'pendiente'"),
    )
    op.add_column("credito_cargos", sa.Column("condonado_por_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_credito_cargos_condonado_por_id_users"),
        "credito_cargos",
        "users",
        ["condonado_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_credito_cargos_falta_id_credito_faltas"),
        "credito_cargos",
        "credito_faltas",
        ["falta_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.add_column("credito_pagos", sa.Column("recuperacion", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("credito_prestamos", sa.Column("calendario_desde", sa.Date(), nullable=True))
    op.add_column("credito_prestamos", sa.Column("fecha_castigo", sa.Date(), nullable=True))
    op.add_column(
        "credito_prestamos",
        sa.Column("saldo_castigado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
    )
    op.add_column(
        "credito_prestamos",
        sa.Column("recuperado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
    )
    op.execute(WRITTEN_OFF)
    op.create_check_constraint(
        op.f("ck_credito_prestamos_calendario_desde_range"),
        "credito_prestamos",
        "calendario_desde BETWEEN '1900-01-01' AND '2200-12-31'",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_castigado_by_estado"),
        "credito_prestamos",
        "saldo_castigado = 0 OR estado = 'castigado'",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_castigado_dated"),
        "credito_prestamos",
        "(estado = 'castigado') = (fecha_castigo IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_castigado_saldo"),
        "credito_prestamos",
        "estado <> 'castigado' OR saldo = saldo_castigado - recuperado",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_fecha_castigo_range"),
        "credito_prestamos",
        "fecha_castigo BETWEEN '1900-01-01' AND '2200-12-31'",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_recuperado_not_negative"),
        "credito_prestamos",
        "recuperado >= 0 AND recuperado < 100000000000",
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_recuperado_within"), "credito_prestamos", "recuperado <= saldo_castigado"
    )
    op.create_check_constraint(
        op.f("ck_credito_prestamos_saldo_castigado_not_negative"),
        "credito_prestamos",
        "saldo_castigado >= 0 AND saldo_castigado < 100000000000",
    )


def downgrade() -> None:
    """Take back; proposals are deleted, which is recorded."""
    op.execute(sa.delete(sa.table("credito_propuestas")))
    op.drop_constraint(op.f("ck_credito_prestamos_saldo_castigado_not_negative"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_recuperado_within"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_recuperado_not_negative"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_fecha_castigo_range"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_castigado_saldo"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_castigado_dated"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_castigado_by_estado"), "credito_prestamos", type_="check")
    op.drop_constraint(op.f("ck_credito_prestamos_calendario_desde_range"), "credito_prestamos", type_="check")
    op.drop_column("credito_prestamos", "recuperado")
    op.drop_column("credito_prestamos", "saldo_castigado")
    op.drop_column("credito_prestamos", "fecha_castigo")
    op.drop_column("credito_prestamos", "calendario_desde")
    op.drop_column("credito_pagos", "recuperacion")
    op.drop_constraint(op.f("fk_credito_cargos_falta_id_credito_faltas"), "credito_cargos", type_="foreignkey")
    op.drop_constraint(op.f("fk_credito_cargos_condonado_por_id_users"), "credito_cargos", type_="foreignkey")
    op.drop_column("credito_cargos", "condonado_por_id")
    op.drop_index(
        "uq_credito_propuestas_pendiente",
        table_name="credito_propuestas",
        postgresql_where=sa.text("estado = 'pendiente'"),
    )
    op.drop_index("ix_credito_propuestas_prestamo_id", table_name="credito_propuestas")
    op.drop_table("credito_propuestas")
