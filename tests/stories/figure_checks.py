"""Checks of all figures of a company over the API, against plain sums and against each other."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.stories.company_figures import DAY, Company, back, months
from tests.stories.company_receipts import WITHHELD, Move, cents
from tests.support import Caller

OTHERS = (None, "Otros ingresos")
TAXED = ("payment", "income", "expense", "accrued_expense")
"""Sources of IVA; other taxes are withheld."""


def close(shown: float | None, exact: Decimal) -> bool:
    return shown is not None and Decimal(str(shown)) == cents(exact)


def by_client(company: Company, kind: str, target: str, first: date, last: date) -> dict[Any, Decimal]:
    """Operating amounts by client, and those of the income that is of none."""
    found: dict[Any, list[Move]] = {}
    for move in company.moved(first, last, kind=kind, nature="operating"):
        if kind == "income" or move.client_id is not None:
            found.setdefault(move.payer, []).append(move)
    return {key: company.total(moves, target, lambda move: move.paid) for key, moves in found.items()}


def by_category(company: Company, kind: str, target: str, first: date, last: date) -> dict[str, Decimal]:
    moved = company.moved(first, last, kind=kind, nature="operating")
    names = {move.category for move in moved}
    return {name: company.earned(kind, target, first, last, category=name) for name in names}


def add_up(shown: dict[Any, Any], exact: dict[Any, Decimal]) -> bool:
    """Whether rows are less than a cent from the exact amounts, and give their rounded total."""
    if shown.keys() != exact.keys():
        return False
    rows = {key: Decimal(str(value)) for key, value in shown.items()}
    near = all(abs(rows[key] - exact[key]) < Decimal("0.01") for key in rows)
    return near and sum(rows.values(), Decimal(0)) == cents(sum(exact.values(), Decimal(0)))


def same_clients(items: list[dict[str, Any]], exact: dict[Any, Decimal], name: str = "revenue") -> bool:
    shown = {(item["client_id"], item["client"]): item[name] for item in items}
    return len(shown) == len(items) and add_up(shown, exact)


def same_months(items: list[dict[str, Any]], known: Any, **exact: Callable[..., Decimal]) -> bool:
    """Whether the columns of months are what these functions of the months' days say."""
    if [item["month"] for item in items] != [name for name, _, _ in known]:
        return False
    return all(
        add_up({item["month"]: item[column] for item in items}, {name: of(start, end) for name, start, end in known})
        for column, of in exact.items()
    )


def less(item: dict[str, Any], one: str, other: str) -> Decimal:
    return Decimal(str(item[one])) - Decimal(str(item[other]))


def whole(items: list[dict[str, Any]]) -> bool:
    """Whether the shares add up to one."""
    return not items or sum(Decimal(str(item["share"])) for item in items) == 1


def check_cash_flow(model: Company, viewer: Caller, target: str) -> None:
    ranges = [
        (None, None),
        (back(model.today, 5), model.today),
        (model.today, model.today),
        (None, back(model.today, 12) - DAY),
    ]
    for first, last in ranges:
        for kind in (None, "income", "expense"):
            asked = {"date_from": first, "date_to": last, "type": kind, "currency": target, "per_page": 1000}
            answer = viewer.get("/api/cashflow", **{name: value for name, value in asked.items() if value})
            start, end = first or date.min, last or date.max
            income = model.cash("income", target, start, end) if kind != "expense" else Decimal(0)
            expenses = model.cash("expense", target, start, end) if kind != "income" else Decimal(0)
            assert close(answer["total_income"], income)
            assert close(answer["total_expenses"], expenses)
            assert Decimal(str(answer["balance"])) == less(answer, "total_income", "total_expenses")
            assert close(answer["opening_balance"], model.net(target, last=first - DAY) if first else Decimal(0))
            assert close(answer["closing_balance"], model.net(target, last=end))
            if kind is None:
                explained = Decimal(str(answer["balance"])) + Decimal(str(answer["rounding"]))
                assert less(answer, "closing_balance", "opening_balance") == explained
            assert abs(answer["rounding"]) < 0.03
            moved = [move for move in model.moved(start, end) if kind in (None, move.kind)]
            assert answer["pagination"]["total"] == len(answer["data"]) == len(moved)
            shown = {
                tuple(row[name] for name in ("source", "source_id", "receipt_id", "category", "nature")): row
                for row in answer["data"]
            }
            assert set(shown) == {move.key for move in moved}
            for move in moved:
                row = shown[move.key]
                assert (row["kind"], row["date"], row["category"]) == (move.kind, str(move.paid), move.category)
                assert (row["client_id"], row["client"]) == (move.client_id, move.client)
                assert close(row["amount"], move.amount)
                assert close(row["converted_amount"], model.worth(move, move.paid or date.min, target))
            days = [row["date"] for row in answer["data"]]
            assert days == sorted(days, reverse=True)


