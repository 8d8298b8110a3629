"""Payments: pages with totals, overdue ones, entering one, and marking one as paid."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from app.infra import clock
from app.suites.fresco.payments.rules import PaymentStatus, status_problem, unpaid_status
from bench.floor import database
from bench.floor.answers import answer, pagination
from bench.floor.gate import ACTOR, actor, admit
from bench.floor.rates import RATES, rate_on, shown, totals, worth

routes = Blueprint("payments", __name__, url_prefix="/api/payments")

KEYS = (
    "id",
    "project_id",
    "client_id",
    "amount",
    "currency",
    "tax_amount",
    "date",
    "paid_date",
    "status",
    "invoice_number",
    "invoice_url",
    "issue_date",
    "service_from",
    "service_to",
    "type",
    "installment_number",
    "notes",
    "tags",
    "paid_amount",
    "balance",
    "created_at",
    "updated_at",
)
RECEIPT_KEYS = (
    "id",
    "payment_id",
    "amount",
    "currency",
    "date",
    "withholdings",
    "bank_charge",
    "received_amount",
    "exchange_rate",
    "exchange_difference",
    "credit_amount",
    "warnings",
    "payment_method",
    "cash_account_id",
    "reference",
    "notes",
    "receipt_path",
    "receipt_url",
    "created_at",
)
_NET = "amount - retefuente - reteica - reteiva - other_withheld - bank_charge"
# Receipts of whole payments, as they are here, have no withholdings and are in the payment's currency.
_TOLD = {
    "balance": "amount - paid_amount AS balance",
    "receipt_url": "'/api/files/' || receipt_path AS receipt_url",
    "withholdings": "'[]'::json AS withholdings",
    "received_amount": f"{_NET} AS received_amount",
    "exchange_rate": "NULL AS exchange_rate",
    "exchange_difference": "0::numeric AS exchange_difference",
    "warnings": "'[]'::json AS warnings",
}


def _columns(keys: tuple[str, ...], table: str = "") -> str:
    return ", ".join(_TOLD.get(key, f"{table}{key}") for key in keys)


_COLUMNS = _columns(KEYS)
_OWED = """
    SELECT status, currency, due_date AS day, amount, movements AS items
    FROM open_item_sums WHERE suite = 'fresco' AND source = 'payment'
"""
# Receipts that did not make their payment paid say how it stands in their facet; they count none.
_KEPT = f"""
    SELECT 'Pagado' AS status, currency, date AS day, amount,
           CASE WHEN facet IN ('Implementación', 'Recurrente') AND nature <> 'tax' THEN movements ELSE 0 END AS items
    FROM movement_due_sums WHERE suite = 'fresco' AND source = 'payment'
    UNION ALL {_OWED}
"""
_NAMES = ("client_name", "project_name")
_NAMED = "(SELECT name FROM parties WHERE id = page.client_id), (SELECT name FROM projects WHERE id = page.project_id)"
_ITEM_KEYS = (*KEYS, *_NAMES)
_CONVERTED_KEYS = (*_ITEM_KEYS, "converted_amount", "converted_currency", "exchange_rate")
_EVERY, _OF_CLIENT = "TRUE", "client_id = %(client)s"
_CLIENTS = f"""
    SELECT status, currency, coalesce(paid_date, date) AS day, amount, 1 AS items
    FROM payments WHERE {_OF_CLIENT} AND NOT in_parts
    UNION ALL
    SELECT status, currency, date, amount - paid_amount, 1
    FROM payments WHERE {_OF_CLIENT} AND in_parts AND paid_date IS NULL
    UNION ALL
    SELECT 'Pagado', p.currency, r.date, r.amount, r.completes::int
    FROM payments p JOIN payment_receipts r ON r.payment_id = p.id WHERE p.{_OF_CLIENT} AND in_parts
"""
_TOTALS = {
    _EVERY: totals(_KEPT, "status", count="sum(items)"),
    _OF_CLIENT: totals(_CLIENTS, "status", count="sum(items)"),
}
_IDS = {
    _EVERY: "SELECT id FROM payments ORDER BY date DESC, id LIMIT 20 OFFSET %(offset)s",
    _OF_CLIENT: f"SELECT id FROM payments WHERE {_OF_CLIENT} ORDER BY date DESC, id LIMIT 20 OFFSET %(offset)s",
}
_PAGE = f"SELECT {_COLUMNS}, {_NAMED} FROM payments page WHERE id IN ({{ids}}) ORDER BY date DESC, id"
_CONVERTED = f"""
    SELECT {_columns(KEYS, "page.")}, {_NAMED}, round({worth("page")}, 2), %(target)s,
           CASE WHEN currency = %(target)s THEN 1 ELSE {shown(rate_on("page.day"))} END
    FROM (SELECT *, coalesce(paid_date, date) AS day FROM payments WHERE id IN ({{ids}})) AS page
    LEFT JOIN {RATES} ON rates.date = page.day ORDER BY page.date DESC, page.id
