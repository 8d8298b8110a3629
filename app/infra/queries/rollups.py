"""Rollups: tables of sums that triggers maintain, so that totals and reports need not read every row.

The triggers insert into the rollup in the transaction of the change. Each statement inserts rows of its own, so that
writers don't wait for each other; the sum of a cell is the sum of its rows. A job merges them every hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Any, Self, cast

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    CursorResult,
    FromClause,
    Row,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session


@dataclass(frozen=True, eq=False)
class Rollup:
    """A table of sums, and its source rows with the columns of the cell and those that are summed."""

    model: type[Any]
    rows: FromClause
    summed: tuple[str, ...] = ("amount",)
    """Columns that are summed; `movements` counts the rows."""

    @classmethod
    def of(cls, model: type[Any], source: type[Any]) -> Self:
        """The rollup of one table, by columns of the same names."""
        return cls(model, source.__table__)

    @property
    def cell(self) -> list[Column[Any]]:
        """The columns that identify a cell."""
        others = {"id", "folded", "movements", *self.summed}
        return [column for column in self.model.__table__.c if column.name not in others]

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.model.__tablename__)

    def fold(self, session: Session) -> int:
        """Merge the rows of each cell into one, or none if they add up to 0; returns the number of removed rows."""
        table = self.model.__table__
        several = select(func.unnest(func.array_agg(table.c.id))).group_by(*self.cell).having(func.count() > 1)
        gone = delete(table).where(table.c.id.in_(several)).returning(*table.c).cte("gone")
        return self._store_merged(session, gone)

    def _store_merged(self, session: Session, gone: CTE) -> int:
        """Insert one row for each cell of the deleted ones; returns by how many rows the table shrinks."""
        table = self.model.__table__
        key, sums = self._cell_of(gone), [func.sum(gone.c[name]) for name in (*self.summed, "movements")]
        merged = select(*key, *sums, *self._marks.values()).group_by(*key).having(sums[-1] != 0)
        removed = select(func.count()).select_from(gone).scalar_subquery()
        stored = insert(table).from_select(self._columns, merged).returning(literal(1)).cte("stored")
        left = select(func.count()).select_from(stored).scalar_subquery()
        return cast("int", session.scalar(select(removed - left)))

    def rebuild(self, session: Session) -> int:
        """Recompute all sums from the rows; returns the number of cells."""
        table = self.model.__table__
        # Writers must wait, or their rows would be counted twice.
        session.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
        session.execute(delete(table))
        key = self._cell_of(self.rows)
        totals = (func.sum(self.rows.c[name]) for name in self.summed)
        sums = select(*key, *totals, func.count(), *self._marks.values()).group_by(*key)
        result = session.execute(insert(table).from_select(self._columns, sums))
        return cast("CursorResult[Any]", result).rowcount

    def violations(self, session: Session) -> list[str]:
        """Cells whose sum differs from the rows."""
        return [f"{self.name}: {_words(row)} differs from its rows" for row in self._differences(session)]

    def _differences(self, session: Session) -> Sequence[Row[Any]]:
        names = (*self.summed, "movements")
        kept = select(*self.cell, *(self.model.__table__.c[name] for name in names))
        taken = select(*self._cell_of(self.rows), *(-self.rows.c[name] for name in self.summed), literal(-1))
        both = union_all(kept, taken).subquery()
        key = self._cell_of(both)
        differs = or_(*(func.sum(both.c[name]) != 0 for name in names))
        return session.execute(select(*key).group_by(*key).having(differs).order_by(*key)).all()

    def _cell_of(self, rows: FromClause) -> list[ColumnElement[Any]]:
        """The columns of the cell in another table."""
        return [rows.c[column.name] for column in self.cell]

    @property
    def _columns(self) -> list[str]:
        return [*(column.name for column in self.cell), *self.summed, "movements", *self._marks]

    @property
    def _marks(self) -> dict[str, ColumnElement[Any]]:
        """Other columns of a merged row."""
        return {}


@dataclass(frozen=True, eq=False)
class MarkedRollup(Rollup):
    """A rollup of many cells: its rows say whether they were folded, so that folding reads only what is new."""

    batch: int = 20_000
    """New rows that one statement folds: it must end in time, even after a million rows were loaded."""

    def fold(self, session: Session) -> int:
        """Merge the rows of each cell that has got new ones since the last time; returns the number of removed rows."""
        table = self.model.__table__
        fresh = table.c.folded.is_(False)
        # Up to here: rows that others add meanwhile are folded the next time.
        highest = session.scalar(select(func.max(table.c.id)).where(fresh)) or 0
        removed = 0
        while session.scalar(select(exists().where(fresh, table.c.id <= highest))):
            removed += self._fold_batch(session, fresh & (table.c.id <= highest))
        return removed

    def _fold_batch(self, session: Session, *conditions: ColumnElement[bool]) -> int:
        table = self.model.__table__
        first = select(*self.cell).where(*conditions).order_by(table.c.id).limit(self.batch).subquery()
        fresh = select(*first.c).distinct().cte("fresh")
        ids = union_all(*(select(table.c.id).join(fresh, same) for same in self._same_cell(fresh)))
        gone = delete(table).where(table.c.id.in_(ids)).returning(*table.c).cte("gone")
        return self._store_merged(session, gone)

    def _same_cell(self, fresh: CTE) -> Iterator[ColumnElement[bool]]:
        """Conditions by which rows are of a fresh cell, one for each choice of columns that are NULL.

        An index finds rows by each; by IS NOT DISTINCT FROM none does.
        """
        table = self.model.__table__
        same = [(table.c[column.name] == fresh.c[column.name],) for column in self.cell if not column.nullable]
        either = (
            ((table.c[name] == fresh.c[name],), (table.c[name].is_(None), fresh.c[name].is_(None)))
            for name in (column.name for column in self.cell if column.nullable)
        )
        for chosen in product(*either):
            yield and_(*chain(*same, *chosen))

    @property
    def _marks(self) -> dict[str, ColumnElement[Any]]:
        return {"folded": literal(True)}


def _words(row: Row[Any]) -> str:
    return " ".join("-" if value is None else str(value) for value in row)