def check_metrics(model: Company, viewer: Caller, target: str) -> None:
    answer = viewer.get("/api/cashflow/metrics", currency=target)
    assert close(answer["total_income"], model.earned("income", target, last=model.today))
    assert close(answer["total_expenses"], model.earned("expense", target, last=model.today))
    assert close(answer["current_balance"], model.net(target, last=model.today))
    oldest = min(move.paid for move in model.moved())
    first, last = max(back(model.today, 6), oldest.replace(day=1)), back(model.today, 0) - DAY
    count = len(months(first, last))
    assert close(answer["avg_monthly_income"], model.earned("income", target, first, last) / count)
    assert close(answer["gross_burn_rate"], model.earned("expense", target, first, last) / count)
    assert Decimal(str(answer["burn_rate"])) == less(answer, "avg_monthly_expenses", "avg_monthly_income")
    flow = viewer.get("/api/cashflow", date_to=str(model.today), nature="operating", currency=target)
    assert (answer["total_income"], answer["total_expenses"]) == (flow["total_income"], flow["total_expenses"])
    assert answer["current_balance"] == flow["closing_balance"]


def check_analyses(model: Company, viewer: Caller, target: str, period: str, count: int) -> None:
    first, last = back(model.today, count - 1), model.today
    flow, incomes, expenses = (
        viewer.get(f"/api/{path}/analysis", period=period, currency=target)
        for path in ("cashflow", "incomes", "expenses")
    )
    known = months(first, last)
    earned = {
        "income": lambda start, end: model.earned("income", target, start, end),
        "expenses": lambda start, end: model.earned("expense", target, start, end),
    }
    for answer in (flow, incomes, expenses):
        assert same_months(answer["monthly_data"], known, **earned)
        assert all(Decimal(str(item["net"])) == less(item, "income", "expenses") for item in answer["monthly_data"])
    categories = by_category(model, "expense", target, first, last)
    for items in (flow["category_expenses"], expenses["category_data"]):
        assert add_up({item["category"]: item["amount"] for item in items}, categories)
        assert whole(items)
    brought = by_client(model, "income", target, first, last)
    of_clients = {key: amount for key, amount in brought.items() if key != OTHERS}
    assert same_clients(incomes["client_data"], brought)
    assert same_clients(flow["client_income"], of_clients)
    assert whole(incomes["client_data"])
    assert whole(flow["client_income"])
    of_each = [Decimal(str(item["revenue"])) for item in incomes["client_data"] if item["client_id"] is not None]
    assert Decimal(str(incomes["client_income"])) == sum(of_each, Decimal(0))
    assert close(incomes["total_month"], model.earned("income", target, back(model.today, 0), last))
    assert close(incomes["avg_month"], model.earned("income", target, first, last) / count)
    origins = {
        name: [Decimal(str(item[name])) for item in expenses["monthly_data"]] for name in ("recurring", "variable")
    }
    for name, shown in origins.items():
        assert Decimal(str(expenses[f"total_{name}"])) == sum(shown, Decimal(0))
    spent = model.earned("expense", target, first, last)
    assert sum(map(sum, origins.values()), Decimal(0)) == cents(spent)
    for place, (_, start, end) in enumerate(known):
        for name, recurs in (("recurring", True), ("variable", False)):
            exact = model.earned("expense", target, start, end, recurring=recurs)
            assert abs(origins[name][place] - exact) <= Decimal("0.01")


def check_summary(model: Company, viewer: Caller, target: str) -> None:
    for first, last in [(back(model.today, 11), model.today), (model.today - 100 * DAY, model.today + 20 * DAY)]:
        answer = viewer.get("/api/reports/summary", date_from=str(first), date_to=str(last), currency=target)
        assert answer["period"] == f"{first}/{last}"
        known = months(first, last)
        assert same_months(
            answer["monthly_revenue_expenses"],
            known,
            revenue=lambda start, end: model.earned("income", target, start, end),
            expenses=lambda start, end: model.earned("expense", target, start, end),
            financial_result=lambda start, end: model.net(target, start, end, nature="financial"),
        )
        assert same_months(
            answer["cash_flow_trend"],
            known,
            income=lambda start, end: model.cash("income", target, start, end),
            expenses=lambda start, end: model.cash("expense", target, start, end),
        )
        before = Decimal(str(answer["opening_balance"]))
        assert before == cents(model.net(target, last=first - DAY))
        for profit, trend, (_, _, end) in zip(
            answer["monthly_revenue_expenses"], answer["cash_flow_trend"], known, strict=True
        ):
            assert Decimal(str(profit["profit"])) == less(profit, "revenue", "expenses") + profit["financial_result"]
            assert Decimal(str(trend["net"])) == less(trend, "income", "expenses")
            assert close(trend["balance"], model.net(target, last=end))
            before += Decimal(str(trend["net"])) + Decimal(str(trend["rounding"]))
            assert before == Decimal(str(trend["balance"]))
        assert same_clients(answer["client_revenue"], by_client(model, "income", target, first, last))
        spent = {item["category"]: item["amount"] for item in answer["expense_categories"]}
        assert add_up(spent, by_category(model, "expense", target, first, last))
        flow = viewer.get("/api/cashflow", date_from=str(first), date_to=str(last), currency=target)
        assert answer["cash_flow_trend"][-1]["balance"] == flow["closing_balance"]


