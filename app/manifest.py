"""Manifests of domains and suites; this module imports nothing of the app, so every layer may import it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import click

Context = Any
"""`app.infra.context.Context`."""
Config = Mapping[str, Any]
"""Settings of the application, as Flask has them."""


ADMIN, USER, VIEWER, PERSON = "admin", "user", "viewer", "person"
"""Codes of the roles that the core brings."""

ADMINS = frozenset({ADMIN})
WRITERS = ADMINS | {USER}
EVERYONE = WRITERS | {VIEWER}
"""Built-in roles of people who work in the company."""
ANYBODY = EVERYONE | {PERSON}
"""The built-in roles of the core: also that of people who only registered."""


@dataclass(frozen=True)
class Permission:
    """The right to call operations."""

    name: str
    """Name such as `clients:read`."""
    label: str
    """Spanish label, for people who grant permissions."""
    roles: frozenset[str]
    """Built-in roles that get it once, when a database first meets it."""


@dataclass(frozen=True)
class BuiltInRole:
    """A role that the program brings; it can't be deleted."""

    code: str
    name: str
    """Spanish name that it gets when it is made."""
    all_scopes: frozenset[str] = frozenset()
    """Kinds of scopes that do not limit it."""
    permissions: frozenset[str] = frozenset()
    """Permissions of lower domains, which do not know the role, that it gets once."""


@dataclass(frozen=True)
class ScopeKind:
    """A limit of permissions to some rows: to branches, routes, books."""

    kind: str
    """Name such as `credito.ruta`."""
    label: str
    """Spanish label of one of the rows."""
    table: str
    """Table of the rows, by whose ids a scope is given."""
    permissions: frozenset[str]
    """Names of the permissions that it limits."""


class ListedPermission(NamedTuple):
    """A permission, as people who grant permissions see it."""

    name: str
    label: str
    suite: str
    scoped: bool
    """Whether a scope limits it."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Permissions and kinds of scopes of the domains that are switched on, by name."""

    permissions: Mapping[str, ListedPermission]
    scopes: Mapping[str, ScopeKind]


FileReader = Callable[[Context, Any], bool]
"""Whether the caller may read a file: `app.infra.file_access` has the usual ones."""


FileKeyFinder = Callable[[Context, int], Any]
"""Finds the keys of a book, by which the contents of its files are encrypted: `app.infra.segments.FileKeys`."""


@dataclass(frozen=True)
class PartyRole:
    """A role that parties have in a suite: a table whose rows have the ids of parties."""

    table: str
    read: str
    """Permission of those to whom parties of this role show."""
    write: str
    """Permission of those who may change them."""
    scope: str | None = None
    """Kind of scope that limits both to some rows of the table."""
    scoped_by: str = ""
    """Column with the id of the row of the scope to which a row of the table belongs."""


class AccountAnswer(StrEnum):
    """Answers about one's own account, to which suites may add fields."""

    LOGIN = "login"
    """Answer of a login, by whatever means."""
    REGISTER = "register"
    USER = "user"
    """Answer of `GET /api/auth/user`."""


@dataclass(frozen=True, eq=False)
class AccountField:
    """A field that a suite adds to answers about one's own account; the core writes it without knowing it."""

    name: str
    answers: frozenset[AccountAnswer]
    form: Any
    """A field of marshmallow, with description and example as metadata."""
    read: Callable[[Context, int], object] | None
    """Its value for a user; None in a suite that is switched off, whose fields are null."""


@dataclass(frozen=True, eq=False)
class AccountInput:
    """A field that a suite takes from people who register, or change their account.

    The core passes what it was given on by its events, `UserRegistered` and `AccountChanged`, without knowing it.
    """

    name: str
    at: AccountAnswer
    """`REGISTER` or `USER`: the requests that may have it."""
    form: Any
    """A field of marshmallow, with description and example as metadata."""


