"""The summary of the last 12 months, and clients compared with the 12 months before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app

from app.core.cashflow.rules import (
    OTHER_INCOME,
    ZERO,
    Flow,
    money_of,
    ratio,
    rounded_amounts,
    rounded_flows,
    shares,
)
from app.infra import clock
from app.kernel.money import Currency
from app.kernel.periods import DateRange, Period, trailing
from app.kernel.recurrence import Frequency
from app.suites.fresco.projects.rules import Pause, RecurringFee, Subscription
from app.suites.fresco.reports.rules import changes, monthly_fee, rounded_changes
from bench.floor import database
from bench.floor.answers import answer
from bench.floor.cashflow import flow_of
from bench.floor.gate import admit
from bench.floor.rates import FIRST, LATEST, RATES, totals, worth

routes = Blueprint("reports", __name__, url_prefix="/api/reports")
money = money_of(Currency.COP)

_CELLS = totals(
    """SELECT CASE WHEN date >= %(first)s THEN to_char(date, 'YYYY-MM') END AS month, kind, nature, category,
              currency, date AS day, amount
       FROM movement_day_sums WHERE suite = 'fresco' AND date <= %(last)s""",
    "month",
    "kind",
    "nature",
    "category",
)
_PART = """
    SELECT '{span}' AS span, kind, party_id AS client_id, currency,
           CASE WHEN currency <> %(target)s THEN date END AS day, sum(amount) AS amount
    FROM movement_party_sums
    WHERE suite = 'fresco' AND nature = 'operating' AND date BETWEEN %({span}_first)s AND %({span}_last)s {kinds}
    GROUP BY 1, 2, 3, 4, 5
"""
_INCOME = "AND kind = 'income'"


def _by_client(**kinds: str) -> str:
    """Sums by span, kind and client."""
    union = " UNION ALL ".join(_PART.format(span=span, kinds=wanted) for span, wanted in kinds.items())
    return f"""
        SELECT days.span, days.kind, days.client_id, c.name, sum({worth("days")})
        FROM ({union}) AS days LEFT JOIN {RATES} ON rates.date = days.day
        LEFT JOIN parties c ON c.id = days.client_id GROUP BY 1, 2, 3, 4 HAVING sum(days.amount) <> 0
    """


_REVENUE = _by_client(these=_INCOME)
_COMPARED = _by_client(these="", those=_INCOME)
_SUBSCRIPTIONS = """
    SELECT p.id, p.client_id, p.start_date, p.end_date, plan.recurring_fee_amount, plan.recurring_fee_currency,
           plan.recurring_fee_frequency, plan.recurring_fee_day_of_charge, plan.recurring_fee_grace_periods,
           plan.recurring_fee_discount_periods, plan.recurring_fee_discount_percentage, pauses.spans
    FROM projects p JOIN payment_plans plan ON plan.project_id = p.id
    LEFT JOIN (SELECT project_id, array_agg(ARRAY[first_day, until_day]) AS spans FROM project_pauses
               GROUP BY project_id) AS pauses ON pauses.project_id = p.id
"""
_CHANGED_PLANS = """
    SELECT DISTINCT ON (project_id) project_id, recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency,
           recurring_fee_day_of_charge, recurring_fee_grace_periods, recurring_fee_discount_periods,
           recurring_fee_discount_percentage
    FROM plan_versions v WHERE until_day >= %(these_first)s
        AND EXISTS (SELECT FROM plan_versions WHERE project_id = v.project_id AND plan_id = v.plan_id AND id > v.id)
    ORDER BY project_id, plan_id DESC, id
