"""Rules of roles: their codes, and the permissions that keep a company administered."""

from collections.abc import Collection
from typing import NamedTuple

LONGEST_CODE = 40
CODE_PATTERN = f"[a-z][a-z0-9_-]{{1,{LONGEST_CODE - 1}}}"

ADMINISTRATION = frozenset({"users:write", "roles:write"})
"""Permissions that some active user must keep."""


class RoleDefaults(NamedTuple):
    """A built-in role with the permissions and scopes that the program gives it."""

    code: str
    name: str
    permissions: frozenset[str]
    all_scopes: frozenset[str]

    @property
    def given(self) -> frozenset[str]:
        """Names of all that is given."""
        return self.permissions | self.all_scopes


def with_defaults(held: Collection[str], defaults: Collection[str], given_before: Collection[str]) -> list[str]:
    """The held names and the defaults that are new: what was given before and taken away is not given again."""
    return sorted({*held, *(set(defaults) - set(given_before))})


def administers(permissions: Collection[str]) -> bool:
    """Whether a role with these permissions can restore all others."""
    return set(permissions) >= ADMINISTRATION
