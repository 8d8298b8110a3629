"""Rules that import-linter and ruff can't check, tested on the source."""

import ast
import re
from collections.abc import Iterator

import grimp
import pytest

from app import registry
from app.manifest import Manifest
from tests.support import ROOT

APP = ROOT / "app"
DOMAINS = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in [*APP.glob("core/*/__init__.py"), *APP.glob("suites/*/*/__init__.py")]
)
"""Packages of the domains."""

READS_THE_CLOCK = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime"}
CLOCKS = {"datetime", "date", "dt", "time"}
SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\bCURRENT_(DATE|TIME|TIMESTAMP)\b|\bLOCALTIME(STAMP)?\b",
    re.IGNORECASE,
)
SQL_FUNCTIONS = {"now", "current_date", "current_time", "current_timestamp", "clock_timestamp", "localtimestamp"}

ALLOWED_IMPORTS: dict[str, set[str]] = {
    "routes": {"service", "schemas"},
    "service": {"service", "rules", "events"},
    "events": {"rules"},
    "subscribers": {"events", "service", "rules"},
    "queries": {"models", "rules"},
    "rules": {"rules"},
    "schemas": {"schemas", "rules"},
    "jobs": {"service"},
    "cli": {"service"},
    "demo": {"service"},
}
"""Modules of other domains that a module of a domain may import, by its name; others may import none."""

PARTS = {
    "routes": "namespaces",
    "cli": "commands",
    "jobs": "jobs",
    "tasks": "tasks",
    "notifications": "notifications",
    "subscribers": "subscriptions",
    "demo": "demo",
}
"""Modules of a domain, and the part of its manifest that they fill."""
EMPTY = Manifest()


def clock_reads(source: str) -> list[int]:
    """Numbers of the lines that read the clock."""
    tree = ast.parse(source)
    defaults = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "server_default"  # the database's own, at an insert
    }
    return sorted(node.lineno for node in ast.walk(tree) if id(node) not in defaults and _reads_clock(node))


def _reads_clock(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="func"), attr=attr)):
            return attr in SQL_FUNCTIONS
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=attr):
            return name in CLOCKS and attr in READS_THE_CLOCK and (name, attr) != ("datetime", "time")
        case ast.ImportFrom(module="time", names=names):
            return any(alias.name in READS_THE_CLOCK for alias in names)
        case ast.Constant(value=str(text)):
            return SQL_CLOCK.search(text) is not None
    return False


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("datetime.now(UTC)", True),
        ("datetime.datetime.utcnow()", True),
        ("dt.date.today()", True),
        ("date.today()", True),
        ("field(default_factory=date.today)", True),
        ("time.time()", True),
        ("from time import time", True),
        ("text('SELECT now()')", True),
        ("text('WHERE day < current_date')", True),
        ("func.now()", True),
        ("func.current_date()", True),
        ("mapped_column(server_default=func.now())", False),
        ("mapped_column(onupdate=func.now())", True),
        ("clock.now()", False),
        ("time.monotonic()", False),
        ("time.perf_counter()", False),
        ("datetime.combine(day, time.min)", False),
        ("datetime.time(3, 40)", False),
        ("'known()'", False),
    ],
)
def test_reading_the_clock_is_recognised(source: str, reads: bool) -> None:
    assert bool(clock_reads(source)) is reads


def test_only_the_clock_module_reads_the_clock() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in [*APP.rglob("*.py"), *ROOT.glob("*.py")]
        if path not in {APP / "infra" / "clock.py", APP / "infra" / "clock_skew.py"}  # which compares it with another
        for line in clock_reads(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def domain_imports() -> Iterator[tuple[str, str]]:
    graph = grimp.build_graph("app", cache_dir=None)
    for importer in (module for domain in DOMAINS for module in (domain, *graph.find_descendants(domain))):
        for imported in graph.find_modules_directly_imported_by(importer):
            yield importer, imported


def split_domain(module: str) -> tuple[str, str]:
    """Package of the domain that a module is in, and the first name below; empty if there is none."""
    names = module.split(".")
    depth = 4 if names[1] == "suites" else 3
    return ".".join(names[:depth]), ".".join(names[depth : depth + 1])


def is_forbidden_import(importer: str, imported: str) -> bool:
    """Whether this import of another domain is not one of the allowed ones."""
    (here, module), (there, other) = split_domain(importer), split_domain(imported)
    if there not in DOMAINS or here == there:
        return False
    return other not in ALLOWED_IMPORTS.get(module, set())


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [
        ("clients.routes", "identity.service", False),
        ("clients.routes", "identity.service.users", False),
        ("clients.routes", "identity.models", True),
        ("clients.routes", "clients.models", False),
        ("clients.service", "identity.rules", False),
        ("clients.service.nouns", "identity.repository", True),
        ("clients.service", "identity.models", True),
        ("clients.service", "identity.events", False),
        ("clients.subscribers", "identity.events", False),
        ("clients.subscribers", "identity.repository", True),
        ("clients.manifest", "identity.events", True),
        ("clients.queries", "identity.models", False),
        ("clients.queries", "identity.service", True),
        ("clients.schemas", "identity.schemas", False),
        ("clients.schemas", "identity.service", True),
        ("clients.jobs", "identity.service", False),
        ("clients.demo", "identity.models", True),
        ("clients.repository", "identity.rules", True),
        ("clients.models", "identity.models", True),
        ("clients.service", "identity", True),
    ],
)
def test_a_forbidden_import_is_recognised(importer: str, imported: str, refused: bool) -> None:
    packages = {"clients": "app.suites.fresco.clients", "identity": "app.core.identity"}
    there = ".".join([packages[imported.split(".", maxsplit=1)[0]], *imported.split(".")[1:]])
    assert is_forbidden_import(importer.replace("clients", packages["clients"]), there) is refused


def test_domains_import_only_allowed_modules_of_each_other() -> None:
    assert [pair for pair in domain_imports() if is_forbidden_import(*pair)] == []


def test_every_folder_of_a_domain_is_in_the_suite_and_has_a_manifest() -> None:
    assert sorted(registry.MANIFESTS) == DOMAINS


def test_a_manifest_names_all_that_its_domain_has() -> None:
    for module, part in PARTS.items():
        found = {
            name for name, manifest in registry.MANIFESTS.items() if getattr(manifest, part) != getattr(EMPTY, part)
        }
        assert {name for name in DOMAINS if _has(name, module)} == found, module


def test_a_manifest_names_no_part_of_another_domain() -> None:
    for name, manifest in registry.MANIFESTS.items():
        views = {view.__module__ for namespace in manifest.namespaces for view, *_ in namespace.resources}
        callbacks = {one.callback for group in manifest.commands for one in group.commands.values()}
        handlers = {subscription.handler for subscription in manifest.subscriptions}
        functions = {*callbacks, *handlers, manifest.demo, manifest.demo_later, manifest.load} - {None}
        modules = views | {function.__module__ for function in functions}
        assert {split_domain(module)[0] for module in modules} <= {name}, name


def _has(domain: str, module: str) -> bool:
    folder = ROOT.joinpath(*domain.split("."))
    return (folder / f"{module}.py").exists() or (folder / module).is_dir()
