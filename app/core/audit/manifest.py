"""Manifest of the audit log."""

from app.core.audit import cli, jobs, routes
from app.core.audit.service import AuditService
from app.manifest import ADMINS, Manifest, Permission

MANIFEST = Manifest(
    tags={"audit": "Audit log (admins)."},
    namespaces=(routes.namespace,),
    permissions=(Permission("audit:read", "Ver la auditoría", ADMINS),),
    words={
        "action": ("`insert`, `update`, `delete`, or the verb of an event such as `sign_in` or `export`", "update"),
        "after": (
            "The row after the change; null after a delete; the detail of an event",
            {"name": "Café Andino SAS"},
        ),
        "at": ("Time of the change or refusal", "2025-03-05T14:30:00Z"),
        "before": ("The row before the change; null for an insert", {"name": "Café Andino"}),
        "code": ("Stable code for programs", "validation_failed"),
        "cursor": ("Id of an entry: only older ones, newest first", 4711),
        "domain": ("Part of the program that has the operation", "payments"),
        "operation": ("Permission that the request needed, or name of the job or task", "payments:write"),
        "session_id": ("Id of the caller's session; null without one", 17),
        "suite": ("Suite of the operation; `core` for what all share", "fresco"),
        "method": ("Method of the request", "GET"),
        "path": ("Path of the request, without its query", "/api/users"),
        "request_id": ("Id of the request in the server's log", "5f0c1e6a2b7d4c0f9a3e8d7b6c5a4f3e"),
        "row_id": ("Id of the row; null for an event that concerns none", 1),
        "table": ("Name of the table, or what an event concerns", "clients"),
        "times": ("Number of refusals in this entry; its other values are those of the last one", 1),
        "user_agent": ("User agent of the client", "Mozilla/5.0"),
    },
    headings={
        "action": "Acción",
        "after": "Después",
        "at": "Momento",
        "before": "Antes",
        "code": "Código",
        "domain": "Dominio",
        "method": "Método",
        "operation": "Operación",
        "session_id": "ID de la sesión",
        "suite": "Suite",
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
