"""Roles."""

import uuid
from typing import Any

import factory

from app.core.access.models import Role
from tests.factories import Examples, RowFactory


class RoleFactory(RowFactory):
    """A role that gives one permission."""

    class Meta:
        model = Role

    code = factory.LazyFunction(lambda: f"rol-{uuid.uuid4().hex[:12]}")
    name = factory.LazyAttribute(lambda role: f"Rol {role.code}")
    permissions = factory.LazyFunction(lambda: ["clients:read"])


def _new() -> dict[str, Any]:
    return {"code": f"rol-{uuid.uuid4().hex[:12]}", "name": "Ventas", "permissions": ["clients:read"]}


EXAMPLES = Examples(
    rows={"Role": lambda: RoleFactory().id},
    existing={"/api/roles/<code:code>": lambda _: f"/api/roles/{RoleFactory().code}"},
    changes={"/api/roles/<code:code>": {"name": "Ventas y cobros"}},
    posts={"/api/roles": lambda: ("/api/roles", {"json": _new()})},
)
