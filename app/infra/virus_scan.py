"""Virus scanner: a command from the settings that is called with the path of each uploaded file."""

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.infra.storage.disk_full import disk_full_errors
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)

SECONDS = 30
"""Time limit for one file, in seconds."""
_CLEAN, _REFUSED = 0, 1
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""Environment variables that the scanner gets; others hold secrets."""


class VirusScan:
    """Calls the command without a shell; a file that could not be scanned is never accepted."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)

    def refuses(self, content: IO[bytes]) -> bool:
        """Whether the scanner refuses the content; raises Unavailable without a result."""
        with _copied(content) as path:
            status = self._status(path)
        if status not in {_CLEAN, _REFUSED}:
            raise Unavailable("The virus scanner does not respond; try again later.", code="scan_unavailable")
        return status == _REFUSED

    def _status(self, path: str) -> int | None:
        """Exit status of the command, or None if it can't be started or takes too long."""
        try:
            status = _run([*self.command, path])
        except OSError:
            log.exception("the virus scanner can't be started")
        except subprocess.TimeoutExpired:
            log.exception("the virus scanner was ended after %s s", SECONDS)
        else:
            if status not in {_CLEAN, _REFUSED}:
                log.error("the virus scanner failed with exit status %s", status)
            return status
        return None


def _run(command: Sequence[str]) -> int:
    """Exit status; the process is ended with its children if it takes too long."""
    null = subprocess.DEVNULL  # its output is discarded, so it may print any amount
    environ = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with subprocess.Popen(
        command, env=environ, stdin=null, stdout=null, stderr=null, start_new_session=True
    ) as process:
        try:
            return process.wait(SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # not waited for yet, so the process id is not reused
            raise


@contextmanager
def _copied(content: IO[bytes]) -> Iterator[str]:
    """Path of a copy that only this user may read."""
    handle, path = tempfile.mkstemp(prefix="fresco-scan-")
    try:
        with disk_full_errors(), os.fdopen(handle, "wb") as copy:
            content.seek(0)
            shutil.copyfileobj(content, copy)
        yield path
    finally:
        Path(path).unlink(missing_ok=True)  # the scanner may have moved it away
