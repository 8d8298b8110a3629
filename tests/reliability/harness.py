"""A server that is killed, a durable database, and a client that logs its requests."""

import contextlib
import http.client
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import create_app, registry
from app.infra import embedded_pg
from app.infra.db import db
from tests import conftest
from tests.soak import SOAK
from tests.support import Reply, Server, copied

PASSWORD = conftest.PASSWORD
SEED = int(os.environ.get("FRESCO_SEED", "20260711"))
PACE = 0.0 if SOAK else 0.02


def seeded(name: str) -> random.Random:
    """Reproducible random numbers: the seed is printed, and FRESCO_SEED sets it."""
    print(f"{name}: FRESCO_SEED={SEED}")  # noqa: T201 - pytest shows it with a failure
    return random.Random(f"{SEED} {name}")


def ask(url: str, question: str, **values: Any) -> Sequence[Any]:
    """Rows that are committed, read (or changed) by the owner."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(question), values)
        return result.all() if result.returns_rows else []


@contextmanager
def stopped(processes: list[int]) -> Iterator[None]:
    """Suspend the processes: connections are neither answered nor refused."""
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


class Cluster:
    """A PostgreSQL of this run's own that keeps what it said it kept; it is killed as a machine's fall would."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = self.start()
        shown = {name: ask(self.url, f"SHOW {name}")[0][0] for name in ("fsync", "synchronous_commit")}
        assert shown == {"fsync": "on", "synchronous_commit": "on"}
        assert ask(self.url, "SHOW full_page_writes")[0][0] == "on"
        assert ask(self.url, "SHOW listen_addresses")[0][0] == ""

    def start(self) -> str:
        """Start the server, whatever was left of an earlier one."""
        return embedded_pg.start(self.data, "postgres")

    def database(self, name: str) -> str:
        """The address of a fresh, migrated database."""
        conftest.recreate(self.url, name, conftest.MIGRATED)
        # A sequence is logged some numbers ahead, but not at once in a copied database: after a crash it would give
        # numbers again. A checkpoint makes its next number be logged.
        with create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("CHECKPOINT"))
        return conftest.at(self.url, name)

    @property
    def postmaster(self) -> int:
        """The first process."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])

    def processes(self) -> list[int]:
        """All of them."""
        return embedded_pg.cluster.Cluster(self.data).processes()

    def kill_postmaster(self) -> None:
        """kill -9 of the first process alone: the others become orphans."""
        os.kill(self.postmaster, signal.SIGKILL)

    def kill_all(self) -> None:
        """kill -9 of every process of the server, as near to one moment as can be."""
        for pid in sorted(self.processes(), key=lambda pid: pid != self.postmaster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def own_cluster(migrated_data: Path) -> Iterator[Cluster]:
    """A durable cluster over a copy of the data, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="fresco-durable-", ignore_cleanup_errors=True) as folder:
        made = Cluster(copied(migrated_data, Path(folder) / "postgres"))
        try:
            yield made
        finally:
            embedded_pg.stop(made.data, mode="immediate")


def broken_rules(url: str, folder: Path | None = None) -> list[str]:
    """Problems that `flask verify` finds in the database and the files of that folder."""
    config = conftest.testing_config(url)
    app = create_app(replace(config, instance_dir=folder or config.instance_dir))
    with app.app_context():
        try:
            return registry.broken_rules()
        finally:
            db.session.remove()
            db.engine.dispose()


@dataclass
class Intent:
    """A POST, logged before it is sent, with its outcome when it is known."""

    key: str
    began: float = 0
    took: float = 0
    reply: Reply | None = None
    """None without a response: then the outcome is unknown."""

    @property
    def status(self) -> int | None:
        return self.reply and self.reply.status

    @property
    def outcome(self) -> str:
        """acked, refused or unknown: a 5xx may come after the commit, whose connection may have broken."""
        if self.reply is None or self.reply.status >= 500:
            return "unknown"
        return "acked" if self.reply.status == 201 else "refused"

    @property
    def id(self) -> int | None:
        return int(self.reply.json["data"]["id"]) if self.reply and self.outcome == "acked" else None


