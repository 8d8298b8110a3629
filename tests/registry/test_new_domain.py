"""A new domain, made by its commands in a copy of the program, passes lint, its own tests and those that walk."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tests.soak import soak_only
from tests.support import ROOT

BIN = Path(sys.executable).parent
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", "instance", "node_modules", ".pytest_cache", ".hypothesis", "dist"
)
"""All else, with the caches of mypy and import-linter: both know by its time that a file has not changed."""
GENERATED = {"contract/openapi.json", "contract/suites.json", "migrations/.current-head"}
OWN = (
    "app/suites/fresco/purchase_orders/",
    "migrations/versions/",
    "tests/suites/fresco/purchase_orders/",
    "tests/factories/",
)
FRESCO = ROOT / "app" / "suites" / "fresco"
NEW = ["domain", "new", "purchase_orders", "--title", "Órdenes de compra"]
WALKING = [
    "tests/architecture",
    "tests/contract",
    "tests/infra/queries/test_records.py",
    "tests/web/test_exports.py",
    "tests/web/test_openapi.py",
]


class Copy:
    """A copy of the program, whose commands run in it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = Path(shutil.copytree(ROOT, folder / "copy", ignore=NOT_COPIED))
        self.before = self.files()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FRESCO_", "TEST_"))}
        settings = {"APP_ENV": "testing", "SECRET_KEY": "of a copy", "INSTANCE_DIR": str(folder / "instance")}
        self.environ = {**inherited, **settings, "DATABASE_URL": database_url}

    def files(self) -> dict[str, bytes]:
        """Contents by path."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        found = {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}
        return {path: content for path, content in found.items() if "_cache/" not in path}

    def changed(self) -> set[str]:
        """Paths of the files that are new or not as they were."""
        return {path for path, content in self.files().items() if self.before.get(path) != content}

    def run(self, *command: str) -> None:
        """Run a program of the environment, which must succeed."""
        command = (str(BIN / command[0]), *command[1:])
        done = subprocess.run(
            command, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.fixture
def copy(tmp_path: Path, empty: str) -> Copy:
    """A copy of the program over an empty database."""
    return Copy(tmp_path, empty)


def with_domain(copy: Copy) -> Copy:
    """The copy with a new domain and its migration."""
    copy.run("flask", *NEW)
    copy.run("flask", "migration", "new", "purchase orders")
    copy.run("python", "-m", "contract", "write")
    return copy


@soak_only
def test_a_new_domain_touches_one_file_outside_its_folders_and_passes_lint(copy: Copy) -> None:
    changed = with_domain(copy).changed() - {"instance/data_keys"}  # made by the first command that needs it
    assert {path for path in changed - GENERATED if not path.startswith(OWN)} == {"app/suites/fresco/__init__.py"}
    assert len(changed) == 15, changed
    written = sorted(path for path in changed if path.endswith(".py"))
    copy.run("ruff", "check", *written)
    copy.run("ruff", "format", "--check", *written)
    copy.run("python", "-m", "checks.docstrings", "app/suites/fresco/purchase_orders")
    copy.run("lint-imports")
    copy.run("python", "-m", "contract", "check")
    copy.run("mypy", "app/suites/fresco/purchase_orders")


@soak_only
def test_a_new_domain_passes_its_own_tests_and_those_that_walk_every_route_list_and_table(copy: Copy) -> None:
    with_domain(copy)
    copy.run("flask", "db", "upgrade")
    copy.run("flask", "verify")
    copy.run("pytest", "-q", "tests/suites/fresco/purchase_orders", *WALKING)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["clients"], "There is a domain clients already"),
        (["Suppliers"], "no name of a Python module"),
        (["../suppliers"], "no name of a Python module"),
        (["suppliers", "--singular", "class"], "no name of a Python module"),
        (["equipment"], "say with --singular"),
    ],
)
def test_a_name_that_makes_no_domain_is_refused_and_nothing_is_written(
    app: Flask, arguments: list[str], problem: str
) -> None:
    before = sorted(FRESCO.iterdir())
    result = app.test_cli_runner().invoke(args=["domain", "new", *arguments, "--title", "Cosas"])
    assert (result.exit_code, problem in result.output) == (1, True), result.output
    assert sorted(FRESCO.iterdir()) == before
