"""Manifest of users, logins and sessions."""

from app.core.identity import cli, demo, jobs, routes, subscribers, tasks
from app.manifest import ADMINS, ANYBODY, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "auth": "Login, logout and the caller's own account.",
        "users": "Users (admins).",
    },
    namespaces=(routes.auth_namespace, routes.users_namespace, routes.sso.namespace),
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
        "address": ("Network address of the login", "192.0.2.7"),
        "current": ("Whether this request was sent with it", True),
        "current_password": ("Current password of the caller", "correct horse battery"),
        "code": ("Code that the authenticator shows, or a recovery code", "492039"),
        "device_token": (
            "Identifies a device that logged in before; the next login with it is exempt from the account's lock",
            "ImE3YjAi.Z9xkYQ.c2ln",
        ),
        "confirm": ("The word ERASE", "ERASE"),
        "erase_on": ("Day on which the account is erased, as its user asked; null otherwise", "2026-03-16"),
        "expires_in": ("Seconds until the token expires", 300),
        "email_verified_at": (
            "Time when a mailed link or an invitation verified the address; null if none did",
            "2026-03-02T12:00:00Z",
        ),
        "invitation": ("Token of an invitation for this address", "q3J0bWF4X2xvbmdfcmFuZG9tX3Rva2Vu"),
        "full_name": ("Full name, as documents show it", "Lucía Gómez Ríos"),
        "is_active": ("Whether the user can log in", True),
        "new_password": ("10 to 72 bytes in UTF-8; common passwords are refused", "otra clave bien larga"),
        "password": ("10 to 72 bytes in UTF-8; common passwords are refused", "correct horse battery"),
        "permissions": (
            "Permissions of the user, as `resource:read` or `resource:write`",
            ["clients:read", "clients:write"],
        ),
        "otpauth_uri": (
            "Address that an authenticator reads, also in the picture",
            "otpauth://totp/Control%20Fresco:lucia?secret=JBSWY3DPEHPK3PXP&issuer=Control%20Fresco",
        ),
        "qr_svg": ("QR code of the address, as an SVG picture", "<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        "recovery_codes": (
            "Codes that replace one of the authenticator, each once; they are not shown again",
            ["k3df-9x2m-7qpa-v5tz"],
        ),
        "refresh_token": (
            "Token that only gets new tokens, until the session expires; each refresh answers the next one",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ),
        "last_used_at": ("Time of the login or of the last refresh, to the minute", "2026-03-02T12:00:00Z"),
        "secret": ("Secret of the authenticator, for entering it by hand", "JBSWY3DPEHPK3PXP"),
        "user_agent": ("Program that logged in, as it says itself", "Mozilla/5.0"),
        "role": ("Code of the role, which decides the permissions", "user"),
        "two_factor_required": ("Always true: a code has to be sent", True),
        "two_factor_token": (
            "Token of this login, sent with the code to `/api/auth/login/2fa`; counts once",
            "3q2-7wIBAAAAK8nV1x5Zr0h3e4kC9sQyTfJmUoLbEaI",
        ),
        "expires_at": ("Time at which it expires, at most a year away", "2027-03-01T00:00:00Z"),
        "name": ("Name by which its user knows it", "Nightly report"),
        "token": ("The token itself; it is not shown again", "cft_3q2-7wIBAAAAK8nV1x5Zr0h3e4kC9sQyTfJmUoLbEaI"),
        "user": ("The user who logged in", None),
    },
    headings={
        "email_verified_at": "Correo verificado",
        "address": "Dirección",
        "current": "Esta sesión",
        "full_name": "Nombre completo",
        "is_active": "Activo",
        "last_used_at": "Último uso",
        "expires_at": "Vence",
        "permissions": "Permisos",
        "user_agent": "Programa",
        "role": "Rol",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
)
