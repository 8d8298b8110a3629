"""Accrued expenses: lists, totals and payments."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.registry import MANIFESTS
from app.suites.fresco.expenses.models import AccruedExpense, RecurringExpense
from app.suites.fresco.expenses.rules import AccruedStatus
from tests import factories
from tests.factories.expenses import AccruedExpenseFactory, RecurringExpenseFactory
from tests.support import Caller

ACCRUED = "/api/expenses/accrued"
MAY = datetime(2025, 5, 15, 17, tzinfo=UTC)


def listed(caller: Caller, **query: Any) -> list[str]:
    return [row["due_date"] for row in caller.get(ACCRUED, sort="due_date", **query)["data"]]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, 0, 6),
        ({"period": "month"}, 3, 5),
        ({"period": "quarter"}, 2, 5),
        ({"period": "year"}, 1, 6),
        ({"period": "custom", "date_from": "2025-01-01", "date_to": "2025-04-01"}, 1, 3),
        ({"date_from": "2025-05-31"}, 4, 6),
        ({"date_to": "2025-01-01"}, 0, 2),
    ],
)
def test_a_period_holds_its_first_and_its_last_day(user: Caller, query: dict[str, str], first: int, last: int) -> None:
    days = ["2024-12-31", "2025-01-01", "2025-04-01", "2025-05-01", "2025-05-31", "2025-07-01"]
    for day in days:
        AccruedExpenseFactory(due_date=date.fromisoformat(day))
    with clock.frozen(MAY):
        assert listed(user, **query) == days[first:last]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"period": "custom"}, {"date_from", "date_to"}),
        ({"period": "custom", "date_from": "2025-01-01"}, {"date_to"}),
        ({"period": "month", "date_from": "2025-01-01"}, {"period"}),
        ({"period": "semester"}, {"period"}),
        ({"date_from": "2025-02-01", "date_to": "2025-01-01"}, {"date_to"}),
        ({"status": "Pagado"}, {"status"}),
        ({"categoria": "x"}, {"categoria"}),
        ({"status": "pagado,otro"}, {"status"}),
        ({"status": ""}, {"status"}),
        ({"amount_min": 2, "amount_max": 1}, {"amount_max"}),
    ],
)
def test_a_wrong_parameter_is_named(user: Caller, query: dict[str, str], named: set[str]) -> None:
    assert set(user.get(ACCRUED, expect=400, **query)["errors"]) == named


def test_accrued_expenses_are_filtered_by_status(user: Caller) -> None:
    AccruedExpenseFactory()
    AccruedExpenseFactory(due_date=date(2025, 4, 1), status=AccruedStatus.PAID, paid_date=date(2025, 4, 2))
    assert listed(user, status="pagado") == ["2025-04-01"]
    assert listed(user, status="pendiente") == []


def test_totals_are_by_category_in_one_currency_and_by_currency_in_each(admin: Caller) -> None:
    admin.post("/api/exchange-rates", {"date": "2025-01-01", "rate": 4000})
    admin.post("/api/exchange-rates", {"date": "2025-04-01", "rate": 5000})
    AccruedExpenseFactory(amount=Decimal("1.50"), currency="USD")
    AccruedExpenseFactory(  # due before the second rate, paid after it
        amount=Decimal("1.00"), currency="USD", status=AccruedStatus.PAID, paid_date=date(2025, 4, 2)
    )
    AccruedExpenseFactory(amount=Decimal("500.25"))
    AccruedExpenseFactory(amount=Decimal("7000.00"), category="Arriendo")
    answer = admin.get(ACCRUED, per_page=1)
    assert answer["totals"] == {
        "by_category": {"Arriendo": 7000, "Software": Decimal("11500.25")},
        "by_currency": {"COP": Decimal("7500.25"), "USD": Decimal("2.50")},
    }
    assert (answer["currency"], answer["pagination"]["total"]) == ("COP", 4)
    answer = admin.get(ACCRUED, currency="USD", sort="-due_date,id")
    assert answer["totals"]["by_category"] == {"Arriendo": Decimal("1.75"), "Software": Decimal("2.63")}
    assert answer["totals"]["by_currency"] == {"COP": Decimal("7500.25"), "USD": Decimal("2.50")}
    assert [row["converted_amount"] for row in answer["data"]][:2] == [Decimal("1.50"), Decimal("1.00")]


def test_totals_of_nothing_are_zero(user: Caller) -> None:
    answer = user.get(ACCRUED)
    assert answer["totals"] == {"by_category": {}, "by_currency": {"COP": 0, "USD": 0}}


def test_paid_today_and_as_foreseen_unless_said_otherwise(user: Caller) -> None:
    expense = AccruedExpenseFactory()
    with clock.frozen(MAY):
        paid = user.post(f"{ACCRUED}/{expense.id}/mark-as-paid", {}, expect=200)["data"]
    assert (paid["status"], paid["paid_date"], paid["payment_method"]) == ("pagado", "2025-05-15", "Tarjeta")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payment_date", "2025-05-16"),
        ("payment_date", "15/05/2025"),
        ("payment_method", " "),
        ("payment_method", "x" * 101),
        ("receipt_path", "nowhere"),
        ("status", "pagado"),
    ],
)
def test_a_wrong_field_of_a_payment_is_named_and_nothing_is_paid(user: Caller, field: str, value: object) -> None:
    expense = AccruedExpenseFactory()
    with clock.frozen(MAY):
        problem = user.post(f"{ACCRUED}/{expense.id}/mark-as-paid", {field: value}, expect=400)
    assert list(problem["errors"]) == [field]
    assert user.get(f"{ACCRUED}/{expense.id}")["data"]["status"] == "vencido"


def test_a_payment_of_today_by_the_companys_clock_is_not_in_the_future(user: Caller) -> None:
    late = datetime(2025, 5, 16, 3, tzinfo=UTC)  # still the 15th in Bogotá
    for day, status in (("2025-05-16", 400), ("2025-05-15", 200)):
        expense = AccruedExpenseFactory()
        with clock.frozen(late):
            user.post(f"{ACCRUED}/{expense.id}/mark-as-paid", {"payment_date": day}, expect=status)


def test_missing_paths_are_not_found(user: Caller) -> None:
    user.get(f"{ACCRUED}/987654321", expect=404)
    user.post(f"{ACCRUED}/987654321/mark-as-paid", {}, expect=404)


@pytest.mark.parametrize(
    "values",
    [
        {"status": AccruedStatus.PAID, "paid_date": None},
        {"status": AccruedStatus.OVERDUE, "paid_date": date(2025, 4, 1)},
        {"amount": Decimal(0)},
        {"paid_amount": Decimal(1)},
        {"status": AccruedStatus.PAID, "paid_date": date(2025, 4, 1), "paid_amount": None},
        {"status": AccruedStatus.PAID, "paid_date": date(2025, 4, 1), "paid_amount": Decimal(0)},
        {"is_recurring": True, "occurrence_date": None},
        {"invoice_number": " "},
        {"category": " "},
        {"project_id": 1},
    ],
)
def test_the_database_refuses_what_contradicts_itself(database: None, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        AccruedExpenseFactory(**values)


def test_an_occurrence_is_in_the_database_once(database: None) -> None:
    recurring = RecurringExpenseFactory()
    AccruedExpenseFactory(recurring_id=recurring.id)
    with pytest.raises(IntegrityError):
        AccruedExpenseFactory(recurring_id=recurring.id)


def violations() -> list[str]:
    assert factories.app is not None
    with factories.app.app_context():
        check = MANIFESTS["app.suites.fresco.expenses"].violations
        assert check is not None
        return check(make_context(db.session()))


def test_verify_reports_a_status_that_contradicts_its_date(database: None) -> None:
    with clock.frozen(MAY):
        AccruedExpenseFactory(due_date=date(2025, 5, 15), status=AccruedStatus.PENDING)
        assert violations() == []
        wrong = AccruedExpenseFactory(due_date=date(2025, 5, 14), status=AccruedStatus.PENDING)
        early = AccruedExpenseFactory(due_date=date(2025, 5, 16), status=AccruedStatus.OVERDUE)
        assert violations() == [
            f"accrued expense {row.id} has a status that contradicts its date" for row in (wrong, early)
        ]


def test_verify_reports_a_wrong_next_payment(database: None) -> None:
    recurring = RecurringExpenseFactory()
    assert violations() == []
    assert factories.app is not None
    with factories.app.app_context():
        db.session.execute(update(RecurringExpense).values(next_payment=date(2025, 3, 1)))
        db.session.commit()
    assert violations() == [
        f"recurring expense {recurring.id} has a next payment that does not follow from its calendar"
    ]


def test_the_models_columns_all_go_out(user: Caller) -> None:
    expense = AccruedExpenseFactory()
    found = user.get(f"{ACCRUED}/{expense.id}")["data"]
    assert set(found) == {column.name for column in AccruedExpense.__table__.c} - {
        "version",
        "occurrence_date",
        "nature",
    } | {"receipt_url"}
    assert set(user.get(ACCRUED)["data"][0]) == set(found)
