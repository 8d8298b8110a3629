"""Money of credito is attached to movements, open installments to open items."""

import json

import sqlalchemy as sa
from alembic import op

from app.infra.db.migrations import end_audit_exemption, exempt_from_audit

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None

FLUJO = "credito_flujo"
RUBROS = (
    *("capital de préstamos", "préstamos entregados", "saldos a favor", "seguros", "cobro por revisar"),
    *("IVA", "intereses", "mora", "comisiones", "recuperaciones", "sobrantes de cortes", "gastos", "bonos"),
    "faltantes incobrables",
)
CAPITAL = ", ".join(f"'{rubro}'" for rubro in RUBROS[:5])
MOVED = {
    "kind": "CASE WHEN r.entra THEN 'income' ELSE 'expense' END",
    "nature": f"CASE WHEN r.rubro IN ({CAPITAL}) THEN 'capital' WHEN r.rubro = 'IVA' THEN 'tax' ELSE 'operating' END",
    "source": "CASE r.origen WHEN 'pagos' THEN 'credito_pago' WHEN 'credito.cortes' THEN 'credito_corte' "
    "WHEN 'credito.gastos' THEN 'credito_gasto' WHEN 'credito.bonos_ganados' THEN 'credito_bono' "
    "WHEN 'credito.faltantes' THEN 'credito_faltante' WHEN 'credito.seguros' THEN 'credito_seguro' "
    "ELSE 'credito_prestamo' END",
    "source_id": "r.origen_id",
    "date": "r.fecha",
    "amount": "r.monto",
    "currency": "'MXN'",
    "category": "r.rubro",
    "description": "r.detalle",
    "party_name": "r.ruta",
}
FOLIO = "'P-' || lpad(r.prestamo_id::text, greatest(6, length(r.prestamo_id::text)), '0')"
# Interest is income when it is paid, so that what is due is no income yet: all of it is capital that comes back.
OWED = {
    "kind": "'income'",
    "nature": "'capital'",
    "source": "'credito_cuota'",
    "source_id": "r.prestamo_id",
    "due_date": "r.fecha_vencimiento",
    "amount": "r.monto - r.pagado - r.condonado",
    "currency": "'MXN'",
    "category": "'cuotas'",
    "description": FOLIO,
}
OPEN = "r.pagado + r.condonado < r.monto AND NOT r.castigada"
ATTACH = sa.text("SELECT movement_attach(:target, :name, :name, 'credito', CAST(:mapping AS jsonb), :counted)")
DETACH = sa.text("SELECT movement_detach(:target, :name)")
ALREADY = """
UPDATE credito_cuotas SET castigada = true
FROM credito_prestamos loan WHERE loan.id = prestamo_id AND loan.estado = 'castigado'
"""
"""Loans are written off where this migration was taken back before."""
WRITTEN_OFF = """
CREATE FUNCTION credito_castigar_cuotas() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE credito_cuotas SET castigada = (NEW.estado = 'castigado') WHERE prestamo_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER castigar_cuotas AFTER UPDATE OF estado ON credito_prestamos FOR EACH ROW
WHEN ((OLD.estado = 'castigado') <> (NEW.estado = 'castigado')) EXECUTE FUNCTION credito_castigar_cuotas()
"""
# Postings of before; a commission that was paid apart is in the disbursement's amount.
FILL = """
WITH posted AS (
    SELECT e.id, e.source, split_part(e.source_key, ':', 1)::bigint AS origen_id, e.memo, e.date, a.code, l.amount,
           a.code IN ('banco', 'caja_oficina', 'seguro_por_cobrar')
               OR split_part(a.code, ':', 1) IN ('efectivo', 'faltantes') AS money
    FROM entries e JOIN books b ON b.id = e.book_id AND b.code = 'credito'
    JOIN lines l ON l.entry_id = e.id JOIN accounts a ON a.id = l.account_id
), moving AS (SELECT id FROM posted WHERE money GROUP BY id HAVING sum(amount) <> 0),
parts AS (
    SELECT posted.*, CASE WHEN memo LIKE 'desembolso%' THEN 'préstamos entregados' ELSE CASE code
        WHEN 'saldos_a_favor' THEN 'saldos a favor' WHEN 'seguro_por_pagar' THEN 'seguros'
        WHEN 'cobros_por_revisar' THEN 'cobro por revisar' WHEN 'iva' THEN 'IVA'
        WHEN 'ingresos_interes' THEN 'intereses' WHEN 'intereses_por_cobrar' THEN 'intereses'
        WHEN 'ingresos_mora' THEN 'mora' WHEN 'mora_por_cobrar' THEN 'mora'
        WHEN 'ingresos_comision' THEN 'comisiones' WHEN 'recuperaciones' THEN 'recuperaciones'
        WHEN 'otros_ingresos' THEN 'sobrantes de cortes' WHEN 'gastos' THEN 'gastos' WHEN 'bonos' THEN 'bonos'
        WHEN 'faltantes_incobrables' THEN 'faltantes incobrables' ELSE 'capital de préstamos' END END AS rubro
    FROM posted JOIN moving USING (id) WHERE NOT money
)
INSERT INTO credito_flujo (origen, origen_id, concepto, fecha, rubro, entra, monto)
SELECT source, origen_id, memo, date, rubro, sum(amount) < 0, abs(sum(amount))
FROM parts GROUP BY id, source, origen_id, memo, date, rubro HAVING sum(amount) <> 0
"""


