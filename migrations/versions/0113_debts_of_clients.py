"""Debts of clients of credito, as the domain of clients reads them."""

from alembic import op

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None

VIEW = """
CREATE VIEW credito_deudas_de_clientes WITH (security_invoker = true) AS
SELECT cliente_id, false AS es_aval, estado IN ('desembolsado', 'activo', 'atrasado') AS abierto,
       saldo, monto, monto_entregado, version
FROM credito_prestamos
UNION ALL
SELECT aval.cliente_id, true, estado IN ('desembolsado', 'activo', 'atrasado'), saldo, monto, monto_entregado, version
FROM credito_avales aval JOIN credito_prestamos ON credito_prestamos.id = aval.prestamo_id
WHERE estado NOT IN ('solicitud', 'aprobado')
"""


def upgrade() -> None:
    """Apply."""
    op.execute(VIEW)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW credito_deudas_de_clientes")
