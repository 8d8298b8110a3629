"""A receiver on this machine that webhooks may reach, and a worker that does what is due."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from app.infra.outbound import Outbound, networks
from tests.due_tasks import Worker
from tests.receiver import Receiver
from tests.support import Caller, sign_in

START = datetime(2026, 6, 15, 17, tzinfo=UTC)


@pytest.fixture
def worker(app: Flask, database: None) -> Iterator[Worker]:
    """A worker, while webhooks may have addresses of this machine and answers take half a second at most."""
    before = app.extensions["outbound"]
    app.extensions["outbound"] = Outbound(networks(["127.0.0.0/8"]), seconds=0.5)
    with app.app_context():
        db.session.execute(text("UPDATE tasks.procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'"))
        db.session.commit()
    with clock.frozen(START):
        yield Worker(app)
    app.extensions["outbound"] = before


@pytest.fixture
def boss(worker: Worker, anonymous: Caller) -> Caller:
    """Calls as an administrator."""
    return sign_in(anonymous, "admin")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def told(boss: Caller, receiver: Receiver) -> dict[str, Any]:
    """A webhook of the receiver for all events, with its secret."""
    made: dict[str, Any] = boss.post("/api/webhooks", {"url": receiver.url, "events": ["*"]})["data"]
    return made
