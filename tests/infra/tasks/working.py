"""A worker of tasks with kinds for tests: `python -m tests.infra.tasks.working URL`, until it is killed or stopped."""

import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import UUID

from app import create_app
from app.core.tasks.service import SelftestService
from app.infra.tasks import Begin, Payload, TaskKind, TaskWorker
from config import Config
from tests.support import DATA_KEY, SECRET_KEY, SECRETS_KEY

HEARTBEAT_SECONDS = 0.3
DEAD_AFTER_SECONDS = 1.5


def sleep(begin: Begin, payload: Payload) -> None:
    """Count a run, take the given time, and count the effect."""
    batch, number = UUID(payload["batch"]), payload["number"]
    with begin() as context:
        SelftestService(context).begin(batch, number)
    time.sleep(payload["seconds"])
    with begin() as context:
        SelftestService(context).finish(batch, number)


KINDS = {"sleep": TaskKind(sleep)}


def main(url: str) -> None:
    """Work until SIGTERM."""
    from app.infra.tasks import engine

    engine.HEARTBEAT_SECONDS, engine.DEAD_AFTER_SECONDS = HEARTBEAT_SECONDS, DEAD_AFTER_SECONDS
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            app_env="testing",
            secret_key=SECRET_KEY,
            secrets_key=(SECRETS_KEY,),
            data_keys=(DATA_KEY,),
            database_url=url,
            instance_dir=Path(folder),
        )
        worker = TaskWorker(create_app(config), KINDS, alone=True)
        worker.start()
        stop.wait()
        worker.stop()


if __name__ == "__main__":
    main(sys.argv[1])
