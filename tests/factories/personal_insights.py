"""Insights and subscriptions of people."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import program_access
from app.suites.personal.insights.models import Insight, InsightState, Subscription
from app.suites.personal.insights.rules.insight import InsightCode, Severity
from app.suites.personal.insights.rules.subscriptions import SubscriptionKind, SubscriptionStatus
from app.suites.personal.recurring.rules import Frequency
from tests import factories
from tests.factories import Examples
from tests.factories.personal import BOOKS, own_book, row_in_book

INSIGHTS, SUBSCRIPTIONS = "/api/personal/insights", "/api/personal/subscriptions"
_DAY = date(2026, 3, 5)
_NUMBERS = count(1)


def _row(model: Any, values: Any) -> Any:
    """A function that stores a row in the book of an access."""

    def make(access: Any) -> int:
        access.require_writer()
        row = model(book_id=access.book_id, **values(access))
        access.session.add(row)
        access.session.flush()
        return int(row.id)

    return make


def _insight(_access: Any) -> dict[str, Any]:
    return {
        "code": InsightCode.FEES_PAID,
        "subject": f"account:{next(_NUMBERS)}",
        "period": "2026-02",
        "severity": Severity.INFO,
        "title": "Fees of 5 COP in February 2026",
        "title_es": "Comisiones: 5 COP en febrero de 2026",
        "detail_es": "5 COP en el último mes.",
        "detail": "5 COP over the last month.",
        "amount": Decimal(5),
        "currency": Currency.COP,
        "evidence": {"months": 1},
        "found_on": _DAY,
        "is_current": True,
    }


def _subscription(access: Any) -> dict[str, Any]:
    return {
        "account_id": AccountService(access).first_open().id,
        "payee": f"netflix {next(_NUMBERS)}",
        "part": 1,
        "name": "Netflix",
        "kind": SubscriptionKind.SUBSCRIPTION,
        "status": SubscriptionStatus.ACTIVE,
        "is_possible": False,
        "frequency": Frequency.MONTHLY,
        "interval": 1,
        "currency": Currency.COP,
        **dict.fromkeys(("amount", "min_amount", "max_amount"), Decimal(30_000)),
        "yearly_cost": Decimal(360_000),
        "charges": 6,
        "first_date": date(2025, 10, 5),
        "last_date": _DAY,
        "next_date": date(2200, 1, 5),
        "price_history": [{"amount": 30_000, "since": "2025-10-05", "until": "2026-03-05", "charges": 6}],
        "last_transaction_id": 1,
        "is_current": True,
    }


def _own(path: str, make: Any) -> Any:
    """A function that makes a row in the first book of the caller, or in a new one, and returns its path."""

    def existing(caller: Any) -> str:
        assert factories.app is not None
        books = caller.get(BOOKS)["data"]
        book_id = books[0]["id"] if books else own_book(caller)
        with factories.app.app_context():
            row_id = make(program_access(make_context(db.session()), book_id))
            db.session.commit()
        return f"{path}/{row_id}"

    return existing


EXAMPLES = Examples(
    rows={
        "InsightState": row_in_book(_row(InsightState, lambda _: {"book_version": "1:0", "day": _DAY})),
        "Insight": row_in_book(_row(Insight, _insight)),
        "Subscription": row_in_book(_row(Subscription, _subscription)),
    },
    existing={
        f"{INSIGHTS}/<id:insight_id>": _own(INSIGHTS, _row(Insight, _insight)),
        f"{SUBSCRIPTIONS}/<id:subscription_id>": _own(SUBSCRIPTIONS, _row(Subscription, _subscription)),
    },
    changes={
        f"{INSIGHTS}/<id:insight_id>": {"dismiss": True},
        f"{SUBSCRIPTIONS}/<id:subscription_id>": {"confirm": True},
    },
)
