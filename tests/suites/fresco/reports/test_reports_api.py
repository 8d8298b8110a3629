"""Reports over the API. Today is 15 June 2026."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.support import Caller, sign_in

MONTHLY = {
    "type": "Suscripción periódica",
    "recurring_fee_amount": 100,
    "recurring_fee_currency": "COP",
    "recurring_fee_frequency": "Mensual",
}
MOVES = ("start", "new", "expansion", "contraction", "churn", "end")


@pytest.mark.parametrize(
    ("path", "query", "period"),
    [
        ("summary", {}, "2025-07-01/2026-06-15"),
        ("summary", {"period": "month"}, "2026-06-01/2026-06-30"),
        ("summary", {"period": "quarter"}, "2026-04-01/2026-06-30"),
        ("summary", {"period": "semester"}, "2026-01-01/2026-06-30"),
        ("summary", {"period": "year"}, "2026-01-01/2026-12-31"),
        ("summary", {"date_from": "2026-02-03", "date_to": "2026-02-03"}, "2026-02-03/2026-02-03"),
        ("summary", {"date_from": "2026-02-03"}, "2026-02-03/2026-06-15"),
        ("summary", {"date_from": "2026-12-24"}, "2026-12-24/2026-12-24"),
        ("summary", {"date_to": "2024-02-29"}, "2023-03-01/2024-02-29"),
        ("statement", {}, "2026-01-01/2026-12-31"),
        ("statement", {"date_from": "2026-01-15", "date_to": "2026-03-02"}, "2026-01-15/2026-03-02"),
        ("clients", {}, "2025-07-01/2026-06-15"),
        ("clients", {"timeframe": "ytd"}, "2026-01-01/2026-06-15"),
    ],
)
def test_the_days_of_a_period(looker: Caller, path: str, query: dict[str, str], period: str) -> None:
    assert looker.get(f"/api/reports/{path}", **query)["period"] == period


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("summary", {"period": "week"}, "period"),
        ("summary", {"period": "month", "date_from": "2026-01-01"}, "period"),
        ("summary", {"date_from": "2026-02-02", "date_to": "2026-02-01"}, "date_to"),
        ("statement", {"period": "year"}, "period"),
        ("statement", {"basis": "caja"}, "basis"),
        ("clients", {"timeframe": "semester"}, "timeframe"),
        ("indicators", {"currency": "EUR"}, "currency"),
    ],
)
def test_a_wrong_parameter_is_named(looker: Caller, path: str, query: dict[str, str], named: str) -> None:
    assert set(looker.get(f"/api/reports/{path}", 400, **query)["errors"]) == {named}


def test_undefined_figures_are_null(looker: Caller) -> None:
    empty = looker.get("/api/reports/indicators")
    assert [empty[name] for name in ("profit_margin", "marketing_roi", "months_covered")] == [None, None, None]
    assert len(empty["trend_data"]) == 12
    assert {item["margin"] for item in empty["trend_data"]} == {None}
    ExpenseFactory(date=date(2026, 6, 1), category="Marketing")
    only_expenses = looker.get("/api/reports/indicators")
    names = ("profit_margin", "marketing_roi", "months_covered", "available_cash", "monthly_burn_rate")
    assert [only_expenses[name] for name in names] == [None, -1, 0, -1000, 1000]


def test_return_on_marketing(looker: Caller) -> None:
    new, old = ClientFactory(start_date=date(2025, 7, 1)), ClientFactory(start_date=date(2025, 6, 30))
    for client in (new, old):
        IncomeFactory(date=date(2026, 6, 1), client_id=client.id, amount=Decimal(750))
    for category in ("Marketing", "Publicidad", "Nómina"):
        ExpenseFactory(date=date(2026, 6, 1), category=category, amount=Decimal(250))
    assert looker.get("/api/reports/indicators")["marketing_roi"] == 0.5


class Worker:
    """Somebody who works on a day."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.client = ClientFactory().id

    def on(self, day: str, method: str, path: str, body: dict[str, Any]) -> Any:
        with clock.frozen(datetime.fromisoformat(f"{day}T17:00").replace(tzinfo=UTC)):
            worker = sign_in(self.caller, "user")
            return worker.send(method, path, json=body).get_json()["data"]

    def project(self, day: str, start: str, client: int | None = None, **plan: Any) -> str:
        body = {"client_id": client or self.client, "name": "Portal", "description": "x", "start_date": start}
        made = self.on(day, "POST", "/api/projects", body | {"payment_plan": MONTHLY | plan})
        return f"/api/projects/{made['id']}"

    def mrr(self, timeframe: str = "quarter", **query: str) -> list[float]:
        with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
            viewer = sign_in(self.caller, "viewer")
            found = viewer.get("/api/reports/clients", timeframe=timeframe, **query)["mrr_changes"]
        assert (
            found["start"] + found["new"] + found["expansion"] - found["contraction"] - found["churn"] == found["end"]
        )
        return [found[name] for name in ("start", "new", "expansion", "contraction", "churn", "end")]


@pytest.fixture
def worker(anonymous: Caller) -> Iterator[Worker]:
    return Worker(anonymous)


