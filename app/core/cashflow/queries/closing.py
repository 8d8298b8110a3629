"""Query of what keeps months from being closed."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.currencies.rules import RateKind, pivots
from app.kernel.money import Currency

MOST_LISTED = 20
"""Days and currencies that are listed one by one."""

# A rate of a later month may still change, so a closed month must not rest on it.
_WITHOUT_RATE = text("""
    SELECT found.day, found.currency, found.rows FROM (
        SELECT day, currency, count(*) AS rows FROM (
            SELECT date AS day, currency FROM movements
            WHERE book = 'company' AND suite = ANY(:suites) AND date BETWEEN :first AND :last
            UNION ALL SELECT due_date, currency FROM movements
            WHERE book = 'company' AND suite = ANY(:suites) AND due_date <> date AND due_date BETWEEN :first AND :last
            UNION ALL SELECT due_date, currency FROM open_items
            WHERE book = 'company' AND suite = ANY(:suites) AND due_date BETWEEN :first AND :last
        ) amounts WHERE currency <> :target GROUP BY day, currency
    ) found LEFT JOIN currency_routes(:target, :kind, :pivots) route ON route.source = found.currency
    WHERE route.source IS NULL
       OR greatest(rate_day(route.base, route.quote, route.kind, found.day),
                   rate_day(route.next_base, route.next_quote, route.next_kind, found.day)) > :last
    ORDER BY found.day, found.currency LIMIT :most
""")


class Unrated(NamedTuple):
    """Amounts of a day in a currency without a rate, and their number."""

    day: date
    currency: str
    rows: int


class ClosingQueries:
    """Queries of what keeps months from being closed."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def without_rate(self, first: date, last: date, target: Currency, suites: Sequence[str]) -> list[Unrated]:
        """The first days of a range with amounts of these suites that no rate up to its end converts."""
        values = {
            "first": first,
            "last": last,
            "target": target.value,
            "kind": RateKind.MID.value,
            "pivots": [one.value for one in pivots(target)],
            "suites": list(suites),
            "most": MOST_LISTED,
        }
        return [Unrated(*row) for row in self.session.execute(_WITHOUT_RATE, values)]
