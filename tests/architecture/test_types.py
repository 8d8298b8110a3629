"""Parameters and results of services, repositories and queries are typed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.figures import Function, functions, mentions_any, parameters
from tests.support import ROOT

APP = ROOT / "app"
STATEMENTS = {"ColumnElement", "ColumnExpressionArgument", "InstrumentedAttribute", "SQLColumnExpression", "Select"}
"""Generic types of statements under construction: `Any` as their parameter says nothing about a value, for what a
statement yields is typed by the record it is read into."""


UNTYPED = {"core/company/service.py: of(config)": "Flask's configuration has no types"}
"""Values whose type mentions `Any` nevertheless, each with its reason."""


def layer_files() -> list[Path]:
    """The files of services, repositories and queries, and of the base class of repositories."""
    names = ("service", "repository", "queries")
    found = (path for name in names for of in ("core/*", "suites/*/*") for path in APP.glob(f"{of}/{name}*"))
    files = (path for one in found for path in (one.rglob("*.py") if one.is_dir() else (one,)))
    return [*sorted(files), APP / "infra" / "queries" / "repository.py"]


def annotations(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Name and type of each parameter, each result and each field of a class."""
    for function in functions(tree):
        yield from ((f"{function.name}({one.arg})", one.annotation) for one in parameters(function) if one.annotation)
        if function.returns is not None:
            yield f"{function.name}()", function.returns
    for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for field in (node for node in owner.body if isinstance(node, ast.AnnAssign)):
            yield f"{owner.name}.{ast.unparse(field.target)}", field.annotation


class _WithoutStatements(ast.NodeTransformer):
    """Replaces types of statements, with their parameters, by `object`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in STATEMENTS:
            return ast.Name(id="object")
        return self.generic_visit(node)


def untyped(source: str) -> list[str]:
    """Names of parameters, results and fields whose type mentions `Any`."""
    tree = ast.parse(source)
    return [name for name, kind in annotations(tree) if mentions_any(_WithoutStatements().visit(kind))]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def get(row_id: int) -> Any: ...", ["get()"]),
        ("def page() -> Page[Any]: ...", ["page()"]),
        ("def totals() -> dict[str, Any]: ...", ["totals()"]),
        ("def create(**values: Any) -> None: ...", ["create(values)"]),
        ("def create(values: 'Mapping[str, Any]') -> None: ...", ["create(values)"]),
        ("class Found:\n    rows: list[Any]", ["Found.rows"]),
        ("class A:\n    def _inner(self, row: Any) -> int: ...", ["_inner(row)"]),
        ("def _query() -> Select[Any]: ...", []),
        ("def _columns(*key: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]: ...", []),
        ("def _both(statement: Select[Any], row: Any) -> None: ...", ["_both(row)"]),
        ("def get(row_id: int) -> ClientRecord: ...", []),
    ],
)
def test_an_untyped_value_is_recognised(source: str, found: list[str]) -> None:
    assert untyped(source) == found


def test_services_repositories_and_queries_take_and_return_typed_values() -> None:
    found = {f"{path.relative_to(APP)}: {name}" for path in layer_files() for name in untyped(path.read_text("utf-8"))}
    assert found == set(UNTYPED)


def service_files() -> Iterator[Path]:
    """The files of services."""
    return (path for path in layer_files() if "service" in (path.stem, path.parent.name))


SESSION_TAKERS = {
    "AttemptCounter": "counts in transactions of its own, which outlast the one of a refused login",
    "PresenceService": "is asked for the caller before a context is made for them",
    "TokenPresenceService": "is asked for the caller before a context is made for them",
    "RotationService": "has a transaction of its own, which outlasts the one of a refused refresh",
    "SettingsReader": "reads the settings that a context is made with",
}
"""Classes of services that are handed a session nevertheless, each with its reason."""


def session_takers(source: str) -> list[str]:
    """Classes and functions of a service that are handed a session."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef | Function) and any(_takes_session(one) for one in functions(node))
    ]


def _takes_session(function: Function) -> bool:
    return any(one.annotation and "Session" in ast.unparse(one.annotation).split() for one in parameters(function))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class A:\n    def __init__(self, session: Session) -> None: ...", ["A"]),
        ("def purge(session: Session) -> None: ...", ["purge"]),
        ("def purge(session: Session | None) -> None: ...", ["purge"]),
        ("class A:\n    def __init__(self, context: Context) -> None: ...", []),
        ("class A:\n    def end(self, session: UserSession) -> None: ...", []),
    ],
)
def test_a_service_over_a_session_is_recognised(source: str, found: list[str]) -> None:
    assert session_takers(source) == found


def test_services_are_made_from_a_context() -> None:
    found = {name for path in service_files() for name in session_takers(path.read_text("utf-8"))}
    assert found == set(SESSION_TAKERS)


FLASK_READERS = {"routes", "cli"}
"""Modules of a domain that may read the request or the application; others get a context."""


def imports_flask(source: str) -> bool:
    """Whether a module imports Flask itself; its package `flask.cli` only declares commands."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="flask"):
                return True
            case ast.Import(names=names) if any(one.name.split(".")[0] == "flask" for one in names):
                return True
    return False


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from flask import current_app", True),
        ("import flask", True),
        ("def f():\n    from flask import g", True),
        ("from flask.cli import AppGroup", False),
        ("from app.infra.context import Context", False),
    ],
)
def test_reading_flask_is_recognised(source: str, found: bool) -> None:
    assert imports_flask(source) is found


def test_domains_read_flask_only_in_routes_and_commands() -> None:
    files = [
        path
        for of in ("core", "suites")
        for path in APP.glob(f"{of}/**/*.py")
        if not {path.stem, path.parent.name} & FLASK_READERS
    ]
    files += [APP / "infra" / "clock.py", *(APP / "kernel").rglob("*.py")]
    assert [str(path.relative_to(APP)) for path in files if imports_flask(path.read_text("utf-8"))] == []
