"""Install and serve a fresh clone by `make run`, once for each pip that people have; `make check-install` runs it.

What is committed is cloned. Python is the one that runs this: `make check-install PYTHON=python3.13`.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUNDLED, NEWEST = "bundled", "newest"
# Python 3.11 was released with these; later ones do not run the pips of before their time.
PIPS = ("23.0.1", "23.2.1", NEWEST) if sys.version_info < (3, 12) else (BUNDLED, NEWEST)
INSTALL_SECONDS, STOP_SECONDS = 900, 5
_OTHERS = (
    "DATABASE_URL",
    "DIRECT_DATABASE_URL",
    "READ_DATABASE_URL",
    "INSTANCE_DIR",
    "BIND",
    "VIRTUAL_ENV",
    "MAKEFLAGS",
    "MAKELEVEL",
)


def main() -> None:
    """Try each pip in a clone and an environment of its own."""
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, check=True).stdout:
        print("There are changes that are not committed: they are not checked.", flush=True)
    for pip in PIPS:
        with tempfile.TemporaryDirectory(prefix="control-fresco-", ignore_cleanup_errors=True) as folder:
            _check(pip, Path(folder) / "clone")


def _check(pip: str, clone: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    version = _make_environment(pip, clone)
    began = time.monotonic()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    environ |= {"PORT": str(port), "PIP_NO_CACHE_DIR": "1"}
    log = clone / "make-run.log"
    with log.open("wb") as output:
        command = ["make", "run", f"PYTHON={sys.executable}"]
        process = subprocess.Popen(
            command, cwd=clone, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_until_ready(process, port, log)
            serving = time.monotonic()
            os.killpg(process.pid, signal.SIGINT)
            _wait_until_ended(process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    _wait_for_database(clone)
    if (now := _pip_version(clone)) != version:
        sys.exit(f"pip was {version} and is {now}: not what was to be checked.")
    print(
        f"pip {version}: serving after {serving - began:.0f} s, ended after {time.monotonic() - serving:.1f} s",
        flush=True,
    )


def _make_environment(pip: str, clone: Path) -> str:
    """An environment with that pip and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(clone / ".venv")], check=True)
    if pip != BUNDLED:
        wanted = ["--upgrade", "pip"] if pip == NEWEST else [f"pip=={pip}"]
        python = str(clone / ".venv" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], check=True)
    return _pip_version(clone)


def _pip_version(clone: Path) -> str:
    command = [str(clone / ".venv" / "bin" / "python"), "-c", "import pip; print(pip.__version__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + INSTALL_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"make run ended:\n{log.read_text()}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with suppress(OSError):
            connection.request("GET", "/api/health/ready")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        connection.close()
        time.sleep(0.2)
    sys.exit(f"make run does not serve after {INSTALL_SECONDS} s:\n{log.read_text()}")


def _wait_until_ended(group: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        try:
            os.waitpid(-group, os.WNOHANG)
            os.killpg(group, 0)
        except (ChildProcessError, ProcessLookupError):
            return
        time.sleep(0.05)
    sys.exit(f"It has not ended {STOP_SECONDS} s after Ctrl-C.")


def _wait_for_database(clone: Path) -> None:
    """Let the embedded server end by itself before its folder is removed."""
    deadline = time.monotonic() + 30
    while (clone / "instance" / "postgres" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
