"""Upgrades give the built-in roles their permissions, each once."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.core.access.models import Role
from app.core.access.rules import RoleDefaults
from app.core.access.service import DefaultRoles
from app.infra.context import make_context
from app.infra.db import db
from app.registry import default_roles, give_default_roles
from tests.access import ROLE_PERMISSIONS


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Any]:
    with app.app_context():
        yield db.session


def role(code: str) -> Role:
    found = db.session.query(Role).filter_by(code=code).one()
    db.session.refresh(found)
    return found


def give(code: str, *permissions: str, scopes: frozenset[str] = frozenset()) -> None:
    DefaultRoles(make_context(db.session())).give([RoleDefaults(code, "Nombre", frozenset(permissions), scopes)])


def test_a_migrated_database_has_the_roles_with_their_permissions(session: Any) -> None:
    stored = {one.code: (set(one.permissions), one.built_in) for one in session.query(Role)}
    assert stored == {code: (permissions, True) for code, permissions in ROLE_PERMISSIONS.items()}


def test_giving_again_changes_nothing(session: Any) -> None:
    give_default_roles(session())
    assert {one.code: one.version for one in session.query(Role)} == dict.fromkeys(ROLE_PERMISSIONS, 2)


def test_a_new_permission_is_given_once_and_what_was_taken_away_stays_so(session: Any) -> None:
    viewer = role("viewer")
    viewer.permissions = ["account:read"]
    session.flush()
    give("viewer", *ROLE_PERMISSIONS["viewer"], "stock:read", scopes=frozenset({"stock.place"}))
    assert (role("viewer").permissions, role("viewer").all_scopes) == (["account:read", "stock:read"], ["stock.place"])
    viewer.permissions = viewer.all_scopes = []
    session.flush()
    give("viewer", *ROLE_PERMISSIONS["viewer"], "stock:read", scopes=frozenset({"stock.place"}))
    assert (role("viewer").permissions, role("viewer").all_scopes) == ([], [])


def test_admin_is_always_as_the_program_says(session: Any) -> None:
    admin = role("admin")
    admin.permissions = ["account:read"]
    session.flush()
    give_default_roles(session())
    assert set(role("admin").permissions) == ROLE_PERMISSIONS["admin"]


def test_a_role_that_a_suite_brings_is_made_and_one_made_by_hand_gets_nothing(session: Any) -> None:
    give("contable", "loans:read")
    assert (role("contable").permissions, role("contable").built_in) == (["loans:read"], True)
    session.add(Role(code="bodeguero", name="Mío", permissions=["clients:read"]))
    session.flush()
    give("bodeguero", "loans:read")
    assert (role("bodeguero").permissions, role("bodeguero").built_in) == (["clients:read"], False)


def test_verify_finds_a_role_that_was_not_given_its_permissions(session: Any) -> None:
    service = DefaultRoles(make_context(session()))
    assert service.lacking(default_roles()) == []
    role("viewer").defaults_given = []
    session.flush()
    assert service.lacking(default_roles()) == ["the role viewer was not given its permissions: flask db upgrade does"]
