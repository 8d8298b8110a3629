"""Collection of credito."""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "credito_bloques",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("dispositivo", sa.String(length=100), nullable=False),
        sa.Column("desde", sa.BigInteger(), nullable=False),
        sa.Column("usado_hasta", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "btrim(dispositivo, E' \\t\\r\\n') <> ''", name=op.f("ck_credito_bloques_dispositivo_not_blank")
        ),
        sa.CheckConstraint("desde > 0 AND mod(desde - 1, 200) = 0", name=op.f("ck_credito_bloques_desde_on_block")),
        sa.CheckConstraint(
            "usado_hasta BETWEEN desde - 1 AND desde + 199", name=op.f("ck_credito_bloques_usado_range")
        ),
        sa.ForeignKeyConstraint(
            ["personal_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_bloques_personal_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_bloques")),
        sa.UniqueConstraint("personal_id", "desde", name="uq_credito_bloques_desde"),
    )
    op.create_index(
        "ix_credito_bloques_dispositivo",
        "credito_bloques",
        ["personal_id", "dispositivo", sa.literal_column("desde DESC")],
        unique=False,
    )
    op.create_table(
        "credito_faltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("semana", sa.Date(), nullable=False),
        sa.Column("cuota_numero", sa.SmallInteger(), nullable=False),
        sa.Column("esperado", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("abonado", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("faltante", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("tipo", sa.String(40), nullable=False),
        sa.Column("tolerada", sa.Boolean(), nullable=False),
        sa.Column("estado", sa.String(40), server_default="vigente", nullable=False),
        sa.Column("motivo", sa.String(length=500), nullable=True),
        sa.Column("justificada_por_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "estado <> 'justificada' OR motivo IS NOT NULL", name=op.f("ck_credito_faltas_justificada_with_motivo")
        ),
        sa.CheckConstraint("estado IN ('vigente', 'justificada', 'retirada')", name=op.f("ck_credito_faltas_estado")),
        sa.CheckConstraint("semana BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_faltas_semana_range")),
        sa.CheckConstraint("tipo IN ('sin_pago', 'parcial')", name=op.f("ck_credito_faltas_tipo")),
        sa.CheckConstraint(
            "abonado >= 0 AND abonado < 100000000000", name=op.f("ck_credito_faltas_abonado_not_negative")
        ),
        sa.CheckConstraint("char_length(motivo) <= 500", name=op.f("ck_credito_faltas_motivo_length")),
        sa.CheckConstraint("esperado > 0 AND esperado < 10000000000", name=op.f("ck_credito_faltas_esperado_positive")),
        sa.CheckConstraint("extract(isodow FROM semana) = 1", name=op.f("ck_credito_faltas_semana_monday")),
        sa.CheckConstraint("faltante <= esperado", name=op.f("ck_credito_faltas_faltante_within")),
        sa.CheckConstraint("faltante > 0 AND faltante < 10000000000", name=op.f("ck_credito_faltas_faltante_positive")),
        sa.ForeignKeyConstraint(
            ["justificada_por_id"],
            ["users.id"],
            name=op.f("fk_credito_faltas_justificada_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_faltas_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_faltas")),
        sa.UniqueConstraint("prestamo_id", "semana", name="uq_credito_faltas_semana"),
    )
    op.create_index("ix_credito_faltas_semana", "credito_faltas", ["semana", "prestamo_id"], unique=False)
    op.create_table(
        "credito_visitas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("local_id", sa.Uuid(), nullable=False),
        sa.Column("cliente_id", sa.BigInteger(), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=True),
        sa.Column("cobrador_id", sa.BigInteger(), nullable=False),
        sa.Column("fecha_hora", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resultado", sa.String(40), nullable=False),
        sa.Column("promesa_fecha", sa.Date(), nullable=True),
        sa.Column("promesa_monto", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("foto_id", sa.BigInteger(), nullable=True),
        sa.Column("lat", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("lng", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("notas", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(resultado = 'promesa') = (promesa_fecha IS NOT NULL)", name=op.f("ck_credito_visitas_promesa_dated")
        ),
        sa.CheckConstraint(
            "promesa_fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_visitas_promesa_fecha_range")
        ),
        sa.CheckConstraint(
            "resultado IN ('pago', 'no_estaba', 'sin_dinero', 'promesa', 'se_nego', 'domicilio_incorrecto', 'otro')",
            name=op.f("ck_credito_visitas_resultado"),
        ),
        sa.CheckConstraint("char_length(notas) <= 10000", name=op.f("ck_credito_visitas_notas_length")),
        sa.CheckConstraint(
            "lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name=op.f("ck_credito_visitas_point_range")
        ),
        sa.CheckConstraint("num_nonnulls(lat, lng) IN (0, 2)", name=op.f("ck_credito_visitas_point_whole")),
        sa.CheckConstraint(
            "promesa_monto > 0 AND promesa_monto < 10000000000", name=op.f("ck_credito_visitas_promesa_monto_positive")
        ),
        sa.CheckConstraint(
            "promesa_monto IS NULL OR promesa_fecha IS NOT NULL", name=op.f("ck_credito_visitas_promesa_monto_dated")
        ),
        sa.ForeignKeyConstraint(
            ["cliente_id"],
            ["credito_clientes.id"],
            name=op.f("fk_credito_visitas_cliente_id_credito_clientes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cobrador_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_visitas_cobrador_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["foto_id"], ["stored_files.id"], name=op.f("fk_credito_visitas_foto_id_stored_files"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_visitas_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_visitas")),
        sa.UniqueConstraint("local_id", name="uq_credito_visitas_local_id"),
    )
    op.create_index("ix_credito_visitas_cliente_id", "credito_visitas", ["cliente_id", "fecha_hora"], unique=False)
    op.create_index("ix_credito_visitas_cobrador_id", "credito_visitas", ["cobrador_id", "fecha_hora"], unique=False)
    op.create_index("ix_credito_visitas_foto_id", "credito_visitas", ["foto_id"], unique=False)
    op.create_index("ix_credito_visitas_prestamo_id", "credito_visitas", ["prestamo_id", "fecha_hora"], unique=False)
    op.create_index(
        "ix_credito_visitas_promesa_fecha",
        "credito_visitas",
        ["promesa_fecha"],
        unique=False,
        postgresql_where=sa.text("promesa_fecha IS NOT NULL"),
    )
    op.create_table(
        "credito_llaves",
        sa.Column("local_id", sa.Uuid(), nullable=False),
        sa.Column("pago_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Computed("pago_id", persisted=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["pago_id"], ["credito_pagos.id"], name=op.f("fk_credito_llaves_pago_id_credito_pagos"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("local_id", name=op.f("pk_credito_llaves")),
        sa.UniqueConstraint("pago_id", name="uq_credito_llaves_pago_id"),
    )
    op.add_column("credito_pagos", sa.Column("duda", sa.String(40), nullable=True))
    op.add_column(
        "credito_pagos", sa.Column("senales", sa.ARRAY(sa.String(length=40)), server_default="{}", nullable=False)
    )
    op.add_column("credito_pagos", sa.Column("prestamo_enviado_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_pagos", sa.Column("reverso_corte_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_pagos", sa.Column("reversado_por_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_pagos", sa.Column("resuelto_por_id", sa.BigInteger(), nullable=True))
    op.add_column("credito_pagos", sa.Column("resuelto_en", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_credito_pagos_por_revisar",
        "credito_pagos",
        ["id"],
        unique=False,
        postgresql_where=sa.text("estado = 'por_revisar'"),
    )
    op.create_index("ix_credito_pagos_reverso_corte_id", "credito_pagos", ["reverso_corte_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_credito_pagos_reversado_por_id_users"),
        "credito_pagos",
        "users",
        ["reversado_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_credito_pagos_resuelto_por_id_users"),
        "credito_pagos",
        "users",
        ["resuelto_por_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_credito_pagos_reverso_corte_id_credito_cortes"),
        "credito_pagos",
        "credito_cortes",
        ["reverso_corte_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_credito_pagos_duda"),
        "credito_pagos",
        "duda IN ('prestamo_desconocido', 'fuera_de_alcance', 'prestamo_cerrado', 'prestamo_renovado', 'fecha_dudosa', "
        "'antes_del_desembolso', 'mayor_que_el_saldo', 'posible_duplicado', 'recibo_repetido')",
    )
    op.create_check_constraint(
        op.f("ck_credito_pagos_por_revisar_with_duda"), "credito_pagos", "estado <> 'por_revisar' OR duda IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("ck_credito_pagos_resuelto_whole"), "credito_pagos", "(resuelto_en IS NULL) = (resuelto_por_id IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_credito_pagos_senales"),
        "credito_pagos",
        "senales <@ ARRAY['lejos', 'limite_efectivo', 'monto_desmedido', 'grupo_transferido', "
        "'en_nombre_de', 'reversado_por_cobrador']::varchar[]",
    )


def downgrade() -> None:
    """Take back; visits, missed weeks, receipts and keys are deleted, which is recorded."""
    op.drop_constraint(op.f("ck_credito_pagos_senales"), "credito_pagos", type_="check")
    op.drop_constraint(op.f("ck_credito_pagos_resuelto_whole"), "credito_pagos", type_="check")
    op.drop_constraint(op.f("ck_credito_pagos_por_revisar_with_duda"), "credito_pagos", type_="check")
    op.drop_constraint(op.f("ck_credito_pagos_duda"), "credito_pagos", type_="check")
    op.drop_constraint(op.f("fk_credito_pagos_reverso_corte_id_credito_cortes"), "credito_pagos", type_="foreignkey")
    op.drop_constraint(op.f("fk_credito_pagos_resuelto_por_id_users"), "credito_pagos", type_="foreignkey")
    op.drop_constraint(op.f("fk_credito_pagos_reversado_por_id_users"), "credito_pagos", type_="foreignkey")
    op.drop_index("ix_credito_pagos_reverso_corte_id", table_name="credito_pagos")
    op.drop_index(
        "ix_credito_pagos_por_revisar", table_name="credito_pagos", postgresql_where=sa.text("estado = 'por_revisar'")
    )
    op.drop_column("credito_pagos", "resuelto_en")
    op.drop_column("credito_pagos", "resuelto_por_id")
    op.drop_column("credito_pagos", "reversado_por_id")
    op.drop_column("credito_pagos", "reverso_corte_id")
    op.drop_column("credito_pagos", "prestamo_enviado_id")
    op.drop_column("credito_pagos", "senales")
    op.drop_column("credito_pagos", "duda")
    for table in ("credito_llaves", "credito_visitas", "credito_faltas", "credito_bloques"):
        op.execute(sa.delete(sa.table(table)))
        op.drop_table(table)
