"""A day begins and ends at midnight in Bogota, to the second, whatever zone the host lives in."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.infra import clock
from app.infra.scheduler import of_current_app, run_job
from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.payments import PaymentFactory
from tests.support import Caller

BOGOTA = ZoneInfo("America/Bogota")
DAY = date(2026, 1, 31)
"""A day whose last five hours are in February in UTC."""
HOSTS = ["UTC", "America/Bogota", "Pacific/Kiritimati", "America/New_York", "Pacific/Pago_Pago"]


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The zone of the machine."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(params=["00:00:00", "23:59:59"])
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The first and the last second of the day."""
    at = datetime.fromisoformat(f"{DAY}T{request.param}").replace(tzinfo=BOGOTA)
    with clock.frozen(at):
        yield at


def run(app: Flask, name: str) -> None:
    with app.app_context():
        run_job(next(job for job in of_current_app().jobs if job.name == name), slot=None)


def status(user: Caller, path: str) -> Any:
    return user.get(path)["data"]["status"]


@pytest.mark.parametrize(("due", "late"), [(DAY, False), (DAY - timedelta(days=1), True)], ids=["today", "yesterday"])
def test_due_payments_are_overdue_from_the_next_midnight_in_bogota(
    app: Flask, user: Caller, host: str, moment: datetime, due: date, late: bool
) -> None:
    payment, expense = PaymentFactory(date=due), AccruedExpenseFactory(due_date=due, status="pendiente")
    run(app, "mark-overdue")
    run(app, "mark-overdue-expenses")
    assert status(user, f"/api/payments/{payment.id}") == ("Vencido" if late else "Pendiente")
    assert status(user, f"/api/expenses/accrued/{expense.id}") == ("vencido" if late else "pendiente")
    listed = [row["id"] for row in user.get("/api/payments/overdue")["data"]]
    assert (payment.id in listed) == late


def test_the_paid_date_is_the_current_day_in_bogota(user: Caller, host: str, moment: datetime) -> None:
    payment = PaymentFactory(date=DAY)
    paid = user.patch(f"/api/payments/{payment.id}/status", {"status": "Pagado"})["data"]
    assert paid["paid_date"] == DAY.isoformat()
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    later = {"status": "Pagado", "paid_date": tomorrow}
    user.patch(f"/api/payments/{PaymentFactory(date=DAY).id}/status", later, expect=400)
