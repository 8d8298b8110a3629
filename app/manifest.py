"""Manifests of domains and suites; this module imports nothing of the app, so every layer may import it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import click

Context = Any
"""`app.infra.context.Context`."""
Config = Mapping[str, Any]
"""Settings of the application, as Flask has them."""


ADMINS = frozenset({"admin"})
WRITERS = ADMINS | {"user"}
EVERYONE = WRITERS | {"viewer"}
"""Built-in roles."""


@dataclass(frozen=True)
class Permission:
    """The right to call operations."""

    name: str
    """Name such as `clients:read`."""
    label: str
    """Spanish label, for people who grant permissions."""
    roles: frozenset[str]
    """Built-in roles that have it."""


@dataclass(frozen=True)
class PartyRole:
    """A role that parties have in a suite: a table whose rows have the ids of parties."""

    table: str
    read: str
    """Permission of those to whom parties of this role show."""
    write: str
    """Permission of those who may change them."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The parts of a domain; those it does not have stay empty."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """A sentence for the documentation, by the first word of its addresses."""
    namespaces: tuple[Any, ...] = ()
    """Its routes: namespaces of `app.web.api`."""
    permissions: tuple[Permission, ...] = ()
    """Permissions that its operations need."""
    words: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    """Descriptions of its fields, each with an example, or None where the parts of the field have theirs."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Spanish headings of its fields in files."""
    commands: tuple[click.Group, ...] = ()
    jobs: Callable[[Config], tuple[Any, ...]] = lambda _config: ()
    """Its scheduled jobs: `app.infra.scheduler.Job`."""
    tasks: Mapping[str, Any] = field(default_factory=dict)
    """The kinds of tasks that it does, by name: `app.infra.tasks.TaskKind`."""
    subscriptions: tuple[Any, ...] = ()
    """The events of lower domains that it handles: `app.infra.context.Subscription`."""
    sums: tuple[Any, ...] = ()
    """Sums that triggers keep: `app.infra.queries.rollups.Rollup`."""
    party_roles: tuple[PartyRole, ...] = ()
    """Roles that parties have by rows of its tables."""
    violations: Callable[[Context], list[str]] | None = None
    """Finds stored data that violates a rule, for `flask verify`."""
    demo: Callable[[Context, date], None] | None = None
    """Creates demo data."""
    demo_later: Callable[[Context, date], None] | None = None
    """Creates demo data that needs those of higher domains."""
    load: Callable[[Context, int, date, Callable[[int], None]], None] | None = None
    """Creates many rows for benchmarks: `flask seed load --NAME COUNT`."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Domains that are sold together: folders of one package, each with a `manifest.py`."""

    name: str
    package: str
    prefix: str
    """Start of its addresses."""
    prefix_alone: str | None = None
    """Start of its addresses where no other suite is on, if it differs."""
    domains: tuple[str, ...]
    """Lowest first: a domain may import those before it, and demo data is created in this order."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of its domains, lowest first."""
        return tuple(f"{self.package}.{name}" for name in self.domains)