"""
# Unpaid payments of earlier days are overdue even if not marked so yet: the index has all of them.
_LATE = "paid_date IS NULL AND date < %(today)s"
_OVERDUE_TOTAL = totals(f"{_OWED} AND due_date < %(today)s", count="sum(items)")
_OVERDUE_PAGE = f"""
    SELECT {_COLUMNS}, {_NAMED}, %(today)s - date FROM payments page WHERE {_LATE} ORDER BY date, id LIMIT 100
"""
_OVERDUE_KEYS = (*_ITEM_KEYS, "days_overdue")
_ENTER = f"""
    {ACTOR}
    INSERT INTO payments (project_id, client_id, amount, currency, date, status, type, notes)
    SELECT id, client_id, %(amount)s, %(currency)s, %(date)s, %(status)s, %(type)s, %(notes)s
    FROM projects WHERE id = %(project_id)s
    RETURNING {_COLUMNS}
"""
_PAY = f"""
    {ACTOR}
    WITH paid AS (
        UPDATE payments SET status = 'Pagado', paid_date = %(paid_date)s, paid_amount = amount, version = version + 1,
            updated_at = %(now)s
        WHERE id = %(id)s AND NOT in_parts
        RETURNING *
    ), received AS (
        INSERT INTO payment_receipts (payment_id, amount, date, currency, project_id, client_id, due_date, payment_type,
            payment_status, completes)
        SELECT id, amount, paid_date, currency, project_id, client_id, date, type, status, true FROM paid
        ON CONFLICT (payment_id) WHERE completes DO UPDATE SET date = excluded.date, updated_at = %(now)s
        RETURNING *
    )
    SELECT paid.*, received.* FROM (SELECT {_COLUMNS} FROM paid) AS paid,
        (SELECT {_columns(RECEIPT_KEYS)} FROM received) AS received
"""


@routes.get("")
def page() -> Response:
    """Page of payments, optionally of a client or converted, with totals by status."""
    admit("payments:read")
    asked = request.args
    number, client, currency = int(asked.get("page", 1)), asked.get("client_id", type=int), asked.get("currency")
    where = _EVERY if client is None else _OF_CLIENT
    values = {"client": client, "target": currency or "COP", "offset": 20 * (number - 1)}
    with database.snapshot():
        found = database.rows(_TOTALS[where], values)
        items = _items(where, values, converted=currency is not None)
    return answer(
        {
            "data": items,
            "pagination": pagination(number, 20, sum(count for _, count, _ in found)),
            "totals": _by_status({status: total for status, _, total in found}),
            "currency": values["target"],
        }
    )


@routes.get("/overdue")
def overdue() -> Response:
    """The hundred longest overdue payments, with the total of all."""
    admit("payments:read")
    values = {"today": clock.today(current_app.config["TIMEZONE"]), "target": "COP"}
    with database.snapshot():
        [(count, total)] = database.rows(_OVERDUE_TOTAL, values)
        rows = database.rows(_OVERDUE_PAGE, values)
    return answer(
        {
            "data": [dict(zip(_OVERDUE_KEYS, row, strict=True)) for row in rows],
            "pagination": pagination(1, 100, count or 0),
            "total": round(total or Decimal(0), 2),
            "currency": "COP",
        }
    )


@routes.post("")
def enter() -> Response:
    """Enter an unpaid payment."""
    given = _body("payments:write")
    today = clock.today(current_app.config["TIMEZONE"])
    values = given | {"notes": given.get("notes"), "status": unpaid_status(_day(given["date"]), today)}
    return _one(database.rows(_ENTER, values), 201, [])


@routes.patch("/<int:payment_id>/status")
def pay(payment_id: int) -> Response:
    """Mark a payment as paid on the given day."""
    given = _body("payments:write")
    paid = _day(given["paid_date"])
    if status_problem(PaymentStatus(given["status"]), paid, paid, clock.today(current_app.config["TIMEZONE"])):
        abort(400)
    found = database.rows(_PAY, given | {"id": payment_id})
    return _one(found, 200, [dict(zip(RECEIPT_KEYS, row[len(KEYS) :], strict=True)) for row in found])


def _items(where: str, values: dict[str, Any], *, converted: bool) -> list[dict[str, Any]]:
    statement = _CONVERTED if converted else _PAGE
    keys = _CONVERTED_KEYS if converted else _ITEM_KEYS
    return [dict(zip(keys, row, strict=True)) for row in database.rows(statement.format(ids=_IDS[where]), values)]


def _by_status(found: dict[str, Decimal]) -> dict[str, Decimal]:
    return {
        status.value.lower(): round(found[status], 2) if status in found else Decimal(0) for status in PaymentStatus
    }


def _body(permission: str) -> dict[str, Any]:
    """Body, and the actor for the audit trigger."""
    caller = admit(permission)
    given: dict[str, Any] = json.loads(request.get_data(), parse_float=Decimal)
    return given | actor(caller, permission, "fresco", "payments") | {"now": clock.now()}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _one(found: list[tuple[Any, ...]], status: int, receipts: list[dict[str, Any]]) -> Response:
    if not found:
        abort(404)
    return answer({"data": dict(zip(KEYS, found[0], strict=False)) | {"receipts": receipts}}, status)
