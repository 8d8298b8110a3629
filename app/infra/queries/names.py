"""Names that people enter freely, such as categories: one spelling of each is kept."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, any_, func, literal, select, union, union_all, update
from sqlalchemy.orm import Session

from app.infra.db import Base
from app.infra.db.columns import folded
from app.infra.locks import lock_key
from app.infra.queries.cached import cached_query, parameter


class NamedColumn(NamedTuple):
    """A column of names, with an index that begins with it, and the day on which a row uses its name."""

    model: type[Base]
    name: ColumnElement[Any]
    day: ColumnElement[Any]


class NameUse(NamedTuple):
    """A name, the number of rows that have it, and the last day of them."""

    name: str
    rows: int
    last_used: date


class NameRepository:
    """The names in several columns."""

    def __init__(self, session: Session, *columns: NamedColumn) -> None:
        self.session = session
        self.columns = columns

    def reuse(self, given: str) -> str:
        """The name without surrounding spaces; in the spelling that exists where only case or accents differ."""
        name = given.strip()
        if self._exists(name):
            return name
        if (found := self._similar(name)) is not None:
            return found
        # Nobody else enters another spelling of it before this transaction ends.
        key = lock_key(f"name-{self.columns[0].name}-{self.session.scalar(select(folded(name)))}")
        self.session.execute(select(func.pg_advisory_xact_lock(key)))
        return self._similar(name) or name

    def uses(self) -> list[NameUse]:
        """Every name with its use, in alphabetical order."""
        return _uses(*self.columns).all(self.session, NameUse)

    def merge(self, names: Collection[str], to: str) -> int:
        """Give the rows that have one of the names another one, and return their number."""
        given, known = to.strip(), self.reuse(to)
        target = given if known in names else known  # a spelling that is replaced is no reason to keep it
        replaced = [name for name in names if name != target]
        return sum(self._rename(column, replaced, target) for column in self.columns)

    def _rename(self, column: NamedColumn, names: list[str], to: str) -> int:
        table = column.model.__table__
        statement = (
            update(column.model)
            .where(column.name == any_(literal(names, _TEXTS)))
            .values({column.name.key: to, "version": table.c.version + 1})
        )
        result = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE answers with a CursorResult

    def _exists(self, name: str) -> bool:
        return _exact(*self.columns, given=name).scalar(self.session, str) is not None

    def _similar(self, name: str) -> str | None:
        return _similar(*self.columns, given=name).scalar(self.session, str)


_TEXTS = parameter("names", tuple).type


@cached_query
def _exact(*columns: NamedColumn) -> Select[Any]:
    given = parameter("given", str)
    parts = (select(one.name.label("name")).where(one.name == given).limit(1).subquery() for one in columns)
    return select(union_all(*(select(part.c.name) for part in parts)).subquery().c.name).limit(1)


@cached_query
def _similar(*columns: NamedColumn) -> Select[Any]:
    names = union(*(_distinct(one.name, place) for place, one in enumerate(columns))).subquery()
    same = folded(names.c.name) == folded(parameter("given", str))
    return select(names.c.name).where(same).order_by(names.c.name).limit(1)


def _distinct(column: ColumnElement[Any], place: int) -> Select[Any]:
    """Distinct values of a column: each step finds the next one by the index, however many rows there are."""
    first = select(func.min(column).label("name")).cte(f"names_{place}", recursive=True)
    following: ColumnElement[str] = select(func.min(column)).where(column > first.c.name).scalar_subquery()
    names = first.union_all(select(following).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


@cached_query
def _uses(*columns: NamedColumn) -> Select[Any]:
    parts = (
        select(one.name.label("name"), func.count().label("count"), func.max(one.day).label("last_used")).group_by(
            one.name
        )
        for one in columns
    )
    used = union_all(*parts).subquery().c
    count = func.sum(used["count"])
    return (
        select(used.name, count.cast(_INTEGER), func.max(used.last_used))
        .group_by(used.name)
        .order_by(folded(used.name), used.name)
    )


_INTEGER = parameter("count", int).type
