"""Manifest of the journal of credito."""

from app.manifest import Manifest, Permission
from app.suites.credito import CONSULTA, DIRECCION
from app.suites.credito.diario import routes, service, subscribers

MANIFEST = Manifest(
    tags={
        "credito diario": "Journal: balanced postings of all that moves money.",
    },
    namespaces=(routes.diario_namespace,),
    permissions=(Permission("credito.diario:read", "Ver el diario", DIRECCION | {CONSULTA}),),
    subscriptions=subscribers.SUBSCRIPTIONS,
    violations=service.violations,
    words={
        "asiento_id": ("Id of the entry; its lines balance", 1042),
        "concepto": ("Word for the event that was posted", "pago"),
        "cuenta": ("Account; those of people end in their clave", "efectivo:ANA1"),
        "debe": ("Debit", 300),
        "desde": ("First day", "2026-03-02"),
        "fecha": ("Day", "2026-03-02"),
        "fecha_valor": ("Own day of the event, where that lay in a closed month; null otherwise", "2026-02-27"),
        "haber": ("Credit", 0),
        "hasta": ("Last day", "2026-03-07"),
        "origen": ("Table of the row that was posted, without the suite's name", "pagos"),
        "origen_id": ("Id of that row", 17),
    },
    headings={
        "asiento_id": "ID del asiento",
        "concepto": "Concepto",
        "cuenta": "Cuenta",
        "debe": "Debe",
        "desde": "Desde",
        "fecha": "Fecha",
        "fecha_valor": "Fecha valor",
        "haber": "Haber",
        "hasta": "Hasta",
        "origen": "Origen",
        "origen_id": "ID del origen",
    },
)
