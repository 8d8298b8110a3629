"""Conversion of amounts in SQL, for a company's base currency."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from app.core.currencies.queries import Target, converted_rows, item_columns
from app.core.currencies.rules import pivots
from app.infra.queries.amounts import Exchange
from app.kernel.money import Currency


@cache
def exchange(base: Currency) -> Exchange:
    """Conversion at the stored rates; a cross goes by the dollar or else by this base currency."""
    via = pivots(base)

    def convert(rows: FromClause, target: Currency) -> tuple[FromClause, ColumnElement[Decimal]]:
        return converted_rows(rows, Target(target, via))

    def columns(
        amount: ColumnElement[Decimal], currency: ColumnElement[Currency], day: ColumnElement[date], target: Currency
    ) -> tuple[ColumnElement[Any], ...]:
        return item_columns(amount, currency, day, Target(target, via))

    return Exchange(convert, columns)
