"""The commands of README.md and docs/operating.md work as they are written."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import PASSWORD
from tests.soak import soak_only
from tests.support import ROOT, Server, free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
PYTEST = re.compile(r"pytest ((?:tests/\S+ )+)-k (\"[^\"]+\"|\w+)")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
DRILL_PASSWORD = "a password for the drill"


def drill(folder: Path, port: int) -> list[str]:
    """The commands of the restore drill, with this backup and port."""
    [block] = re.findall(r"A restore drill.*?```sh\n(.*?)```", OPERATING, re.DOTALL)
    lines = [re.sub(r"\s+# .*", "", line) for line in block.splitlines()]
    assert sum("/backups/2026-07-31" in line for line in lines) == 1
    assert sum("PORT=5001" in line for line in lines) == 1
    return [line.replace("/backups/2026-07-31", str(folder)).replace("PORT=5001", f"PORT={port}") for line in lines]


def story(port: int) -> str:
    """The commands of the first story, with this port and the password of the test's admin."""
    [block] = re.findall(r"## A first story.*?```sh\n(.*?)```", README, re.DOTALL)
    for written, meant in {":5000/": f":{port}/", "fresco-demo-2026": PASSWORD}.items():
        assert block.count(written) == 1
        block = block.replace(written, meant)
    return block


def anchors(markdown: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    titles = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


def names_in(path: Path) -> list[str]:
    """Names of the tests in a file or folder, with those of their modules."""
    files = sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
    pattern = re.compile(r"def (test_\w+)")
    return [f"{file.stem}::{name}" for file in files for name in pattern.findall(file.read_text(encoding="utf-8"))]


@contextmanager
def shell(script: str, given: str, log: Path, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    """A shell of its own that runs the script; it and all that it started end with the block."""
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(given)
    process.stdin.close()
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def databases_in(folder: Path) -> list[psutil.Process]:
    """PostgreSQL's processes at work below it."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd().startswith(str(folder)):
                found.append(process)
    return found


@pytest.mark.server
def test_the_first_story_shows_the_paid_payment_in_the_cash_flow(server: Server) -> None:
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", story(server.port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    paid, flow = (json.loads(line) for line in done.stdout.splitlines())
    assert paid["data"]["status"] == "Pagado"
    shown = [(one["source"], one["source_id"], one["client"], one["amount"]) for one in flow["data"]]
    assert shown == [("payment", paid["data"]["id"], "Café Andino", 250000)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_the_documentation_lead_somewhere(path: Path) -> None:
    for file, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), file
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{file}#{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_pytest_commands_of_the_documentation_select_tests(path: Path) -> None:
    for files, expression in PYTEST.findall(path.read_text(encoding="utf-8")):
        names = [name for file in files.split() for name in names_in(ROOT / file)]
        for word in set(re.findall(r"\w+", expression)) - {"and", "or", "not"}:
            assert any(word in name for name in names), f"{files}-k {expression}"


def test_the_readme_fits_on_one_page() -> None:
    assert len(README.splitlines()) <= 100


@soak_only
@pytest.mark.server
def test_the_restore_drill_works_as_it_is_written(server: Server, server_database: str, tmp_path: Path) -> None:
    token = server.login("admin", "a good long password")
    made = server.send("POST", "/api/clients", {"name": "Brisa", "start_date": "2026-01-01"}, headers=token)
    assert made.status == 201
    backup, log, port = tmp_path / "backup", tmp_path / "log", free_port()
    taken = server.flask("backup", "create", str(backup))
    assert taken.returncode == 0, taken.stderr

    *before, remove, leave = drill(backup, port)
    assert (remove, leave) == ('sleep 5; rm -rf "$INSTANCE_DIR"', "exit")
    script = "\n".join([*before, remove, leave])
    restored = Server(server_database, port=port)
    environ = {"DATABASE_URL": server_database, "TMPDIR": str(tmp_path), "BCRYPT_ROUNDS": "4"}
    with shell(script, f"{DRILL_PASSWORD}\n{DRILL_PASSWORD}\n", log, **environ) as process:
        wait_until_ready(restored, process, log)
        assert "Everything holds." in log.read_text(encoding="utf-8")
        found = restored.send("GET", "/api/clients", headers=restored.login("drill", DRILL_PASSWORD))
        assert found.json == server.send("GET", "/api/clients", headers=token).json
        assert databases_in(tmp_path)
        [gunicorn] = [
            child for child in psutil.Process(process.pid).children() if "gunicorn" in " ".join(child.cmdline())
        ]
        gunicorn.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    until = time.monotonic() + 20
    while databases_in(tmp_path):
        assert time.monotonic() < until, "the drill's database goes on"
        time.sleep(0.1)


def wait_until_ready(server: Server, process: "subprocess.Popen[str]", log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with contextlib.suppress(OSError):
            if server.send("GET", "/api/health/ready").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