def upgrade() -> None:
    """Apply; the money of what was posted before is filled in."""
    _flujo()
    exempt_from_audit(FLUJO)
    op.execute(FILL)
    op.add_column(
        "credito_cuotas", sa.Column("castigada", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(ALREADY)
    op.execute(WRITTEN_OFF)
    connection = op.get_bind()
    for target, name, mapping, counted in (
        ("movements", FLUJO, MOVED, "true"),
        ("open_items", "credito_cuotas", OWED, OPEN),
    ):
        values = {"target": target, "name": name, "mapping": json.dumps(mapping), "counted": counted}
        connection.execute(ATTACH, values)
    op.execute(f"SELECT period_guard_attach('{FLUJO}', '{{fecha}}')")


def downgrade() -> None:
    """Take back."""
    op.execute(f"SELECT period_guard_detach('{FLUJO}')")
    connection = op.get_bind()
    connection.execute(DETACH, {"target": "open_items", "name": "credito_cuotas"})
    connection.execute(DETACH, {"target": "movements", "name": FLUJO})
    op.execute("DROP TRIGGER castigar_cuotas ON credito_prestamos")
    op.execute("DROP FUNCTION credito_castigar_cuotas()")
    op.drop_column("credito_cuotas", "castigada")
    op.drop_table(FLUJO)
    end_audit_exemption(FLUJO)


def _flujo() -> None:
    listed = ", ".join(f"'{rubro}'" for rubro in RUBROS)
    op.create_table(
        FLUJO,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("origen", sa.String(length=60), nullable=False),
        sa.Column("origen_id", sa.BigInteger(), nullable=False),
        sa.Column("concepto", sa.String(length=100), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("rubro", sa.String(40), nullable=False),
        sa.Column("entra", sa.Boolean(), nullable=False),
        sa.Column("monto", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("detalle", sa.String(length=500), nullable=True),
        sa.Column("ruta", sa.String(length=200), nullable=True),
        sa.CheckConstraint(f"rubro IN ({listed})", name=op.f("ck_credito_flujo_rubro")),
        sa.CheckConstraint("monto > 0 AND monto < 1000000000000", name=op.f("ck_credito_flujo_monto_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credito_flujo")),
        sa.UniqueConstraint("origen", "origen_id", "concepto", "rubro", "fecha", name="uq_credito_flujo_asiento"),
    )
    op.create_index("ix_credito_flujo_fecha", FLUJO, ["fecha"], unique=False, postgresql_using="brin")
