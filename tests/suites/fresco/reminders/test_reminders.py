"""Reminders to clients: once for each payment and rule, never of what is paid, never at night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.infra.mail import Mailer, MailNotAccepted, MailRefused
from app.infra.tasks import enqueue
from app.suites.fresco.payments.rules import PaymentStatus
from app.suites.fresco.reminders.jobs import remind
from tests.due_tasks import Worker
from tests.factories.clients import ClientFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.factories.reminders import RuleFactory
from tests.infra.mail.smtp_server import SmtpServerOfTests
from tests.support import Caller, sign_in

MORNING = datetime(2026, 6, 15, 14, tzinfo=UTC)  # 9:00 in Bogotá
DUE = date(2026, 6, 12)
RULES, REMINDERS = "/api/reminder-rules", "/api/reminders"


@pytest.fixture
def smtp(app: Flask, tmp_path: Path) -> Iterator[SmtpServerOfTests]:
    """A server that takes the mails of the application."""
    before = app.extensions["mailer"]
    with SmtpServerOfTests(tmp_path, security="none", login=False) as server:
        sender = {"MAIL_FROM": "Brisa <no-reply@brisa.example>", "SMTP_TIMEOUT_SECONDS": 5}
        app.extensions["mailer"] = Mailer(
            {**app.config, "SMTP_USER": "", "SMTP_PASSWORD": "", **sender, **server.settings}
        )
        yield server
    app.extensions["mailer"] = before


@pytest.fixture
def boss(app: Flask, database: None, anonymous: Caller) -> Iterator[Caller]:
    """Calls as an administrator, in the morning of 15 June 2026."""
    with clock.frozen(MORNING):
        yield sign_in(anonymous, "admin")


@pytest.fixture
def worker(app: Flask, database: None) -> Worker:
    return Worker(app)


def owed(email: str | None = "ana@nube.example", due: date = DUE, **values: Any) -> Any:
    """A payment that was due three days ago."""
    client = ClientFactory(name="Nube", contact_name="Ana", email=email, **values.pop("client", {}))
    project = ProjectFactory(name="Tienda", client_id=client.id)
    return PaymentFactory(project=project, date=due, amount=Decimal("1500000.50"), **values)


def plan(app: Flask, at: datetime = MORNING) -> Any:
    """Run the daily job."""
    with clock.frozen(at), app.app_context(), transaction(request_id="test") as session:
        context = make_context(session)
        return remind(context, context.clock.today())["reminders"]


def test_a_client_is_reminded_once_with_the_fields_filled_in(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker
) -> None:
    rule, payment = RuleFactory(), owed()
    assert [plan(app), plan(app), plan(app, MORNING + timedelta(days=1))] == [1, 0, 0]
    worker.work(MORNING)
    worker.work(MORNING + timedelta(days=1))
    [(recipients, mail)] = smtp.received
    assert (recipients, mail["Subject"]) == (["ana@nube.example"], "Pago pendiente: Tienda")
    assert mail.get_content().strip() == "Hola, Ana: el pago de 1.500.000,50 COP venció el 12/06/2026."
    [listed] = boss.get(REMINDERS)["data"]
    assert (listed["state"], listed["recipient"], listed["sent_at"]) == (
        "sent",
        "ana@nube.example",
        "2026-06-15T14:00:00Z",
    )
    assert (listed["rule_id"], listed["payment_id"], listed["client_id"]) == (rule.id, payment.id, payment.client_id)


def test_only_what_is_due_by_an_active_rule_to_somebody_with_an_address(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker
) -> None:
    RuleFactory(days=-5)
    RuleFactory(active=False)
    RuleFactory(days=3)
    owed(email=None)
    owed(client={"reminders": False})
    owed(status=PaymentStatus.PAID, paid_date=DUE)
    owed(due=DUE - timedelta(days=4))  # too long ago to be caught up
    owed(due=DUE + timedelta(days=1))
    soon = owed(due=date(2026, 6, 20), email="pronto@nube.example")
    late = owed(due=DUE - timedelta(days=3), email="tarde@nube.example")
    assert plan(app) == 2
    worker.work(MORNING)
    assert sorted(recipients[0] for recipients, _ in smtp.received) == ["pronto@nube.example", "tarde@nube.example"]
    assert {one["payment_id"] for one in boss.get(REMINDERS)["data"]} == {soon.id, late.id}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("PATCH", "/api/payments/{payment}/status", {"status": "Pagado"}), "It is paid."),
        (("PUT", "/api/clients/{client}", {"reminders": False}), "The client gets no reminders."),
        (("PUT", "/api/clients/{client}", {"email": None}), "The client has no e-mail address."),
        (("PUT", "/api/payments/{payment}", {"date": "2026-07-01"}), "The due date has changed."),
        (("DELETE", "/api/payments/{payment}", None), "The payment or the rule is gone."),
    ],
)
def test_nothing_is_sent_once_something_is_in_the_way(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker, change: Any, reason: str
) -> None:
    RuleFactory()
    payment = owed()
    assert plan(app) == 1
    method, path, body = change
    address = path.format(payment=payment.id, client=payment.client_id)
    assert boss.send(method, address, **({} if body is None else {"json": body})).status_code == 200
    worker.work(MORNING)
    [listed] = boss.get(REMINDERS, state="skipped")["data"]
    assert (smtp.received, listed["reason"]) == ([], reason)


@pytest.mark.parametrize("hour", [0, 4, 12, 23])  # 19:00, 23:00, 7:00 and 18:00 in Bogotá
def test_mails_wait_for_the_companys_day(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker, hour: int
) -> None:
    RuleFactory()
    owed()
    at = datetime(2026, 6, 15, hour, tzinfo=UTC)
    plan(app, at if hour > 5 else MORNING)
    worker.work(at)
    assert smtp.received == []
    eight = datetime(2026, 6, 15 if hour < 13 else 16, 13, tzinfo=UTC)
    worker.work(eight - timedelta(minutes=1))
    assert smtp.received == []
    worker.work(eight)
    assert len(smtp.received) == 1


def test_a_mail_that_is_refused_for_good_is_listed(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker
) -> None:
    RuleFactory()
    owed(email="gone@nube.example")
    plan(app)
    with pytest.raises(MailRefused):
        worker.work(MORNING)
    [listed] = boss.get(REMINDERS)["data"]
    assert (listed["state"], bool(listed["reason"]), listed["sent_at"]) == ("failed", True, None)


def test_a_preview_shows_what_would_be_sent(boss: Caller) -> None:
    rule = boss.post(RULES, {"days": 1, "subject": "{cliente} {factura}", "text": "{saldo} de {monto}, {dias} días"})
    payment = owed(received=[("500000.50", DUE)])
    path = f"{RULES}/{rule['data']['id']}/preview"
    assert boss.get(path, payment_id=payment.id)["data"] == {
        "recipient": "ana@nube.example",
        "subject": "Nube sin número",
        "text": "1.000.000,00 COP de 1.500.000,50 COP, 3 días",
        "obstacle": None,
    }
    paid = owed(status=PaymentStatus.PAID, paid_date=DUE)
    assert boss.get(path, payment_id=paid.id)["data"]["obstacle"] == "It is paid."
    boss.get(path, payment_id=10**9, expect=404)
    assert boss.get(path)["data"]["text"].startswith("1.000.000,00")


def test_unknown_fields_are_refused(boss: Caller) -> None:
    new = {"days": 1, "subject": "Hola", "text": "Hola"}
    for name, value in (("subject", "{nombre}"), ("text", "{}"), ("days", 400), ("text", " ")):
        assert list(boss.post(RULES, {**new, name: value}, expect=400)["errors"]) == [name]


def test_a_deleted_rule_leaves_what_was_sent(app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker) -> None:
    rule = RuleFactory()
    owed()
    plan(app)
    worker.work(MORNING)
    boss.delete(f"{RULES}/{rule.id}")
    [listed] = boss.get(REMINDERS)["data"]
    assert (listed["state"], listed["rule_id"]) == ("sent", None)


def test_a_mail_that_could_not_be_sent_is_tried_again_and_sent_once(
    app: Flask, boss: Caller, smtp: SmtpServerOfTests, worker: Worker
) -> None:
    RuleFactory()
    owed(email="later@nube.example")
    plan(app)
    with pytest.raises(MailNotAccepted):
        worker.work(MORNING)
    assert [one["state"] for one in boss.get(REMINDERS)["data"]] == ["waiting"]
    with app.app_context():
        reminder = boss.get(REMINDERS)["data"][0]["id"]
        enqueue(db.session(), "send-reminder", {"reminder": reminder})
        enqueue(db.session(), "send-reminder", {"reminder": reminder})
        db.session.commit()
    worker.work(MORNING)
    assert len(smtp.received) == 1
