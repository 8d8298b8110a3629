"""The relation of movements as it was computed at each query before there was a table; what the table must equal."""

# ruff: noqa: S608 - constants

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

_PAYMENTS = """
    SELECT 'income' AS kind, '{nature}' AS nature, 'payment' AS source, id AS source_id, paid_date AS date,
           {amount} AS amount, currency, 'Cliente' AS category, client_id, NULL AS client_text, project_id,
           NULL AS description, NULL AS payment_method, false AS recurring
    FROM payments WHERE paid_date IS NOT NULL AND {counts}
"""
_RECEIPTS = """
    SELECT 'income' AS kind, '{nature}' AS nature, 'payment' AS source, payment_id AS source_id, date,
           {amount} AS amount, currency, 'Cliente' AS category, client_id, NULL AS client_text, project_id,
           NULL AS description, payment_method, false AS recurring
    FROM (SELECT r.tax_amount, r.amount, r.date, r.payment_id, r.payment_method, p.currency, p.client_id, p.project_id
          FROM payment_receipts r JOIN payments p ON p.id = payment_id) received
    WHERE {counts}
"""
_INCOMES = """
    SELECT 'income', {nature}, 'income', id, date, {amount}, currency, type, client_id, client, NULL, description,
           payment_method, false
    FROM incomes WHERE {counts}
"""
_EXPENSES = """
    SELECT 'expense', {nature}, 'expense', id, date, {amount}, currency, category, client_id, NULL, project_id,
           description, payment_method, false
    FROM expenses WHERE {counts}
"""
_ACCRUED = """
    SELECT 'expense', {nature}, 'accrued_expense', id, paid_date, {amount}, currency, category, client_id, NULL,
           project_id, description, payment_method, is_recurring
    FROM accrued_expenses WHERE paid_date IS NOT NULL AND {counts}
"""
_MOVEMENTS = """
    SELECT kind, nature, source, source_id, date, amount, currency, category, party_id, party_name, project_id,
           description, payment_method, recurring
    FROM movements
"""
_TAX, _TAX_PAID = "coalesce(tax_amount, 0)", "round(paid_amount * coalesce(tax_amount, 0) / amount, 2)"


_DUE_PAID = "SELECT status, type, currency, date, paid_date, sum(amount), count(*) FROM payments GROUP BY 1, 2, 3, 4, 5"
_DUE_RECEIVED = """
    SELECT 'Pagado', p.type || CASE WHEN completes THEN '' ELSE ':' || p.status END, p.currency, p.date, r.date,
           sum(r.amount), count(*)
    FROM payment_receipts r JOIN payments p ON p.id = payment_id GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT status, type, currency, date, NULL::date, sum(amount - paid_amount), count(*)
    FROM payments WHERE paid_date IS NULL GROUP BY 1, 2, 3, 4, 5
"""


_OWED_BY_PARTY = {
    """
        SELECT 'income', client_id, currency, date, sum(amount - paid_amount), count(*)
        FROM payments WHERE paid_date IS NULL GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT 'expense', supplier_id, currency, due_date, sum(amount), count(*)
        FROM accrued_expenses WHERE paid_date IS NULL GROUP BY 1, 2, 3, 4
    """: """
        SELECT kind, party_id, currency, due_date, sum(amount), sum(movements)
        FROM open_item_party_sums GROUP BY 1, 2, 3, 4 HAVING sum(movements) <> 0
    """
}


class _Part(NamedTuple):
    """Expressions of what is one part of the amounts: what is without IVA, or the IVA, or all of it at first."""

    nature: str
    amount: str
    paid: str
    owed: str
    counts: str = "true"

    def rows(self) -> str:
        nature = "operating" if self.nature == "nature" else self.nature.strip("'")
        amount = {"amount": self.amount, "counts": self.counts}
        return " UNION ALL ".join(
            (
                (_PAYMENTS if self is _WHOLE else _RECEIPTS).format(nature=nature, **amount),
                _INCOMES.format(nature=self.nature, **amount),
                _EXPENSES.format(nature=self.nature, **amount),
                _ACCRUED.format(nature=self.nature, amount=self.paid, counts=self.counts),
            )
        )

    def owed_of_paid(self) -> str:
        return f"""
            SELECT category, currency, {self.nature} AS nature, due_date, paid_date, {self.owed} AS amount
            FROM accrued_expenses WHERE paid_date IS NOT NULL AND {self.counts}
        """


