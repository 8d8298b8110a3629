"""Mails that the program sends: waiting tasks are run here, and their `.eml` files read."""

import re
import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from app.infra.tasks.running import Run, Runner

_WAITING = text("SELECT id, task_name, args FROM tasks.procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1")


class Mailbox:
    """Runs tasks as a worker would, in the transaction of the test."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.folder = Path(app.config["INSTANCE_DIR"]) / "mail"
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self) -> list[EmailMessage]:
        """Run the waiting tasks, and those that they enqueue; returns the mails that they send."""
        runner = Runner(self.app, self.app.extensions["task_kinds"])
        while (task := self._next()) is not None:
            runner.run(task)
        found = [_parsed(path) for path in self._files()]
        shutil.rmtree(self.folder, ignore_errors=True)
        return found

    def token(self) -> str:
        """The token in the link of the only mail that is waiting."""
        [mail] = self.receive()
        return token_in(mail)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)

    def _next(self) -> Run | None:
        with self.app.app_context():
            row = db.session.execute(_WAITING).first()
            if row is None:
                return None
            gone = text("UPDATE tasks.procrastinate_jobs SET status = 'succeeded' WHERE id = :id")
            db.session.execute(gone, {"id": row.id})
            db.session.commit()
            return Run(row.id, row.task_name, 0, row.args["payload"])


def _parsed(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)


def token_in(mail: EmailMessage) -> str:
    """The token in the link of a mail."""
    found = re.search(r"https?://\S+#(?:token|invitation)=(\S+)", mail.get_content())
    assert found is not None, mail.get_content()
    return found[1]
