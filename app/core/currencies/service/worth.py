"""Conversion of amounts in SQL."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal

from app.core.currencies.repository import converted, converted_at, join_rates, rate_on
from app.infra.queries.amounts import Exchange
from app.kernel.money import Currency


def item_columns(
    amount: ColumnElement[Decimal], currency: ColumnElement[Currency], day: ColumnElement[date], target: Currency
) -> tuple[ColumnElement[Any], ...]:
    """The columns that a requested currency adds to each item of a list."""
    return (
        func.round(converted(amount, currency, day, target), 2).label("converted_amount"),
        literal(target.value).label("converted_currency"),
        case((currency == target.value, Decimal(1)), else_=rate_on(day)).label("exchange_rate"),
    )


def worth_of(rows: FromClause, target: Currency) -> tuple[FromClause, ColumnElement[Decimal]]:
    """Rows of `amount`, `own_currency` and `own_day`, and their amounts in the target currency, unrounded.

    An amount is NULL if a rate is needed and there is none.
    """
    joined, rate = join_rates(rows, rows.c.own_day)
    return joined, converted_at(rows.c.amount, rows.c.own_currency, rate, target)


EXCHANGE = Exchange(worth_of, item_columns)
"""Conversion at the stored rates."""