def test_new_and_lost_clients(worker: Worker) -> None:
    worker.project("2026-01-02", "2026-01-05")
    worker.project("2026-05-02", "2026-05-05", client=ClientFactory().id, recurring_fee_amount=40)
    leaving = worker.project("2026-01-02", "2026-01-05", client=ClientFactory().id, recurring_fee_amount=30)
    worker.on("2026-05-20", "PUT", leaving, {"status": "Cancelado"})
    assert worker.mrr() == [130, 40, 0, 0, 30, 140]
    assert worker.mrr("month") == [140, 0, 0, 0, 0, 140]
    assert worker.mrr("year") == [0, 140, 0, 0, 0, 140]


def test_a_client_that_takes_more_or_less(worker: Worker) -> None:
    worker.project("2026-01-02", "2026-01-05")
    worker.project("2026-05-02", "2026-05-05", recurring_fee_amount=40)  # the same client
    less = worker.project("2026-01-02", "2026-01-05", client=ClientFactory().id)
    worker.project("2026-01-02", "2026-01-05", client=ClientFactory().id)
    worker.on("2026-05-20", "PUT", less, {"end_date": "2026-12-31"})  # changes nothing today
    assert worker.mrr() == [300, 0, 40, 0, 0, 340]


def test_a_plan_counts_as_it_was_at_the_end_of_the_day_before_the_window(worker: Worker) -> None:
    project = worker.project("2026-01-02", "2026-01-05")
    for day, fee in (("2026-02-10", 110), ("2026-05-31", 120), ("2026-05-31", 130), ("2026-06-01", 90)):
        worker.on(day, "PUT", project, {"payment_plan": {"recurring_fee_amount": fee}})
    assert worker.mrr("month") == [130, 0, 0, 40, 0, 90]
    assert worker.mrr("quarter") == [110, 0, 0, 20, 0, 90]
    assert worker.mrr("year") == [0, 90, 0, 0, 0, 90]


def test_no_report_shows_a_plan_that_was_removed(worker: Worker) -> None:
    removed = worker.project("2026-01-02", "2026-01-05")
    worker.on("2026-05-20", "PUT", removed, {"payment_plan": None})
    assert worker.mrr() == [0, 0, 0, 0, 0, 0]
    worker.on("2026-06-02", "PUT", removed, {"payment_plan": MONTHLY | {"recurring_fee_amount": 70}})
    assert worker.mrr() == [70, 0, 0, 0, 0, 70]


def test_a_discount_that_ends_is_expansion(worker: Worker) -> None:
    worker.project("2026-03-02", "2026-03-05", recurring_fee_discount_periods=2, recurring_fee_discount_percentage=50)
    assert worker.mrr() == [50, 0, 50, 0, 0, 100]


def test_exchange_is_no_growth(worker: Worker) -> None:
    RateFactory(date=date(2026, 1, 1), rate=Decimal(3000))
    RateFactory(date=date(2026, 6, 1), rate=Decimal(4000))
    worker.project("2026-01-02", "2026-01-05", recurring_fee_currency="USD")
    assert worker.mrr() == [400_000, 0, 0, 0, 0, 400_000]
    assert worker.mrr(currency="USD") == [100, 0, 0, 0, 0, 100]


def test_growing_and_declining_clients(looker: Caller) -> None:
    grows, declines, same, left = (ClientFactory(name=name) for name in ("Crece", "Baja", "Igual", "Se fue"))
    for client, before, now in ((grows, 100, 300), (declines, 300, 100), (same, 50, 50), (left, 20, None)):
        IncomeFactory(date=date(2026, 5, 31), client_id=client.id, amount=Decimal(before))
        if now:
            IncomeFactory(date=date(2026, 6, 10), client_id=client.id, amount=Decimal(now))
    ExpenseFactory(date=date(2026, 6, 10), client_id=declines.id, amount=Decimal(150))
    IncomeFactory(date=date(2026, 5, 16), client_id=same.id)  # before the window before: 15 days each
    report = looker.get("/api/reports/clients", timeframe="month")
    assert [(one["client"], one["previous"], one["change"]) for one in report["growing_clients"]] == [
        ("Crece", 100, 200)
    ]
    assert [(one["client"], one["change"]) for one in report["declining_clients"]] == [("Baja", -200), ("Se fue", -20)]
    profits = {one["client"]: (one["profit"], one["margin"]) for one in report["client_profitability"]}
    assert profits == {"Crece": (300, 1), "Baja": (-50, -0.5), "Igual": (50, 1)}


@pytest.mark.parametrize(("fee", "expected"), [(140, [100, 0, 40, 0, 0, 140]), (60, [100, 0, 0, 40, 0, 60])])
def test_a_plan_that_was_changed_counts_as_it_was(user: Caller, fee: int, expected: list[int]) -> None:
    start = clock.now().date() - timedelta(days=200)
    new = {"client_id": ClientFactory().id, "name": "Portal", "description": "x", "start_date": str(start)}
    project = user.post("/api/projects", new | {"payment_plan": MONTHLY})["data"]
    for amount in (fee + 1, fee):
        user.put(f"/api/projects/{project['id']}", {"payment_plan": {"recurring_fee_amount": amount}})
    found = user.get("/api/reports/clients", timeframe="month")["mrr_changes"]
    assert [found[name] for name in MOVES] == expected