"""
_RATE_TODAY = f"SELECT coalesce({LATEST.format(day='%(today)s')}, {FIRST})"


class _Client(NamedTuple):
    client_id: int | None
    client: str | None


_OTHERS = _Client(None, OTHER_INCOME)


@routes.get("/summary")
def summary() -> Response:
    """Revenue, expenses and cash of the last 12 months by month, client and category."""
    admit("reports:read")
    span = trailing(Period.YEAR, clock.today(current_app.config["TIMEZONE"]))
    values = {"target": "COP", "first": span.start, "last": span.end, **_days("these", span)}
    with database.snapshot():
        cells = database.rows(_CELLS, values)
        revenue = _revenue(database.rows(_REVENUE, values))["these", "income"]
    opening = flow_of((kind, total) for month, kind, _, _, _, total in cells if month is None).net
    inside = [(month, kind, nature, name, total) for month, kind, nature, name, _, total in cells if month is not None]
    months = [str(one) for one in span.months()]
    moved = [flow_of((kind, total) for month, kind, _, _, total in inside if month == one) for one in months]
    earned = [_result([cell for cell in inside if cell[0] == one]) for one in months]
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for _, kind, nature, category, total in inside:
        if (kind, nature) == ("expense", "operating"):
            spent[category] += total
    return answer(
        {
            "currency": "COP",
            "period": f"{span.start}/{span.end}",
            "monthly_revenue_expenses": [
                _profit(month, flow) for month, flow in zip(months, rounded_flows(earned, Currency.COP), strict=True)
            ],
            "client_revenue": [
                {**key._asdict(), "revenue": amount, "share": share} for key, amount, share in _shared(revenue)
            ],
            "expense_categories": [
                {"category": category, "amount": amount, "share": share}
                for category, amount, share in _shared(_descending(spent))
            ],
            "opening_balance": money(opening),
            "cash_flow_trend": list(_trend(months, moved, opening)),
        }
    )


@routes.get("/clients")
def clients() -> Response:
    """Profitability and growth by client, and changes of recurring revenue in the last 12 months."""
    admit("reports:read")
    today = clock.today(current_app.config["TIMEZONE"])
    span = trailing(Period.YEAR, today)
    values = {"target": "COP", "today": today, **_days("these", span), **_days("those", span.before())}
    with database.snapshot():
        found = _revenue(database.rows(_COMPARED, values))
        plans = database.rows(_SUBSCRIPTIONS)
        changed = {project_id: _fee(*terms) for project_id, *terms in database.rows(_CHANGED_PLANS, values)}
        [(rate,)] = database.rows(_RATE_TODAY, values)
    revenue, costs, previous = (
        rounded_amounts(found[key], Currency.COP)
        for key in (("these", "income"), ("these", "expense"), ("those", "income"))
    )
    compared = [_compared(key, revenue, previous) for key in {**revenue, **previous} if key != _OTHERS]
    known = sorted({**revenue, **costs}, key=lambda key: key == _OTHERS)
    return answer(
        {
            "currency": "COP",
            "period": f"{span.start}/{span.end}",
            "client_profitability": [_profitability(key, revenue, costs) for key in known],
            "growing_clients": sorted((one for one in compared if one["change"] > 0), key=lambda one: -one["change"]),
            "declining_clients": sorted((one for one in compared if one["change"] < 0), key=lambda one: one["change"]),
            "mrr_changes": _mrr_changes([_subscription(*plan) for plan in plans], changed, span, rate),
        }
    )


def _days(name: str, span: DateRange) -> dict[str, date]:
    return {f"{name}_first": span.start, f"{name}_last": span.end}


def _revenue(rows: list[tuple[Any, ...]]) -> Mapping[tuple[str, str], dict[_Client, Decimal]]:
    """Amounts by client, for each span and kind, largest first; last what is of no client."""
    found: dict[tuple[str, str], dict[_Client, Decimal]] = defaultdict(dict)
    for span, kind, client_id, name, total in rows:
        found[span, kind][_OTHERS if client_id is None else _Client(client_id, name)] = total
    for amounts in found.values():
        others = {_OTHERS: amounts.pop(_OTHERS)} if _OTHERS in amounts else {}
        ranked = _descending(amounts)
        amounts.clear()
        amounts.update(ranked | others)
    return found


def _descending(found: Mapping[Any, Decimal]) -> dict[Any, Decimal]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))


def _shared(amounts: Mapping[Any, Decimal]) -> Iterator[tuple[Any, Decimal, Decimal | None]]:
    """Rounded amounts with their shares."""
    parts, shown = shares(list(amounts.values())), rounded_amounts(amounts, Currency.COP)
    return ((key, amount, part) for (key, amount), part in zip(shown.items(), parts, strict=True))


def _result(cells: Sequence[tuple[Any, ...]]) -> Flow:
    """Operating income and expenses, and the financial result."""
    operating, financial = (
        flow_of((kind, total) for _, kind, own, _, total in cells if own == nature)
        for nature in ("operating", "financial")
    )
    return Flow(operating.income, operating.expenses, financial.net)


def _profit(month: str, flow: Flow) -> dict[str, Any]:
    return {
        "month": month,
        "revenue": flow.income,
        "expenses": flow.expenses,
        "financial_result": flow.financial,
        "profit": flow.profit,
    }


def _trend(months: Sequence[str], moved: Sequence[Flow], balance: Decimal) -> Iterator[dict[str, Any]]:
    for month, exact, flow in zip(months, moved, rounded_flows(moved, Currency.COP), strict=True):
        before, balance = balance, balance + exact.net
        shown = {"month": month, "income": flow.income, "expenses": flow.expenses, "net": flow.net}
        yield shown | {"balance": money(balance), "rounding": money(balance) - money(before) - flow.net}


def _profitability(
    key: _Client, revenue: Mapping[_Client, Decimal], costs: Mapping[_Client, Decimal]
) -> dict[str, Any]:
    brought, cost = revenue.get(key, ZERO), costs.get(key, ZERO)
    amounts = {"revenue": brought, "expenses": cost, "profit": brought - cost}
    return {**key._asdict(), **amounts, "margin": ratio(brought - cost, brought)}


def _compared(key: _Client, revenue: Mapping[_Client, Decimal], previous: Mapping[_Client, Decimal]) -> dict[str, Any]:
    now, before = revenue.get(key, ZERO), previous.get(key, ZERO)
    return {**key._asdict(), "revenue": now, "previous": before, "change": now - before}


def _subscription(project_id: int, client_id: int, start: date, end: date | None, *fee_and_pauses: Any) -> Subscription:
    *fee, spans = fee_and_pauses
    return Subscription(project_id, client_id, start, end, _fee(*fee), tuple(Pause(*span) for span in spans or ()))


def _fee(amount: Decimal | None, currency: str, frequency: str, *rest: Any) -> RecurringFee | None:
    return None if amount is None else RecurringFee(amount, Currency(currency), Frequency(frequency), *rest)


def _mrr_changes(
    plans: list[Subscription], changed: Mapping[int, RecurringFee | None], span: DateRange, rate: Decimal
) -> dict[str, Decimal]:
    earlier = [one._replace(recurring=changed[one.project_id]) if one.project_id in changed else one for one in plans]
    moved = changes(_mrr(earlier, span.before().end, rate), _mrr(plans, span.end, rate))
    return asdict(rounded_changes(moved, Currency.COP))


def _mrr(plans: list[Subscription], day: date, rate: Decimal) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    for one in plans:
        fee = monthly_fee(one, day)
        if fee and one.recurring is not None:
            found[one.client_id] += fee if one.recurring.currency is Currency.COP else fee * rate
    return found
