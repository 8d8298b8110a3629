"""Sums that the database keeps beside rows, so that totals and reports need not read all of them.

Triggers on the tables that are summed add to them in the transaction of the rows. Each statement adds rows of its
own, so that two that pay at once don't wait for each other: what a cell comes to is the sum of its rows. A job folds
them into one now and then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self, cast

from sqlalchemy import (
    BigInteger,
    Column,
    CursorResult,
    FromClause,
    Numeric,
    Row,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.db import Keyed


class Kept(Keyed):
    """What the rows of a cell come to, and how many they are; the other columns say which cell."""

    amount: Mapped[Decimal] = mapped_column(Numeric(20, 2), sort_order=98)
    movements: Mapped[int] = mapped_column(BigInteger, sort_order=99)


_SUMS = ("amount", "movements")


@dataclass(frozen=True, eq=False)
class Sums:
    """A table of kept sums, and the rows that it must follow from: its columns, `amount`, a row for each movement."""

    model: type[Any]
    rows: FromClause

    @classmethod
    def of(cls, model: type[Any], source: type[Any]) -> Self:
        """Sums of the rows of one table by columns of the same names."""
        columns = source.__table__.c
        return cls(model, select(*(columns[cell.name] for cell in _cell(model)), columns.amount).subquery())

    @property
    def name(self) -> str:
        """What people call the table by."""
        return str(self.model.__tablename__)

    def fold(self, session: Session) -> int:
        """Make one row of each cell that has several, and none of those that came to nothing; how many are gone."""
        table, cell = self.model.__table__, _cell(self.model)
        several = select(func.unnest(func.array_agg(table.c.id))).group_by(*cell).having(func.count() > 1)
        gone = delete(table).where(table.c.id.in_(several)).returning(*table.c).cte("gone")
        key, sums = [gone.c[column.name] for column in cell], [func.sum(gone.c[name]) for name in _SUMS]
        kept = select(*key, *sums).group_by(*key).having(sums[1] != 0)
        folded = select(func.count()).select_from(gone).scalar_subquery()
        stored = insert(table).from_select(self._columns, kept).returning(literal(1)).cte("stored")
        left = select(func.count()).select_from(stored).scalar_subquery()
        return cast("int", session.scalar(select(folded - left)))

    def rebuild(self, session: Session) -> int:
        """Write all of them anew from the rows; how many there are now."""
        table = self.model.__table__
        # Who writes meanwhile waits: it would be counted as a row and as a sum.
        session.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
        session.execute(delete(table))
        key = [self.rows.c[column.name] for column in _cell(self.model)]
        sums = select(*key, func.sum(self.rows.c.amount), func.count()).group_by(*key)
        result = session.execute(insert(table).from_select(self._columns, sums))
        return cast("CursorResult[Any]", result).rowcount

    def violations(self, session: Session) -> list[str]:
        """Cells that don't follow from the rows."""
        return [f"{self.name}: {_words(row)} does not follow from its rows" for row in self._differences(session)]

    def _differences(self, session: Session) -> Sequence[Row[Any]]:
        table, cell = self.model.__table__, _cell(self.model)
        kept = select(*cell, table.c.amount, table.c.movements)
        taken = select(*(self.rows.c[column.name] for column in cell), -self.rows.c.amount, literal(-1))
        both = union_all(kept, taken).subquery()
        key = [both.c[column.name] for column in cell]
        amount, movements = func.sum(both.c.amount), func.sum(both.c.movements)
        differing = select(*key).group_by(*key).having((amount != 0) | (movements != 0)).order_by(*key)
        return session.execute(differing).all()

    @property
    def _columns(self) -> list[str]:
        return [column.name for column in _cell(self.model)] + list(_SUMS)


def _cell(model: type[Any]) -> list[Column[Any]]:
    """What tells one cell from another."""
    return [column for column in model.__table__.c if column.name not in {"id", *_SUMS}]


def _words(row: Row[Any]) -> str:
    return " ".join("-" if value is None else str(value) for value in row)
