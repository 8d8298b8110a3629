"""A real streaming replica of a cluster."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.infra import embedded_pg
from tests import conftest
from tests.reliability.harness import Cluster, ask

_SETTINGS = (
    "\nmax_standby_streaming_delay = 0\nwal_receiver_status_interval = 1\nwal_retrieve_retry_interval = '100ms'\n"
)


class Standby:
    """What pg_basebackup makes of a running cluster; it follows until it is stopped."""

    def __init__(self, primary: Cluster, folder: Path) -> None:
        self.data = folder / "standby"
        cluster = embedded_pg._Cluster(primary.data)
        programs = embedded_pg._Programs(cluster)
        programs.make_folder(self.data)
        where = ["-h", str(cluster.sockets()), "-p", "5432", "-U", "postgres", "-D", str(self.data)]
        programs.run("pg_basebackup", *where, "--checkpoint=fast", "--no-sync", "--write-recovery-conf")
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)
        self.url = self.start()

    def start(self) -> str:
        """Have it running, and following."""
        return embedded_pg.start(self.data, "postgres")

    def stop(self) -> None:
        embedded_pg.stop(self.data, mode="fast")

    def processes(self) -> list[int]:
        """All of them."""
        return embedded_pg._Cluster(self.data).processes()

    def at(self, name: str) -> str:
        """The address of a database, once it has come."""
        deadline = time.monotonic() + 30
        while not ask(self.url, "SELECT 1 FROM pg_database WHERE datname = :name", name=name):
            assert time.monotonic() < deadline, "the replica does not follow"
            time.sleep(0.02)
        return conftest.at(self.url, name)

    def ask(self, question: str) -> Sequence[Any]:
        """Rows as it has them, each statement by itself."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(question))
            return result.all() if result.returns_rows else []

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While the block runs it receives what is written, and replays nothing."""
        self.ask("SELECT pg_wal_replay_pause()")
        while self.ask("SELECT pg_get_wal_replay_pause_state()")[0][0] != "paused":
            time.sleep(0.005)
        try:
            yield
        finally:
            self.ask("SELECT pg_wal_replay_resume()")


@contextmanager
def standby_of(primary: Cluster) -> Iterator[Standby]:
    """A replica for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="fresco-standby-", ignore_cleanup_errors=True) as folder:
        made = Standby(primary, Path(folder))
        try:
            yield made
        finally:
            embedded_pg.stop(made.data, mode="immediate")
