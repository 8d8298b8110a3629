"""Uploads that are killed at every step: `python -m tests.core.files.dying DATABASE_URL FOLDER ROUNDS`."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app import create_app
from app.core.files.models import StoredFile
from app.core.files.repository import FileRepository
from app.infra.db import db
from app.infra.storage import LocalStorage, local
from config import Config
from tests import factories
from tests.factories.documents import upload
from tests.support import Caller, sign_in


def die(*_arguments: Any, **_options: Any) -> None:
    """End the process at once, like a failing machine."""
    os.kill(os.getpid(), signal.SIGKILL)


def before_write() -> None:
    LocalStorage.save = die  # type: ignore[method-assign]


def half_written() -> None:
    def copy(source: Any, target: Any, _piece: int) -> None:
        target.write(source.read(40))
        target.flush()
        die()

    local.copyfileobj = copy  # type: ignore[attr-defined,assignment]


def after(owner: Any, name: str) -> Callable[[], None]:
    """Die when this has been done once."""

    def install() -> None:
        real = getattr(owner, name)
        setattr(owner, name, lambda *arguments: die(real(*arguments)))

    return install


def at_commit_of_the_row(moment: str) -> Callable[[], None]:
    """Die at the commit that follows the insert."""

    def install() -> None:
        real = FileRepository.add

        def add(self: FileRepository, row: StoredFile) -> StoredFile:
            event.listen(self.session, moment, die)
            return real(self, row)

        FileRepository.add = add  # type: ignore[method-assign]

    return install


STEPS: dict[str, Callable[[], None]] = {
    "before write": before_write,
    "half written": half_written,
    "after fsync": after(os, "fsync"),
    "after rename": after(Path, "rename"),
    "after insert": after(FileRepository, "add"),
    "before commit": at_commit_of_the_row("before_commit"),
    "after commit": at_commit_of_the_row("after_commit"),
}


def killed(caller: Caller, install: Callable[[], None]) -> bool:
    """Whether an upload in a process of its own dies there."""
    child = os.fork()
    if child == 0:
        install()
        upload(caller)
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def main(url: str, folder: str, rounds: str) -> None:
    """One upload that lives, so that its folder is there; then one for each step and round."""
    config = Config(app_env="testing", database_url=url, bcrypt_rounds=4, scheduler_enabled=False, log_level="ERROR")
    app = create_app(replace(config, instance_dir=Path(folder)))
    factories.app = app
    caller = sign_in(Caller(app.test_client()), "user")
    upload(caller)
    with app.app_context():
        db.engine.dispose()  # a connection must not cross a fork
    for _ in range(int(rounds)):
        for step, install in STEPS.items():
            if not killed(caller, install):
                sys.exit(f"lived on: {step}")


if __name__ == "__main__":
    main(*sys.argv[1:])
