"""The first day that may still be written to."""

from datetime import date

from sqlalchemy import Date, ScalarSelect, func, select


def first_open_day() -> ScalarSelect[date]:
    """SQL: the first day after the closed months of the company's book; none is closed before the transaction ends."""
    return select(func.periods_hold_open("company", type_=Date())).scalar_subquery()
