"""Permissions of roles, by the contract."""

import pytest

from app.manifest import ADMINS, ANYBODY, EVERYONE, WRITERS, Permission
from app.registry import MANIFESTS
from tests.access import ROLE_PERMISSIONS

BUSINESS = {"clients", "expenses", "files", "incomes", "payments", "projects"}
READ_BY_ALL = BUSINESS | {"account", "cashflow", "company", "exchange_rates", "reports"}
OF_ADMINS = {"audit", "jobs", "roles", "users"}
NEVER_WRITTEN = {"audit", "cashflow", "jobs", "reports"}


def of(role: str) -> set[str]:
    """Permissions of the role for the resources that the contract names."""
    named = READ_BY_ALL | OF_ADMINS
    return {permission for permission in ROLE_PERMISSIONS[role] if permission.split(":")[0] in named}


def permissions(verb: str, resources: set[str]) -> set[str]:
    return {f"{resource}:{verb}" for resource in resources}


def test_viewers_read_everything_but_what_is_for_admins_and_write_their_account_only() -> None:
    assert of("viewer") == permissions("read", READ_BY_ALL) | {"account:write"}


def test_users_write_every_business_record_too() -> None:
    assert of("user") == of("viewer") | permissions("write", BUSINESS)


def test_persons_have_their_account_and_files_and_books_of_their_own_only() -> None:
    assert ROLE_PERMISSIONS["person"] == {
        f"{resource}:{verb}" for resource in ("account", "files", "personal") for verb in ("read", "write")
    }


def test_admins_alone_write_users_rates_and_company_and_read_audit_log_and_job_runs() -> None:
    assert of("admin") == (
        permissions("read", READ_BY_ALL | OF_ADMINS) | permissions("write", (READ_BY_ALL | OF_ADMINS) - NEVER_WRITTEN)
    )


def declared() -> list[Permission]:
    return [permission for manifest in MANIFESTS.values() for permission in manifest.permissions]


def test_a_permission_is_declared_once_and_has_a_label_of_its_own() -> None:
    permissions = declared()
    assert len({permission.name for permission in permissions}) == len(permissions)
    assert len({permission.label for permission in permissions} - {""}) == len(permissions)


@pytest.mark.parametrize("roles", [ADMINS, WRITERS, EVERYONE, ANYBODY])
def test_the_roles_of_manifests_are_the_roles_of_users(roles: frozenset[str]) -> None:
    assert roles <= set(ROLE_PERMISSIONS)
    brought = {role.code for manifest in MANIFESTS.values() for role in manifest.roles}
    assert set(ROLE_PERMISSIONS) == ANYBODY | brought
