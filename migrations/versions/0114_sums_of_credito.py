"""Sums of credito that triggers keep: collection and loans by day, installments by due day, the open portfolio."""

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None

MONDAY = "({0} - (extract(isodow FROM {0})::int - 1))"
GRACE = (
    "CASE WHEN {0}.condiciones ->> 'gracia_mora' IS NOT NULL THEN ({0}.condiciones ->> 'gracia_mora')::smallint"
    " WHEN {0}.condiciones ->> 'frecuencia' = 'semanal' THEN -1 ELSE 0 END"
)
"""Days of grace of a loan; -1 for the rest of the week."""
OPEN = "estado IN ('desembolsado', 'activo', 'atrasado')"

DAYS = ("efectivo", "bancos", "renovado", "papel", "entregado", "comisiones", "creditos")
TABLES = {
    "credito_dia_sums": (("fecha", "grupo_id", "cobrador_id"), DAYS),
    "credito_cuota_sums": (("fecha", "gracia", "grupo_id"), ("debido", "a_tiempo", "pendiente")),
    "credito_cartera_sums": (("grupo_id", "vence", "gracia", "reestructurado"), ("capital", "interes", "cargos")),
    "credito_producto_sums": (("tipo_prestamo_id", "mes", "vence", "gracia", "reestructurado"), ("capital",)),
}
"""Columns of the cells and of the sums, by table."""
MARKED = ("credito_dia_sums", "credito_cuota_sums")
TYPES = {
    "fecha": sa.Date,
    "vence": sa.Date,
    "mes": sa.Date,
    "gracia": sa.SmallInteger,
    "reestructurado": sa.Boolean,
}
NULLABLE = {"grupo_id", "cobrador_id", "vence"}
INDEXES = {
    "credito_dia_sums": ("fecha", "grupo_id"),
    "credito_cuota_sums": ("fecha", "grupo_id"),
    "credito_cartera_sums": ("grupo_id",),
}

