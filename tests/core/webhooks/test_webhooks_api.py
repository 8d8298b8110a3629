"""Webhooks over the API."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from tests.factories.webhooks import delivery
from tests.support import Caller

WEBHOOKS = "/api/webhooks"
NEW = {"url": "https://crm.example/hooks", "events": ["payment.paid"]}


def test_the_secret_is_shown_once_and_sealed(app: Flask, admin: Caller) -> None:
    made = admin.post(WEBHOOKS, NEW)["data"]
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert admin.get(f"{WEBHOOKS}/{made['id']}")["data"] == made
    assert admin.get(WEBHOOKS)["data"] == [made]
    assert admin.put(f"{WEBHOOKS}/{made['id']}", {"active": False})["data"].keys() == made.keys()
    with app.app_context():
        stored = db.session.execute(text("SELECT secret FROM webhooks")).scalar_one()
        assert secret not in stored
        assert app.extensions["sealer"].unseal(stored) == secret
        audited = "SELECT count(*) FROM audit_log WHERE table_name = 'webhooks' AND (after ->> 'secret') NOT LIKE '***'"
        assert db.session.scalar(text(audited)) == 0


def test_an_idempotency_key_does_not_keep_the_secret(admin: Caller) -> None:
    keyed = admin.with_headers(Idempotency_Key="one")
    assert keyed.post(WEBHOOKS, NEW)["data"]["secret"] != keyed.post(WEBHOOKS, NEW)["data"]["secret"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://127.0.0.1/x"}, "url"),
        ({"url": "http://localhost:8080/x"}, "url"),
        ({"url": "http://[::1]/x"}, "url"),
        ({"url": "https://10.0.0.1/x"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
        ({"url": "https://me:secret@crm.example/x"}, "url"),
        ({"url": "ftp://crm.example/x"}, "url"),
        ({"url": "https://crm.example:99999/"}, "url"),
        ({"url": None}, "url"),
        ({"events": []}, "events"),
        ({"events": ["payment.eaten"]}, "events"),
        ({"events": ["paymen.*"]}, "events"),
        ({"events": "payment.paid"}, "events"),
        ({"secret": "of my own"}, "secret"),
    ],
)
def test_bad_values_are_refused(admin: Caller, values: dict[str, Any], field: str) -> None:
    assert list(admin.post(WEBHOOKS, {**NEW, **values}, expect=400)["errors"]) == [field]


def test_deleting_a_webhook_deletes_its_deliveries(admin: Caller) -> None:
    webhook_id, delivery_id = delivery()
    listed = admin.get(f"{WEBHOOKS}/{webhook_id}/deliveries", state="given_up")["data"]
    assert [one["id"] for one in listed] == [delivery_id]
    admin.delete(f"{WEBHOOKS}/{webhook_id}")
    admin.get(f"{WEBHOOKS}/{webhook_id}/deliveries", expect=404)


def test_a_delivery_of_another_webhook_does_not_exist(admin: Caller) -> None:
    (webhook_id, _), (_, other) = delivery(), delivery()
    admin.post(f"{WEBHOOKS}/{webhook_id}/deliveries/{other}/resend", expect=404)
