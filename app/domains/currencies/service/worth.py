"""What amounts are worth in a currency, as SQL: for queries that convert where the rows are."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal

from app.domains.currencies.repository import converted, exchanged, rate_beside, rate_on
from app.infra.queries.amounts import Exchange
from app.kernel.money import Currency


def item_columns(amount: Any, currency: Any, day: Any, target: Currency) -> tuple[ColumnElement[Any], ...]:
    """What an item of a list gets beside its own amount when a currency is asked for."""
    return (
        func.round(converted(amount, currency, day, target), 2).label("converted_amount"),
        literal(target.value).label("converted_currency"),
        case((currency == target.value, Decimal(1)), else_=rate_on(day)).label("exchange_rate"),
    )


def worth_of(rows: FromClause, target: Currency) -> tuple[FromClause, ColumnElement[Decimal]]:
    """Rows of `amount`, `own_currency` and `own_day`, and what each is worth: unrounded, NULL without any rate."""
    joined, rate = rate_beside(rows, rows.c.own_day)
    return joined, exchanged(rows.c.amount, rows.c.own_currency, rate, target)


EXCHANGE = Exchange(worth_of, item_columns)
"""At the rates that are kept."""
