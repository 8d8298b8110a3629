"""Loads the manifests of the domains, and puts together what concerns all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import core, suites
from app.core.access.rules import RoleDefaults
from app.core.access.service import DefaultRoles
from app.core.audit.service import AccessService, SealService
from app.core.company.service import FirstValues, SettingsReader
from app.core.files.service import FileJudge
from app.core.identity.service import PresenceService, TokenPresenceService
from app.infra import schema_check
from app.infra.context import Context, ReadCompany, Settings, Subscription, make_context
from app.infra.db import db, every_book, separate_transaction
from app.infra.notifications import NotificationKind
from app.infra.owner import owner_session
from app.infra.queries.rollups import Rollup
from app.infra.scheduler import Hourly, Job
from app.infra.tasks import TaskKind
from app.infra.virus_scan import VirusScan
from app.infra.webhooks import WebhookObject
from app.kernel.identity import Identity
from app.kernel.refusals import Refusal
from app.manifest import (
    ADMIN,
    AccountField,
    AccountInput,
    Catalog,
    Claim,
    FileKeyFinder,
    FileReader,
    ListedPermission,
    Manifest,
    PartyRole,
    Suite,
)


def discover() -> tuple[Suite, ...]:
    """The core, then each suite that has a package in `app.suites`."""
    names = sorted(found.name for found in iter_modules(suites.__path__))
    places = {name: place for place, name in enumerate(suites.ORDER)}
    in_order = sorted(names, key=lambda name: places.get(name, len(places)))
    return (core.SUITE, *(import_module(f"app.suites.{name}").SUITE for name in in_order))


SUITES = discover()

MANIFESTS: dict[str, Manifest] = {
    package: import_module(f"{package}.manifest").MANIFEST for suite in SUITES for package in suite.packages
}
"""Manifests by the package of their domain, lowest first."""

SUMS: tuple[Rollup, ...] = tuple(sums for manifest in MANIFESTS.values() for sums in manifest.sums)
"""Rollups of all domains."""

MOVEMENT_SUITES = ("fresco", "credito")
"""Suites whose movements may count for the company's figures."""


def suites_on(config: Mapping[str, Any]) -> tuple[Suite, ...]:
    """The suites that are switched on, without the core."""
    return tuple(suite for suite in SUITES if suite.name in config["SUITES"])


