"""Daily digests: each entry once, to those who may know, by a few statements."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.core.notifications.models import Notification
from app.core.notifications.rules import KEPT_KEYS, MOST_LINES
from app.infra.db import db
from app.infra.job_runs import Outcome
from app.infra.notifications import LOOK_BACK
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.conftest import taken_back
from tests.core.notifications.conftest import Notify, run_notify
from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.jobs import JobRunFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.factories.tasks import add_task
from tests.statements import counted
from tests.support import Caller, sign_in

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
OVERDUE = PaymentStatus.OVERDUE


def told(app: Flask, kind: str, user_id: int | None = None) -> list[tuple[str, str]]:
    """Titles and bodies of the notifications of a kind, oldest first."""
    with app.app_context():
        found = select(Notification.title, Notification.body).where(Notification.kind == kind)
        if user_id is not None:
            found = found.where(Notification.user_id == user_id)
        return [(row.title, row.body) for row in db.session.execute(found.order_by(Notification.id))]


def waiting_mails(app: Flask) -> int:
    with app.app_context():
        found = text("SELECT count(*) FROM tasks.procrastinate_jobs WHERE task_name = 'notification-mail'")
        return int(db.session.scalar(found) or 0)


def test_a_digest_says_what_became_overdue_in_spanish(app: Flask, notify: Notify) -> None:
    UserFactory()
    project = ProjectFactory(name="Sitio web", client_id=ClientFactory(name="Café Andino").id)
    PaymentFactory(project=project, date=TODAY - DAY, amount="1500000.00", status=OVERDUE)
    PaymentFactory(project=project, date=TODAY - 2 * DAY, amount="250.50", currency="USD", status=OVERDUE)
    PaymentFactory(project=project, date=TODAY - DAY, status=PaymentStatus.PAID, paid_date=TODAY)
    PaymentFactory(project=project, date=TODAY)
    notify(TODAY)
    [(title, body)] = told(app, "payments_overdue")
    assert title == "2 pagos vencidos"
    assert body.splitlines() == [
        "Café Andino, Sitio web: US$ 250,50, venció el 13 de junio de 2026",
        "Café Andino, Sitio web: $ 1.500.000, venció el 14 de junio de 2026",
    ]


def test_payments_of_the_next_three_days_and_expenses_that_are_due_are_told(app: Flask, notify: Notify) -> None:
    UserFactory()
    for days in range(5):
        PaymentFactory(date=TODAY + days * DAY)
        AccruedExpenseFactory(due_date=TODAY + days * DAY, status=AccruedStatus.PENDING)
    notify(TODAY)
    [(soon, _)] = told(app, "payments_due_soon")
    [(due, body)] = told(app, "expenses_due")
    assert (soon, due) == ("3 pagos vencen en los próximos tres días", "1 gasto por pagar")
    assert body.endswith("$ 1.000, se debe desde el 15 de junio de 2026")


def test_admins_are_told_of_failed_work_and_nobody_else(app: Flask, notify: Notify) -> None:
    admin, other = UserFactory(role="admin"), UserFactory(role="user")
    at = datetime(2026, 6, 15, 3, tzinfo=UTC)
    add_task("failed", error="MailRefused: 550", run_at=at)
    add_task("done", run_at=at)
    JobRunFactory(job="fetch-rates", slot=at, outcome=Outcome.FAILED, error="Timeout: no answer")
    JobRunFactory(slot=at)
    notify(TODAY)
    [(title, body)] = told(app, "task_failed")
    assert title == "1 tarea en segundo plano falló"
    assert body.endswith("MailRefused: 550")
    assert told(app, "job_failed") == [("1 tarea programada falló", "fetch-rates: Timeout: no answer")]
    assert len(told(app, "job_failed", admin.id)) == 1
    assert told(app, "job_failed", other.id) == []


def test_a_task_that_fails_again_is_told_again(app: Flask, notify: Notify) -> None:
    UserFactory(role="admin")
    task_id = add_task("failed", run_at=datetime(2026, 6, 14, tzinfo=UTC))
    notify(TODAY)
    notify(TODAY + DAY)
    with app.app_context():
        retried = text("UPDATE tasks.procrastinate_jobs SET scheduled_at = '2026-06-16 12:00Z' WHERE id = :id")
        db.session.execute(retried, {"id": task_id})
        db.session.commit()
    notify(TODAY + 2 * DAY)
    assert len(told(app, "task_failed")) == 2


def test_nobody_is_told_who_can_not_log_in(app: Flask, notify: Notify) -> None:
    UserFactory(is_active=False)
    PaymentFactory(date=TODAY - DAY, status=OVERDUE)
    notify(TODAY)
    assert told(app, "payments_overdue") == []


def test_a_long_digest_says_how_many_more_there_are(app: Flask, notify: Notify) -> None:
    UserFactory()
    project = ProjectFactory()
    for _ in range(MOST_LINES + 2):
        PaymentFactory(project=project, date=TODAY - DAY, status=OVERDUE)
    notify(TODAY)
    [(title, body)] = told(app, "payments_overdue")
    assert title == f"{MOST_LINES + 2} pagos vencidos"
    assert body.splitlines()[-1] == "… y 2 más."


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payments=st.lists(st.tuples(st.integers(-3, 12), st.integers(0, 12)), min_size=1, max_size=4),
    runs=st.lists(st.integers(0, 16), min_size=2, max_size=5).map(sorted),
)
def test_each_payment_is_told_once_by_the_first_run_of_a_later_day(
    app: Flask, payments: list[tuple[int, int]], runs: list[int]
) -> None:
    """Payments are due and entered on some days, and the job runs on some days, on some more than once."""
    expected = [
        next(run for run in runs if run > due and run >= entered)
        for due, entered in payments
        if any(run > due and run >= entered for run in runs)
    ]
    with taken_back(app):
        user, project, waiting = UserFactory(), ProjectFactory(), list(payments)
        digests: dict[int, int] = {}
        for run in runs:
            for due, _entered in [one for one in waiting if one[1] <= run and run not in digests]:
                PaymentFactory(project=project, date=TODAY + due * DAY, status=OVERDUE)
            waiting = [one for one in waiting if one[1] > run]
            before = len(told(app, "payments_overdue", user.id))
            run_notify(app, TODAY + run * DAY)
            for _title, body in told(app, "payments_overdue", user.id)[before:]:
                assert run not in digests, "one digest a day"
                digests[run] = len(body.splitlines())
    assert digests == dict(Counter(expected))


def test_a_second_run_of_a_day_adds_nothing_and_the_next_day_tells_the_rest(app: Flask, notify: Notify) -> None:
    UserFactory()
    PaymentFactory(date=TODAY - DAY, status=OVERDUE)
    assert notify(TODAY)["notifications"] == 1
    PaymentFactory(date=TODAY - DAY, status=OVERDUE)
    assert notify(TODAY) == {"notifications": 0, "mails": 0, "removed": 0}
    assert notify(TODAY + 9 * DAY)["notifications"] == 1
    assert [title for title, _ in told(app, "payments_overdue")] == ["1 pago vencido"] * 2


def test_any_number_of_users_and_payments_takes_the_same_statements(app: Flask, notify: Notify) -> None:
    numbers = []
    project = ProjectFactory()
    for day, count in ((TODAY, 2), (TODAY + DAY, 30)):
        for _ in range(count):
            UserFactory(role="viewer")
            PaymentFactory(project=project, date=day - DAY, status=OVERDUE)
        with counted() as sent:
            done = notify(day)
        numbers.append(len(sent))
        assert done["notifications"] == done["mails"] > 0
    assert numbers[0] == numbers[1]
    assert waiting_mails(app) == 2 + 32


def test_keys_are_kept_longer_than_a_digest_looks_back() -> None:
    assert KEPT_KEYS > 2 * LOOK_BACK


def test_old_notifications_that_were_read_are_removed(app: Flask, notify: Notify) -> None:
    user = UserFactory()
    PaymentFactory(date=TODAY - DAY, status=OVERDUE)
    notify(TODAY)
    with app.app_context():
        db.session.execute(text("UPDATE notifications SET read_at = created_at WHERE user_id = :id"), {"id": user.id})
        db.session.commit()
    assert notify(TODAY + timedelta(days=180))["removed"] == 0
    assert notify(TODAY + timedelta(days=181))["removed"] == 1


@pytest.mark.parametrize(
    ("chosen", "in_app", "mails"),
    [
        ({"in_app": True, "email": False}, 1, 0),
        ({"in_app": False, "email": True}, 0, 1),
        ({"in_app": False, "email": False}, 0, 0),
    ],
)
def test_a_kind_comes_by_the_channels_that_the_user_has_chosen(
    app: Flask, anonymous: Caller, notify: Notify, chosen: dict[str, bool], in_app: int, mails: int
) -> None:
    caller: Any = sign_in(anonymous, "viewer")
    caller.put("/api/notifications/settings", {"payments_overdue": chosen})
    PaymentFactory(date=TODAY - DAY, status=OVERDUE)
    notify(TODAY)
    assert len(caller.get("/api/notifications")["data"]) == in_app
    assert waiting_mails(app) == mails