def check_statement(model: Company, viewer: Caller, target: str) -> None:
    first, last = back(model.today, 11), model.today
    for basis in ("cash", "accrual"):

        def day(move: Move, basis: str = basis) -> date | None:
            return move.due if basis == "accrual" else move.paid

        asked = {"date_from": str(first), "date_to": str(last), "basis": basis, "currency": target}
        answer = viewer.get("/api/reports/statement", **asked)
        moves = [move.accrued for move in model.moves] if basis == "accrual" else model.moves
        counted = [move for move in moves if (on := day(move)) and first <= on <= last]

        def total(kind: str, nature: str, counted: list[Move] = counted, day: Any = day) -> Decimal:
            moves = [move for move in counted if (move.kind, move.nature) == (kind, nature)]
            return model.total([one for one in moves if nature != "tax" or one.source in TAXED], target, day)

        for nature, sides in (("operating", answer), ("capital", answer["capital"])):
            for kind, side, parts in (("income", "incomes", "by_type"), ("expense", "expenses", "by_category")):
                moves = [move for move in counted if (move.kind, move.nature) == (kind, nature)]
                assert close(sides[side]["total"], total(kind, nature))
                names = {move.category for move in moves}
                exact = {
                    name: model.total([move for move in moves if move.category == name], target, day) for name in names
                }
                assert add_up(sides[side][parts], exact)
        assert close(answer["financial_result"], total("income", "financial") - total("expense", "financial"))
        gross = answer["incomes"]["total"] - answer["expenses"]["total"] + answer["financial_result"]
        assert answer["gross_profit"] == gross
        assert close(answer["taxes"], max(gross, Decimal(0)) * Decimal("0.35"))
        assert Decimal(str(answer["net_profit"])) == less(answer, "gross_profit", "taxes")
        withheld = {
            kind: model.total(
                [one for one in counted if (one.source, one.category) == ("withholding", kind)], target, day
            )
            for kind in WITHHELD
        }
        assert add_up(answer["withheld"], {kind: amount for kind, amount in withheld.items() if amount})
        assert answer["tax_to_pay"] == max(
            Decimal(0), answer["taxes"] - answer["withheld"].get("Retefuente", Decimal(0))
        )
        assert close(answer["tax_collected"], total("income", "tax"))
        assert close(answer["tax_paid"], total("expense", "tax"))
    flow = viewer.get("/api/cashflow", date_from=str(first), date_to=str(last), nature="operating", currency=target)
    cash = viewer.get("/api/reports/statement", date_from=str(first), date_to=str(last), currency=target)
    assert cash["incomes"]["total"] == flow["total_income"]
    assert cash["expenses"]["total"] == flow["total_expenses"]
    assert cash["gross_profit"] == flow["balance"] + cash["financial_result"]
    summary = viewer.get("/api/reports/summary", date_from=str(first), date_to=str(last), currency=target)
    assert cash["gross_profit"] == sum(one["profit"] for one in summary["monthly_revenue_expenses"])


def check_indicators(model: Company, viewer: Caller, target: str) -> None:
    answer = viewer.get("/api/reports/indicators", currency=target)
    first, last = back(model.today, 11), model.today
    income, net, gained = (
        model.earned("income", target, first, last),
        model.net(target, first, last, nature="operating"),
        model.net(target, first, last, nature="financial"),
    )
    assert (answer["profit_margin"] is None) == (cents(income) == 0)
    if cents(income):
        assert abs(Decimal(str(answer["profit_margin"])) - cents(net + gained) / cents(income)) <= Decimal("0.0001")
    assert close(answer["available_cash"], model.net(target, last=last))
    assert close(answer["monthly_burn_rate"], -net / 12)
    new = [client.id for client in model.clients if first <= client.start_date <= last]
    brought = sum((model.earned("income", target, first, last, client_id=one) for one in new), Decimal(0))
    spent = model.earned("expense", target, first, last, category="Marketing")
    assert (answer["marketing_roi"] is None) == (spent == 0)
    if spent:
        assert abs(Decimal(str(answer["marketing_roi"])) - (brought - spent) / spent) <= Decimal("0.00005")
    spending = model.earned("expense", target, first, last) / 12
    assert (answer["months_covered"] is None) == (spending == 0)
    if spending:
        assert close(answer["months_covered"], max(model.net(target, last=last), Decimal(0)) / spending)
    assert [item["month"] for item in answer["trend_data"]] == [name for name, _, _ in months(first, last)]


