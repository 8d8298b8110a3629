"""Movements with balances, and the cash position."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, request

from app.core.cashflow.rules import ZERO, Flow, average, money_of, outlook, rounded_flows, rounding
from app.infra import clock
from app.kernel.money import Currency
from app.kernel.periods import Month, last_complete_months
from bench.floor import database
from bench.floor.answers import answer, pagination
from bench.floor.gate import admit
from bench.floor.rates import totals

routes = Blueprint("cashflow", __name__, url_prefix="/api/cashflow")

_BALANCES = totals(
    """SELECT kind, date < %(first)s AS before, currency, date AS day, amount, movements
       FROM movement_day_sums WHERE suite = 'fresco'""",
    "kind",
    "before",
    count="sum(movements)",
)
_SHOWN = 100
money = money_of(Currency.COP)
_KEYS = (
    "kind",
    "source",
    "source_id",
    "payment_id",
    "receipt_id",
    "date",
    "description",
    "amount",
    "currency",
    "nature",
    "category",
    "client_id",
    "client",
    "project_id",
    "supplier_id",
    "payment_method",
    "cash_account_id",
    "cash_account",
)
_BRANCH = f"""
    (SELECT kind, source, source_id, payment_id, receipt_id, date, description, amount, currency, nature, category,
            party_id, party_name, project_id, supplier_id, payment_method, cash_account_id, origin, row_id
     FROM movements WHERE suite = 'fresco' AND kind = '{{kind}}' AND date >= %(first)s
     ORDER BY date DESC, source_id DESC, source, origin, row_id LIMIT {_SHOWN})
"""
_NEWEST = f"""
    SELECT newest.kind, source, source_id, payment_id, receipt_id, newest.date,
           coalesce(newest.description, p.name), amount, newest.currency, nature, category, party_id,
           coalesce(c.name, party_name), project_id, supplier_id, payment_method, cash_account_id, a.name
    FROM (
        {_BRANCH.format(kind="income")} UNION ALL {_BRANCH.format(kind="expense")}
        ORDER BY date DESC, source_id DESC, source, origin, row_id LIMIT {_SHOWN}
    ) AS newest
    LEFT JOIN projects p ON p.id = newest.project_id LEFT JOIN parties c ON c.id = newest.party_id
    LEFT JOIN cash_accounts a ON a.id = newest.cash_account_id
    ORDER BY newest.date DESC, source_id DESC, source, origin, row_id
"""
_METRICS = totals(
    """SELECT kind, nature, date BETWEEN %(first)s AND %(last)s AS lately, currency, date AS day, amount
       FROM movement_day_sums WHERE suite = 'fresco' AND date <= %(today)s""",
    "kind",
    "nature",
    "lately",
)
_FIRST_DAY = """
    SELECT least((SELECT min(date) FROM movements WHERE suite = 'fresco' AND kind = 'income'),
                 (SELECT min(date) FROM movements WHERE suite = 'fresco' AND kind = 'expense'))
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
    [shown] = rounded_flows([asked], Currency.COP)
    return answer(
        {
            "data": [dict(zip(_KEYS, row, strict=True)) for row in rows],
            "pagination": pagination(1, _SHOWN, sum(count for _, before, count, _ in sums if not before)),
            "currency": "COP",
            "balance": shown.net,
            "total_income": shown.income,
            "total_expenses": shown.expenses,
            "opening_balance": money(opening),
            "closing_balance": money(opening + asked.net),
            "transfers": None,
            "rounding": rounding(opening, opening + asked.net, asked, Currency.COP),
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
        [(began,)] = database.rows(_FIRST_DAY)
    moved = flow_of((kind, total) for kind, _, _, _, total in sums)
    earned = [(kind, lately, total) for kind, nature, lately, _, total in sums if nature == "operating"]
    lately = flow_of((kind, total) for kind, is_late, total in earned if is_late)
    lived = sum(month >= Month.of(began) for month in months) if began else 0
    mean = Flow(average(lately.income, lived), average(lately.expenses, lived))
    ahead = outlook(moved.net, mean, today)
    [total], [monthly] = (
        rounded_flows([flow_of((kind, one) for kind, _, one in earned)], Currency.COP),
        rounded_flows([mean], Currency.COP),
    )
    return answer(
        {
            "currency": "COP",
            "total_income": total.income,
            "total_expenses": total.expenses,
            "current_balance": money(moved.net),
            "avg_monthly_income": monthly.income,
            "avg_monthly_expenses": monthly.expenses,
            "burn_rate": monthly.expenses - monthly.income,
            "gross_burn_rate": monthly.expenses,
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
