"""Rules for every route: required permission, and refusal of stale changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.registry import MANIFESTS
from tests.access import ROLE_PERMISSIONS
from tests.architecture.routes import Route, protected, routes
from tests.examples import EXAMPLES
from tests.factories.access import RoleFactory
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller

pytestmark = pytest.mark.long

UNDECLARED = {
    "/",
    "/api/health/live",
    "/api/health/ready",
    "/api/metrics",
    "/api/swagger.json",
    "/api/openapi.json",
    "/api/docs",
    "/swaggerui/<path:filename>",
}
"""Paths without an operation: public ones, and metrics, which need a token of their own."""

DECLARED_PUBLIC = {
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/login/2fa"),
    ("POST", "/api/auth/forgot-password"),
    ("POST", "/api/auth/register"),
    ("POST", "/api/auth/reset-password"),
    ("POST", "/api/auth/sso/google"),
    ("POST", "/api/auth/sso/google/nonce"),
    ("POST", "/api/auth/verify-email"),
    ("GET", "/api/company/logo"),
    ("GET", "/api/meta"),
}

ADMINS_ONLY = {"users", "roles", "permissions", "audit", "jobs", "tasks", "webhooks"}
WRITTEN_BY_ADMINS = {"company", "exchange-rates", "periods"}
OWN_FILES = {"files", "upload"}
"""Resources of which people who registered have their own."""

OF_CREDITO = {"director", "gerente", "supervisor", "titular", "cobrador", "cajero", "consulta"}
"""Roles of the suite credito, which have nothing of the others."""
CREDITO = {"admin", *OF_CREDITO}
CREDITO_READERS = dict.fromkeys(
    (
        "personal",
        "rutas",
        "grupos",
        "asignaciones",
        "catalogos",
        "dias-inhabiles",
        "semanas-sin-cobro",
        "cortes",
        "clientes",
        "prestamos",
        "pagos",
        "cobranza",
        "visitas",
        "promesas",
        "faltas",
        "faltantes",
    ),
    CREDITO,
) | dict.fromkeys(("tipos-prestamo", "bonos", "bonos-ganados"), CREDITO - {"cobrador"})
CREDITO_READERS |= {
    "reportes": CREDITO - {"cobrador", "cajero"},
    "seguros": {"admin", "director", "cajero", "consulta"},
}
"""Roles that may read, by the first word of the address in credito."""
CREDITO_REQUESTERS = {"admin", "director", "gerente", "supervisor", "titular", "cajero"}
CREDITO_COLLECTORS = {"admin", "gerente", "supervisor", "titular", "cobrador", "cajero"}
CREDITO_SUPERIORS = {"admin", "director", "gerente", "supervisor"}
CREDITO_WRITERS = {
    "personal": {"admin", "director"},
    "rutas": {"admin", "director"},
    "grupos": {"admin", "director", "gerente"},
    "clientes": CREDITO_REQUESTERS,
    "prestamos": CREDITO_REQUESTERS,
    "avales": CREDITO_REQUESTERS,
    "tipos-prestamo": {"admin", "director"},
    "bonos": {"admin", "director"},
    "dias-inhabiles": {"admin", "director"},
    "semanas-sin-cobro": {"admin", "director"},
    "pagos": CREDITO_COLLECTORS,
    "cobranza": CREDITO_COLLECTORS,
    "visitas": CREDITO_COLLECTORS,
    "faltas": CREDITO_SUPERIORS,
    "seguros": {"admin", "director", "cajero"},
}
"""Roles that may write, by the first word of the address in credito."""
CREDITO_ACTIONS: dict[str, set[str]] = {
    "GET reportes cobranza": CREDITO - {"cajero"},
    **dict.fromkeys(("GET reportes flujo", "GET reportes cortes"), CREDITO - {"cobrador"}),
    "GET diario": {"admin", "director", "consulta"},
    "GET pagos por-revisar": CREDITO_SUPERIORS,
    "PUT pagos": CREDITO_SUPERIORS,
    "POST pagos resolver": CREDITO_SUPERIORS,
    "POST pagos reversar": CREDITO_SUPERIORS | {"cobrador"},
    "POST grupos pagos": CREDITO_COLLECTORS,
    "POST prestamos liquidacion": CREDITO_COLLECTORS,
    **dict.fromkeys(
        (
            "POST cortes",
            "POST cortes gastos",
            "DELETE cortes gastos",
            "POST cortes entregas aceptar",
            "POST cortes entregar",
        ),
        CREDITO - {"director", "consulta"},
    ),
    "POST cortes entregas": {"admin", "gerente", "cajero"},
    "POST cortes confirmar": {"admin", "gerente", "supervisor", "cajero"},
    "POST cortes anular": CREDITO_SUPERIORS,
    "POST faltantes abonar": CREDITO_SUPERIORS,
    "POST faltantes castigar": {"admin", "director"},
    "POST prestamos devoluciones": {"admin", "cajero"},
    "POST bonos-ganados pagar": CREDITO_REQUESTERS - {"titular"},
    **{f"POST prestamos {act}": {"admin", "director", "gerente", "supervisor"} for act in ("aprobar", "rechazar")},
    **{f"POST prestamos {act}": {"admin", "director", "gerente"} for act in ("castigar", "reestructurar")},
    "POST cargos condonar": CREDITO_SUPERIORS,
    "POST prestamos deshacer-castigo": {"admin", "director"},
    **{
        f"POST prestamos {act}": {"admin", "gerente", "titular", "cajero"}
        for act in ("desembolsar", "cancelar-desembolso")
    },
}
"""Other roles, by the method and the words of the address without ids."""

SALES = frozenset({"account:write", "account:read", "clients:read", "clients:write", "payments:read", "roles:read"})
"""Permissions of a role that somebody made."""


def methods(rule: Rule) -> Iterator[tuple[str, str]]:
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
        yield method, rule.rule


def login(caller: Caller, role: str) -> dict[str, str]:
    made = UserFactory(role=role)
    tokens: dict[str, str] = caller.post("/api/auth/login", {"username": made.username, "password": PASSWORD}, 200)
    return tokens


def call(anonymous: Caller, route: Route, tokens: dict[str, str]) -> Any:
    token = tokens["refresh_token" if route.operation.refresh else "access_token"]
    return anonymous.with_headers(Authorization=f"Bearer {token}").send(route.method, route.address)


def test_every_route_is_declared_or_listed_as_public(app: Flask) -> None:
    served = {pair for rule in app.url_map.iter_rules() for pair in methods(rule)}
    declared = {(route.method, route.path) for route in routes(app)}
    undeclared = {path for _, path in served - declared}
    assert undeclared == UNDECLARED
    assert {method for method, path in served - declared} == {"GET"}


def test_only_what_is_needed_before_a_login_is_declared_public(app: Flask) -> None:
    assert {(route.method, route.path) for route in routes(app) if route.operation.public} == DECLARED_PUBLIC


def test_a_domain_declares_the_permissions_that_some_route_needs_and_no_others(app: Flask) -> None:
    declared = {permission.name for manifest in MANIFESTS.values() for permission in manifest.permissions}
    assert {route.operation.permission for route in protected(app)} == declared


def credito_roles(route: Route) -> set[str]:
    """Roles that the table of credito's contract gives a route."""
    words = [word for word in route.path.removeprefix("/api/credito/").split("/") if not word.startswith("<")]
    by_word = CREDITO_READERS if route.method == "GET" else CREDITO_WRITERS
    return CREDITO_ACTIONS.get(" ".join((route.method, *words)), by_word.get(words[0], set()))