def movement_suites(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Suites that are on and whose movements may count; without any, those of the company's first one."""
    return tuple(name for name in MOVEMENT_SUITES if name in config["SUITES"]) or MOVEMENT_SUITES[:1]


def enabled_suites(config: Mapping[str, Any]) -> tuple[Suite, ...]:
    """The core, and the suites that are switched on."""
    return (core.SUITE, *suites_on(config))


def enabled(config: Mapping[str, Any]) -> dict[str, Manifest]:
    """Manifests of the domains that are switched on, by package, lowest first."""
    return {package: MANIFESTS[package] for suite in enabled_suites(config) for package in suite.packages}


def prefixes(config: Mapping[str, Any]) -> dict[str, str]:
    """Start of the addresses of each suite that is switched on, by its name."""
    on = suites_on(config)
    alone = len(on) == 1
    return {suite.name: (alone and suite.prefix_alone) or suite.prefix for suite in on}


def other_packages(config: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Packages of the other suites, which the document of a suite leaves out, by its name."""
    on = suites_on(config)
    return {suite.name: tuple(other.package for other in on if other is not suite) for suite in on}


def catalog(config: Mapping[str, Any]) -> Catalog:
    """Permissions and kinds of scopes of the domains that are switched on."""
    scopes = {one.kind: one for manifest in enabled(config).values() for one in manifest.scopes}
    scoped = {name for one in scopes.values() for name in one.permissions}
    permissions = {
        one.name: ListedPermission(one.name, one.label, suite.name, one.name in scoped)
        for suite in enabled_suites(config)
        for package in suite.packages
        for one in MANIFESTS[package].permissions
    }
    return Catalog(permissions, scopes)


def default_roles() -> list[RoleDefaults]:
    """The built-in roles of all domains, those that are switched off too: their tables are there as well."""
    permissions = [one for manifest in MANIFESTS.values() for one in manifest.permissions]
    kinds = frozenset(one.kind for manifest in MANIFESTS.values() for one in manifest.scopes)
    return [
        RoleDefaults(
            role.code,
            role.name,
            permissions=frozenset(one.name for one in permissions if role.code in one.roles) | role.permissions,
            all_scopes=kinds if role.code == ADMIN else role.all_scopes,
        )
        for manifest in MANIFESTS.values()
        for role in manifest.roles
    ]


def give_default_roles(session: Session) -> None:
    """Give the built-in roles the permissions that this version brings; called after each upgrade."""
    DefaultRoles(make_context(session)).give(default_roles())


def party_roles(config: Mapping[str, Any]) -> tuple[PartyRole, ...]:
    """Roles of parties in the suites that are switched on."""
    return tuple(role for manifest in enabled(config).values() for role in manifest.party_roles)


def account_fields(config: Mapping[str, Any]) -> tuple[AccountField, ...]:
    """Fields that the suites add to answers about one's own account; those that are switched off read nothing."""
    on = enabled(config)
    return tuple(
        one if package in on else replace(one, read=None)
        for package, manifest in MANIFESTS.items()
        for one in manifest.account_fields
    )


def claims(config: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Claims that the suites which are switched on add to access tokens."""
    return tuple(one for manifest in enabled(config).values() for one in manifest.claims)


def book_finders() -> tuple[Callable[[Any, int], bool], ...]:
    """Functions that say whether a user has a book, of suites that are switched off, too: their books are there."""
    return tuple(manifest.has_books for manifest in MANIFESTS.values() if manifest.has_books is not None)


def category_budgets(config: Mapping[str, Any]) -> tuple[Callable[[Any], Mapping[int, Decimal]], ...]:
    """Functions that read what is budgeted for the categories of a book."""
    found = (manifest.category_budgets for manifest in enabled(config).values())
    return tuple(one for one in found if one is not None)


def file_readers(config: Mapping[str, Any]) -> dict[str, FileReader]:
    """Functions that say who may read the files of a domain, by the names under which files are attached."""
    return {
        f"{suite.name}.{package.rpartition('.')[2]}": may_read
        for suite in enabled_suites(config)
        for package in suite.packages
        if (may_read := MANIFESTS[package].may_read_file) is not None
    }


def file_keys(config: Mapping[str, Any]) -> dict[str, FileKeyFinder]:
    """Functions that find the keys of the files of a domain, by the names under which files are attached."""
    return {
        f"{suite.name}.{package.rpartition('.')[2]}": find
        for suite in enabled_suites(config)
        for package in suite.packages
        if (find := MANIFESTS[package].file_keys) is not None
    }


def suites_of_books(config: Mapping[str, Any]) -> frozenset[str]:
    """Names of the suites whose rows belong to people's books."""
    return frozenset(suite.name for suite in suites_on(config) if suite.of_books)


def labels(config: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, str]]]:
    """Spanish labels of values, by their suite and the name of their list."""
    return {
        suite.name: {name: one for package in suite.packages for name, one in MANIFESTS[package].labels.items()}
        for suite in enabled_suites(config)
    }


def account_inputs(config: Mapping[str, Any]) -> tuple[AccountInput, ...]:
    """Fields that the suites which are switched on take from people who register, or change their account."""
    return tuple(one for manifest in enabled(config).values() for one in manifest.account_inputs)


def subscriptions(config: Mapping[str, Any]) -> tuple[Subscription[Any], ...]:
    """Event handlers, in the order in which they are called."""
    return tuple(one for manifest in enabled(config).values() for one in manifest.subscriptions)


def company_reader(config: Mapping[str, Any]) -> ReadCompany:
    """Reads the company's settings; the infrastructure calls it without knowing the company domain."""
    return SettingsReader(FirstValues.of(config), config["COMPANY_ENVIRONMENT"]).read


def task_kinds(config: Mapping[str, Any]) -> dict[str, TaskKind]:
    """Kinds of tasks of the domains that are switched on, by name; those of the others wait."""
    return {name: kind for manifest in enabled(config).values() for name, kind in manifest.tasks.items()}


def notification_kinds(config: Mapping[str, Any]) -> dict[str, NotificationKind]:
    """Kinds of notifications of the domains that are switched on, by name, each with its suite."""
    return {
        name: replace(kind, suite=suite.name)
        for suite in enabled_suites(config)
        for package in suite.packages
        for name, kind in MANIFESTS[package].notifications.items()
    }


def webhook_objects(config: Mapping[str, Any]) -> dict[str, WebhookObject]:
    """Objects whose events webhooks are told of, of the domains that are switched on, by name."""
    return {name: one for manifest in enabled(config).values() for name, one in manifest.webhooks.items()}


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """Every scheduled job."""
    # Every hour: ten thousand single payments would slow reports down until a nightly run.
    fold = Job("fold-sums", "Fold kept sums, so that reports stay fast", _fold_sums, Hourly(minute=5))
    return (*(job for manifest in enabled(config).values() for job in manifest.jobs(config)), fold)


def _fold_sums(context: Context, _today: date) -> Mapping[str, object]:
    with every_book(context.session):
        return {"rows": sum(sums.fold(context.session) for sums in SUMS)}


def broken_rules(seals: Sequence[str] = ()) -> list[str]:
    """Problems of the schema, the chain of the audit log and the stored data, checked with the owner's rights.

    `seals` are digests kept elsewhere, which the chain must contain.
    """
    with owner_session() as session:
        found = schema_check.problems(session.connection()) + SealService(make_context(session)).violations(seals)
        return found + violations(session)


def unready(config: Mapping[str, Any], session: Session) -> list[str]:
    """Reasons for which the program may not start to serve with this database."""
    context = make_context(session)
    checks = [manifest.unready for manifest in enabled(config).values() if manifest.unready is not None]
    return [problem for check in checks for problem in check(context)]


def violations(session: Session) -> list[str]:
    """Stored data that violates a rule of any domain; may take up to an hour."""
    session.execute(text("SET LOCAL statement_timeout = '1h'"))
    context = make_context(session)
    checks = [manifest.violations for manifest in MANIFESTS.values() if manifest.violations is not None]
    found = [problem for check in checks for problem in check(context)]
    found += DefaultRoles(context).lacking(default_roles())
    return found + [problem for sums in SUMS for problem in sums.violations(session)]


def identify(sid: UUID, user_id: int) -> Identity | None:
    """The user of a session; the web layer calls this without knowing the auth domain."""
    return PresenceService(db.session(), current_app.config["CATALOG"]).identify(sid, user_id)


def identify_token(token_hash: str) -> Identity | None:
    """The user of an API token, whose use is recorded at once; the web layer calls this like `identify`."""
    with separate_transaction() as session:
        return TokenPresenceService(session, current_app.config["CATALOG"]).identify(token_hash)


def file_judge(config: Mapping[str, Any]) -> FileJudge:
    """The judge of uploaded files of this process; the web layer calls it without knowing the files domain."""
    command = config["UPLOAD_SCAN_COMMAND"]
    return FileJudge(Settings.of(config).max_upload_bytes, VirusScan(command) if command else None)


def record_refusals(refusals: Sequence[Refusal]) -> None:
    """Store refusals, even if the request is rolled back."""
    with separate_transaction() as session:
        AccessService(make_context(session)).record(refusals)
