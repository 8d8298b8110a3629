"""A data folder and its server: its files, locks, processes and end.

Run by path (so it imports only the standard library) this file is the watchdog of a server: it waits for the exclusive
lock on `<data_dir>.users`, then stops the server.
"""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows has neither; there start() raises
    import fcntl
    import pwd

GRACE = 2.0  # seconds without users before the server is stopped, so that the next command finds it running
TIMEOUT = 15.0  # seconds a server may take to start after a crash, or to stop
READY, NO_DATABASE, STARTING, NO_RESPONSE = "00000", "3D000", "57P03", ""
_READY_FOR_QUERY = b"Z\0\0\0\5I"  # the messages before it are sent even if the database is missing
PROC = Path("/proc")  # Linux only
WATCHDOG = Path(__file__).resolve()  # run as a program, it stops a server that has no users


class EmbeddedPostgresError(RuntimeError):
    """The embedded server can't be used; the message gives the reason."""


class Cluster:
    """A data folder and its server."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = Path(data_dir).expanduser().resolve()

    def beside(self, suffix: str) -> Path:
        """A file beside the data folder, such as a lock."""
        return self.folder.with_name(f"{self.folder.name}.{suffix}")

    def exists(self) -> bool:
        """Whether the folder holds data."""
        return (self.folder / "PG_VERSION").exists()

    def account(self) -> tuple[int, int]:
        """User and group of the server: as root the owner of the data, for new data EMBEDDED_PG_USER; else our own."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.exists():
            return self.folder.stat().st_uid, self.folder.stat().st_gid
        name = os.environ.get("EMBEDDED_PG_USER", "nobody")
        try:
            return pwd.getpwnam(name)[2:4]
        except KeyError as error:
            raise EmbeddedPostgresError(f"EMBEDDED_PG_USER: there is no user {name}") from error

    def pid_file(self) -> tuple[int, str, str]:
        """Process id, socket folder and status in postmaster.pid, which may be incomplete."""
        lines = []
        with contextlib.suppress(FileNotFoundError):
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        lines += [""] * 8
        return int(lines[0] or 0), lines[4], lines[7].strip()

    def sockets(self) -> Path:
        """Socket folder of the running server (started perhaps with another TMPDIR), else of the next one."""
        name = "control-fresco-" + hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        base = tempfile.gettempdir()
        if len(os.fsencode(base)) > 60:  # a socket's path has at most 103 bytes on macOS, 107 on Linux
            base = "/tmp"  # noqa: S108  # check_sockets() checks the owner of the folder in it
        return Path(self.pid_file()[1] or Path(base, name))

    def check_sockets(self, sockets: Path) -> None:
        """Raise unless the socket folder belongs to the server's user: its owner could impersonate the server."""
        found = sockets.lstat()
        if (found.st_mode, found.st_uid) != (stat.S_IFDIR | 0o700, self.account()[0]):
            raise EmbeddedPostgresError(f"{sockets} is not a 0700 folder of the server's user: remove it")

    def connect_status(self, database: str) -> str:
        """SQLSTATE of a connection attempt: shows whether the server is ready and has the database."""
        _, sockets, _ = self.pid_file()
        if not sockets or not Path(sockets).exists():
            return NO_RESPONSE
        self.check_sockets(Path(sockets))
        startup = b"user\0postgres\0database\0" + database.encode() + b"\0\0"
        answer = b""
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.settimeout(TIMEOUT)
            connection.connect(f"{sockets}/.s.PGSQL.5432")
            connection.sendall(struct.pack("!ii", len(startup) + 8, 3 << 16) + startup)
            while not answer.endswith(_READY_FOR_QUERY) and (chunk := connection.recv(8192)):
                answer += chunk
            connection.sendall(b"X\0\0\0\4")  # Terminate, so that the server logs no lost connection
        code = re.search(rb"\0C(\w{5})\0", answer)
        return READY if answer.endswith(_READY_FOR_QUERY) else code[1].decode() if code else NO_RESPONSE

    def processes(self) -> list[int]:
        """Ids of live server processes: with the folder as cwd, as a pid may be reused or a zombie's."""
        found = []
        if not PROC.exists():  # macOS: only the pid file is known
            pid = self.pid_file()[0]
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
                found = [pid] if pid else []
        for process in PROC.glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended in the meantime, or of another user
                place = process / "cwd"
                here = str(place.readlink()) == f"{self.folder} (deleted)" or place.samefile(self.folder)
                if here and (process / "comm").read_text() == "postgres\n":
                    found.append(int(process.name))
        return found

    def halt(self, signal_number: int) -> None:
        """Stop the server by signals, as pg_ctl does; works even if its programs or its folder were deleted."""
        postmaster, deadline = self.pid_file()[0], time.monotonic() + TIMEOUT
        while alive := self.processes():
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"the server over {self.folder} does not stop")
            # Without a postmaster, the other processes get its signal for an immediate shutdown.
            for pid in [postmaster] if postmaster in alive else alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal_number if pid == postmaster else signal.SIGQUIT)
            time.sleep(0.05)

    def sweep(self, sockets: Path) -> None:
        """Clean up after the server has stopped; removes the data only if it is ephemeral."""
        unfinished = self.beside("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        with contextlib.suppress(OSError, EmbeddedPostgresError):  # another user's folder is left alone
            self.check_sockets(sockets)
            shutil.rmtree(sockets)
        if self.is_ephemeral():
            self.folder.rename(unfinished)  # atomic: a partial data folder would be refused forever
            shutil.rmtree(unfinished)
        if not self.folder.exists():
            for suffix in ("watch", "users", "lock"):
                self.beside(suffix).unlink(missing_ok=True)

    def is_ephemeral(self) -> bool:
        """Whether the data is removed with the server, so it need not survive a crash of the machine."""
        return (self.folder / "ephemeral").exists()


def is_named(fd: int, path: Path) -> bool:
    """Whether the open file still has this name: it may have been deleted, and the name reused."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(fd), path.stat())
    return False


def open_locked(path: Path, how: int) -> int:
    """Open and lock a file; the descriptor is above 2, as a closed stdin would make it 0."""
    while True:
        with contextlib.ExitStack() as undo:
            low = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, low)
            fcntl.flock(low, how)
            if is_named(low, path):
                return fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold a file's exclusive lock."""
    fd = open_locked(path, fcntl.LOCK_EX)
    try:
        yield fd
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)  # closing would not unlock if a thread has forked in the meantime
        os.close(fd)


def watch(data_dir: Path) -> None:
    """Wait until the server has no users, then stop it; stdin is the locked `.watch` file."""
    cluster = Cluster(data_dir)
    waiting = True
    with contextlib.suppress(FileNotFoundError):  # the parent folder was deleted: there will be no users
        while waiting:
            os.close(open_locked(cluster.beside("users"), fcntl.LOCK_EX))
            time.sleep(GRACE)
            with contextlib.suppress(BlockingIOError):
                open_locked(cluster.beside("users"), fcntl.LOCK_EX | fcntl.LOCK_NB)  # held until we end
                waiting = False
    sockets = cluster.sockets()
    try:
        cluster.halt(signal.SIGINT)
    except EmbeddedPostgresError:
        cluster.halt(signal.SIGQUIT)
    with contextlib.suppress(FileNotFoundError):
        os.close(open_locked(cluster.beside("lock"), fcntl.LOCK_EX))  # an orphaned initdb may still write
    cluster.sweep(sockets)
    fcntl.flock(0, fcntl.LOCK_UN)  # before `.users`: its next holder must not see a running watchdog


if __name__ == "__main__" and os.fork() == 0:  # the parent exits at once, so the watchdog never becomes a zombie
    watch(Path(sys.argv[2]))