@dataclass(frozen=True)
class Claim:
    """A claim of a suite in access tokens, for frontends; at each request counts what the database says."""

    name: str
    read: Callable[[Context, int], object]
    """Its value for a user, as JSON has it; a claim of None is left out."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The parts of a domain; those it does not have stay empty."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """A sentence for the documentation, by the first word of its addresses, after the suite's name where it has its own
    prefix: as in `personal books`."""
    namespaces: tuple[Any, ...] = ()
    """Its routes: namespaces of `app.web.api`."""
    permissions: tuple[Permission, ...] = ()
    """Permissions that its operations need."""
    roles: tuple[BuiltInRole, ...] = ()
    """Roles that it brings."""
    scopes: tuple[ScopeKind, ...] = ()
    """Kinds of scopes that limit permissions."""
    words: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    """Descriptions of its fields, each with an example, or None where the parts of the field have theirs."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Spanish headings of its fields in files."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Spanish labels of values, by the name of their list, where the suite tells them."""
    commands: tuple[click.Group, ...] = ()
    jobs: Callable[[Config], tuple[Any, ...]] = lambda _config: ()
    """Its scheduled jobs: `app.infra.scheduler.Job`."""
    tasks: Mapping[str, Any] = field(default_factory=dict)
    """The kinds of tasks that it does, by name: `app.infra.tasks.TaskKind`."""
    notifications: Mapping[str, Any] = field(default_factory=dict)
    """The kinds of notifications that it tells users of, by name: `app.infra.notifications.NotificationKind`."""
    webhooks: Mapping[str, Any] = field(default_factory=dict)
    """The objects whose events webhooks are told of, by name: `app.infra.webhooks.WebhookObject`."""
    subscriptions: tuple[Any, ...] = ()
    """The events of lower domains that it handles: `app.infra.context.Subscription`."""
    sums: tuple[Any, ...] = ()
    """Sums that triggers keep: `app.infra.queries.rollups.Rollup`."""
    party_roles: tuple[PartyRole, ...] = ()
    """Roles that parties have by rows of its tables."""
    account_fields: tuple[AccountField, ...] = ()
    """Fields that it adds to answers about one's own account."""
    account_inputs: tuple[AccountInput, ...] = ()
    """Fields that it takes from people who register, or change their account."""
    claims: tuple[Claim, ...] = ()
    """Claims that it adds to access tokens."""
    has_books: Callable[[Context, int], bool] | None = None
    """Whether a user owns or shares a book: then nobody else changes the account, or deletes it."""
    may_read_file: FileReader | None = None
    """Whether the caller may read a file that is attached to a row of its tables."""
    file_keys: FileKeyFinder | None = None
    """Finds the keys of a book for the files that are attached to rows of its tables."""
    category_budgets: Callable[[Any], Mapping[int, Decimal]] | None = None
    """Reads the amounts that are budgeted this month for the categories of a book, by their ids; takes the access."""
    violations: Callable[[Context], list[str]] | None = None
    """Finds stored data that violates a rule, for `flask verify`."""
    unready: Callable[[Context], list[str]] | None = None
    """Finds reasons for which the program may not start to serve with this database."""
    demo: Callable[[Context, date], None] | None = None
    """Creates demo data."""
    demo_later: Callable[[Context, date], None] | None = None
    """Creates demo data that needs those of higher domains."""
    load: Callable[[Context, int, date, Callable[[int], None]], None] | None = None
    """Creates many rows for benchmarks: `flask seed load --NAME COUNT`."""
    loaded: str = ""
    """The NAME, where it is not that of the domain."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Domains that are sold together: folders of one package, each with a `manifest.py`."""

    name: str
    package: str
    prefix: str
    """Start of its addresses."""
    prefix_alone: str | None = None
    """Start of its addresses where no other suite is on, if it differs."""
    of_books: bool = False
    """Whether its rows belong to people's books, which only a transaction can enter: also for what it reads."""
    domains: tuple[str, ...]
    """Lowest first: a domain may import those before it, and demo data is created in this order."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of its domains, lowest first."""
        return tuple(f"{self.package}.{name}" for name in self.domains)
