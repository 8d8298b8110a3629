"""Manifest of periods."""

from app.core.periods import routes
from app.core.periods.service import PeriodService
from app.manifest import ADMINS, EVERYONE, Manifest, Permission

MANIFEST = Manifest(
    tags={"periods": "Months of the company's book, which are closed in order."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("periods:read", "Ver los meses cerrados", EVERYONE),
        Permission("periods:write", "Cerrar y reabrir meses", ADMINS),
    ),
    words={
        "closed_at": ("When it was closed; null while it is open", "2025-04-02T14:30:00Z"),
        "closed_by": ("Id of the user who closed it; null while it is open", 1),
        "period": ("The month", None),
        "reason": ("Why it is reopened", "Factura tardía"),
        "state": ("Whether it is open or closed", None),
        "warnings": ("Found undone in the month, which did not keep it open", None),
    },
    headings={
        "closed_at": "Cerrado el",
        "closed_by": "Cerrado por",
        "reason": "Motivo de la reapertura",
        "state": "Estado",
    },
    violations=lambda context: PeriodService(context).violations(),
)
