"""Keeping the daily sums: folding what was written piece by piece, and comparing it with the movements."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, delete, func, insert, literal, select, text, tuple_, union_all
from sqlalchemy.orm import Session

from app.domains.cashflow.models import DailySum
from app.domains.cashflow.queries.movements import CELL, MOVEMENTS

_T = DailySum.__table__.c
_SUMS = ("amount", "movements")
_COLUMNS = [column.key for column in CELL] + list(_SUMS)


class DailySumQueries:
    """Statements about all daily sums at once."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def fold(self) -> int:
        """Make one row of each cell that has several, and none of those that came to nothing; how many are gone."""
        several = select(*CELL).group_by(*CELL).having(func.count() > 1)
        gone = delete(DailySum).where(tuple_(*CELL).in_(several)).returning(*_T).cte("gone")
        key = [gone.c[column.key] for column in CELL]
        sums = [func.sum(gone.c[name]) for name in _SUMS]
        kept = select(*key, *sums).group_by(*key).having(sums[1] != 0)
        folded = select(func.count()).select_from(gone).scalar_subquery()
        stored = insert(DailySum).from_select(_COLUMNS, kept).returning(literal(1)).cte("stored")
        left = select(func.count()).select_from(stored).scalar_subquery()
        return cast("int", self.session.scalar(select(folded - left)))

    def rebuild(self) -> int:
        """Write all of them anew from the movements; how many rows there are now."""
        # Who writes meanwhile waits: it would be counted as a row and as a sum.
        self.session.execute(text("LOCK TABLE daily_sums IN EXCLUSIVE MODE"))
        self.session.execute(delete(DailySum))
        columns = MOVEMENTS.rows.c
        key = [columns[column.key] for column in CELL]
        sums = select(*key, func.sum(columns.amount), func.count()).group_by(*key)
        result = self.session.execute(insert(DailySum).from_select(_COLUMNS, sums))
        return cast("CursorResult[Any]", result).rowcount

    def differences(self) -> Sequence[Row[Any]]:
        """Cells in which the daily sums differ from what the movements come to."""
        columns = MOVEMENTS.rows.c
        kept: Select[Any] = select(*CELL, _T.amount, _T.movements)
        taken = select(*(columns[column.key] for column in CELL), -columns.amount, literal(-1))
        both = union_all(kept, taken).subquery()
        key = [both.c[column.key] for column in CELL]
        amount, movements = func.sum(both.c.amount), func.sum(both.c.movements)
        statement = select(*key).group_by(*key).having((amount != 0) | (movements != 0)).order_by(*key)
        return self.session.execute(statement).all()
