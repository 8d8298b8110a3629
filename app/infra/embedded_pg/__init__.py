"""PostgreSQL for development without installation: one server per data folder.

Each process that uses the server holds a shared lock on `<data_dir>.users`, which the kernel releases however the
process ends. A watchdog waits for the exclusive lock on it, then stops the server. `<data_dir>.lock` serializes starts;
the watchdog holds `<data_dir>.watch`.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from app.infra.embedded_pg.cluster import (
    NO_DATABASE,
    NO_RESPONSE,
    STARTING,
    TIMEOUT,
    WATCHDOG,
    Cluster,
    EmbeddedPostgresError,
    is_named,
    locked,
    open_locked,
)
from app.infra.embedded_pg.programs import ADVICE, QUIET, Programs, binaries, places

with contextlib.suppress(ImportError):  # Windows has none; start() raises there
    import fcntl

__all__ = ["QUIET", "EmbeddedPostgresError", "binaries", "places", "start", "stop"]

_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_shares: dict[Path, int] = {}  # locks of this process on `.users`, inherited by forks (gunicorn), closed by exec


def start(data_dir: Path, database: str = "control_fresco", *, ephemeral: bool = False) -> str:
    """Start the server of data_dir unless it runs; returns its URL. It runs until its last user ends."""
    if os.name != "posix":
        raise EmbeddedPostgresError(f"the embedded PostgreSQL does not run on this system: {ADVICE}")
    cluster = Cluster(data_dir)
    users = cluster.beside("users")
    try:
        if cluster.folder.exists() and not cluster.exists() and any(cluster.folder.iterdir()):
            raise EmbeddedPostgresError(f"{cluster.folder} holds other files: choose another folder")
        users.parent.mkdir(parents=True, exist_ok=True)
        if not is_named(_shares.get(users, -1), users):
            _shares[users] = open_locked(users, fcntl.LOCK_SH)
        with locked(cluster.beside("lock")) as lock:
            sockets = _bring_up(cluster, database, lock, ephemeral=ephemeral)
    except OSError as error:
        raise EmbeddedPostgresError(f"no database over {cluster.folder}: {error}") from error
    return f"postgresql+psycopg2://postgres@/{quote(database)}?host={quote(str(sockets))}&port=5432"


def stop(data_dir: Path, *, mode: str = "fast") -> None:
    """Stop the server, whoever uses it, and release this process's lock; start() starts it again."""
    cluster = Cluster(data_dir)
    if cluster.exists():
        with locked(cluster.beside("lock")):
            cluster.halt(_SIGNALS[mode])
    if fd := _shares.pop(cluster.beside("users"), 0):
        os.close(fd)  # not unlocked: forked processes share the lock


def _bring_up(cluster: Cluster, database: str, lock: int, *, ephemeral: bool) -> Path:
    """Attach to a running server, or create and start it; create the database if it is missing."""
    status = cluster.connect_status(database)
    if status in (NO_RESPONSE, STARTING):
        programs = Programs(cluster)
        _guard(cluster)  # first, as this process may be killed at any moment
        if not cluster.exists():
            _create(cluster, programs, lock, ephemeral=ephemeral)
        _boot(cluster, programs)
        status = cluster.connect_status(database)
    else:
        _guard(cluster)
    sockets = cluster.sockets()
    if status == NO_DATABASE:
        # template0 accepts no connections, which would prevent copying it
        where = ["-h", str(sockets), "-p", "5432", "-U", "postgres", "-T", "template0"]
        Programs(cluster).run("createdb", *where, "--", database)
    return sockets


def _guard(cluster: Cluster) -> None:
    """Start a watchdog unless one runs; it inherits the lock as stdin, so there is always exactly one."""
    try:
        watch = open_locked(cluster.beside("watch"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    # -P: modules beside this file must not shadow the standard library
    command = [sys.executable, "-P", str(WATCHDOG), "watch", str(cluster.folder)]
    null = subprocess.DEVNULL
    try:
        code = subprocess.call(command, stdin=watch, stdout=null, stderr=null, cwd="/", start_new_session=True)
    finally:
        os.close(watch)  # only our copy: unlocking would release the watchdog's lock too
    if code:
        raise EmbeddedPostgresError(f"the watchdog of {cluster.folder} does not start: {shlex.join(command)}")


def _create(cluster: Cluster, programs: Programs, lock: int, *, ephemeral: bool) -> None:
    """Create the data folder under a temporary name, as initdb may be killed, then rename it."""
    unfinished = cluster.beside("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    programs.make_folder(unfinished)
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    locale = builtin if int(programs.major) >= 17 else ["--locale=C.UTF-8"]
    options = ["-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale]
    # initdb inherits the lock: if this process is killed, the next start waits for initdb
    programs.run("initdb", *options, *(["--no-sync"] if ephemeral else []), keep=(lock,))
    if ephemeral:  # marked inside, so that no permanent folder is mistaken for an ephemeral one
        (unfinished / "ephemeral").touch(exist_ok=False)
    unfinished.rename(cluster.folder)


def _boot(cluster: Cluster, programs: Programs) -> None:
    """Start the server, after the processes of an earlier one have stopped."""
    data_major = (cluster.folder / "PG_VERSION").read_text().strip()
    if data_major != programs.major:
        found = f"{cluster.folder} is of PostgreSQL {data_major}, the programs are of {programs.major}"
        raise EmbeddedPostgresError(f"{found}: choose another folder, or set DATABASE_URL")
    failure, deadline = "", time.monotonic() + TIMEOUT
    while (status := cluster.connect_status("postgres")) in (NO_RESPONSE, STARTING):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL does not start over {cluster.folder}: {failure}")
        pid, _, state = cluster.pid_file()
        if status == STARTING or (state != "ready" and pid in cluster.processes()):
            time.sleep(0.05)  # it is starting or stopping
            continue
        cluster.halt(signal.SIGINT)  # orphans of a killed postmaster, or a server whose socket was deleted
        failure = programs.launch()
