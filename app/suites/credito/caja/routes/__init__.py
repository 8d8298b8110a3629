"""Routes of cash."""

from app.suites.credito.caja.routes.bonos import bonos_namespace, ganados_namespace
from app.suites.credito.caja.routes.cortes import cortes_namespace
from app.suites.credito.caja.routes.devoluciones import devoluciones_namespace
from app.suites.credito.caja.routes.faltantes import faltantes_namespace
from app.suites.credito.caja.routes.seguros import seguros_namespace

NAMESPACES = (
    cortes_namespace,
    faltantes_namespace,
    devoluciones_namespace,
    seguros_namespace,
    bonos_namespace,
    ganados_namespace,
)
