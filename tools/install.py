"""Install a lock file into .venv: `install.py run` what serving needs, `install.py dev` what tests need as well.

The lock files are closed: everything is in them, so pip resolves nothing (`--no-deps`), and what is published later
changes nothing. Packages that come as source are built by the locked setuptools, not by one that pip fetches unchecked.
"""

import contextlib
import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = ROOT / "requirements-build.txt"
LOCKS = {"run": ROOT / "requirements-run.txt", "dev": ROOT / "requirements-dev.txt"}
STAMPS = {"run": VENV / ".run", "dev": VENV / ".ready"}
"""Each holds the digest of what was installed; `make` compares their age."""
_USABLE = "import pip, sys; sys.exit(sys.version_info < (3, 11))"


def main(asked: str) -> None:
    """Install the requested set, unless it is installed; one process at a time."""
    with _turn() as lock:
        # Versions that only serving needs would no longer fit what was installed for tests.
        chosen = "dev" if STAMPS["dev"].exists() else asked
        if not _is_installed(chosen):
            print("Installing into .venv ...", flush=True)
            _install(LOCKS[chosen], lock)
        for name in {asked, chosen, "run"}:
            STAMPS[name].write_text(_digest(name), encoding="utf-8")


@contextlib.contextmanager
def _turn() -> Iterator[int]:
    """Hold the lock beside .venv; its descriptor, for children to hold it too should this process be killed."""
    place = VENV.resolve()
    with place.with_name(f"{place.name}.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is installing into .venv; waiting for it ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _digest(name: str) -> str:
    return hashlib.sha256(BUILD.read_bytes() + LOCKS[name].read_bytes()).hexdigest()


def _is_installed(name: str) -> bool:
    return STAMPS[name].exists() and STAMPS[name].read_text(encoding="utf-8") == _digest(name)


def _install(requirements: Path, lock: int) -> None:
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", _USABLE], capture_output=True, check=False).returncode:
        _run(lock, sys.executable, "-m", "venv", "--clear", str(VENV))
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check")
    closed = (*pip, "install", "--quiet", "--no-deps", "--require-hashes")
    _run(lock, *closed, "--requirement", str(BUILD))
    _run(lock, *closed, "--no-build-isolation", "--use-pep517", "--requirement", str(requirements))
    _run(lock, *pip, "--quiet", "check")


def _run(lock: int, *command: str) -> None:
    done = subprocess.run(command, pass_fds=(lock,), check=False)
    if done.returncode:
        sys.exit(f"Installing into .venv failed: {' '.join(command)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
