"""Loans of credito, with their installments, charges, guarantors and payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "credito_prestamos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "folio",
            sa.String(length=20),
            sa.Computed("'P-' || lpad(id::text, greatest(6, length(id::text)), '0')", persisted=True),
            nullable=False,
        ),
        sa.Column("cliente_id", sa.BigInteger(), nullable=False),
        sa.Column("grupo_id", sa.BigInteger(), nullable=True),
        sa.Column("tipo_prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("prestamo_anterior_id", sa.BigInteger(), nullable=True),
        sa.Column("estado", sa.String(40), server_default="solicitud", nullable=False),
        sa.Column("destino", sa.String(length=500), nullable=True),
        sa.Column("motivo", sa.String(length=500), nullable=True),
        sa.Column("fecha_solicitud", sa.Date(), nullable=False),
        sa.Column("fecha_aprobacion", sa.Date(), nullable=True),
        sa.Column("fecha_desembolso", sa.Date(), nullable=True),
        sa.Column("primera_fecha", sa.Date(), nullable=True),
        sa.Column("fecha_vencimiento", sa.Date(), nullable=True),
        sa.Column("solicitado_por_id", sa.BigInteger(), nullable=True),
        sa.Column("aprobado_por_id", sa.BigInteger(), nullable=True),
        sa.Column("anulado_por_id", sa.BigInteger(), nullable=True),
        sa.Column("entregado_por_id", sa.BigInteger(), nullable=True),
        sa.Column("medio_entrega", sa.String(40), nullable=True),
        sa.Column("corte_id", sa.BigInteger(), nullable=True),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("condiciones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("interes_total", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("iva_total", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("total_a_pagar", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("cuota", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("numero_pagos", sa.SmallInteger(), nullable=False),
        sa.Column("cat", sa.Numeric(precision=9, scale=1), nullable=True),
        sa.Column("comision", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("seguro", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_anterior", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("monto_entregado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("a_favor_entregado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_capital", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_interes", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_cargos", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_a_favor", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("a_favor_usado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("pagado", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False),
        sa.Column("vence_mas_antiguo", sa.Date(), nullable=True),
        sa.Column("faltas", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reabierto", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reestructurado", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "estado IN ('aprobado', 'solicitud', 'cancelado', 'rechazado') OR fecha_desembolso IS NOT NULL",
            name=op.f("ck_credito_prestamos_disbursed_by_estado"),
        ),
        sa.CheckConstraint(
            "estado IN ('solicitud', 'aprobado', 'rechazado', 'cancelado', 'desembolsado', 'activo', 'atrasado', 'liquidado', 'renovado', 'castigado')",
            name=op.f("ck_credito_prestamos_estado"),
        ),
        sa.CheckConstraint(
            "fecha_aprobacion BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_credito_prestamos_fecha_aprobacion_range"),
        ),
        sa.CheckConstraint(
            "fecha_desembolso BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_credito_prestamos_fecha_desembolso_range"),
        ),
        sa.CheckConstraint(
            "fecha_solicitud BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_credito_prestamos_fecha_solicitud_range"),
        ),
        sa.CheckConstraint(
            "fecha_vencimiento BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_credito_prestamos_fecha_vencimiento_range"),
        ),
        sa.CheckConstraint(
            "medio_entrega IN ('efectivo', 'transferencia')", name=op.f("ck_credito_prestamos_medio_entrega")
        ),
        sa.CheckConstraint(
            "primera_fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_prestamos_primera_fecha_range")
        ),
        sa.CheckConstraint(
            "saldo = 0 OR estado IN ('activo', 'atrasado', 'desembolsado', 'castigado')",
            name=op.f("ck_credito_prestamos_saldo_by_estado"),
        ),
        sa.CheckConstraint(
            "a_favor_entregado >= 0 AND a_favor_entregado < 100000000000",
            name=op.f("ck_credito_prestamos_a_favor_entregado_not_negative"),
        ),
        sa.CheckConstraint(
            "a_favor_usado >= 0 AND a_favor_usado < 100000000000",
            name=op.f("ck_credito_prestamos_a_favor_usado_not_negative"),
        ),
        sa.CheckConstraint(
            "aprobado_por_id IS NULL OR aprobado_por_id IS DISTINCT FROM solicitado_por_id",
            name=op.f("ck_credito_prestamos_approved_by_another"),
        ),
        sa.CheckConstraint("char_length(motivo) <= 500", name=op.f("ck_credito_prestamos_motivo_length")),
        sa.CheckConstraint(
            "comision >= 0 AND comision < 100000000000", name=op.f("ck_credito_prestamos_comision_not_negative")
        ),
        sa.CheckConstraint("cuota >= 0 AND cuota < 100000000000", name=op.f("ck_credito_prestamos_cuota_not_negative")),
        sa.CheckConstraint(
            "interes_total >= 0 AND interes_total < 100000000000",
            name=op.f("ck_credito_prestamos_interes_total_not_negative"),
        ),
        sa.CheckConstraint(
            "iva_total >= 0 AND iva_total < 100000000000", name=op.f("ck_credito_prestamos_iva_total_not_negative")
        ),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_prestamos_monto_positive")),
        sa.CheckConstraint(
            "monto_entregado >= 0 AND monto_entregado < 100000000000",
            name=op.f("ck_credito_prestamos_monto_entregado_not_negative"),
        ),
        sa.CheckConstraint("numero_pagos BETWEEN 1 AND 520", name=op.f("ck_credito_prestamos_numero_pagos_range")),
        sa.CheckConstraint(
            "pagado >= 0 AND pagado < 100000000000", name=op.f("ck_credito_prestamos_pagado_not_negative")
        ),
        sa.CheckConstraint("prestamo_anterior_id <> id", name=op.f("ck_credito_prestamos_anterior_other")),
        sa.CheckConstraint(
            "saldo = saldo_capital + saldo_interes + saldo_cargos", name=op.f("ck_credito_prestamos_saldo_parts")
        ),
        sa.CheckConstraint("saldo >= 0 AND saldo < 100000000000", name=op.f("ck_credito_prestamos_saldo_not_negative")),
        sa.CheckConstraint(
            "saldo_a_favor >= 0 AND saldo_a_favor < 100000000000",
            name=op.f("ck_credito_prestamos_saldo_a_favor_not_negative"),
        ),
        sa.CheckConstraint(
            "saldo_anterior >= 0 AND saldo_anterior < 100000000000",
            name=op.f("ck_credito_prestamos_saldo_anterior_not_negative"),
        ),
        sa.CheckConstraint(
            "saldo_capital >= 0 AND saldo_capital < 100000000000",
            name=op.f("ck_credito_prestamos_saldo_capital_not_negative"),
        ),
        sa.CheckConstraint(
            "saldo_cargos >= 0 AND saldo_cargos < 100000000000",
            name=op.f("ck_credito_prestamos_saldo_cargos_not_negative"),
        ),
        sa.CheckConstraint(
            "saldo_interes >= 0 AND saldo_interes < 100000000000",
            name=op.f("ck_credito_prestamos_saldo_interes_not_negative"),
        ),
        sa.CheckConstraint(
            "seguro >= 0 AND seguro < 100000000000", name=op.f("ck_credito_prestamos_seguro_not_negative")
        ),
        sa.CheckConstraint(
            "total_a_pagar >= 0 AND total_a_pagar < 100000000000",
            name=op.f("ck_credito_prestamos_total_a_pagar_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["anulado_por_id"],
            ["users.id"],
            name=op.f("fk_credito_prestamos_anulado_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["aprobado_por_id"],
            ["users.id"],
            name=op.f("fk_credito_prestamos_aprobado_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cliente_id"],
            ["credito_clientes.id"],
            name=op.f("fk_credito_prestamos_cliente_id_credito_clientes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_prestamos_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entregado_por_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_prestamos_entregado_por_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["grupo_id"],
            ["credito_grupos.id"],
            name=op.f("fk_credito_prestamos_grupo_id_credito_grupos"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_anterior_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_prestamos_prestamo_anterior_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["solicitado_por_id"],
            ["users.id"],
            name=op.f("fk_credito_prestamos_solicitado_por_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tipo_prestamo_id"],
            ["credito_tipos_prestamo.id"],
            name=op.f("fk_credito_prestamos_tipo_prestamo_id_credito_tipos_prestamo"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_prestamos")),
        sa.UniqueConstraint("folio", name="uq_credito_prestamos_folio"),
    )
    op.create_index("ix_credito_prestamos_cliente_id", "credito_prestamos", ["cliente_id"], unique=False)
    op.create_index("ix_credito_prestamos_corte_id", "credito_prestamos", ["corte_id"], unique=False)
    op.create_index("ix_credito_prestamos_de_grupo", "credito_prestamos", ["grupo_id", "id"], unique=False)
    op.create_index("ix_credito_prestamos_fecha_desembolso", "credito_prestamos", ["fecha_desembolso"], unique=False)
    op.create_index(
        "ix_credito_prestamos_grupo_id",
        "credito_prestamos",
        ["grupo_id"],
        unique=False,
        postgresql_where=sa.text("estado IN ('activo', 'atrasado', 'desembolsado')"),
    )
    op.create_index(
        "ix_credito_prestamos_prestamo_anterior_id", "credito_prestamos", ["prestamo_anterior_id"], unique=False
    )
    op.create_index("ix_credito_prestamos_tipo_prestamo_id", "credito_prestamos", ["tipo_prestamo_id"], unique=False)
    op.create_index(
        "ix_credito_prestamos_vence",
        "credito_prestamos",
        ["vence_mas_antiguo"],
        unique=False,
        postgresql_where=sa.text("estado IN ('activo', 'atrasado', 'desembolsado') AND vence_mas_antiguo IS NOT NULL"),
    )
    op.create_index(
        "uq_credito_prestamos_abierto",
        "credito_prestamos",
        ["cliente_id"],
        unique=True,
        postgresql_where=sa.text("estado IN ('activo', 'atrasado', 'desembolsado') AND NOT reabierto"),
    )
    op.create_index(
        "uq_credito_prestamos_anterior",
        "credito_prestamos",
        ["prestamo_anterior_id"],
        unique=True,
        postgresql_where=sa.text("estado NOT IN ('cancelado', 'rechazado')"),
    )
    op.create_index(
        "uq_credito_prestamos_pendiente",
        "credito_prestamos",
        ["cliente_id"],
        unique=True,
        postgresql_where=sa.text("estado IN ('aprobado', 'solicitud')"),
    )
    op.create_table(
        "credito_avales",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("cliente_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cliente_id"],
            ["credito_clientes.id"],
            name=op.f("fk_credito_avales_cliente_id_credito_clientes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_avales_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_avales")),
        sa.UniqueConstraint("prestamo_id", "cliente_id", name="uq_credito_avales_cliente"),
    )
    op.create_index("ix_credito_avales_cliente_id", "credito_avales", ["cliente_id"], unique=False)
    op.create_table(
        "credito_cargos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("tipo", sa.String(40), nullable=False),
        sa.Column("cuota_numero", sa.SmallInteger(), nullable=True),
        sa.Column("falta_id", sa.BigInteger(), nullable=True),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("iva", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("pagado", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("condonado", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("motivo", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("falta_id IS NULL OR tipo = 'pena'", name=op.f("ck_credito_cargos_falta_by_tipo")),
        sa.CheckConstraint("fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_cargos_fecha_range")),
        sa.CheckConstraint("tipo IN ('mora', 'pena', 'gasto')", name=op.f("ck_credito_cargos_tipo")),
        sa.CheckConstraint("char_length(motivo) <= 500", name=op.f("ck_credito_cargos_motivo_length")),
        sa.CheckConstraint(
            "condonado BETWEEN 0 AND monto + iva - pagado", name=op.f("ck_credito_cargos_condonado_range")
        ),
        sa.CheckConstraint("iva >= 0 AND iva < 100000000000", name=op.f("ck_credito_cargos_iva_not_negative")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_cargos_monto_positive")),
        sa.CheckConstraint("pagado BETWEEN 0 AND monto + iva", name=op.f("ck_credito_cargos_pagado_range")),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_cargos_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_cargos")),
        sa.UniqueConstraint("prestamo_id", "cuota_numero", "tipo", name="uq_credito_cargos_cuota"),
        sa.UniqueConstraint("prestamo_id", "falta_id", name="uq_credito_cargos_falta"),
    )
    op.create_table(
        "credito_cuotas",
        sa.Column("prestamo_id", sa.BigInteger(), nullable=False),
        sa.Column("numero", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Computed("prestamo_id * 1000 + numero", persisted=True), nullable=False),
        sa.Column("fecha_original", sa.Date(), nullable=False),
        sa.Column("fecha_vencimiento", sa.Date(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("capital", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("interes", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("iva", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("pagado", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("condonado", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("fecha_pagada", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "fecha_original BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_cuotas_fecha_original_range")
        ),
        sa.CheckConstraint(
            "fecha_vencimiento BETWEEN '1900-01-01' AND '2200-12-31'",
            name=op.f("ck_credito_cuotas_fecha_vencimiento_range"),
        ),
        sa.CheckConstraint("capital + interes + iva = monto", name=op.f("ck_credito_cuotas_monto_parts")),
        sa.CheckConstraint(
            "capital >= 0 AND capital < 100000000000", name=op.f("ck_credito_cuotas_capital_not_negative")
        ),
        sa.CheckConstraint("condonado BETWEEN 0 AND monto - pagado", name=op.f("ck_credito_cuotas_condonado_range")),
        sa.CheckConstraint(
            "interes >= 0 AND interes < 100000000000", name=op.f("ck_credito_cuotas_interes_not_negative")
        ),
        sa.CheckConstraint("iva >= 0 AND iva < 100000000000", name=op.f("ck_credito_cuotas_iva_not_negative")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_cuotas_monto_positive")),
        sa.CheckConstraint("numero BETWEEN 1 AND 520", name=op.f("ck_credito_cuotas_numero_range")),
        sa.CheckConstraint("pagado BETWEEN 0 AND monto", name=op.f("ck_credito_cuotas_pagado_range")),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_cuotas_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("prestamo_id", "numero", name=op.f("pk_credito_cuotas")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "ix_credito_cuotas_abiertas",
        "credito_cuotas",
        ["fecha_vencimiento", "prestamo_id"],
        unique=False,
        postgresql_where=sa.text("pagado + condonado < monto"),
    )
    op.create_table(
        "credito_pagos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recibo", sa.String(length=40), nullable=False),
        sa.Column("prestamo_id", sa.BigInteger(), nullable=True),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("registrado_en", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("monto", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("metodo", sa.String(40), nullable=False),
        sa.Column("origen", sa.String(40), nullable=False),
        sa.Column("pagador", sa.String(40), server_default="titular", nullable=False),
        sa.Column("pagador_id", sa.BigInteger(), nullable=True),
        sa.Column("cobrador_id", sa.BigInteger(), nullable=True),
        sa.Column("local_id", sa.Uuid(), nullable=True),
        sa.Column("dispositivo", sa.String(length=100), nullable=True),
        sa.Column("lat", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("lng", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("precision", sa.Numeric(precision=8, scale=1), nullable=True),
        sa.Column("estado", sa.String(40), server_default="valido", nullable=False),
        sa.Column("corte_id", sa.BigInteger(), nullable=True),
        sa.Column("condonado", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("capital", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("interes", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("iva", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("cargos", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("iva_cargos", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("a_favor", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("saldo_despues", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("reversado_en", sa.DateTime(timezone=True), nullable=True),
        sa.Column("motivo", sa.String(length=500), nullable=True),
        sa.Column("notas", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(estado = 'reversado') = (reversado_en IS NOT NULL)", name=op.f("ck_credito_pagos_reversado_en_by_estado")
        ),
        sa.CheckConstraint("btrim(recibo, E' \\t\\r\\n') <> ''", name=op.f("ck_credito_pagos_recibo_not_blank")),
        sa.CheckConstraint(
            "estado <> 'valido' OR capital + interes + iva + cargos + a_favor = monto",
            name=op.f("ck_credito_pagos_applied_wholly"),
        ),
        sa.CheckConstraint(
            "estado <> 'valido' OR prestamo_id IS NOT NULL", name=op.f("ck_credito_pagos_valid_has_prestamo")
        ),
        sa.CheckConstraint(
            "estado = 'valido' OR capital + interes + iva + cargos + a_favor = 0",
            name=op.f("ck_credito_pagos_applied_if_valid"),
        ),
        sa.CheckConstraint("estado IN ('valido', 'por_revisar', 'reversado')", name=op.f("ck_credito_pagos_estado")),
        sa.CheckConstraint("fecha BETWEEN '1900-01-01' AND '2200-12-31'", name=op.f("ck_credito_pagos_fecha_range")),
        sa.CheckConstraint(
            "metodo <> 'renovacion' OR corte_id IS NULL", name=op.f("ck_credito_pagos_renewal_without_cash")
        ),
        sa.CheckConstraint(
            "metodo IN ('efectivo', 'transferencia', 'deposito', 'renovacion', 'seguro')",
            name=op.f("ck_credito_pagos_metodo"),
        ),
        sa.CheckConstraint("origen IN ('campo', 'caja', 'banco', 'sistema')", name=op.f("ck_credito_pagos_origen")),
        sa.CheckConstraint("pagador IN ('titular', 'aval', 'grupo', 'tercero')", name=op.f("ck_credito_pagos_pagador")),
        sa.CheckConstraint(
            "a_favor >= 0 AND a_favor < 100000000000", name=op.f("ck_credito_pagos_a_favor_not_negative")
        ),
        sa.CheckConstraint(
            "capital >= 0 AND capital < 100000000000", name=op.f("ck_credito_pagos_capital_not_negative")
        ),
        sa.CheckConstraint("cargos >= 0 AND cargos < 100000000000", name=op.f("ck_credito_pagos_cargos_not_negative")),
        sa.CheckConstraint("char_length(motivo) <= 500", name=op.f("ck_credito_pagos_motivo_length")),
        sa.CheckConstraint("char_length(notas) <= 10000", name=op.f("ck_credito_pagos_notas_length")),
        sa.CheckConstraint(
            "interes >= 0 AND interes < 100000000000", name=op.f("ck_credito_pagos_interes_not_negative")
        ),
        sa.CheckConstraint("iva >= 0 AND iva < 100000000000", name=op.f("ck_credito_pagos_iva_not_negative")),
        sa.CheckConstraint("iva_cargos <= cargos", name=op.f("ck_credito_pagos_iva_cargos_within")),
        sa.CheckConstraint(
            "iva_cargos >= 0 AND iva_cargos < 100000000000", name=op.f("ck_credito_pagos_iva_cargos_not_negative")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name=op.f("ck_credito_pagos_place")),
        sa.CheckConstraint("monto > 0 AND monto < 10000000000", name=op.f("ck_credito_pagos_monto_positive")),
        sa.CheckConstraint(
            "saldo_despues >= 0 AND saldo_despues < 100000000000",
            name=op.f("ck_credito_pagos_saldo_despues_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["cobrador_id"],
            ["credito_personal.id"],
            name=op.f("fk_credito_pagos_cobrador_id_credito_personal"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["corte_id"],
            ["credito_cortes.id"],
            name=op.f("fk_credito_pagos_corte_id_credito_cortes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pagador_id"],
            ["credito_clientes.id"],
            name=op.f("fk_credito_pagos_pagador_id_credito_clientes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prestamo_id"],
            ["credito_prestamos.id"],
            name=op.f("fk_credito_pagos_prestamo_id_credito_prestamos"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_pagos")),
        sa.UniqueConstraint("local_id", name="uq_credito_pagos_local_id"),
    )
    op.create_index("ix_credito_pagos_cobrador", "credito_pagos", ["cobrador_id", "fecha"], unique=False)
    op.create_index("ix_credito_pagos_corte_id", "credito_pagos", ["corte_id"], unique=False)
    op.create_index("ix_credito_pagos_pagador_id", "credito_pagos", ["pagador_id"], unique=False)
    op.create_index(
        "ix_credito_pagos_prestamo", "credito_pagos", ["prestamo_id", "fecha", "registrado_en", "id"], unique=False
    )
    op.create_index(
        "ix_credito_pagos_registrado_en", "credito_pagos", ["registrado_en"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "uq_credito_pagos_recibo",
        "credito_pagos",
        ["recibo"],
        unique=True,
        postgresql_where=sa.text("estado = 'valido'"),
    )


def downgrade() -> None:
    """Take back; loans and all that belongs to them are deleted, which is recorded."""
    for table in ("credito_pagos", "credito_cuotas", "credito_cargos", "credito_avales", "credito_prestamos"):
        op.execute(sa.delete(sa.table(table)))
        op.drop_table(table)
