"""Spending of budgets by their periods, from the kept sums; of those with tags from the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, Numeric, Select, String, Subquery, func, select, text
from sqlalchemy.orm import Session

from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import Values, cached_query, parameter
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.budgets.models import Budget, BudgetRecord

# The periods of a budget follow each other, so that one scan of its days is parted by their first days. `below`: the
# categories of each budget with all that are below them, each once; of a budget without any all expenses.
_SPENDING = """
WITH RECURSIVE named AS (
    SELECT budget_id, category_id FROM budget_categories
    WHERE book_id = :book_id AND budget_id = ANY (CAST(:budgets AS bigint[]))
    UNION
    SELECT named.budget_id, child.id FROM named
    JOIN accounts child ON child.book_id = :book_id AND child.parent_id = named.category_id
), below AS (
    SELECT budget_id, category_id FROM named
    UNION ALL
    SELECT budget.id, account.id FROM budgets budget
    JOIN accounts account ON account.book_id = :book_id AND account.kind = 'expense'
    WHERE budget.book_id = :book_id AND budget.id = ANY (CAST(:budgets AS bigint[])) AND NOT budget.no_categories
      AND NOT EXISTS (SELECT FROM budget_categories own WHERE own.budget_id = budget.id)
), wanted AS (
    SELECT span.budget_id, CAST(span.starts AS date[]) AS starts, span.first, span.last, budget.tags, below.category_id,
           (SELECT array_agg(own.account_id) FROM budget_accounts own WHERE own.budget_id = budget.id) AS accounts
    FROM unnest(CAST(:budgets AS bigint[]), CAST(:starts AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
         AS span (budget_id, starts, first, last)
    JOIN budgets budget ON budget.book_id = :book_id AND budget.id = span.budget_id
    JOIN below ON below.budget_id = span.budget_id
)
SELECT :book_id AS book_id, wanted.budget_id, wanted.starts[width_bucket(sums.date, wanted.starts)] AS first,
       wanted.category_id, sums.amount, sums.currency, sums.date, sums.movements
FROM wanted JOIN account_day_sums sums
  ON sums.book_id = :book_id AND sums.account_id = wanted.category_id AND sums.date BETWEEN wanted.first AND wanted.last
WHERE wanted.tags = '{}' AND sums.facet <> 'excluded'
  AND (wanted.accounts IS NULL OR sums.counterpart_id = ANY (wanted.accounts))
"""
# Budgets with tags read lines of transactions with one of them, and splits that have one themselves.
_TAGGED = """
UNION ALL
SELECT :book_id, wanted.budget_id, wanted.starts[width_bucket(line.date, wanted.starts)],
       wanted.category_id, line.amount, line.currency, line.date, 1
FROM wanted JOIN transactions own
  ON own.book_id = :book_id AND book_tags(own.book_id, own.tags) && book_tags(:book_id, wanted.tags)
JOIN lines line ON line.book_id = :book_id AND line.entry_id = own.id AND line.account_id = wanted.category_id
  AND line.date BETWEEN wanted.first AND wanted.last
WHERE wanted.tags <> '{}' AND line.facet <> 'excluded'
  AND (wanted.accounts IS NULL OR line.counterpart_id = ANY (wanted.accounts))
UNION ALL
SELECT :book_id, wanted.budget_id, wanted.starts[width_bucket(own.date, wanted.starts)], wanted.category_id,
       CASE WHEN own.is_refund THEN -part.amount ELSE part.amount END, own.currency, own.date, 1
FROM wanted JOIN transaction_splits part
  ON part.book_id = :book_id AND part.account_id IS NULL AND part.tags && wanted.tags
  AND coalesce(part.category_id, (SELECT id FROM accounts WHERE book_id = :book_id AND code = 'uncategorised-expense'))
      = wanted.category_id
JOIN transactions own ON own.book_id = :book_id AND own.id = part.transaction_id
  AND own.date BETWEEN wanted.first AND wanted.last AND NOT own.tags && wanted.tags
WHERE wanted.tags <> '{}' AND own.type <> 'income' AND NOT own.exclude_from_reports
  AND (wanted.accounts IS NULL OR own.account_id = ANY (wanted.accounts))
"""


class Spent(NamedTuple):
    """Spending of a budget in a period, in one currency."""

    budget_id: int
    period_start: date
    currency: Currency
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SpendingQueries:
    """Reads the spending of the budgets of one book."""

    session: Session
    book_id: int

    def active(self) -> list[BudgetRecord]:
        """Active budgets that send alerts."""
        return _active(book_id=self.book_id).all(self.session, BudgetRecord)

    def spent(self, periods: Sequence[tuple[int, DateRange]], *, tagged: bool) -> list[Spent]:
        """Spending in periods of budgets by currency, refunds taken off; those of a budget follow each other.

        `tagged` is whether some of the budgets have tags.
        """
        return _spent(tagged, **self._values(periods)).all(self.session, Spent)

    def converted(
        self, periods: Sequence[tuple[int, DateRange]], exchange: Exchange, target: Currency, *, tagged: bool
    ) -> dict[tuple[int, date], Sum]:
        """Sums by budget and start of the period, each amount at the rate of its own day."""
        rows = _converted(exchange, target, tagged, **self._values(periods)).rows(self.session)
        return {(one.key[0], one.key[1]): one for one in sums_in(rows)}

    def by_category(
        self, budget_id: int, days: DateRange, exchange: Exchange, target: Currency, *, tagged: bool
    ) -> list[Sum]:
        """Sums of one budget's categories in a period."""
        rows = _by_category(exchange, target, tagged, **self._values([(budget_id, days)])).rows(self.session)
        return list(sums_in(rows))

    def _values(self, periods: Sequence[tuple[int, DateRange]]) -> Values:
        spans: dict[int, list[DateRange]] = {}
        for budget_id, days in periods:
            spans.setdefault(budget_id, []).append(days)
        return {
            "book_id": self.book_id,
            "budgets": list(spans),
            "starts": ["{" + ",".join(str(days.start) for days in own) + "}" for own in spans.values()],
            "firsts": [str(own[0].start) for own in spans.values()],
            "lasts": [str(own[-1].end) for own in spans.values()],
        }


def _rows(tagged: bool) -> Subquery:
    """Amounts of the wanted periods, with the parameters `book_id`, `budgets`, `starts`, `firsts` and `lasts`."""
    rows = text(_SPENDING + _TAGGED if tagged else _SPENDING).columns(
        book_id=BigInteger(),
        budget_id=BigInteger(),
        first=Date(),
        category_id=BigInteger(),
        amount=Numeric(),
        currency=String(),
        date=Date(),
        movements=BigInteger(),
    )
    return rows.subquery("spending")


@cached_query
def _active() -> Select[Any]:
    own = Budget.__table__.c
    columns = (own[name] for name in BudgetRecord._fields)
    wanted = (own.book_id == parameter("book_id", int), own.is_active, func.cardinality(own.alerts) > 0)
    return select(*columns).where(*wanted).order_by(own.id)


@cached_query
def _spent(tagged: bool) -> Select[Any]:
    rows = _rows(tagged).c
    key = (rows.budget_id, rows.first, rows.currency)
    return select(*key, func.sum(rows.amount)).group_by(*key)


@cached_query
def _converted(exchange: Exchange, target: Currency, tagged: bool) -> Select[Any]:
    rows = _rows(tagged).c
    amounts = (rows.amount, rows.currency, rows.date)
    return grouped_sums(amounts, (), exchange, target, rows.budget_id, rows.first, movements=rows.movements)


@cached_query
def _by_category(exchange: Exchange, target: Currency, tagged: bool) -> Select[Any]:
    rows = _rows(tagged).c
    amounts = (rows.amount, rows.currency, rows.date)
    return grouped_sums(amounts, (), exchange, target, rows.category_id, movements=rows.movements)
