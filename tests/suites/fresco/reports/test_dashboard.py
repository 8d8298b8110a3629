"""First page: each of its figures is that of the page which it comes from."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.kernel.money import Currency
from app.suites.fresco.payments.rules import PaymentStatus
from tests.factories.cash_accounts import CashAccountFactory, CashTransferFactory
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory
from tests.soak import daily
from tests.stories.company_figures import build
from tests.support import Caller, sign_in

TODAY = date(2026, 6, 15)
RESULTS = ("revenue", "expenses", "financial_result", "profit")


def plan(caller: Caller, start: str, **fees: Any) -> None:
    """A project of a new client, with a monthly fee."""
    monthly = {"type": "Suscripción periódica", "recurring_fee_frequency": "Mensual"}
    new = {"client_id": ClientFactory().id, "name": "Portal", "description": "x", "start_date": start}
    caller.post("/api/projects", new | {"payment_plan": monthly | fees})


def amount(value: Any) -> Decimal:
    return Decimal(str(value))


@pytest.mark.parametrize("seed", daily(*range(3)))
def test_every_figure_is_that_of_its_page(anonymous: Caller, seed: int) -> None:
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        user = sign_in(anonymous, "user")
        build(seed, TODAY)
        CashAccountFactory(currency=Currency.USD, opening_balance=Decimal("77.77"))
        for currency in ("COP", "USD"):
            plan(user, "2026-05-10", recurring_fee_amount="333.33", recurring_fee_currency=currency)
        viewer = sign_in(anonymous, "viewer")
        for target in ("COP", "USD"):
            page = viewer.get("/api/dashboard", currency=target)
            assert (page["date"], page["currency"]) == (str(TODAY), target)
            check_results(viewer, page, target)
            check_owed(viewer, page, target)
            check_largest(viewer, page, target)


def check_results(viewer: Caller, page: dict[str, Any], target: str) -> None:
    """Cash, runway, months and recurring revenue."""
    metrics = viewer.get("/api/cashflow/metrics", currency=target)
    assert (page["cash"]["total"], page["runway"]) == (metrics["current_balance"], metrics["runway"])
    assert sum(amount(line["converted_balance"]) for line in page["cash"]["accounts"]) == amount(page["cash"]["total"])
    flow = viewer.get("/api/cashflow", date_to=str(TODAY), currency=target)
    assert page["cash"]["total"] == flow["closing_balance"] == page["trend"][-1]["balance"]
    for name, first, last in (("this_month", "2026-06-01", "2026-06-15"), ("last_month", "2026-05-01", "2026-05-31")):
        statement = viewer.get("/api/reports/statement", date_from=first, date_to=last, currency=target)
        assert page[name] == {
            "month": first[:7],
            "income": statement["incomes"]["total"],
            "expenses": statement["expenses"]["total"],
            "financial_result": statement["financial_result"],
            "profit": statement["gross_profit"],
        }
    summary = viewer.get("/api/reports/summary", currency=target)
    shown = [{name: month[name] for name in ("month", *RESULTS)} for month in page["trend"]]
    assert shown == summary["monthly_revenue_expenses"]
    assert [month["balance"] for month in page["trend"]] == [one["balance"] for one in summary["cash_flow_trend"]]
    for timeframe in ("month", "quarter", "ytd", "year"):
        clients = viewer.get("/api/reports/clients", timeframe=timeframe, currency=target)
        assert page["mrr"] == clients["mrr_changes"]["end"] > 0


def check_owed(viewer: Caller, page: dict[str, Any], target: str) -> None:
    """Receivable, payable, and the next 30 days."""
    receivable, payable, coming = page["receivable"], page["payable"], page["coming"]
    overdue = viewer.get("/api/payments/overdue", currency=target)
    later = viewer.get("/api/payments/upcoming", days=3650, currency=target)
    assert (receivable["overdue"], receivable["overdue_count"]) == (overdue["total"], overdue["pagination"]["total"])
    assert receivable["not_due"] == later["total"]
    assert receivable["count"] == overdue["pagination"]["total"] + later["pagination"]["total"]
    bills = {"status": "pendiente,vencido", "currency": target}
    unpaid = viewer.get("/api/expenses/accrued", **bills)
    late = viewer.get("/api/expenses/accrued", date_to="2026-06-14", **bills)
    assert (payable["count"], payable["overdue_count"]) == (unpaid["pagination"]["total"], late["pagination"]["total"])
    assert near(payable["total"], unpaid["totals"]["by_category"])
    assert near(payable["overdue"], late["totals"]["by_category"])
    for side in (receivable, payable):
        assert amount(side["total"]) == amount(side["overdue"]) + amount(side["not_due"])
    assert coming["date_to"] == "2026-07-15"
    assert coming["payments"] == viewer.get("/api/payments/upcoming", days=30, currency=target)["total"]
    due = viewer.get("/api/expenses/accrued", date_from=str(TODAY), date_to="2026-07-15", **bills)
    assert near(coming["accrued_expenses"], due["totals"]["by_category"])
    assert amount(coming["income"]) == amount(coming["payments"]) + amount(coming["planned_charges"])
    assert amount(coming["expenses"]) == amount(coming["accrued_expenses"]) + amount(coming["recurring_expenses"])
    assert amount(coming["net"]) == amount(coming["income"]) - amount(coming["expenses"])


def near(total: Any, rows: dict[str, Any]) -> bool:
    """Whether rows that were rounded one by one come to the total."""
    return abs(amount(total) - sum(map(amount, rows.values()), Decimal(0))) <= Decimal("0.01") * (len(rows) + 1)


def check_largest(viewer: Caller, page: dict[str, Any], target: str) -> None:
    """The five largest overdue: random payments have no receipts, so their amounts are their balances."""
    overdue = viewer.get("/api/payments/overdue", currency=target)["data"]
    largest = sorted(overdue, key=lambda one: (-one["converted_amount"], one["date"], one["id"]))[:5]
    assert page["largest_overdue"] == [
        {
            "source": "payment",
            "source_id": one["id"],
            **{name: one[name] for name in ("client_id", "client_name", "project_id", "project_name")},
            **{name: one[name] for name in ("date", "days_overdue", "currency")},
            "balance": one["balance"],
            "converted_balance": one["converted_amount"],
        }
        for one in largest
    ]


def test_cash_is_in_accounts_and_the_rest_is_one_line(looker: Caller) -> None:
    RateFactory(date=date(2026, 1, 1), rate=Decimal(4000))
    pesos = CashAccountFactory(name="Banco", opening_balance=Decimal(1000))
    dollars = CashAccountFactory(name="Mercury", currency=Currency.USD, opening_balance=Decimal("10.5"), active=False)
    CashAccountFactory(name="Vieja", active=False)  # and empty: of no use on a first page
    CashTransferFactory(
        from_account_id=dollars.id,
        to_account_id=pesos.id,
        amount=Decimal(2),
        currency=Currency.USD,
        received_amount=Decimal(7900),
    )
    IncomeFactory(date=date(2026, 6, 1), amount=Decimal(50_000))
    cash = looker.get("/api/dashboard")["cash"]
    assert cash == {
        "total": 50_000,
        "accounts": [
            {"id": pesos.id, "name": "Banco", "currency": "COP", "balance": 8900, "converted_balance": 8900},
            {"id": dollars.id, "name": "Mercury", "currency": "USD", "balance": 8.5, "converted_balance": 34_000},
            {"id": None, "name": "Sin cuenta", "currency": "COP", "balance": 7100, "converted_balance": 7100},
        ],
    }
    stored = {one["id"]: one["balance"] for one in looker.get("/api/cash-accounts")["data"]}
    assert stored[dollars.id] == 8.5
    [rest] = looker.get("/api/dashboard", suite="fresco")["cash"]["accounts"]
    assert (rest["id"], rest["balance"]) == (None, 50_000)


def test_worths_of_accounts_are_rounded_and_the_rest_comes_to_the_total(looker: Caller) -> None:
    RateFactory(date=date(2026, 1, 1), rate=Decimal("4000.123"))
    CashAccountFactory(currency=Currency.USD, opening_balance=Decimal("0.33"))
    IncomeFactory(date=date(2026, 6, 1), amount=Decimal("5000.55"))
    cash = looker.get("/api/dashboard")["cash"]
    worth = [amount(one["converted_balance"]) for one in cash["accounts"]]
    assert (worth, amount(cash["total"])) == ([Decimal("1320.04"), Decimal("3680.51")], Decimal("5000.55"))


@pytest.fixture
def new_year(anonymous: Caller) -> Iterator[Caller]:
    """Somebody who writes on 1 January, of which the month ends in 30 days."""
    with clock.frozen(datetime(2026, 1, 1, 17, tzinfo=UTC)):
        yield sign_in(anonymous, "user")


def test_the_next_30_days_are_the_forecast_of_a_month_of_31_that_begins(new_year: Caller) -> None:
    RateFactory(date=date(2025, 12, 1), rate=Decimal(4000))
    day = date(2026, 1, 31)
    for number, due in enumerate((date(2026, 1, 1), day, day + timedelta(days=1)), start=1):
        PaymentFactory(date=due, amount=Decimal(10) ** number, currency=Currency.USD)
        AccruedExpenseFactory(due_date=due, amount=Decimal(20) ** number)
    RecurringExpenseFactory(start_date=date(2025, 12, 10), next_payment=date(2026, 1, 10), amount=Decimal(7))
    plan(new_year, "2026-01-20", recurring_fee_amount=5, recurring_fee_currency="USD")
    [month] = new_year.get("/api/cashflow/forecast", months=1)["data"]
    coming = new_year.get("/api/dashboard")["coming"]
    parts = ("payments", "planned_charges", "accrued_expenses", "recurring_expenses")
    assert [coming[name] for name in parts] == [month["made_of"][name] for name in parts]
    assert [coming[name] for name in parts] == [440_000, 20_000, 420, 7]
    assert (coming["income"], coming["expenses"], coming["net"]) == (460_000, 427, 459_573)


def test_overdue_balances_are_compared_at_the_rates_of_their_days(looker: Caller) -> None:
    for day, rate in ((date(2026, 1, 1), 3000), (date(2026, 5, 1), 4000)):
        RateFactory(date=day, rate=Decimal(rate))
    project = ProjectFactory(name="Portal", client_id=ClientFactory(name="Northwind").id)
    of_project: dict[str, Any] = {"project": project, "status": PaymentStatus.OVERDUE}
    dear, cheap = date(2026, 5, 4), date(2026, 2, 4)
    partly = [(100, dear)]
    rows = [
        PaymentFactory(date=day, amount=Decimal(owed), currency=currency, received=received, **of_project).id
        for day, owed, currency, received in (
            (cheap, 1100, Currency.USD, None),
            (dear, 1000, Currency.USD, None),
            (dear, 3_500_000, Currency.COP, None),
            (dear, 950, Currency.USD, partly),
            (cheap, 5, Currency.COP, None),
            (dear, 4, Currency.COP, None),
        )
    ]
    PaymentFactory(date=TODAY, amount=Decimal(9_000_000), project=project)
    found = looker.get("/api/dashboard")
    largest = [(one["source_id"], one["balance"], one["converted_balance"]) for one in found["largest_overdue"]]
    assert largest == [
        (rows[1], 1000, 4_000_000),
        (rows[2], 3_500_000, 3_500_000),
        (rows[3], 850, 3_400_000),
        (rows[0], 1100, 3_300_000),
        (rows[4], 5, 5),
    ]
    assert {(one["client_name"], one["project_name"]) for one in found["largest_overdue"]} == {("Northwind", "Portal")}
    assert (found["receivable"]["overdue"], found["receivable"]["overdue_count"]) == (14_200_009, 6)


def test_a_company_without_data_has_zeros(looker: Caller) -> None:
    found = looker.get("/api/dashboard")
    assert (found["cash"], found["mrr"], found["runway"], found["largest_overdue"]) == (
        {"total": 0, "accounts": []},
        0,
        None,
        [],
    )
    assert set(found["receivable"].values()) == set(found["payable"].values()) == {0}
    assert [month["month"] for month in found["trend"]][::11] == ["2025-07", "2026-06"]


@pytest.mark.parametrize("kind", [IncomeFactory, ExpenseFactory])
def test_a_missing_rate_is_a_conflict_as_in_reports(looker: Caller, kind: Any) -> None:
    kind(date=date(2026, 1, 1), currency=Currency.USD)
    assert looker.get("/api/dashboard", 409)["code"] == "exchange_rate_missing"


def test_a_missing_rate_of_what_is_owed_is_a_conflict(looker: Caller) -> None:
    PaymentFactory(date=date(2026, 8, 1), currency=Currency.USD)
    assert looker.get("/api/dashboard", 409)["code"] == "exchange_rate_missing"
