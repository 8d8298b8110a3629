"""Each import contract of pyproject.toml refuses the imports it is there for: all are broken at once, in a copy."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT

pytestmark = pytest.mark.long

VIOLATIONS = {
    "Layers: nothing imports upward": ("app.infra.clock", "app.web.json"),
    "Suites do not import each other": ("app.suites.other", "app.suites.fresco"),
    "Domains of the core import only lower ones": ("app.core.tasks.service", "app.core.company.service"),
    "Domains of fresco import only lower ones": (
        "app.suites.fresco.clients.service",
        "app.suites.fresco.projects.service",
    ),
    "Domains of personal import only lower ones": ("app.suites.personal.books.rules", "app.suites.personal.unnamed"),
    "Domains of credito import only lower ones": ("app.suites.credito.equipo.rules", "app.suites.credito.unnamed"),
    "The lowest domains do not import each other": ("app.core.files.service", "app.core.tasks.service"),
    "Payments, documents, incomes and expenses do not import each other": (
        "app.suites.fresco.incomes.service",
        "app.suites.fresco.payments.rules",
    ),
    "Inside a domain": ("app.core.tasks.rules", "app.core.tasks.service"),
    "The kernel, manifest.py, every rules and events are pure": ("app.kernel.money", "sqlalchemy"),
    "No HTTP below routes": ("app.core.tasks.repository", "flask"),
    "Only a service opens its repository": ("app.core.tasks.cli", "app.core.tasks.repository"),
    "RESTX and JWT are used in the web layer only": ("app.infra.logs", "flask_restx"),
}
"""An import that breaks the contract, by its name: who imports what."""

SECOND_SUITE = """
from app.manifest import Suite

SUITE = Suite(name="other", package="app.suites.other", prefix="/api/other", domains=())
"""


def contracts() -> list[str]:
    """Names of the contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def add_import(folder: Path, importer: str, imported: str) -> None:
    """Append an import to a module."""
    path = folder.joinpath(*importer.split("."))
    module = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    with module.open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef _violation() -> None:\n    import {imported}\n")


def broken(folder: Path) -> set[str]:
    """Names of the contracts that are broken in this folder."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    found = re.findall(r"^(.+?) (?:\(.*\) )?BROKEN$", done.stdout, re.MULTILINE)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return set(found)


def test_every_contract_is_broken_by_its_violation(tmp_path: Path) -> None:
    assert list(VIOLATIONS) == contracts()
    for name in ("app", "checks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "config.py", "environment.py"):
        shutil.copy(ROOT / name, tmp_path)
    other = tmp_path / "app" / "suites" / "other"
    other.mkdir()
    (other / "__init__.py").write_text(SECOND_SUITE, encoding="utf-8")
    for suite in ("personal", "credito"):
        unnamed = tmp_path / "app" / "suites" / suite / "unnamed"
        unnamed.mkdir()
        (unnamed / "__init__.py").touch()
    for importer, imported in VIOLATIONS.values():
        add_import(tmp_path, importer, imported)
    assert broken(tmp_path) == set(contracts())
