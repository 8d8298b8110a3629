"""Rows that other rows refer to."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Select, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.infra.db import Base


def lock_rows(session: Session, model: type[Base], ids: Collection[int]) -> list[int]:
    """Lock the rows with these ids, in their order, and return the ids of those that exist."""
    own = model.__table__.c.id
    statement = select(own).where(own.in_(_array(ids))).order_by(own).with_for_update()
    return list(session.scalars(statement))


def existing(session: Session, model: type[Base], ids: Collection[int]) -> set[int]:
    """Those of the ids that rows have."""
    own = model.__table__.c.id
    return set(session.scalars(select(own).where(own.in_(_array(ids))))) if ids else set()


def referenced(session: Session, model: type[Base], ids: Collection[int], *, apart: Collection[str] = ()) -> set[int]:
    """Those of the ids to which a row of another table, `apart` from some, refers and so keeps the row."""
    found: set[int] = set()
    for column in _referring(model.__table__.name) if ids else ():  # type: ignore[attr-defined]  # no model is mapped to a join
        if column.table.name not in apart:
            found.update(session.scalars(select(column).where(column.in_(_array(ids))).distinct()))
    return found


def _referring(table: str) -> Iterator[Column[Any]]:
    """Columns with the id of a row of the table, of tables whose rows do not go with it."""
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_key_constraints:
            if key.ondelete in {"CASCADE", "SET NULL"} or key.referred_table.name != table:
                continue
            yield from (element.parent for element in key.elements if element.column.name == "id")


def _array(ids: Collection[int]) -> Select[tuple[int]]:
    """The ids as one parameter, however many."""
    return select(func.unnest(literal(list(ids), ARRAY(BigInteger))))