def check_clients(model: Company, viewer: Caller, target: str, timeframe: str) -> None:
    today = model.today
    starts = {
        "month": back(today, 0),
        "quarter": back(today, (today.month - 1) % 3),
        "ytd": date(today.year, 1, 1),
        "year": back(today, 11),
    }
    first, last = starts[timeframe], today
    answer = viewer.get("/api/reports/clients", timeframe=timeframe, currency=target)
    assert answer["period"] == f"{first}/{last}"
    revenue, costs = (by_client(model, kind, target, first, last) for kind in ("income", "expense"))
    for key in {**revenue, **costs}:
        revenue.setdefault(key, Decimal(0))
        costs.setdefault(key, Decimal(0))
    assert same_clients(answer["client_profitability"], revenue)
    assert same_clients(answer["client_profitability"], costs, "expenses")
    shown = {(item["client_id"], item["client"]): item for item in answer["client_profitability"]}
    assert all(Decimal(str(item["profit"])) == less(item, "revenue", "expenses") for item in shown.values())
    length = last - first + DAY
    previous = by_client(model, "income", target, first - length, last - length)
    compared = {
        (item["client_id"], item["client"]): item for item in [*answer["growing_clients"], *answer["declining_clients"]]
    }
    for item in compared.values():
        assert Decimal(str(item["change"])) == less(item, "revenue", "previous")
    assert all(item["change"] > 0 for item in answer["growing_clients"])
    assert all(item["change"] < 0 for item in answer["declining_clients"])
    assert OTHERS not in compared
    for key in {**revenue, **previous}.keys() - {OTHERS}:
        change = revenue.get(key, Decimal(0)) - previous.get(key, Decimal(0))
        told = Decimal(str(compared[key]["change"])) if key in compared else Decimal(0)
        assert abs(told - change) < Decimal("0.02")


def check_payments(model: Company, viewer: Caller, target: str) -> None:
    answer = viewer.get("/api/payments", currency=target, per_page=100)
    owed: dict[str, list[Move]] = {"pagado": [], "pendiente": [], "vencido": []}
    for debt in model.debts:
        for one in debt.receipts:
            owed["pagado"].append(amount_of(debt.row_id, one.amount, debt.currency, one.day))
        if debt.balance:
            status = debt.status(model.today).lower()
            owed[status].append(amount_of(debt.row_id, debt.balance, debt.currency, debt.due))
    for status, amounts in owed.items():
        assert close(answer["totals"][status], model.total(amounts, target, lambda one: one.paid)), status
    names = ("paid_amount", "balance", "status", "paid_date")
    shown = {row["id"]: tuple(row[name] for name in names) for row in answer["data"]}
    assert shown == {
        debt.row_id: (debt.received, debt.balance, debt.status(model.today), debt.paid_on and str(debt.paid_on))
        for debt in model.debts
    }
    parts = [viewer.get("/api/payments", currency=target, client_id=client.id)["totals"] for client in model.clients]
    for status, whole in answer["totals"].items():
        assert abs(sum(part[status] for part in parts) - whole) <= Decimal("0.01") * len(parts)


def amount_of(row_id: int, amount: Decimal, currency: str, day: date) -> Move:
    return Move("income", "payment", row_id, day, day, amount, currency, "")


def check_credits(model: Company, viewer: Caller) -> None:
    for client in model.clients:
        found = viewer.get(f"/api/clients/{client.id}/credits")["data"]
        expected = {code: model.credit(client.id, code) for code in ("COP", "USD")}
        assert {row["currency"]: row["balance"] for row in found} == {
            code: left for code, left in expected.items() if left
        }


def check_forecast(model: Company, viewer: Caller, target: str) -> None:
    answer = viewer.get("/api/cashflow/forecast", months=2, currency=target)
    first, last = answer["data"]
    assert close(first["balance"] - first["net"] - first["rounding"], model.net(target, last=model.today))
    this_month = back(model.today, -1) - DAY
    for item, since, until in ((first, date.min, this_month), (last, this_month + DAY, back(model.today, -2) - DAY)):
        due = [debt for debt in model.debts if debt.balance and since <= debt.due <= until]
        owed = [amount_of(debt.row_id, debt.balance, debt.currency, model.today) for debt in due]
        exact = model.total(owed, target, lambda one: one.paid)
        assert abs(item["made_of"]["payments"] - exact) < Decimal("0.02")


CHECKS = (
    check_cash_flow,
    check_metrics,
    check_summary,
    check_statement,
    check_indicators,
    check_payments,
    check_forecast,
)
