"""Manifest of users, logins and sessions."""

from app.core.identity import cli, demo, jobs, routes, subscribers
from app.manifest import ADMINS, ANYBODY, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "auth": "Login, logout and the caller's own account.",
        "users": "Users (admins).",
    },
    namespaces=(routes.auth_namespace, routes.users_namespace),
    permissions=(
        Permission("account:read", "Ver la cuenta propia", ANYBODY),
        Permission("account:write", "Cambiar la contraseña propia", ANYBODY),
        Permission("users:read", "Ver usuarios", ADMINS),
        Permission("users:write", "Cambiar usuarios", ADMINS),
    ),
    words={
        "access_token": (
            "Token for the header `Authorization: Bearer ...` of every call; short-lived",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ),
        "current_password": ("Current password of the caller", "correct horse battery"),
        "device_token": (
            "Identifies a device that logged in before; the next login with it is exempt from the account's lock",
            "ImE3YjAi.Z9xkYQ.c2ln",
        ),
        "is_active": ("Whether the user can log in", True),
        "new_password": ("10 to 72 bytes in UTF-8; common passwords are refused", "otra clave bien larga"),
        "password": ("10 to 72 bytes in UTF-8; common passwords are refused", "correct horse battery"),
        "permissions": (
            "Permissions of the user, as `resource:read` or `resource:write`",
            ["clients:read", "clients:write"],
        ),
        "refresh_token": (
            "Token that only gets new access tokens; valid as long as the session",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ),
        "role": ("Code of the role, which decides the permissions", "user"),
        "user": ("The user who logged in", None),
    },
    headings={
        "is_active": "Activo",
        "role": "Rol",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
)
