"""Movements with balances, and the cash position."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, request

from app.infra import clock
from app.kernel.periods import Month, last_complete_months
from app.suites.fresco.cashflow.rules import ZERO, Flow, average, money, outlook
from bench.floor import database
from bench.floor.answers import answer, pagination
from bench.floor.gate import admit
from bench.floor.rates import totals

routes = Blueprint("cashflow", __name__, url_prefix="/api/cashflow")

_BALANCES = totals(
    "SELECT kind, date < %(first)s AS before, currency, date AS day, amount, movements FROM daily_sums",
    "kind",
    "before",
    count="sum(movements)",
)
_SHOWN = 100
_KEYS = (
    "kind",
    "source",
    "source_id",
    "date",
    "description",
    "amount",
    "currency",
    "category",
    "client_id",
    "client",
    "payment_method",
)
_NEWEST = f"""
    SELECT newest.kind, source, source_id, newest.date, coalesce(newest.description, p.name), amount, currency,
           category, newest.client_id, coalesce(c.name, client_text), payment_method
    FROM (
        (SELECT 'income' AS kind, 'payment' AS source, id AS source_id, paid_date AS date, NULL AS description, amount,
                currency, 'Cliente' AS category, client_id, NULL AS client_text, project_id, NULL AS payment_method
         FROM payments WHERE paid_date >= %(first)s ORDER BY paid_date DESC, id DESC LIMIT {_SHOWN})
        UNION ALL
        (SELECT 'income', 'income', id, date, description, amount, currency, type, client_id, client, NULL,
                payment_method
         FROM incomes WHERE date >= %(first)s ORDER BY date DESC, id DESC LIMIT {_SHOWN})
        UNION ALL
        (SELECT 'expense', 'expense', id, date, description, amount, currency, category, client_id, NULL, project_id,
                payment_method
         FROM expenses WHERE date >= %(first)s ORDER BY date DESC, id DESC LIMIT {_SHOWN})
        UNION ALL
        (SELECT 'expense', 'accrued_expense', id, paid_date, description, amount, currency, category, client_id, NULL,
                project_id, payment_method
         FROM accrued_expenses WHERE paid_date >= %(first)s ORDER BY paid_date DESC, id DESC LIMIT {_SHOWN})
        ORDER BY date DESC, source_id DESC, source LIMIT {_SHOWN}
    ) AS newest
    LEFT JOIN projects p ON p.id = newest.project_id LEFT JOIN parties c ON c.id = newest.client_id
    ORDER BY newest.date DESC, source_id DESC, source
"""
_METRICS = totals(
    """SELECT kind, date BETWEEN %(first)s AND %(last)s AS lately, currency, date AS day, amount
       FROM daily_sums WHERE date <= %(today)s""",
    "kind",
    "lately",
)
_FIRST_DAY = """
    SELECT date FROM daily_sums GROUP BY date, currency, kind, category, recurring
    HAVING sum(movements) > 0 ORDER BY date LIMIT 1
"""


@routes.get("")
def movements() -> Response:
    """Newest hundred movements since a day, with the totals of all since then and the balances before and after."""
    admit("cashflow:read")
    values = {"first": date.fromisoformat(request.args["date_from"]), "target": "COP"}
    with database.snapshot():
        sums = database.rows(_BALANCES, values)
        rows = database.rows(_NEWEST, values)
    asked = flow_of((kind, total) for kind, before, _, total in sums if not before)
    opening = flow_of((kind, total) for kind, before, _, total in sums if before).net
    return answer(
        {
            "data": [dict(zip(_KEYS, row, strict=True)) for row in rows],
            "pagination": pagination(1, _SHOWN, sum(count for _, before, count, _ in sums if not before)),
            "currency": "COP",
            "balance": money(asked.net),
            "total_income": money(asked.income),
            "total_expenses": money(asked.expenses),
            "opening_balance": money(opening),
            "closing_balance": money(opening + asked.net),
        }
    )


@routes.get("/metrics")
def metrics() -> Response:
    """Cash position up to today, and the averages of the last six complete months."""
    admit("cashflow:read")
    today = clock.today(current_app.config["TIMEZONE"])
    months = last_complete_months(6, today)
    values = {"first": months[0].first_day, "last": months[-1].last_day, "today": today, "target": "COP"}
    with database.snapshot():
        sums = database.rows(_METRICS, values)
        began = database.rows(_FIRST_DAY)
    flow = flow_of((kind, total) for kind, _, _, total in sums)
    lately = flow_of((kind, total) for kind, lately, _, total in sums if lately)
    lived = sum(month >= Month.of(began[0][0]) for month in months) if began else 0
    mean = Flow(average(lately.income, lived), average(lately.expenses, lived))
    ahead = outlook(flow.net, mean, today)
    return answer(
        {
            "currency": "COP",
            "total_income": money(flow.income),
            "total_expenses": money(flow.expenses),
            "current_balance": money(flow.net),
            "avg_monthly_income": money(mean.income),
            "avg_monthly_expenses": money(mean.expenses),
            "burn_rate": money(ahead.burn_rate),
            "gross_burn_rate": money(ahead.gross_burn_rate),
            "runway": None if ahead.runway is None else money(ahead.runway),
            "break_even_date": ahead.break_even_date,
            "break_even_kind": ahead.break_even_kind,
        }
    )


def flow_of(sums: Any) -> Flow:
    """Income and expenses of pairs of kind and amount."""
    by_kind = {"income": ZERO, "expense": ZERO}
    for kind, total in sums:
        by_kind[kind] += total
    return Flow(by_kind["income"], by_kind["expense"])