_WHOLE = _Part("'operating'", "amount", "amount", "amount")
_SPLIT = (
    _Part("nature", f"amount - {_TAX}", f"paid_amount - {_TAX_PAID}", f"amount - {_TAX}"),
    _Part("'tax'", "tax_amount", _TAX_PAID, "tax_amount", "tax_amount > 0"),
)
_OF_CLIENTS = "category = 'Cliente' OR client_id IS NOT NULL OR client_text IS NOT NULL"
_OF_RESULTS = "nature <> 'tax' AND (kind = 'income' OR client_id IS NOT NULL)"


def _owed(more: str = "") -> str:
    tax, nature = (", coalesce(tax_amount, 0)", ", nature") if more else ("", "")
    left = ", coalesce(tax_amount, 0) - round(coalesce(tax_amount, 0) * paid_amount / amount, 2), 'operating'"
    operating, balance, creditor = (
        (left, "amount - paid_amount", "supplier_id") if more else ("", "amount", "client_id")
    )
    return f"""
        SELECT 'income', 'payment', id, date, {balance}, currency, 'Cliente', client_id, project_id, status{operating}
        FROM payments WHERE paid_date IS NULL
        UNION ALL
        SELECT 'expense', 'accrued_expense', id, due_date, amount, currency, category, {creditor}, project_id,
               status{tax}{nature}
        FROM accrued_expenses WHERE paid_date IS NULL
    """


def _open(more: str = "") -> str:
    return f"""
        SELECT kind, source, source_id, due_date, amount, currency, category, party_id, project_id, status{more}
        FROM open_items
    """


def _pairs(*parts: _Part) -> dict[str, str]:
    """Queries of the business tables, and those of the tables that are kept of them."""
    moved = f"WITH moved AS ({' UNION ALL '.join(part.rows() for part in parts)})"
    owed = " UNION ALL ".join(part.owed_of_paid() for part in parts)
    split = parts == _SPLIT
    more, nature = (", tax_amount, nature", ", nature") if split else ("", "")
    counted = "CASE nature WHEN 'tax' THEN 0 ELSE movements END" if split else "movements"
    return {
        f"{moved} SELECT * FROM moved": _MOVEMENTS,
        _owed(more): _open(more),
        f"""
            SELECT category, currency, due_date, paid_date{nature}, sum(amount), count(*) FROM ({owed}) owed
            GROUP BY category, currency, due_date, paid_date{nature}
        """: f"""
            SELECT category, currency, due_date, date{nature}, sum(amount), sum(movements) FROM movement_due_sums
            WHERE source = 'accrued_expense' GROUP BY category, currency, due_date, date{nature}
            HAVING sum(movements) <> 0
        """,
        f"""
            {moved} SELECT date, currency, kind, nature, category, recurring, sum(amount), count(*) FROM moved
            GROUP BY 1, 2, 3, 4, 5, 6
        """: """
            SELECT date, currency, kind, nature, category, recurring, sum(amount), sum(movements)
            FROM movement_day_sums GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(movements) <> 0
        """,
        f"""
            {moved} SELECT date, currency, kind, nature, client_id, client_text, sum(amount), count(*) FROM moved
            WHERE {_OF_RESULTS if split else _OF_CLIENTS} GROUP BY 1, 2, 3, 4, 5, 6
        """: """
            SELECT date, currency, kind, nature, party_id, party_name, sum(amount), sum(movements)
            FROM movement_party_sums GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(movements) <> 0
        """,
        (_DUE_RECEIVED if split else _DUE_PAID): f"""
            SELECT status, facet, currency, due_date, paid_date, sum(amount), sum(movements) FROM (
                SELECT 'Pagado' AS status, facet, currency, due_date, date AS paid_date, amount, {counted} AS movements
                FROM movement_due_sums WHERE source = 'payment'
                UNION ALL
                SELECT status, facet, currency, due_date, NULL, amount, movements
                FROM open_item_sums WHERE source = 'payment') summed
            GROUP BY 1, 2, 3, 4, 5 HAVING sum(movements) <> 0
        """,
        **(_OWED_BY_PARTY if split else {}),
    }


def differences(session: Session | Connection, *, at_first: bool = False) -> list[Any]:
    """Rows that are in the tables and not in what they were computed from, or the other way round.

    At first nothing was distinguished: neither natures, nor IVA, nor what was paid from what was owed.
    """
    found: list[Any] = []
    for before, now in _pairs(*((_WHOLE,) if at_first else _SPLIT)).items():
        computed, kept = (Counter(session.execute(text(query)).all()) for query in (before, now))
        found += [*(computed - kept), *(kept - computed)]
    return found
