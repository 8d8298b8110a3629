"""Sliding windows: when so many of something were there the last time."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute


def nth_latest(
    time: InstrumentedAttribute[datetime], number: int, *conditions: ColumnElement[bool]
) -> Select[datetime]:
    """Time of the n-th latest of the matching rows; no row if there are fewer."""
    return select(time).where(*conditions).order_by(time.desc()).offset(number - 1).limit(1)
