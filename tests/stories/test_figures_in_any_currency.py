"""Figures of a company in currencies with other decimals than the peso."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.kernel.money import COP_AND_USD, Currency
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.support import Caller, sign_in

TODAY = date(2026, 6, 15)
PATHS = (
    *("/api/payments", "/api/payments/overdue", "/api/payments/upcoming", "/api/incomes", "/api/expenses"),
    *("/api/expenses/recurring", "/api/expenses/accrued", "/api/cashflow", "/api/cashflow/metrics"),
    *("/api/cashflow/analysis", "/api/cashflow/forecast", "/api/incomes/analysis", "/api/expenses/analysis"),
    *("/api/reports/summary", "/api/reports/statement"),
    *("/api/reports/indicators", "/api/reports/clients", "/api/dashboard"),
)
NOT_MONEY = {"share", "margin", "profit_margin", "marketing_roi", "runway", "months_covered"}
AS_THEY_ARE = {
    "amount",
    "paid_amount",
    "by_currency",
    "count",
    "exchange_rate",
    "pagination",
    "days_overdue",
    "installment_number",
    "overdue_count",
    "version",
}
"""Amounts in their own currency, rates, and numbers that count."""


@pytest.fixture
def company(database: None) -> None:
    """Rows of each kind in pesos, with odd cents; a yen is a peso, and a dinar ten."""
    for currency, rate in ((Currency.JPY, 1), (Currency.KWD, 10), (Currency.USD, 4000)):
        RateFactory(date=date(2026, 1, 1), base=currency, rate=Decimal(rate))
    client = ClientFactory(start_date=date(2026, 2, 1))
    project = ProjectFactory(client_id=client.id)
    for number, day in enumerate((date(2026, 3, 3), date(2026, 5, 5), date(2026, 6, 10), date(2026, 7, 20)), start=1):
        amount = Decimal("1234.57") * number
        PaymentFactory(project=project, date=day, amount=amount + Decimal("0.29"))
        IncomeFactory(date=day, amount=amount + Decimal("5000.11"), client_id=client.id)
        ExpenseFactory(date=day, amount=amount + Decimal("0.42"), category="Marketing", client_id=client.id)
        AccruedExpenseFactory(due_date=day, amount=amount + Decimal("0.33"))
    RecurringExpenseFactory(amount=Decimal("77.77"))


def figures(answer: Any, name: str = "") -> Iterator[tuple[str, Decimal]]:
    """Amounts of an answer in its currency, by the names of their fields."""
    if isinstance(answer, dict):
        of_one = {"paid_amount", "converted_balance"} & answer.keys()  # one payment, with what is owed of it
        own = {*AS_THEY_ARE, "balance"} if of_one else AS_THEY_ARE
        for key, value in answer.items():
            of_answer = key == "amount" and "currency" not in answer
            if of_answer or not (key in own or key == "id" or key.endswith("_id")):
                yield from figures(value, key)
    elif isinstance(answer, list):
        for value in answer:
            yield from figures(value, name)
    elif isinstance(answer, Decimal | float | int) and not isinstance(answer, bool):
        yield name, Decimal(str(answer))


def test_every_figure_is_rounded_to_the_decimals_of_the_requested_currency(company: None, anonymous: Caller) -> None:
    decimals = set()
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        viewer = sign_in(anonymous, "viewer")
        for path in PATHS:
            pesos, yen, dinars = (list(figures(viewer.get(path, currency=code))) for code in ("COP", "JPY", "KWD"))
            assert [name for name, _ in pesos] == [name for name, _ in yen] == [name for name, _ in dinars], path
            for (name, peso), (_, of_yen), (_, of_dinars) in zip(pesos, yen, dinars, strict=True):
                if name in NOT_MONEY:
                    assert abs(peso - of_yen) <= Decimal("0.01") >= abs(peso - of_dinars), (path, name)
                    continue
                assert of_yen == of_yen.to_integral_value(), (path, name)
                assert abs(peso - of_yen) < 3, (path, name)  # of rounded totals, rows and what is derived from them
                assert of_dinars == round(of_dinars, 3), (path, name)
                assert abs(peso / 10 - of_dinars) < Decimal("0.006"), (path, name)
                decimals.add(of_dinars == round(of_dinars, 2))
    assert decimals == {True, False}  # some have three


def test_lists_of_what_is_billed_take_pesos_and_dollars_only(user: Caller) -> None:
    for code in (*COP_AND_USD, "EUR"):
        body = {"description": "x", "date": "2026-03-01", "amount": 5, "currency": code, "type": "x"}
        answer = user.send("POST", "/api/incomes", json={**body, "payment_method": "y"})
        assert answer.status_code == (400 if code == "EUR" else 201)
