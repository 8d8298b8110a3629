"""Manifest of roles and permissions."""

from app.core.access import routes
from app.manifest import ADMIN, ADMINS, PERSON, USER, VIEWER, BuiltInRole, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "permissions": "Permissions that roles may give (admins).",
        "roles": "Roles of users, and their permissions (admins).",
    },
    namespaces=(routes.roles_namespace, routes.permissions_namespace),
    permissions=(
        Permission("roles:read", "Ver roles y permisos", ADMINS),
        Permission("roles:write", "Cambiar roles y sus permisos", ADMINS),
    ),
    roles=(
        BuiltInRole(ADMIN, "Administrador"),
        BuiltInRole(USER, "Usuario"),
        BuiltInRole(VIEWER, "Consulta"),
        BuiltInRole(PERSON, "Persona"),
    ),
    words={
        "all_scopes": ("Kinds of scopes that do not limit the role: it has all their rows", []),
        "built_in": ("Whether the program brings the role; then it can't be deleted", False),
        "code": ("Code of the role, which users have as `role`; it never changes", "ventas"),
        "label": ("Spanish label", "Ver clientes"),
        "scoped": ("Whether a scope limits it to some rows", False),
        "suite": ("Suite that it belongs to; `core` for what all suites share", "fresco"),
        "two_factor_required": ("Whether its users must set up a second factor", False),
    },
    headings={
        "all_scopes": "Todos los alcances",
        "built_in": "Incorporado",
        "code": "Código",
        "label": "Etiqueta",
        "permissions": "Permisos",
        "scoped": "Limitado por alcance",
        "suite": "Suite",
        "two_factor_required": "Exige segundo factor",
    },
)
