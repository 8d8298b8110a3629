"""Manifest of users, logins and sessions."""

from app.domains.auth import cli, demo, jobs, routes
from app.manifest import ADMINS, EVERYONE, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "auth": "Logging in and out, and oneself.",
        "users": "Who may log in (admins).",
    },
    namespaces=(routes.auth_namespace, routes.users_namespace),
    permissions=(
        Permission("account:read", "Ver la cuenta propia", EVERYONE),
        Permission("account:write", "Cambiar la contraseña propia", EVERYONE),
        Permission("users:read", "Ver usuarios", ADMINS),
        Permission("users:write", "Cambiar usuarios", ADMINS),
    ),
    words={
        "access_token": (
            "Goes into `Authorization: Bearer ...` of every call; short-lived",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ),
        "current_password": ("Proves who is asking", "correct horse battery"),
        "device_token": (
            "Names a device that logged in before; sent with the next login, it passes the lock of an account",
            "ImE3YjAi.Z9xkYQ.c2ln",
        ),
        "is_active": ("Whether they may log in", True),
        "new_password": ("10 to 72 bytes in UTF-8, none of the common ones", "otra clave bien larga"),
        "password": ("10 to 72 bytes in UTF-8, none of the common ones", "correct horse battery"),
        "permissions": ("What one may do, as `resource:read` or `resource:write`", ["clients:read", "clients:write"]),
        "refresh_token": (
            "Good for new access tokens only; lives as long as the session",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ),
        "role": ("What they may do", "user"),
        "user": ("Who logged in", None),
    },
    headings={
        "is_active": "Activo",
        "role": "Rol",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    demo=demo.seed,
)
