"""Loan types of credito: terms on which loans are given, with the five of the business."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None

TABLE = "credito_tipos_prestamo"
VALUES = {
    "metodo": "'cuota_fija', 'saldos_insolutos', 'capital_fijo'",
    "frecuencia": "'semanal', 'catorcenal', 'quincenal', 'mensual', 'diario'",
    "base_dias": "'periodos', '30/360', 'real/360', 'real/365', 'real/real'",
    "modo_redondeo": "'arriba', 'cercano'",
    "comision_modo": "'descontada', 'aparte'",
    "mora_tipo": "'ninguna', 'fija', 'porcentaje', 'diaria', 'cuotas_extra'",
    "orden_aplicacion": "'cuotas_primero', 'cargos_primero'",
    "liquidacion": "'saldo_total', 'interes_devengado'",
}
CHECKS = {
    "nombre_not_blank": r"btrim(nombre, E' \t\r\n') <> ''",
    "rate_of_metodo": (
        "CASE metodo WHEN 'cuota_fija' THEN interes IS NOT NULL AND tasa_anual IS NULL AND base_dias = 'periodos'"
        " AND gracia_capital = 0 ELSE tasa_anual IS NOT NULL AND interes IS NULL END"
    ),
    "numero_pagos_range": "numero_pagos BETWEEN 1 AND 520",
    "interes_range": "interes >= 0 AND interes < 10000",
    "tasa_anual_range": "tasa_anual >= 0 AND tasa_anual < 10000",
    "redondeo": "redondeo IN (0.01, 0.50, 1, 5, 10)",
    "iva_range": "iva >= 0 AND iva < 1",
    "comision_range": "comision >= 0 AND comision < 1",
    "seguro_range": "seguro >= 0 AND seguro < 10000000000",
    "mora_valor_range": "mora_valor >= 0 AND mora_valor < 10000000000",
    "gracia_capital_range": "gracia_capital >= 0 AND gracia_capital < numero_pagos",
    "gracia_mora_range": "gracia_mora BETWEEN 0 AND 365",
    "mora_valor_present": "mora_tipo = 'ninguna' OR mora_valor > 0",
    "mora_valor_cents": "mora_tipo <> 'fija' OR mora_valor = round(mora_valor, 2)",
    "incumplimientos_tolerados_range": "incumplimientos_tolerados BETWEEN 0 AND 520",
    "limite_penalizaciones_range": "limite_penalizaciones BETWEEN 0 AND 520",
    "monto_minimo_positive": "monto_minimo > 0 AND monto_minimo < 10000000000",
    "monto_maximo_positive": "monto_maximo > 0 AND monto_maximo < 10000000000",
    "monto_maximo_not_below": "monto_maximo >= monto_minimo",
    "avales_requeridos_range": "avales_requeridos BETWEEN 0 AND 3",
    "maximo_avalados_range": "maximo_avalados BETWEEN 0 AND 100",
    "maximo_avalados_present": "avales_requeridos = 0 OR maximo_avalados > 0",
    "pagos_para_renovar_range": "pagos_para_renovar BETWEEN 0 AND 520",
}
# Weeks, interest, penalty in installments, most penalties, payments before renewal, part of a payment, CAT.
TYPES = (
    (14, "0.40", 1, 1, 9, "0.10", "1068.5"),
    (20, "0.40", 1, 4, 9, "0.07", "481.4"),
    (30, "0.50", 2, 4, 18, "0.05", "330.0"),
    (11, "0.10", 1, 4, 9, "0.10", "131.0"),
    (13, "0.30", 1, 4, 9, "0.10", "659.8"),
)
COLUMNS = ("numero_pagos", "interes", "mora_valor", "limite_penalizaciones", "pagos_para_renovar", "porcentaje_pago")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("nombre", sa.String(200), nullable=False),
        *(sa.Column(name, sa.String(40), nullable=False) for name in VALUES),
        *_numbers(),
        sa.Column("activo", sa.Boolean, server_default=sa.true(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("nombre", name=op.f(f"uq_{TABLE}_nombre")),
        *(_check(name, f"{name} IN ({values})") for name, values in VALUES.items()),
        *(_check(name, condition) for name, condition in CHECKS.items()),
    )
    op.execute("SELECT audit_refresh()")  # so that the log has the rows from the first
    _insert_types()


def downgrade() -> None:
    """Take back; loan types are deleted, which is recorded."""
    op.execute(sa.delete(sa.table(TABLE)))
    op.drop_table(TABLE)


def _numbers() -> Iterator[sa.Column[object]]:
    small, rate, amount = sa.SmallInteger(), sa.Numeric(10, 6), sa.Numeric(12, 2)
    needed = {
        **dict.fromkeys(("numero_pagos", "gracia_capital", "incumplimientos_tolerados"), small),
        **dict.fromkeys(("avales_requeridos", "maximo_avalados", "pagos_para_renovar"), small),
        **dict.fromkeys(("iva", "comision"), rate),
        "redondeo": sa.Numeric(4, 2),
        "seguro": amount,
        "mora_valor": sa.Numeric(16, 6),
    }
    optional = {
        **dict.fromkeys(("interes", "tasa_anual"), rate),
        **dict.fromkeys(("gracia_mora", "limite_penalizaciones"), small),
        **dict.fromkeys(("monto_minimo", "monto_maximo"), amount),
        "porcentaje_pago": sa.Numeric(11, 6),
        "cat": sa.Numeric(7, 1),
    }
    yield from (sa.Column(name, type_, nullable=False) for name, type_ in needed.items())
    yield from (sa.Column(name, type_) for name, type_ in optional.items())


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))


def _insert_types() -> None:
    """Insert the types that the business has: weekly payments in whole pesos, and installments as penalties."""
    common = {
        "metodo": "cuota_fija",
        "frecuencia": "semanal",
        "base_dias": "periodos",
        "redondeo": "1",
        "modo_redondeo": "arriba",
        "iva": "0",
        "comision": "0",
        "comision_modo": "descontada",
        "seguro": "0",
        "gracia_capital": 0,
        "mora_tipo": "cuotas_extra",
        "incumplimientos_tolerados": 1,
        "orden_aplicacion": "cuotas_primero",
        "liquidacion": "saldo_total",
        "avales_requeridos": 0,
        "maximo_avalados": 3,
    }
    for values in TYPES:
        own = dict(zip((*COLUMNS, "cat"), values, strict=True))
        row = {"nombre": f"{own['numero_pagos']} semanas", **common, **own}
        op.execute(sa.insert(sa.table(TABLE, *map(sa.column, row))).values(**row))
