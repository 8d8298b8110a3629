"""pg_dump and pg_restore: choose the installed version that fits the server, and run it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from app.infra import embedded_pg
from app.infra.backup import BackupError

_SERVICE = "control-fresco"
# From 17 on pg_restore sets transaction_timeout, which fails on older servers.
_SETS_TRANSACTION_TIMEOUT = 17


@dataclass(frozen=True, order=True)
class Programs:
    """The two programs of one version."""

    major: int
    folder: Path

    def run(self, program: str, url: str, *arguments: str) -> None:
        """Run one against the database at `url`; the password is passed in a file that only this user can read."""
        with tempfile.TemporaryDirectory(prefix="fresco-pg-") as folder:
            service = Path(folder) / "service.conf"
            service.touch(mode=0o600)
            service.write_text(_service(url), encoding="utf-8")
            environment = {**os.environ, "PGSERVICEFILE": str(service), "LC_ALL": "C"}
            command = [str(self.folder / program), "--no-password", f"--dbname=service={_SERVICE}", *arguments]
            done = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise BackupError(f"{program} failed: {done.stderr.strip()[:2000]}")


def installed() -> list[Programs]:
    """Programs on PATH, of the embedded server, and of the system."""
    on_path = shutil.which("pg_dump")
    # Debian's /usr/bin/pg_dump is a script that runs one of the system's versions, which are in `places` too.
    folders = ([Path(on_path).resolve().parent] if on_path else []) + embedded_pg.places()
    pairs = {folder for folder in folders if all((folder / name).is_file() for name in ("pg_dump", "pg_restore"))}
    return sorted(Programs(_major(folder), folder) for folder in pairs)


def for_dump(found: Sequence[Programs], server: int) -> Programs:
    """The oldest pair that can dump this server: pg_dump must not be older than the server."""
    fitting = [pair for pair in found if pair.major >= server]
    if not fitting:
        raise _not_found("pg_dump", found, f"{server} or later")
    return min(fitting)


def for_restore(found: Sequence[Programs], dumped_by: int, server: int) -> Programs:
    """The oldest pair that can read the dump and works with this server."""
    readers = [pair for pair in found if pair.major >= dumped_by]
    fitting = [
        pair for pair in readers if server >= _SETS_TRANSACTION_TIMEOUT or pair.major < _SETS_TRANSACTION_TIMEOUT
    ]
    if not fitting:
        before = "" if server >= _SETS_TRANSACTION_TIMEOUT else f", but before {_SETS_TRANSACTION_TIMEOUT}"
        raise _not_found("pg_restore", found, f"{dumped_by} or later{before}")
    return min(fitting)


def _not_found(program: str, found: Sequence[Programs], wanted: str) -> BackupError:
    there = ", ".join(f"{pair.major} ({pair.folder})" for pair in found) or "none"
    return BackupError(
        f"{program} of version {wanted} is needed, found: {there}."
        " Install the client programs of the server's version, and put them on PATH."
    )


def _major(folder: Path) -> int:
    output = subprocess.run([str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", output)
    if found is None:
        raise BackupError(f"{folder}/pg_dump does not say its version: {output.strip()}")
    return int(found[1])


def _service(url: str) -> str:
    """The URL as a libpq service file, which needs no quoting."""
    address = make_url(url)
    settings = address.get_dialect()().create_connect_args(address)[1]
    return f"[{_SERVICE}]\n" + "".join(f"{name}={value}\n" for name, value in settings.items())
