"""Deliveries: what is sent, in which order, how often, and how a bad receiver holds up nobody else."""

import hashlib
import hmac
import json
import time
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.core.webhooks.rules import pause_after
from app.infra.db import db
from tests.core.webhooks.conftest import START
from tests.due_tasks import Worker
from tests.factories.clients import ClientFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import planned
from tests.receiver import Got, Receiver, late, nothing, status
from tests.support import Caller

INCOME = {
    "description": "Intereses",
    "date": "2026-06-01",
    "amount": "10.50",
    "currency": "COP",
    "payment_method": "Transferencia",
    "type": "Intereses",
}

EXPENSE = {key: value for key, value in INCOME.items() if key != "type"} | {"category": "Software"}
BILL = {key: value for key, value in EXPENSE.items() if key != "date"}


def events(receiver: Receiver) -> list[str]:
    return [json.loads(one.body)["event"] for one in receiver.got]


def deliveries(caller: Caller, told: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/api/webhooks/{told['id']}/deliveries", sort="id", per_page=100)["data"]
    return found


def right_signature(secret: str, got: Got) -> bool:
    """Check the signature as a receiver would."""
    parts = dict(one.split("=") for one in got.headers["X-Fresco-Signature"].split(","))
    signed = hmac.new(secret.encode(), parts["t"].encode() + b"." + got.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signed, parts["v1"]) and int(parts["t"]) == int(START.timestamp())


def test_a_delivery_is_signed_and_shows_the_object(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    income = boss.post("/api/incomes", INCOME)["data"]
    worker.work(START)
    [got] = receiver.got
    assert right_signature(told["secret"], got)
    assert not right_signature("another", got)
    body = json.loads(got.body)
    assert (body["event"], body["object"]) == ("income.created", {"type": "income", "id": income["id"]})
    assert (body["data"]["amount"], body["data"]["description"]) == (10.5, "Intereses")
    assert body["id"] == got.headers["X-Fresco-Delivery"]
    [listed] = deliveries(boss, told)
    assert (listed["uid"], listed["state"], listed["tries"], listed["status"]) == (body["id"], "delivered", 1, 200)


def test_every_event_is_told(
    app: Flask, boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    project_id = planned()
    client = boss.post("/api/clients", {"name": "Nube", "start_date": "2026-01-01"})["data"]
    boss.put(f"/api/clients/{client['id']}", {"name": "Nube Azul"})
    boss.delete(f"/api/clients/{client['id']}")
    paid = PaymentFactory(date=date(2026, 6, 20)).id
    boss.patch(f"/api/payments/{paid}/status", {"status": "Pagado"})
    boss.patch(f"/api/payments/{paid}/status", {"status": "Pendiente"})
    boss.post("/api/payments/generate", {"project_id": project_id, "months": 1})
    plan = boss.get(f"/api/projects/{project_id}")["data"]["payment_plan"]
    boss.put(f"/api/projects/{project_id}", {"payment_plan": {**plan, "recurring_fee_amount": "77.00"}})
    income = IncomeFactory().id
    boss.put(f"/api/incomes/{income}", {"amount": "3.00"})
    boss.delete(f"/api/incomes/{income}")
    with app.app_context():
        db.session.execute(text("UPDATE payments SET status = 'Vencido' WHERE status = 'Pendiente'"))
        db.session.commit()
    worker.work(START)
    assert set(events(receiver)) >= {
        *("client.created", "client.updated", "client.deleted", "project.created"),
        *("payment.generated", "payment.paid", "payment.undone", "payment.overdue", "plan.changed"),
        *("income.created", "income.updated", "income.deleted"),
    }
    gone = [json.loads(one.body) for one in receiver.got if json.loads(one.body)["event"] == "income.deleted"]
    assert [one["data"] for one in gone] == [None]


def test_bills_are_told_of_too(
    app: Flask, boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    bill = boss.post("/api/expenses/accrued", {**BILL, "due_date": "2026-06-20"})["data"]["id"]
    path = f"/api/expenses/accrued/{bill}"
    boss.put(path, {"notes": "x"})
    boss.post(f"{path}/mark-as-paid", {}, expect=200)
    boss.post(f"{path}/undo-payment", {}, expect=200)
    with app.app_context():
        db.session.execute(text("UPDATE accrued_expenses SET status = 'vencido'"))
        db.session.commit()
    boss.delete(path)
    boss.post("/api/expenses", {**EXPENSE})
    worker.work(START)
    of_bill = [one for one in map(json.loads, [one.body for one in receiver.got]) if one["object"]["type"] == "bill"]
    assert [one["event"].removeprefix("bill.") for one in of_bill] == [
        *("created", "updated", "paid", "undone", "overdue", "deleted")
    ]
    assert {one["object"]["id"] for one in of_bill} == {bill}
    assert "expense.created" in events(receiver)


def test_one_transaction_is_one_event_and_a_rolled_back_one_none(
    app: Flask, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    client_id = ClientFactory().id
    with app.app_context():
        with db.session.begin_nested():
            db.session.execute(text("UPDATE clients SET contact_name = 'a' WHERE id = :id"), {"id": client_id})
            db.session.execute(text("UPDATE parties SET name = 'b' WHERE id = :id"), {"id": client_id})
        undone = db.session.begin_nested()
        db.session.execute(text("DELETE FROM clients WHERE id = :id"), {"id": client_id})
        undone.rollback()
        db.session.commit()
    worker.work(START)
    assert events(receiver).count("client.updated") == 1
    assert "client.deleted" not in events(receiver)


def test_only_events_that_were_asked_for_while_active(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    path = f"/api/webhooks/{told['id']}"
    boss.put(path, {"events": ["payment.*"]})
    IncomeFactory()
    boss.put(path, {"events": ["income.created"], "active": False})
    IncomeFactory()
    boss.put(path, {"active": True})
    made = IncomeFactory().id
    boss.put(f"/api/incomes/{made}", {"notes": "x"})
    worker.work(START)
    assert [json.loads(one.body)["object"]["id"] for one in receiver.got] == [made]


def test_events_of_an_object_keep_their_order_and_others_go_on(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    first, other = IncomeFactory().id, IncomeFactory().id
    boss.put(f"/api/incomes/{first}", {"notes": "x"})

    def refuse_first(handler: Any) -> None:
        is_first = json.loads(receiver.got[-1].body)["object"]["id"] == first
        status(500 if is_first else 200)(handler)

    receiver.answer = refuse_first
    worker.work(START)
    states = [(one["object_id"], one["event"], one["state"], one["tries"]) for one in deliveries(boss, told)]
    assert states == [
        (first, "income.created", "waiting", 1),
        (other, "income.created", "delivered", 1),
        (first, "income.updated", "waiting", 0),
    ]
    receiver.answer = status(200)
    worker.work(START + timedelta(seconds=9))
    assert len(receiver.got) == 2
    worker.work(START + timedelta(seconds=10))
    assert events(receiver)[2:] == ["income.created", "income.updated"]
    ids = [one.headers["X-Fresco-Delivery"] for one in receiver.got]
    assert ids[0] == ids[2]


def test_after_24_hours_of_growing_pauses_a_delivery_is_given_up_and_the_next_goes(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    income = IncomeFactory().id
    boss.put(f"/api/incomes/{income}", {"notes": "x"})
    receiver.answer = status(503)
    at, times = START, []
    while deliveries(boss, told)[0]["state"] == "waiting":
        before = len(receiver.got)
        worker.work(at)
        times += [at] * (len(receiver.got) > before)
        due = deliveries(boss, told)[0]["next_try_at"]
        at = at if due is None else type(at).fromisoformat(due)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[:-1] == [pause_after(number) for number in range(1, len(pauses))]
    assert times[-1] - START == timedelta(hours=24)
    assert [(one["event"], one["state"]) for one in deliveries(boss, told)] == [
        ("income.created", "given_up"),
        ("income.updated", "waiting"),
    ]
    receiver.answer = status(200)
    worker.work(at + timedelta(hours=1))
    assert deliveries(boss, told)[1]["state"] == "delivered"


def test_a_delivery_that_ended_is_sent_again_with_the_same_id(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    IncomeFactory()
    [one] = deliveries(boss, told)
    resend = f"/api/webhooks/{told['id']}/deliveries/{one['id']}/resend"
    assert boss.post(resend, expect=409)["code"] == "delivery_waiting"
    worker.work(START)
    assert boss.post(resend, expect=200)["data"]["state"] == "waiting"
    worker.work(START)
    assert [got.headers["X-Fresco-Delivery"] for got in receiver.got] == [one["uid"]] * 2


def test_a_redirect_is_a_failure(boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker) -> None:
    receiver.answer = status(307, Location=receiver.url)
    IncomeFactory()
    worker.work(START)
    [one] = deliveries(boss, told)
    assert (one["state"], one["status"], one["last_error"]) == ("waiting", 307, "The answer had the status 307.")
    assert len(receiver.got) == 1


def test_a_receiver_that_does_not_answer_holds_up_no_other(
    boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    with Receiver(answer=late) as slow, Receiver(answer=nothing) as mute:
        for bad in (slow, mute):
            boss.post("/api/webhooks", {"url": bad.url, "events": ["*"]})
        for _ in range(5):
            IncomeFactory()
        began = time.monotonic()
        worker.work(START)
        assert time.monotonic() - began < 4
        assert (len(receiver.got), len(slow.got), len(mute.got)) == (5, 1, 1)
        worker.work(START + timedelta(seconds=10))
        assert (len(slow.got), len(mute.got)) == (2, 2)


def test_a_private_address_is_refused_when_it_is_connected_to(
    app: Flask, boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    app.extensions["outbound"] = type(app.extensions["outbound"])()
    IncomeFactory()
    worker.work(START)
    [one] = deliveries(boss, told)
    assert (one["tries"], one["status"], "refused" in one["last_error"]) == (1, None, True)
    assert receiver.got == []


def test_while_another_worker_is_sending_nothing_is_sent_twice(
    app: Flask, boss: Caller, receiver: Receiver, told: dict[str, Any], worker: Worker
) -> None:
    IncomeFactory()
    with app.app_context():
        busy = text("UPDATE webhook_runs SET busy_until = :until")
        db.session.execute(busy, {"until": START + timedelta(seconds=30)})
        db.session.commit()
    worker.work(START)
    assert receiver.got == []
    worker.work(START + timedelta(seconds=30))
    assert len(receiver.got) == 1


def test_without_webhooks_nothing_is_kept(app: Flask, boss: Caller) -> None:
    IncomeFactory()
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM webhook_deliveries")) == 0
