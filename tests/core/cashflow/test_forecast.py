"""Forecast of the next months and their parts. Today is 15 June 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.expenses.rules import AccruedStatus, RecurringStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.support import Caller, sign_in

SUBSCRIPTION = {
    "type": "Suscripción periódica",
    "recurring_fee_amount": 100,
    "recurring_fee_currency": "COP",
    "recurring_fee_frequency": "Mensual",
    "recurring_fee_day_of_charge": 20,
}


def forecast(caller: Caller, **query: Any) -> list[dict[str, Any]]:
    return caller.get("/api/cashflow/forecast", **query)["data"]


def made_of(item: dict[str, Any]) -> dict[str, float]:
    """Parts of the month that are not zero."""
    return {name: value for name, value in item["made_of"].items() if value}


def test_every_month_is_there_and_adds_up(looker: Caller) -> None:
    IncomeFactory(date=date(2026, 1, 1), amount=Decimal(1000))
    PaymentFactory(date=date(2026, 8, 1), amount=Decimal(300))
    items = forecast(looker, months=36)
    assert [items[0]["month"], items[6]["month"], items[-1]["month"]] == ["2026-06", "2026-12", "2029-05"]
    balance = 1000
    for item in items:
        income = sum(item["made_of"][name] for name in ("payments", "entered_incomes", "planned_charges"))
        assert item["income"] == income
        assert item["expenses"] == sum(item["made_of"].values()) - income
        assert item["net"] == item["income"] - item["expenses"]
        balance += item["net"]
        assert item["balance"] == balance
    assert made_of(items[2]) == {"payments": 300}


def test_overdue_payments_count_this_month_and_delays_move_receivables(looker: Caller) -> None:
    for day, amount in [("2025-03-15", 1), ("2026-06-14", 2), ("2026-06-30", 4), ("2026-07-31", 8), ("2026-08-01", 16)]:
        PaymentFactory(date=date.fromisoformat(day), amount=Decimal(amount), status=PaymentStatus.OVERDUE)
    AccruedExpenseFactory(due_date=date(2026, 5, 31), amount=Decimal(50))
    AccruedExpenseFactory(due_date=date(2026, 7, 1), amount=Decimal(60), status=AccruedStatus.PENDING)
    due = [made_of(item) for item in forecast(looker, months=3)]
    assert due == [{"payments": 7, "accrued_expenses": 50}, {"payments": 8, "accrued_expenses": 60}, {"payments": 16}]
    late = [made_of(item) for item in forecast(looker, months=3, delay_days=1)]
    assert late == [{"payments": 3, "accrued_expenses": 50}, {"payments": 4, "accrued_expenses": 60}, {"payments": 24}]
    very_late = [made_of(item).get("payments", 0) for item in forecast(looker, months=3, delay_days=60)]
    assert very_late == [1, 0, 6]  # 14 June and 30 June lie in August then


def test_plans_ask_for_what_was_not_generated_yet(anonymous: Caller) -> None:

    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        user = sign_in(anonymous, "user")
        new = {"client_id": ClientFactory().id, "name": "Portal", "description": "x", "start_date": "2026-06-01"}
        fee = {
            "implementation_fee_total": 90,
            "implementation_fee_currency": "COP",
            "implementation_fee_installments": 3,
        }
        mixed = SUBSCRIPTION | fee | {"type": "Mixto"}
        project = user.post("/api/projects", new | {"payment_plan": mixed})["data"]
        user.post("/api/projects", new | {"payment_plan": SUBSCRIPTION, "status": "Pausado"})
        generated = user.get("/api/payments", project_id=project["id"])["pagination"]["total"]
        items = forecast(user, months=4)
        known = [made_of(item).get("payments", 0) + made_of(item).get("planned_charges", 0) for item in items]
        assert known == [130, 130, 130, 100]
        user.post("/api/payments/generate", {"project_id": project["id"]})
        assert user.get("/api/payments", project_id=project["id"])["pagination"]["total"] >= generated
        items = forecast(user, months=4)
        assert [item["income"] for item in items] == [130, 130, 130, 100]  # nothing is counted twice
        user.put(f"/api/projects/{project['id']}", {"status": "Cancelado"})
        assert [made_of(item).get("planned_charges", 0) for item in forecast(user, months=4)] == [0, 0, 0, 0]


def test_recurring_expenses_come_by_their_calendar(looker: Caller) -> None:
    monthly = {"start_date": date(2026, 1, 31), "amount": Decimal(10)}
    RecurringExpenseFactory(next_payment=date(2026, 7, 31), **monthly)
    RecurringExpenseFactory(next_payment=date(2026, 7, 31), status=RecurringStatus.PAUSED, **monthly)
    RecurringExpenseFactory(start_date=date(2026, 6, 1), next_payment=date(2026, 7, 1), frequency=Frequency.QUARTERLY)
    assert [made_of(item) for item in forecast(looker, months=4)] == [
        {},
        {"recurring_expenses": 10},
        {"recurring_expenses": 10},
        {"recurring_expenses": 1010},
    ]


def test_variable_expenses_go_on_as_usual(looker: Caller) -> None:
    for month in range(1, 6):
        ExpenseFactory(date=date(2026, month, 28), amount=Decimal(100 * month))  # on average 300
    ExpenseFactory(date=date(2026, 6, 1), amount=Decimal(120))  # spent this month
    ExpenseFactory(date=date(2026, 8, 1), amount=Decimal(250))  # less than usual: part of it
    ExpenseFactory(date=date(2026, 9, 1), amount=Decimal(900))  # more than usual
    IncomeFactory(date=date(2026, 7, 1), amount=Decimal(70))
    assert [made_of(item) for item in forecast(looker, months=4, extra_monthly_expense=5)] == [
        {"variable_expenses": 180, "extra_expense": 5},
        {"variable_expenses": 300, "entered_incomes": 70, "extra_expense": 5},
        {"variable_expenses": 300, "extra_expense": 5},
        {"variable_expenses": 900, "extra_expense": 5},
    ]


def test_the_first_month_below_zero(looker: Caller) -> None:
    IncomeFactory(date=date(2026, 6, 1), amount=Decimal(100))
    answer = looker.get("/api/cashflow/forecast", months=3, extra_monthly_expense=50)
    assert [item["balance"] for item in answer["data"]] == [50, 0, -50]
    assert answer["first_negative_month"] == "2026-08"
    assert looker.get("/api/cashflow/forecast", months=2, extra_monthly_expense=50)["first_negative_month"] is None


def test_future_amounts_are_converted_at_todays_rate(looker: Caller) -> None:
    RateFactory(date=date(2026, 6, 14), rate=Decimal(4000))
    RateFactory(date=date(2026, 6, 20), rate=Decimal(5000))
    PaymentFactory(date=date(2026, 7, 1), currency=Currency.USD, amount=Decimal(2))
    assert made_of(forecast(looker, months=2)[1]) == {"payments": 8000}


def test_on_the_last_day_of_a_month(anonymous: Caller) -> None:

    with clock.frozen(datetime(2026, 6, 30, 17, tzinfo=UTC)):
        user = sign_in(anonymous, "user")
        PaymentFactory(date=date(2026, 6, 30))
        assert made_of(forecast(user, months=1)[0]) == {"payments": 100}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"months": "0"}, "months"),
        ({"months": "37"}, "months"),
        ({"delay_days": "-1"}, "delay_days"),
        ({"extra_monthly_expense": "NaN"}, "extra_monthly_expense"),
        ({"extra_monthly_expense": "-5"}, "extra_monthly_expense"),
        ({"page": "1"}, "page"),
    ],
)
def test_a_wrong_assumption_is_named(looker: Caller, query: dict[str, str], named: str) -> None:
    assert set(looker.get("/api/cashflow/forecast", 400, **query)["errors"]) == {named}