ADDED = """
    INSERT INTO {table} ({cell}, {sums}, movements)
    SELECT {cell}, {totals}, sum(sign) FROM ({changes}) changed
    GROUP BY {cell} HAVING sum(sign) <> 0 {nonzero};
"""
OF_LOANS = {
    "credito_dia_sums": """
        SELECT fecha_desembolso AS fecha, grupo_id, entregado_por_id AS cobrador_id, 0 AS efectivo, 0 AS bancos,
               0 AS renovado, sign * monto AS papel, sign * monto_entregado AS entregado,
               CASE WHEN condiciones ->> 'comision_modo' = 'aparte' THEN sign * comision ELSE 0 END AS comisiones,
               sign AS creditos, sign
        FROM ({rows}) loan WHERE fecha_desembolso IS NOT NULL AND estado <> 'cancelado'
    """,
    "credito_cartera_sums": f"""
        SELECT grupo_id, vence_mas_antiguo AS vence, {GRACE.format("loan")} AS gracia, reestructurado,
               sign * saldo_capital AS capital, sign * saldo_interes AS interes, sign * saldo_cargos AS cargos, sign
        FROM ({{rows}}) loan WHERE {OPEN}
    """,  # noqa: S608 - constants
    "credito_producto_sums": f"""
        SELECT tipo_prestamo_id, month_of(fecha_desembolso) AS mes, vence_mas_antiguo AS vence,
               {GRACE.format("loan")} AS gracia, reestructurado, sign * saldo_capital AS capital, sign
        FROM ({{rows}}) loan WHERE {OPEN}
    """,  # noqa: S608 - constants
}
OF_CUOTAS = f"""
    SELECT cuota.fecha_vencimiento AS fecha, {GRACE.format("loan")} AS gracia, loan.grupo_id,
           CASE WHEN {{counts}} THEN sign * (cuota.monto - cuota.condonado) ELSE 0 END AS debido,
           CASE WHEN {{counts}} THEN sign * cuota.a_tiempo ELSE 0 END AS a_tiempo,
           CASE WHEN loan.fecha_cierre IS NULL THEN sign * (cuota.monto - cuota.condonado - cuota.pagado) ELSE 0 END
               AS pendiente, sign
    FROM {{rows}}
""".replace(  # noqa: S608 - constants
    "{counts}",
    f"loan.fecha_desembolso < {MONDAY.format('cuota.fecha_vencimiento')}"
    f" AND (loan.fecha_cierre IS NULL OR loan.fecha_cierre >= {MONDAY.format('cuota.fecha_vencimiento')})",
)
"""An installment is due in its week if its loan was open when the week began."""
OF_PAGOS = """
    SELECT taken.fecha, loan.grupo_id, pago.cobrador_id,
           CASE WHEN pago.metodo = 'efectivo' THEN taken.sign * pago.sign * pago.monto ELSE 0 END AS efectivo,
           CASE WHEN pago.metodo IN ('transferencia', 'deposito') THEN taken.sign * pago.sign * pago.monto ELSE 0 END
               AS bancos,
           CASE WHEN pago.metodo = 'renovacion' THEN taken.sign * pago.sign * pago.monto ELSE 0 END AS renovado,
           0 AS papel, 0 AS entregado, 0 AS comisiones, 0 AS creditos, pago.sign
    FROM ({rows}) pago JOIN credito_prestamos loan ON loan.id = pago.prestamo_id
    CROSS JOIN LATERAL (VALUES (pago.fecha, 1), (pago.fecha_reverso, -1)) taken (fecha, sign)
    WHERE (pago.estado = 'valido' OR pago.fecha_reverso IS NOT NULL) AND taken.fecha IS NOT NULL
      AND pago.metodo <> 'seguro'
"""
"""A payment that was reversed stays on its day, and is taken off on that of the reversal."""
ROWS = {
    "INSERT": "SELECT *, 1 AS sign FROM new_rows",
    "UPDATE": "SELECT *, 1 AS sign FROM new_rows UNION ALL SELECT *, -1 FROM old_rows",
    "DELETE": "SELECT *, -1 AS sign FROM old_rows",
}
MOVED = """
    SELECT new_rows.*, 1 AS sign FROM new_rows JOIN old_rows USING (id)
    WHERE (new_rows.fecha_cierre, new_rows.fecha_desembolso, new_rows.grupo_id)
          IS DISTINCT FROM (old_rows.fecha_cierre, old_rows.fecha_desembolso, old_rows.grupo_id)
    UNION ALL
    SELECT old_rows.*, -1 FROM old_rows JOIN new_rows USING (id)
    WHERE (new_rows.fecha_cierre, new_rows.fecha_desembolso, new_rows.grupo_id)
          IS DISTINCT FROM (old_rows.fecha_cierre, old_rows.fecha_desembolso, old_rows.grupo_id)
"""
FUNCTION = """
CREATE FUNCTION {table}_keep_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INSERT}
    ELSIF TG_OP = 'DELETE' THEN
        {DELETE}
    ELSIF EXISTS (SELECT FROM new_rows) THEN
        {UPDATE}
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_sums_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums();
CREATE TRIGGER keep_sums_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums();
CREATE TRIGGER keep_sums_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep_sums()
"""
CLOSED = """
UPDATE credito_prestamos loan SET fecha_cierre = coalesce(paid.fecha, loan.updated_at::date)
FROM credito_prestamos same LEFT JOIN LATERAL (
    SELECT max(fecha) AS fecha FROM credito_pagos
    WHERE prestamo_id = same.id AND estado = 'valido' AND capital + interes + iva + cargos > 0
) paid ON true
WHERE same.id = loan.id AND loan.estado IN ('liquidado', 'renovado', 'castigado')
"""
ON_TIME = f"""
UPDATE credito_cuotas cuota SET a_tiempo = greatest(0, least(cuota.monto - cuota.condonado, week.covered - week.before))
FROM (
    SELECT one.prestamo_id, one.numero,
           greatest(0, paid.earlier - owed.earlier) + paid.of_week AS covered, owed.of_week AS before
    FROM (SELECT *, {MONDAY.format("fecha_vencimiento")} AS semana FROM credito_cuotas) one
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(other.monto - other.condonado) FILTER (WHERE other.fecha_vencimiento < one.semana), 0)
                   AS earlier,
               coalesce(sum(other.monto - other.condonado) FILTER (WHERE other.fecha_vencimiento >= one.semana
                   AND (other.fecha_vencimiento, other.numero) < (one.fecha_vencimiento, one.numero)), 0) AS of_week
        FROM credito_cuotas other WHERE other.prestamo_id = one.prestamo_id
    ) owed
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capital + interes + iva) FILTER (WHERE fecha < one.semana), 0) AS earlier,
               coalesce(sum(monto) FILTER (WHERE fecha BETWEEN one.semana AND one.semana + 6), 0) AS of_week
        FROM credito_pagos
        WHERE prestamo_id = one.prestamo_id AND estado = 'valido' AND metodo NOT IN ('renovacion', 'seguro')
    ) paid
) week
WHERE week.prestamo_id = cuota.prestamo_id AND week.numero = cuota.numero AND week.covered > week.before
"""  # noqa: S608 - constants