def contract_allows(role: str, route: Route) -> bool:
    """Permissions by the contract, written independently of the code."""
    resource = "users" if route.path == "/api/auth/invitations" else route.path.split("/")[2]
    if resource == "credito":
        return role in credito_roles(route)
    if role in OF_CREDITO:
        return resource in {"auth", "notifications", *OWN_FILES} or (resource == "company" and route.method == "GET")
    if role == "admin" or resource in {"auth", "notifications", "personal"}:
        return True
    if role == "person":
        return resource in OWN_FILES
    if resource in ADMINS_ONLY:
        return False
    if route.method == "GET":
        return True
    return role == "user" and resource not in WRITTEN_BY_ADMINS


def test_the_table_of_permissions_says_what_the_contract_says(app: Flask) -> None:
    told = {
        (route.name, role): not ROLE_PERMISSIONS[role].isdisjoint(route.operation.permissions)
        for route in protected(app)
        for role in ROLE_PERMISSIONS
    }
    assert told == {
        (route.name, role): contract_allows(role, route) for route in protected(app) for role in ROLE_PERMISSIONS
    }


@pytest.mark.parametrize("role", [*ROLE_PERMISSIONS, "ventas"])
def test_a_role_is_refused_exactly_where_the_table_does(app: Flask, anonymous: Caller, role: str) -> None:
    permissions = ROLE_PERMISSIONS.get(role, SALES)
    if permissions is SALES:
        RoleFactory(code=role, permissions=sorted(SALES))
    tokens = login(anonymous, role)
    for route in protected(app):
        own = login(anonymous, role) if route.path.startswith("/api/auth/") else tokens
        status = call(anonymous, route, own).status_code
        assert (status == 403) == permissions.isdisjoint(route.operation.permissions), (route.name, status)
        assert status != 401, route.name
        assert status < 500, route.name


def test_without_a_token_every_protected_route_is_401(app: Flask, anonymous: Caller) -> None:
    for route in protected(app):
        response = anonymous.send(route.method, route.address)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer"), route.name
        assert response.mimetype == "application/problem+json", route.name


def test_there_is_an_example_of_every_write_and_of_nothing_else(app: Flask) -> None:
    written = {(route.method, route.path) for route in protected(app)}
    posted = {path for method, path in written if method == "POST" and not path.startswith("/api/auth/")}
    changed = {path for method, path in written if method in {"PUT", "PATCH", "DELETE"}}
    with_body = {path for method, path in written if method in {"PUT", "PATCH"}}
    lists_below = {path for method, path in written if method == "GET" and "<" in path} - changed
    assert set(EXAMPLES.posts) | set(EXAMPLES.own_posts) == posted
    assert not set(EXAMPLES.posts) & set(EXAMPLES.own_posts)
    assert {one for one in EXAMPLES.changes if one.startswith("/")} == with_body
    assert changed <= set(EXAMPLES.existing) <= changed | lists_below


def test_a_change_of_a_version_that_never_was_is_412(app: Flask, admin: Caller) -> None:
    changing = [route for route in protected(app) if route.method in {"PUT", "PATCH", "DELETE"}]
    for route in changing:
        options = (
            {}
            if route.operation.body is None
            else {"json": EXAMPLES.changes.get(route.name) or EXAMPLES.changes[route.path]}
        )
        stale = admin.with_headers(If_Match='"x"')
        assert stale.send(route.method, EXAMPLES.existing[route.path](admin), **options).status_code == 412, route.name
