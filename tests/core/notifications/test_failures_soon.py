"""Admins hear of failed work soon, once, and not again in the digest."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db
from app.infra.failures import TELL
from app.infra.job_runs import Outcome
from app.suites.fresco.payments.rules import PaymentStatus
from tests.core.notifications.conftest import Notify
from tests.core.notifications.test_digests import told, waiting_mails
from tests.factories.auth import UserFactory
from tests.factories.jobs import JobRunFactory
from tests.factories.payments import PaymentFactory
from tests.factories.tasks import add_task

AT = datetime(2026, 6, 15, 20, tzinfo=UTC)


def tell(app: Flask, at: datetime) -> None:
    """Run the task that tells of failures."""

    @contextmanager
    def begin() -> Iterator[Context]:
        yield make_context(db.session())
        db.session.commit()

    with app.app_context(), clock.frozen(at):
        app.extensions["task_kinds"][TELL].run(begin, {})


def test_admins_hear_of_failed_work_at_once_and_only_once(app: Flask, notify: Notify) -> None:
    admin, other = UserFactory(role="admin"), UserFactory(role="user")
    PaymentFactory(date=date(2026, 6, 1), status=PaymentStatus.OVERDUE)
    add_task("failed", error="MailRefused: 550", run_at=AT)
    JobRunFactory(job="fetch-rates", slot=AT, finished_at=AT, outcome=Outcome.FAILED, error="Timeout: no answer")
    tell(app, AT)
    [(title, body)] = told(app, "task_failed", admin.id)
    assert (title, body.endswith("MailRefused: 550")) == ("1 tarea en segundo plano falló", True)
    assert told(app, "job_failed", admin.id) == [("1 tarea programada falló", "fetch-rates: Timeout: no answer")]
    assert (told(app, "task_failed", other.id), told(app, "payments_overdue")) == ([], []), "payments wait for 7:00"
    assert waiting_mails(app) == 2
    tell(app, AT + timedelta(minutes=1))
    notify(date(2026, 6, 16))
    assert len(told(app, "task_failed")) == len(told(app, "job_failed")) == 1
    assert len(told(app, "payments_overdue", admin.id)) == 1


def test_a_later_failure_is_told_by_itself(app: Flask, database: None) -> None:
    UserFactory(role="admin")
    for minutes in range(3):
        add_task("failed", error=f"Try {minutes}", run_at=AT + timedelta(minutes=minutes))
        tell(app, AT + timedelta(minutes=minutes))
    assert [body.rpartition(": ")[2] for _, body in told(app, "task_failed")] == ["Try 0", "Try 1", "Try 2"]
