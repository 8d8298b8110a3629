"""The relation of movements as it was computed at each query before there was a table; what the table must equal.

Paid payments are movements by their receipts, or by themselves where the schema has no receipts yet.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

_AS_PAID = """
    SELECT 'income' AS kind, 'payment' AS source, id AS source_id, paid_date AS date, amount, currency,
           'Cliente' AS category, client_id, NULL AS client_text, project_id, NULL AS description,
           NULL AS payment_method, false AS recurring
    FROM payments WHERE paid_date IS NOT NULL
"""
_RECEIVED = """
    SELECT 'income' AS kind, 'payment' AS source, payment_id AS source_id, r.date, r.amount, p.currency,
           'Cliente' AS category, p.client_id, NULL AS client_text, p.project_id, NULL AS description,
           r.payment_method, false AS recurring
    FROM payment_receipts r JOIN payments p ON p.id = payment_id
"""
_UNION = """
    {received}
    UNION ALL
    SELECT 'income', 'income', id, date, amount, currency, type, client_id, client, NULL, description, payment_method,
           false
    FROM incomes
    UNION ALL
    SELECT 'expense', 'expense', id, date, amount, currency, category, client_id, NULL, project_id, description,
           payment_method, false
    FROM expenses
    UNION ALL
    SELECT 'expense', 'accrued_expense', id, paid_date, {paid}, currency, category, client_id, NULL, project_id,
           description, payment_method, is_recurring
    FROM accrued_expenses WHERE paid_date IS NOT NULL
"""
_MOVEMENTS = """
    SELECT kind, source, source_id, date, amount, currency, category, party_id, party_name, project_id, description,
           payment_method, recurring
    FROM movements
"""
_OWED = """
    SELECT 'income', 'payment', id, date, {balance}, currency, 'Cliente', client_id, project_id, status
    FROM payments WHERE paid_date IS NULL
    UNION ALL
    SELECT 'expense', 'accrued_expense', id, due_date, amount, currency, category, client_id, project_id, status
    FROM accrued_expenses WHERE paid_date IS NULL
"""
_OPEN = """
    SELECT kind, source, source_id, due_date, amount, currency, category, party_id, project_id, status FROM open_items
"""
# The rows of the sums before: by day, by client, and what was due on a day whether paid or not.
_BY_DAY = """
    SELECT date, currency, kind, category, recurring, sum(amount), count(*) FROM moved GROUP BY 1, 2, 3, 4, 5
"""
_BY_CLIENT = """
    SELECT date, currency, kind, client_id, client_text, sum(amount), count(*) FROM moved
    WHERE category = 'Cliente' OR client_id IS NOT NULL OR client_text IS NOT NULL GROUP BY 1, 2, 3, 4, 5
"""
_PAID = {
    """
        SELECT category, currency, due_date, paid_date, sum(amount), count(*) FROM accrued_expenses
        WHERE paid_date IS NOT NULL GROUP BY 1, 2, 3, 4
    """: """
        SELECT category, currency, due_date, date, sum(amount), sum(movements) FROM movement_due_sums
        WHERE source = 'accrued_expense' GROUP BY 1, 2, 3, 4 HAVING sum(movements) <> 0
    """,
}
"""Amounts owed of paid expenses, by due day."""
_DUE = """
    SELECT status, facet, currency, due_date, paid_date, sum(amount), sum(movements) FROM (
        SELECT 'Pagado' AS status, facet, currency, due_date, date AS paid_date, amount, movements
        FROM movement_due_sums WHERE source = 'payment'
        UNION ALL
        SELECT status, facet, currency, due_date, NULL, amount, movements
        FROM open_item_sums WHERE source = 'payment') summed
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(movements) <> 0
"""
_DUE_PAID = "SELECT status, type, currency, date, paid_date, sum(amount), count(*) FROM payments GROUP BY 1, 2, 3, 4, 5"
_DUE_RECEIVED = """
    SELECT 'Pagado', p.type || CASE WHEN completes THEN '' ELSE ':' || p.status END, p.currency, p.date, r.date,
           sum(r.amount), count(*)
    FROM payment_receipts r JOIN payments p ON p.id = payment_id GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT status, type, currency, date, NULL::date, sum(amount - paid_amount), count(*)
    FROM payments WHERE paid_date IS NULL GROUP BY 1, 2, 3, 4, 5
"""
_SUMS = {
    **_PAID,
    f"WITH moved AS ({_UNION}) {_BY_DAY}": """
        SELECT date, currency, kind, category, recurring, sum(amount), sum(movements) FROM movement_day_sums
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(movements) <> 0
    """,
    f"WITH moved AS ({_UNION}) {_BY_CLIENT}": """
        SELECT date, currency, kind, party_id, party_name, sum(amount), sum(movements) FROM movement_party_sums
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(movements) <> 0
    """,
}


def differences(session: Session | Connection, *, paid: str = "paid_amount") -> list[Any]:
    """Rows that are in the tables and not in what they were computed from, or the other way round.

    `paid` is the column of what was paid of accrued expenses, which had none of their own at first.
    """
    received = session.scalar(text("SELECT to_regclass('payment_receipts') IS NOT NULL"))
    names = {"received": _AS_PAID, "balance": "amount"}
    if received:
        names = {"received": _RECEIVED, "balance": "amount - paid_amount"}
    pairs = {_UNION: _MOVEMENTS, _OWED: _OPEN, **_SUMS}
    computed_by = {before.format(paid=paid, **names): now for before, now in pairs.items()}
    computed_by[_DUE_RECEIVED if received else _DUE_PAID] = _DUE
    found: list[Any] = []
    for before, now in computed_by.items():
        computed, kept = (Counter(session.execute(text(query)).all()) for query in (before, now))
        found += [*(computed - kept), *(kept - computed)]
    return found
