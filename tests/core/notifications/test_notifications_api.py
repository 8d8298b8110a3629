"""/api/notifications: one's own, and by which channels they come."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.core.notifications.service import Teller
from app.infra.context import make_context
from app.infra.db import db
from app.infra.mail import Mail
from tests.factories.auth import UserFactory
from tests.factories.notifications import NotificationFactory
from tests.support import Caller

PATH = "/api/notifications"
KINDS = {"payments_overdue", "payments_due_soon", "expenses_due", "new_sign_in"} | {
    "budget_alert",
    "goal_reached",
    "recurring_blocked",
    "archive_ready",
}
FOR_ADMINS = {"job_failed", "task_failed"}


@pytest.fixture
def me(user: Caller) -> int:
    return int(user.get("/api/auth/me")["data"]["id"])


def test_unread_ones_come_first_and_then_the_newest(user: Caller, me: int) -> None:
    at = datetime(2026, 6, 15, tzinfo=UTC)
    made = [NotificationFactory(user_id=me, read_at=read).id for read in (None, at, None, at)]
    NotificationFactory()
    NotificationFactory(user_id=me, in_app=False)
    page = user.get(PATH)
    assert [row["id"] for row in page["data"]] == [made[2], made[0], made[3], made[1]]
    assert page["pagination"]["total"] == 4
    assert list(page["data"][0]) == ["id", "kind", "title", "body", "link", "created_at", "read_at"]
    assert [row["id"] for row in user.get(PATH, per_page=1, page=3)["data"]] == [made[3]]


def test_those_of_one_suite_are_listed_alone(user: Caller, me: int) -> None:
    kinds = ("payments_overdue", "budget_alert", "goal_reached", "new_sign_in")
    for kind in kinds:
        NotificationFactory(user_id=me, kind=kind)
    listed = {suite: [row["kind"] for row in user.get(PATH, suite=suite)["data"]] for suite in ("personal", "fresco")}
    assert listed == {"personal": ["goal_reached", "budget_alert"], "fresco": ["payments_overdue"]}
    page = user.get(PATH, suite="personal", per_page=1, page=2)
    assert ([row["kind"] for row in page["data"]], page["pagination"]["total"]) == (["budget_alert"], 2)
    assert [row["kind"] for row in user.get(PATH, suite="core")["data"]] == ["new_sign_in"]
    assert len(user.get(PATH)["data"]) == len(kinds)
    assert list(user.get(PATH, 400, suite="otra")["errors"]) == ["suite"]


def test_one_is_marked_as_read_and_unread(user: Caller, me: int) -> None:
    path = f"{PATH}/{NotificationFactory(user_id=me).id}"
    read = user.patch(path, {"read": True})["data"]["read_at"]
    assert read is not None
    assert user.patch(path, {"read": True})["data"]["read_at"] == read
    assert user.patch(path, {"read": False})["data"]["read_at"] is None
    assert list(user.patch(path, {}, 400)["errors"]) == ["read"]


@pytest.mark.parametrize("values", [{}, {"in_app": False}])
def test_another_users_and_one_that_is_only_mailed_do_not_exist(user: Caller, me: int, values: dict[str, Any]) -> None:
    row = NotificationFactory(**values, **({"user_id": me} if values else {}))
    user.patch(f"{PATH}/{row.id}", {"read": True}, 404)
    user.with_headers(If_Match='"x"').patch(f"{PATH}/{row.id}", {"read": True}, 404)


def test_all_of_mine_are_read_at_once_and_no_others(user: Caller, admin: Caller, me: int) -> None:
    for _ in range(3):
        NotificationFactory(user_id=me)
    other = admin.get("/api/auth/me")["data"]["id"]
    NotificationFactory(user_id=other)
    user.post(f"{PATH}/read-all", expect=200)
    assert [row["read_at"] is None for row in user.get(PATH)["data"]] == [False] * 3
    assert [row["read_at"] is None for row in admin.get(PATH)["data"]] == [True]


def test_settings_name_the_kinds_that_ones_permissions_allow(user: Caller, admin: Caller) -> None:
    everywhere = {"in_app": True, "email": True}
    assert user.get(f"{PATH}/settings")["data"] == dict.fromkeys(KINDS, everywhere)
    assert admin.get(f"{PATH}/settings")["data"] == dict.fromkeys(KINDS | FOR_ADMINS, everywhere)


def test_settings_that_are_not_sent_stay(user: Caller) -> None:
    user.put(f"{PATH}/settings", {"payments_overdue": {"email": False}})
    user.put(f"{PATH}/settings", {"expenses_due": {"in_app": False, "email": True}})
    shown = user.put(f"{PATH}/settings", {"payments_overdue": {"in_app": False}})["data"]
    assert shown == user.get(f"{PATH}/settings")["data"]
    assert shown["payments_overdue"] == {"in_app": False, "email": False}
    assert shown["expenses_due"] == {"in_app": False, "email": True}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"task_failed": {"email": False}}, "task_failed"),
        ({"nonsense": {"email": False}}, "nonsense"),
        ({"payments_overdue": {"sms": True}}, "payments_overdue"),
        ({"payments_overdue": {"email": "perhaps"}}, "payments_overdue"),
        ({"payments_overdue": None}, "payments_overdue"),
        ({"new_sign_in": {"in_app": False}}, "new_sign_in"),
        ({"new_sign_in": {"email": False}}, "new_sign_in"),
        ([], "_schema"),
    ],
)
def test_wrong_settings_are_named_and_change_nothing(user: Caller, body: Any, field: str) -> None:
    before = user.get(f"{PATH}/settings")
    refused = user.put(f"{PATH}/settings", body if isinstance(body, list) else {"expenses_due": {}, **body}, 400)
    assert list(refused["errors"]) == [field]
    assert user.get(f"{PATH}/settings") == before


def test_settings_that_were_never_changed_have_a_version_too(user: Caller) -> None:
    first = user.send("GET", f"{PATH}/settings").headers["ETag"]
    body = {"payments_overdue": {"email": False}}
    user.with_headers(If_Match=first).put(f"{PATH}/settings", body)
    user.with_headers(If_Match=first).put(f"{PATH}/settings", body, 412)
    now = user.send("GET", f"{PATH}/settings").headers["ETag"]
    user.with_headers(If_Match=now).put(f"{PATH}/settings", {"payments_overdue": {"email": True}})


def mail_of(app: Flask, notification_id: int) -> Mail | None:
    with app.app_context():
        return Teller(make_context(db.session())).mail(notification_id)


def test_the_mail_of_a_notification_has_its_text_and_a_link(app: Flask, database: None) -> None:
    user = UserFactory()
    mail = mail_of(app, NotificationFactory(user_id=user.id).id)
    assert mail is not None
    assert (mail.recipient, mail.recipient_name, mail.subject) == (user.email, user.username, "1 pago vencido")
    assert mail.text.startswith("Brisa, Sitio web: $ 1.500.000, venció el 14 de junio de 2026\n\nhttp://")
    assert "/payments?status=Vencido\n" in mail.text


def test_there_is_no_mail_to_who_is_gone_or_did_not_want_it(app: Flask, database: None) -> None:
    inactive = UserFactory(is_active=False)
    assert mail_of(app, NotificationFactory(user_id=inactive.id).id) is None
    assert mail_of(app, NotificationFactory(by_email=False).id) is None
    assert mail_of(app, 987654321) is None
