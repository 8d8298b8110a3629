"""A company in June 2026 whose months up to May are closed."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app.core.periods.service import PeriodService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.support import Caller, sign_in

MAY_20 = date(2026, 5, 20)
JUNE_2 = date(2026, 6, 2)


@pytest.fixture
def june(app: Flask, database: None) -> Iterator[None]:
    """Freeze the clock at 15 June 2026."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield


@pytest.fixture
def boss(june: None, anonymous: Caller) -> Caller:
    """Calls as an administrator, in June."""
    return sign_in(anonymous, "admin")


@pytest.fixture
def rows(june: None) -> dict[str, Any]:
    """A row of May of each kind, in dollars where it may be, and one rate."""
    usd = {"currency": Currency.USD}
    return {
        "rate": RateFactory(date=date(2026, 5, 4)),
        "income": IncomeFactory(date=MAY_20, **usd),
        "expense": ExpenseFactory(date=MAY_20),
        "owed": PaymentFactory(date=MAY_20, status=PaymentStatus.OVERDUE),
        "paid": PaymentFactory(date=MAY_20, status=PaymentStatus.PAID, paid_date=MAY_20, **usd),
        "paid_later": PaymentFactory(date=MAY_20, status=PaymentStatus.PAID, paid_date=JUNE_2),
        "bill": AccruedExpenseFactory(due_date=MAY_20),
        "paid_bill": AccruedExpenseFactory(due_date=MAY_20, status=AccruedStatus.PAID, paid_date=MAY_20),
    }


@pytest.fixture
def closed(boss: Caller, rows: dict[str, Any]) -> dict[str, Any]:
    """The rows, once May is closed."""
    boss.post("/api/periods/2026-05/close", expect=200)
    return rows


@pytest.fixture
def violations(app: Flask) -> Callable[[], list[str]]:
    """Finds what is not as it was when its month was closed."""

    def find() -> list[str]:
        with app.app_context():
            return PeriodService(make_context(db.session())).violations()

    return find