def answer(send: Callable[[], Reply]) -> Reply | None:
    """Response, or None if the connection was refused or broke."""
    try:
        return send()
    except (OSError, http.client.HTTPException):
        return None


@dataclass
class Load:
    """Threads that create clients until they are stopped; each client's name is its idempotency key."""

    server: Server
    headers: dict[str, str]
    name: str
    keyed: bool = True
    most: int = 1_000_000
    timeout: float = 30
    intents: list[Intent] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _numbers: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self, threads: int) -> Iterator["Load"]:
        """Run the load during the block, and wait for its last requests."""
        with ThreadPoolExecutor(threads) as pool:
            workers: list[Future[None]] = [pool.submit(self._work) for _ in range(threads)]
            try:
                yield self
            finally:
                self._stop.set()
        for worker in workers:
            worker.result()

    def _next(self) -> Intent | None:
        with self._numbers:
            if self._stop.is_set() or len(self.intents) >= self.most:
                return None
            made = Intent(f"{self.name}-{len(self.intents)}")
            self.intents.append(made)
            return made

    def _work(self) -> None:
        while (intent := self._next()) is not None:
            self.send(intent)
            # As clients wait after Retry-After or a refused connection; in daily runs according to the machine.
            time.sleep({"acked": PACE, "refused": PACE}.get(intent.outcome, 0.5 if intent.reply is None else 0.1))

    def send(self, intent: Intent) -> None:
        """Send it, or send it again."""
        headers = {**self.headers, "Idempotency-Key": intent.key} if self.keyed else self.headers
        body = {"name": intent.key, "start_date": "2026-01-01"}
        intent.began = time.monotonic()
        intent.reply = answer(
            lambda: self.server.send("POST", "/api/clients", body, headers=headers, timeout=self.timeout)
        )
        intent.took = time.monotonic() - intent.began

    def wait_for(self, count: int) -> None:
        """Wait until so many requests were begun."""
        deadline = time.monotonic() + 30
        while len(self.intents) < count and time.monotonic() < deadline:
            time.sleep(0.005)

    def retry(self, threads: int = 4) -> int:
        """Send what was not answered again, under the same key, until all is acked; how many there were."""
        again = [intent for intent in self.intents if intent.outcome != "acked"]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self._until_acked, again))
        return len(again)

    def _until_acked(self, intent: Intent) -> None:
        deadline = time.monotonic() + 20
        while intent.outcome != "acked" and time.monotonic() < deadline:
            self.send(intent)
            if intent.outcome != "acked":
                time.sleep(0.2)

    def statuses(self) -> Counter[int | None]:
        """Number of responses by status."""
        return Counter(intent.status for intent in self.intents)

    def acked(self) -> list[Intent]:
        return [intent for intent in self.intents if intent.outcome == "acked"]


@dataclass
class Tally:
    """Comparison of the client's log with the stored rows."""

    lost: list[str]
    """Acknowledged, but not stored, or with another id."""
    double: list[str]
    missing: list[str]
    """Not stored, acknowledged or not."""
    rows: int


def tally(url: str, load: Load) -> Tally:
    """Compare the client's log with what is stored."""
    rows = ask(url, "SELECT name, array_agg(id) FROM parties WHERE name LIKE :mine GROUP BY 1", mine=f"{load.name}-%")
    stored = {name: list(ids) for name, ids in rows}
    return Tally(
        lost=[one.key for one in load.acked() if one.id not in stored.get(one.key, ())],
        double=[name for name, ids in stored.items() if len(ids) > 1],
        missing=[one.key for one in load.intents if one.key not in stored],
        rows=sum(map(len, stored.values())),
    )


def until_up(url: str, seconds: float = 30) -> float:
    """Wait until the database answers; the moment it does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OperationalError):
            ask(url, "SELECT 1")
            return time.monotonic()
        time.sleep(0.01)
    raise AssertionError("the database does not come back")


@contextmanager
def served(url: str, **options: Any) -> Iterator[tuple[Server, dict[str, str]]]:
    """The production command over this database, with headers of an admin's session; it ends with a kill."""
    server = Server(url, **options)
    try:
        server.start()
        server.create_users(PASSWORD)
        yield server, server.login("admin", PASSWORD)
    finally:
        server.kill()