def upgrade() -> None:
    """Apply; what follows from the rows that there are is worked out."""
    op.add_column("credito_prestamos", sa.Column("fecha_cierre", sa.Date()))
    op.add_column("credito_pagos", sa.Column("fecha_reverso", sa.Date()))
    op.add_column("credito_cuotas", sa.Column("a_tiempo", sa.Numeric(12, 2), server_default="0", nullable=False))
    op.execute(CLOSED)
    op.execute(
        "UPDATE credito_pagos SET fecha_reverso = (reversado_en AT TIME ZONE 'America/Mexico_City')::date"
        " WHERE estado = 'reversado' AND saldo_despues IS NOT NULL"
    )
    op.execute(ON_TIME)
    _checks()
    for table, (cell, sums) in TABLES.items():
        _create(table, cell, sums)
    op.create_index(
        "ix_credito_cuota_sums_pendientes",
        "credito_cuota_sums",
        ["fecha"],
        postgresql_include=["gracia", "grupo_id", "pendiente"],
        postgresql_where=sa.text("pendiente <> 0"),
    )
    exempt_from_audit(*TABLES)
    for table in ("credito_prestamos", "credito_cuotas", "credito_pagos"):
        op.execute(FUNCTION.format(table=table, **{event: _added(table, event) for event in ROWS}))
    for table in ("credito_prestamos", "credito_cuotas", "credito_pagos"):
        op.execute(_of_existing(table))


def downgrade() -> None:
    """Take back."""
    for table in ("credito_prestamos", "credito_cuotas", "credito_pagos"):
        op.execute(f"DROP FUNCTION {table}_keep_sums() CASCADE")
    for table in TABLES:
        op.drop_table(table)
    end_audit_exemption(*TABLES)
    op.drop_column("credito_cuotas", "a_tiempo")
    op.drop_column("credito_pagos", "fecha_reverso")
    op.drop_column("credito_prestamos", "fecha_cierre")


def _checks() -> None:
    between = "{0} BETWEEN '1900-01-01' AND '2200-12-31'"
    for table, column in (("credito_prestamos", "fecha_cierre"), ("credito_pagos", "fecha_reverso")):
        op.create_check_constraint(op.f(f"ck_{table}_{column}_range"), table, between.format(column))
    op.create_check_constraint(
        op.f("ck_credito_pagos_fecha_reverso_by_estado"),
        "credito_pagos",
        "fecha_reverso IS NULL OR estado = 'reversado'",
    )
    op.create_check_constraint(
        op.f("ck_credito_cuotas_a_tiempo_range"), "credito_cuotas", "a_tiempo BETWEEN 0 AND monto"
    )


def _create(table: str, cell: tuple[str, ...], sums: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *(sa.Column(name, TYPES.get(name, sa.BigInteger), nullable=name in NULLABLE) for name in cell),
        *(sa.Column(name, sa.Numeric(20, 2), nullable=False) for name in sums),
        sa.Column("movements", sa.BigInteger(), nullable=False),
        *([sa.Column("folded", sa.Boolean(), server_default="false", nullable=False)] if table in MARKED else []),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    if table in INDEXES:
        op.create_index(f"ix_{table}_cell", table, list(INDEXES[table]))
    if table in MARKED:
        op.create_index(f"ix_{table}_fresh", table, ["id"], postgresql_where=sa.text("NOT folded"))


def _added(table: str, event: str) -> str:
    """Statements that add the changes of a table's rows to the sums."""
    if table == "credito_prestamos":
        found = {name: changes.format(rows=ROWS[event]) for name, changes in OF_LOANS.items()}
        if event == "UPDATE":
            moved = f"({MOVED}) loan JOIN credito_cuotas cuota ON cuota.prestamo_id = loan.id"
            found["credito_cuota_sums"] = OF_CUOTAS.format(rows=moved)
    elif table == "credito_cuotas":
        rows = f"({ROWS[event]}) cuota JOIN credito_prestamos loan ON loan.id = cuota.prestamo_id"
        found = {"credito_cuota_sums": OF_CUOTAS.format(rows=rows)}
    else:
        found = {"credito_dia_sums": OF_PAGOS.format(rows=ROWS[event])}
    return "".join(_statement(name, changes) for name, changes in found.items())


def _of_existing(table: str) -> str:
    """Statements that add the rows of a table that there are."""
    return _added(table, "INSERT").replace("FROM new_rows", f"FROM {table}")


def _statement(name: str, changes: str) -> str:
    cell, sums = TABLES[name]
    return ADDED.format(
        table=name,
        cell=", ".join(cell),
        sums=", ".join(sums),
        totals=", ".join(f"sum({one})" for one in sums),
        nonzero=" ".join(f"OR sum({one}) <> 0" for one in sums),
        changes=changes,
    )
