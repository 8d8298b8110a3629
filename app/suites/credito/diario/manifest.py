"""Manifest of the journal and of cuts."""

from app.manifest import Manifest, Permission
from app.suites.credito import CONSULTA, DIRECCION, DIRECTOR, TODOS
from app.suites.credito.diario import routes, subscribers
from app.suites.credito.diario.rules import ESTADOS_CORTE

MANIFEST = Manifest(
    tags={
        "credito diario": "Journal: balanced postings of all that moves money.",
        "credito cortes": "Cuts: the times in which people hold cash.",
    },
    namespaces=(routes.diario_namespace, routes.cortes_namespace),
    permissions=(
        Permission("credito.diario:read", "Ver el diario", DIRECCION | {CONSULTA}),
        Permission("credito.cortes:read", "Ver cortes", TODOS),
        Permission("credito.cortes:abrir", "Abrir el corte propio", TODOS - {DIRECTOR, CONSULTA}),
    ),
    subscriptions=subscribers.SUBSCRIPTIONS,
    labels={"estado_corte": ESTADOS_CORTE},
    words={
        "asiento_id": ("Id of the entry; its lines balance", 1042),
        "concepto": ("Word for the event that was posted", "pago"),
        "cuenta": ("Account; those of people end in their clave", "efectivo:ANA1"),
        "debe": ("Debit", 300),
        "desde": ("First day", "2026-03-02"),
        "estado": ("State of the cut", "abierto"),
        "fecha": ("Day", "2026-03-02"),
        "fecha_valor": ("Own day of the event, where that lay in a closed month; null otherwise", "2026-02-27"),
        "folio": ("Number of the cut", "C-000001"),
        "haber": ("Credit", 0),
        "hasta": ("Last day; of a cut, when it was handed over", "2026-03-07"),
        "origen": ("Table of the row that was posted, without the suite's name", "pagos"),
        "origen_id": ("Id of that row", 17),
        "personal_id": ("Id of the person", 1),
        "semilla": ("Cash that the last cut left; another figure is 409 `semilla_no_coincide`", 500),
        "semilla_siguiente": ("Cash that it leaves to the next one", 500),
    },
    headings={
        "asiento_id": "ID del asiento",
        "concepto": "Concepto",
        "cuenta": "Cuenta",
        "debe": "Debe",
        "desde": "Desde",
        "estado": "Estado",
        "fecha": "Fecha",
        "fecha_valor": "Fecha valor",
        "folio": "Folio",
        "haber": "Haber",
        "hasta": "Hasta",
        "origen": "Origen",
        "origen_id": "ID del origen",
        "personal_id": "ID de la persona",
        "semilla": "Semilla",
        "semilla_siguiente": "Semilla siguiente",
    },
)
