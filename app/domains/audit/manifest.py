"""Manifest of the audit log."""

from app.domains.audit import cli, jobs, routes
from app.domains.audit.service import AuditService
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"audit": "Who changed what (admins)."},
    namespaces=(routes.namespace,),
    permissions=(Permission("audit:read", "Ver la auditoría", ADMINS),),
    words={
        "action": ("`INSERT`, `UPDATE` or `DELETE`", "UPDATE"),
        "after": ("The row afterwards; null where it was deleted", {"name": "Café Andino SAS"}),
        "at": ("When it happened", "2025-03-05T14:30:00Z"),
        "before": ("The row before; null where it was inserted", {"name": "Café Andino"}),
        "code": ("A stable word for programs to branch on and to translate", "validation_failed"),
        "method": ("Method of the request", "GET"),
        "path": ("Address of the request, without its query", "/api/users"),
        "request_id": ("Under which the server logged the request", "5f0c1e6a2b7d4c0f9a3e8d7b6c5a4f3e"),
        "row_id": ("Id of the row", 1),
        "table": ("Name of the table", "clients"),
        "times": ("How many refusals this stands for; the rest is of the last", 1),
        "user_agent": ("What the client calls itself", "Mozilla/5.0"),
    },
    headings={
        "action": "Acción",
        "after": "Después",
        "at": "Momento",
        "before": "Antes",
        "code": "Código",
        "method": "Método",
        "path": "Ruta",
        "request_id": "ID de la solicitud",
        "row_id": "ID del registro",
        "table": "Tabla",
        "times": "Veces",
        "user_agent": "Agente de usuario",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    violations=lambda context: AuditService(context).violations(),
)
