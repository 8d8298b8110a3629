"""`make run` for the first time: what is said, and that two starts at once take turns."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.infra.locks import advisory_lock
from tests import conftest, preloaded
from tests.support import DATA_KEY, ROOT, SECRETS_KEY

pytestmark = pytest.mark.long

PASSWORD = "a good long password"


@pytest.fixture
def empty(cluster: str) -> str:
    """The address of a database without a table."""
    name = f"fresco_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_first_start"
    conftest.recreate(cluster, name, "template0")
    return conftest.at(cluster, name)


@pytest.fixture
def migrated(empty: str, cluster: str, template: str) -> str:
    """The address of that database after its migrations, so that a start does not take seconds for them."""
    conftest.recreate(cluster, str(make_url(empty).database), template)
    return empty


CREDITO = {"directora", "gerente", "supervisora", "titular", "cobrador", "cobradora", "cajera"}
"""People of the demo of credito."""


def environ(url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"PORT", "BIND", "INSTANCE_DIR"}}
    return {**kept, "DATABASE_URL": url, "APP_ENV": "development", "BCRYPT_ROUNDS": "4"}


class Preparing:
    """`flask prepare`, whose output can be read while it runs."""

    def __init__(self, environ: Mapping[str, str], *arguments: str) -> None:
        out, told = os.pipe()
        self.stdout = os.fdopen(out)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it ended
        with Path(os.devnull).open("rb") as nothing, os.fdopen(told, "wb") as writing:
            files = nothing, writing, self._errors
            self.program = preloaded.start("flask", "prepare", *arguments, env=environ, files=files)

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, the rest of its output, and its errors."""
        with self.stdout, self._errors:
            output, code = self.stdout.read(), self.program.wait(120)
            self._errors.seek(0)
            return code, output, self._errors.read().decode()


def prepare(url: str, *arguments: str, **more: str) -> Preparing:
    return Preparing({**environ(url), **more}, *arguments)


def said(process: Preparing) -> str:
    code, output, errors = process.ended()
    assert code == 0, errors
    return output


def users(url: str) -> list[tuple[str, str]]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return [(row.username, row.role) for row in connection.execute(text("SELECT username, role FROM users"))]


def test_the_printed_command_for_the_first_user_works_from_any_folder(migrated: str, tmp_path: Path) -> None:
    output = said(prepare(migrated, "--no-demo", PORT="5077"))
    assert "http://127.0.0.1:5077" in output
    assert "fresco-demo-2026" not in output
    assert users(migrated) == []
    [command] = re.findall(r"^  (cd .*)$", output, re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environ(migrated),
        input=f"{PASSWORD}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert users(migrated) == [("admin", "admin")]
    output = said(prepare(migrated))
    assert "There is no user yet" not in output
    assert "fresco-demo-2026" not in output


def test_a_second_start_says_that_it_waits_and_goes_on(migrated: str) -> None:
    with advisory_lock(migrated, "prepare", on_wait=lambda: pytest.fail("nobody else is there")):
        second = prepare(migrated, "--no-demo")
        assert "waiting for it" in second.stdout.readline()
        assert second.program.poll() is None
    assert "There is no user yet" in said(second)


def test_two_first_starts_at_once_both_succeed_and_name_the_demo_logins(empty: str) -> None:
    outputs = [said(process) for process in [prepare(empty), prepare(empty)]]
    assert sum("Demo data loaded." in output for output in outputs) == 1
    for output in outputs:
        named = re.findall(r"^Demo login +(\S+) / fresco-demo-2026$", output, re.MULTILINE)
        assert named == ["admin", "demo-user", "demo-viewer"]
    assert {name for name, _ in users(empty)} == {"admin", "demo-user", "demo-viewer", "ana", "luis"} | CREDITO


def test_production_refuses_demo_data_before_it_does_anything(empty: str) -> None:
    keys = {"SECRET_KEY": "0123456789abcdef" * 4, "SECRETS_KEY": SECRETS_KEY, "DATA_KEYS": DATA_KEY}
    code, _, errors = prepare(empty, APP_ENV="production", BCRYPT_ROUNDS="12", **keys).ended()
    assert code == 1
    assert "DEMO=0" in errors


INSTALLING = """
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from tools import install

install.VENV = Path(sys.argv[1])
with install._turn():
    print("its turn", flush=True)
    sys.stdin.readline()
"""


def test_installing_takes_turns(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INSTALLING, str(tmp_path / ".venv")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as first, subprocess.Popen(command, cwd=ROOT, **pipes) as second:
        assert {first.stdout.readline(), second.stdout.readline()} == {
            "its turn\n",
            "Another make is installing into .venv; waiting for it ...\n",
        }
        first.stdin.write("done\n")
        first.stdin.flush()
        second.stdin.write("done\n")
        second.stdin.flush()
        assert "its turn\n" in {first.stdout.readline(), second.stdout.readline()}
