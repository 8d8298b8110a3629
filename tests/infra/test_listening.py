"""Address of the server, and the message if it can't listen there."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.infra import listening
from tests.support import free_port

FILE = Path(listening.__file__)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.mark.parametrize(
    ("environ", "bind"),
    [
        ({}, "127.0.0.1:5000"),
        ({"PORT": "5001"}, "127.0.0.1:5001"),
        ({"PORT": ""}, "127.0.0.1:5000"),
        ({"PORT": "5001", "BIND": "0.0.0.0:8000"}, "0.0.0.0:8000"),
        ({"PORT": "5001", "BIND": ""}, "127.0.0.1:5001"),
        ({"PORT": "5001", "BIND": "127.0.0.1"}, "127.0.0.1:5001"),
        ({"BIND": "localhost"}, "localhost:5000"),
        ({"PORT": "5001", "BIND": "tcp://localhost"}, "localhost:5001"),
        ({"PORT": "5001", "BIND": "[::1]"}, "[::1]:5001"),
        ({"PORT": "5001", "BIND": "::1"}, "[::1]:5001"),
        ({"PORT": "5001", "BIND": "127.0.0.1, [::1]:8000"}, "127.0.0.1:5001,[::1]:8000"),
        ({"PORT": "5001", "BIND": ":8000"}, ":8000"),
        ({"PORT": "5001", "BIND": "unix:/run/fresco.sock"}, "unix:/run/fresco.sock"),
        ({"PORT": "5001", "BIND": "fd://3"}, "fd://3"),
    ],
)
def test_bind_wins_over_port_and_a_host_alone_takes_it(environ: dict[str, str], bind: str) -> None:
    assert listening.bind_of(environ) == bind


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        (":8000", "http://127.0.0.1:8000"),
        ("[::]:8000", "http://[::1]:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("localhost:80,127.0.0.2:81", "http://localhost:80"),
        ("unix:/run/fresco.sock", None),
        ("fd://3", None),
    ],
)
def test_the_address_for_a_browser(bind: str, url: str | None) -> None:
    assert listening.url_of(bind) == url


def test_a_free_port_is_no_problem() -> None:
    assert listening.problem(f"127.0.0.1:{free_port()}") is None
    assert listening.problem("unix:/run/fresco.sock") is None


def test_a_taken_port_is_named_with_one_that_is_free(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIND", raising=False)
    said = listening.problem(f"127.0.0.1:{taken}")
    assert said is not None
    assert said.startswith(f"Port {taken} of 127.0.0.1 is in use by another program. Choose another: make run PORT=")
    other = int(said.rsplit("=", 1)[1])
    assert other > taken
    assert listening.problem(f"127.0.0.1:{other}") is None


def test_the_message_names_the_setting_that_was_used(taken: int) -> None:
    said = listening.problem(f"localhost:{taken}")
    assert said is not None
    assert "make run BIND=localhost:" in said


def test_the_second_of_two_addresses_may_be_taken_too(taken: int) -> None:
    assert f"Port {taken} " in (listening.problem(f"127.0.0.1:{free_port()},127.0.0.1:{taken}") or "")


def test_an_address_of_another_machine_is_said_so() -> None:
    said = listening.problem("192.0.2.1:5000")
    assert said is not None
    assert "can't be listened on" in said


@pytest.mark.parametrize(
    "line", ["PORT={}", "export PORT = {}", "PORT='{}'", 'PORT="{}"  # mine', "BIND=127.0.0.1:{}", "#PORT=1\nPORT={}"]
)
def test_make_run_fails_on_a_used_port_before_installing(taken: int, tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"SECRET_KEY=x\n{line.format(taken)}\n", encoding="utf-8")
    done = ask(tmp_path, {})
    assert done.returncode == 1
    assert f"Port {taken} " in done.stderr
    assert done.stderr.count("\n") == 1


def test_make_run_looks_at_the_port_of_a_host_alone(taken: int, tmp_path: Path) -> None:
    assert f"Port {taken} " in ask(tmp_path, {"BIND": "127.0.0.1", "PORT": str(taken)}).stderr


def test_the_environment_wins_over_the_file(taken: int, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PORT={taken}\n", encoding="utf-8")
    assert ask(tmp_path, {"PORT": str(free_port())}).returncode == 0


def ask(folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the file as `make run` does, with the standard library only."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PORT", "BIND"}}
    command = [sys.executable, "-I", "-S", str(FILE)]
    return subprocess.run(
        command, cwd=folder, env={**clean, **environ}, capture_output=True, text=True, check=False, timeout=30
    )
