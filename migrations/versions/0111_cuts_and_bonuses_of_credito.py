"""Cuts and bonuses of credito."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


TABLES = ("bonos_ganados", "abonos_de_faltantes", "gastos", "faltantes", "entregas", "bonos")
BONUSES = """
INSERT INTO credito_bonos (nombre, monto, cobranza_desde, cobranza_hasta, faltas_maximas, vigente_desde) VALUES
    ('De 5,000 a 6,000', 150, 5000, 6000, 0, '2000-01-01'),
    ('De 6,000 a 7,500', 200, 6000, 7500, 0, '2000-01-01'),
    ('De 7,500 a 8,500', 250, 7500, 8500, 1, '2000-01-01'),
    ('De 8,500 a 10,000', 300, 8500, 10000, 2, '2000-01-01'),
    ('De 10,000 en adelante', 400, 10000, NULL, 2, '2000-01-01')
"""


def upgrade() -> None:
    """Apply; five bonuses are there from the start."""
    op.create_table(
        "credito_bonos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("nombre", sa.String(length=200), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("cobranza_desde", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("cobranza_hasta", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("faltas_maximas", sa.SmallInteger(), nullable=False),
        sa.Column("vigente_desde", sa.Date(), nullable=False),
        sa.Column("vigente_hasta", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("numrange(cobranza_desde, cobranza_hasta)"), "&&"),
            (sa.text("daterange(vigente_desde, vigente_hasta, '[]')"), "&&"),
            using="gist",
            name="ex_credito_bonos_rangos",
        ),
        sa.CheckConstraint("btrim(nombre, E' \\t\\r\\n') <> ''", name=op.f("ck_credito_bonos_nombre_not_blank")),
        sa.CheckConstraint(
            "vigente_desde BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_bonos_vigente_desde_range")
        ),
        sa.CheckConstraint(
            "vigente_hasta BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_bonos_vigente_hasta_range")
        ),
        sa.CheckConstraint(
            "cobranza_desde >= 0 AND cobranza_desde < 10000000000", name=op.f("ck_credito_bonos_cobranza_desde_range")
        ),
        sa.CheckConstraint(
            "cobranza_hasta > cobranza_desde AND cobranza_hasta < 10000000000",
            name=op.f("ck_credito_bonos_cobranza_hasta_above"),
        ),
        sa.CheckConstraint("faltas_maximas BETWEEN 0 AND 1000", name=op.f("ck_credito_bonos_faltas_maximas_range")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_bonos_monto_positive")),
        sa.CheckConstraint("vigente_hasta >= vigente_desde", name=op.f("ck_credito_bonos_vigente_hasta_not_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_bonos")),
    )
    op.create_table(
        "credito_entregas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("estado", sa.String(40), server_default="pendiente", nullable=False),
        sa.Column("entregada_por_id", sa.BigInteger(), nullable=True),
        sa.Column("aceptada_en", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(estado = 'aceptada') = (aceptada_en IS NOT NULL)", name=op.f("ck_credito_entregas_aceptada_en_by_estado")
        ),
        sa.CheckConstraint("estado IN ('pendiente', 'aceptada', 'rechazada')", name=op.f("ck_credito_entregas_estado")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_entregas_monto_positive")),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_entregas_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entregada_por_id"],
            ["users.id"],
            name=op.f("fk_credito_entregas_entregada_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_entregas")),
    )
    op.create_index("ix_credito_entregas_corte_id", "credito_entregas", ["corte_id"], unique=False)
    op.create_index("ix_credito_entregas_entregada_por_id", "credito_entregas", ["entregada_por_id"], unique=False)
    op.create_table(
        "credito_faltantes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("abonado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("estado", sa.String(40), server_default="pendiente", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(estado = 'pagado') = (abonado = monto)", name=op.f("ck_credito_faltantes_estado_by_abonado")
        ),
        sa.CheckConstraint("estado IN ('pendiente', 'pagado')", name=op.f("ck_credito_faltantes_estado")),
        sa.CheckConstraint("abonado >= 0 AND abonado <= monto", name=op.f("ck_credito_faltantes_abonado_within")),
        sa.CheckConstraint("monto > 0 AND monto < 1000000000000", name=op.f("ck_credito_faltantes_monto_positive")),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_faltantes_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["personal_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_faltantes_personal_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_faltantes")),
        sa.UniqueConstraint("corte_id", name=op.f("uq_credito_faltantes_corte_id")),
    )
    op.create_index("ix_credito_faltantes_personal_id", "credito_faltantes", ["personal_id"], unique=False)
    op.create_table(
        "credito_gastos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=False),
        sa.Column("concepto", sa.String(length=200), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("notas", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("btrim(concepto, E' \\t\\r\\n') <> ''", name=op.f("ck_credito_gastos_concepto_not_blank")),
        sa.CheckConstraint("fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_gastos_fecha_range")),
        sa.CheckConstraint("char_length(notas) <= 10000", name=op.f("ck_credito_gastos_notas_length")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_gastos_monto_positive")),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_gastos_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_gastos")),
    )
    op.create_index("ix_credito_gastos_corte_id", "credito_gastos", ["corte_id"], unique=False)
    op.create_table(
        "credito_abonos_de_faltantes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("faltante_id", sa.BigInteger(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("metodo", sa.String(40), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(metodo = 'efectivo') = (corte_id IS NOT NULL)", name=op.f("ck_credito_abonos_de_faltantes_cash_in_corte")
        ),
        sa.CheckConstraint(
            "fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_abonos_de_faltantes_fecha_range")
        ),
        sa.CheckConstraint("metodo IN ('efectivo', 'banco')", name=op.f("ck_credito_abonos_de_faltantes_metodo")),
        sa.CheckConstraint(
            "monto > 0 AND monto < 10000000000", name=op.f("ck_credito_abonos_de_faltantes_monto_positive")
        ),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_abonos_de_faltantes_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["faltante_id"],
            ["credito_faltantes.id"],
            name=op.f("fk_credito_abonos_de_faltantes_faltante_id_credito_faltantes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_abonos_de_faltantes")),
    )
    op.create_index(
        "ix_credito_abonos_de_faltantes_corte_id", "credito_abonos_de_faltantes", ["corte_id"], unique=False
    )
    op.create_index(
        "ix_credito_abonos_de_faltantes_faltante_id", "credito_abonos_de_faltantes", ["faltante_id"], unique=False
    )
    op.create_table(
        "credito_bonos_ganados",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grupo_id", sa.BigInteger(), nullable=False),
        sa.Column("semana", sa.Date(), nullable=False),
        sa.Column("bono_id", sa.BigInteger(), nullable=True),
        sa.Column("cobranza", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("faltas", sa.Integer(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("titular_id", sa.BigInteger(), nullable=False),
        sa.Column("estado", sa.String(40), server_default="calculado", nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(estado = 'pagado') = (corte_id IS NOT NULL)", name=op.f("ck_credito_bonos_ganados_corte_by_estado")
        ),
        sa.CheckConstraint(
            "estado <> 'pagado' OR monto > 0", name=op.f("ck_credito_bonos_ganados_pagado_of_something")
        ),
        sa.CheckConstraint(
            "estado IN ('calculado', 'pagado', 'anulado')", name=op.f("ck_credito_bonos_ganados_estado")
        ),
        sa.CheckConstraint(
            "semana BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_bonos_ganados_semana_range")
        ),
        sa.CheckConstraint("(bono_id IS NULL) = (monto = 0)", name=op.f("ck_credito_bonos_ganados_monto_by_bono")),
        sa.CheckConstraint(
            "cobranza BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_credito_bonos_ganados_cobranza_range")
        ),
        sa.CheckConstraint("extract(isodow FROM semana) = 1", name=op.f("ck_credito_bonos_ganados_semana_monday")),
        sa.CheckConstraint("faltas >= 0", name=op.f("ck_credito_bonos_ganados_faltas_not_negative")),
        sa.CheckConstraint("monto >= 0 AND monto < 10000000000", name=op.f("ck_credito_bonos_ganados_monto_range")),
        sa.ForeignKeyConstraint(
            ["bono_id"],
            ["credito_bonos.id"],
            name=op.f("fk_credito_bonos_ganados_bono_id_credito_bonos"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_bonos_ganados_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["grupo_id"],
            ["credito_grupos.id"],
            name=op.f("fk_credito_bonos_ganados_grupo_id_credito_grupos"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["titular_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_bonos_ganados_titular_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_bonos_ganados")),
        sa.UniqueConstraint("grupo_id", "semana", name=op.f("uq_credito_bonos_ganados_grupo_id_semana")),
    )
    op.create_index("ix_credito_bonos_ganados_bono_id", "credito_bonos_ganados", ["bono_id"], unique=False)
    op.create_index("ix_credito_bonos_ganados_corte_id", "credito_bonos_ganados", ["corte_id"], unique=False)
    op.create_index("ix_credito_bonos_ganados_semana", "credito_bonos_ganados", ["semana"], unique=False)
    op.create_index(
        "ix_credito_bonos_ganados_titular_id", "credito_bonos_ganados", ["titular_id", "semana"], unique=False
    )
    op.add_column("credito_cortes", sa.Column("contado_al_entregar", sa.Numeric(precision=12, scale=2), nullable=True))
    op.add_column("credito_cortes", sa.Column("contado_al_confirmar", sa.Numeric(precision=12, scale=2), nullable=True))
    op.add_column("credito_cortes", sa.Column("conteo", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column(
        "credito_cortes", sa.Column("esperado_al_confirmar", sa.Numeric(precision=14, scale=2), nullable=True)
    )
    op.add_column("credito_cortes", sa.Column("recibe_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_cortes", sa.Column("confirmado_por_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_cortes", sa.Column("confirmado_en", sa.DateTime(timezone=True), nullable=True))
    op.add_column("credito_cortes", sa.Column("anulado_por_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_cortes", sa.Column("motivo", sa.String(length=500), nullable=True))
    op.add_column("credito_cortes", sa.Column("notas", sa.Text(), nullable=True))
    op.create_index("ix_credito_cortes_anulado_por_id", "credito_cortes", ["anulado_por_id"], unique=False)
    op.create_index("ix_credito_cortes_confirmado_por_id", "credito_cortes", ["confirmado_por_id"], unique=False)
    op.create_index("ix_credito_cortes_recibe_id", "credito_cortes", ["recibe_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_credito_cortes_confirmado_por_id_users"),
        "credito_cortes",
        "users",
        ["confirmado_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_credito_cortes_anulado_por_id_users"),
        "credito_cortes",
        "users",
        ["anulado_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_credito_cortes_recibe_id_credito_personal"),
        "credito_cortes",
        "credito_personal",
        ["recibe_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_credito_cortes_anulado_with_motivo"), "credito_cortes", "(estado = 'anulado') = (motivo IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_credito_cortes_confirmado_counted"),
        "credito_cortes",
        "(estado = 'confirmado') = (num_nonnulls(contado_al_confirmar, esperado_al_confirmar, confirmado_en) = 3)",
    )
    op.create_check_constraint(
        op.f("ck_credito_cortes_contado_al_confirmar_range"),
        "credito_cortes",
        "contado_al_confirmar >= 0 AND contado_al_confirmar < 10000000000",
    )
    op.create_check_constraint(
        op.f("ck_credito_cortes_contado_al_entregar_range"),
        "credito_cortes",
        "contado_al_entregar >= 0 AND contado_al_entregar < 10000000000",
    )
    op.create_check_constraint(
        op.f("ck_credito_cortes_esperado_range"),
        "credito_cortes",
        "esperado_al_confirmar BETWEEN -1000000000000 AND 1000000000000",
    )
    op.create_check_constraint(op.f("ck_credito_cortes_motivo_length"), "credito_cortes", "char_length(motivo) <= 500")
    op.create_check_constraint(op.f("ck_credito_cortes_notas_length"), "credito_cortes", "char_length(notas) <= 10000")
    op.execute("SELECT audit_refresh()")
    op.execute(BONUSES)


def downgrade() -> None:
    """Take back; what the tables hold is deleted, which is recorded."""
    for table in TABLES:
        op.execute(sa.delete(sa.table(f"credito_{table}")))
    op.drop_constraint(op.f("ck_credito_cortes_notas_length"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_motivo_length"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_esperado_range"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_contado_al_entregar_range"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_contado_al_confirmar_range"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_confirmado_counted"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("ck_credito_cortes_anulado_with_motivo"), "credito_cortes", type_="check")
    op.drop_constraint(op.f("fk_credito_cortes_recibe_id_credito_personal"), "credito_cortes", type_="foreignkey")
    op.drop_constraint(op.f("fk_credito_cortes_anulado_por_id_users"), "credito_cortes", type_="foreignkey")
    op.drop_constraint(op.f("fk_credito_cortes_confirmado_por_id_users"), "credito_cortes", type_="foreignkey")
    op.drop_index("ix_credito_cortes_recibe_id", table_name="credito_cortes")
    op.drop_index("ix_credito_cortes_confirmado_por_id", table_name="credito_cortes")
    op.drop_index("ix_credito_cortes_anulado_por_id", table_name="credito_cortes")
    op.drop_column("credito_cortes", "notas")
    op.drop_column("credito_cortes", "motivo")
    op.drop_column("credito_cortes", "anulado_por_id")
    op.drop_column("credito_cortes", "confirmado_en")
    op.drop_column("credito_cortes", "confirmado_por_id")
    op.drop_column("credito_cortes", "recibe_id")
    op.drop_column("credito_cortes", "esperado_al_confirmar")
    op.drop_column("credito_cortes", "conteo")
    op.drop_column("credito_cortes", "contado_al_confirmar")
    op.drop_column("credito_cortes", "contado_al_entregar")
    op.drop_index("ix_credito_bonos_ganados_titular_id", table_name="credito_bonos_ganados")
    op.drop_index("ix_credito_bonos_ganados_semana", table_name="credito_bonos_ganados")
    op.drop_index("ix_credito_bonos_ganados_corte_id", table_name="credito_bonos_ganados")
    op.drop_index("ix_credito_bonos_ganados_bono_id", table_name="credito_bonos_ganados")
    op.drop_table("credito_bonos_ganados")
    op.drop_index("ix_credito_abonos_de_faltantes_faltante_id", table_name="credito_abonos_de_faltantes")
    op.drop_index("ix_credito_abonos_de_faltantes_corte_id", table_name="credito_abonos_de_faltantes")
    op.drop_table("credito_abonos_de_faltantes")
    op.drop_index("ix_credito_gastos_corte_id", table_name="credito_gastos")
    op.drop_table("credito_gastos")
    op.drop_index("ix_credito_faltantes_personal_id", table_name="credito_faltantes")
    op.drop_table("credito_faltantes")
    op.drop_index("ix_credito_entregas_entregada_por_id", table_name="credito_entregas")
    op.drop_index("ix_credito_entregas_corte_id", table_name="credito_entregas")
    op.drop_table("credito_entregas")
    op.drop_table("credito_bonos")
