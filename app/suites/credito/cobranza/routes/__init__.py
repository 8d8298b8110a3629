"""Addresses of collection."""

from app.suites.credito.cobranza.routes.campo import namespace as campo_namespace
from app.suites.credito.cobranza.routes.clientes import namespace as clientes_namespace
from app.suites.credito.cobranza.routes.documentos import namespace as documentos_namespace
from app.suites.credito.cobranza.routes.faltas import namespace as faltas_namespace
from app.suites.credito.cobranza.routes.grupos import namespace as grupos_namespace
from app.suites.credito.cobranza.routes.pagos import namespace as pagos_namespace
from app.suites.credito.cobranza.routes.prestamos import namespace as prestamos_namespace
from app.suites.credito.cobranza.routes.visitas import promesas_namespace, visitas_namespace

NAMESPACES = (
    pagos_namespace,
    campo_namespace,
    grupos_namespace,
    prestamos_namespace,
    visitas_namespace,
    promesas_namespace,
    faltas_namespace,
    clientes_namespace,
    documentos_namespace,
)
