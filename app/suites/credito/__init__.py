"""credito: microcredit, lent and collected at people's homes. A new domain is a folder here and its name in `SUITE`."""

from app.manifest import ADMIN, Suite

SUITE = Suite(
    name="credito",
    package="app.suites.credito",
    prefix="/api/credito",
    domains=("equipo", "diario", "clientes", "productos", "prestamos", "cobranza", "caja", "reportes"),
)

DIRECTOR, GERENTE, SUPERVISOR, TITULAR = "director", "gerente", "supervisor", "titular"
COBRADOR, CAJERO, CONSULTA = "cobrador", "cajero", "consulta"
"""Codes of the roles that the suite brings."""

DIRECCION = frozenset({ADMIN, DIRECTOR})
MANDOS = DIRECCION | {GERENTE, SUPERVISOR}
SOLICITANTES = MANDOS | {TITULAR, CAJERO}
"""Roles of those who may request loans."""
TODOS = SOLICITANTES | {COBRADOR, CONSULTA}
"""Roles of all who use the suite."""
