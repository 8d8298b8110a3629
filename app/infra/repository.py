"""The only generic query code. A domain's repository adds questions in business words."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

from psycopg2.errorcodes import NOT_NULL_VIOLATION
from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.infra.db import Base, require_writing
from app.infra.pages import fetched, ordered, page_values
from app.infra.preconditions import check_precondition
from app.infra.prepared import Asked, Values, parameter, planned, prepared
from app.infra.rows import enter, overwrite, take
from app.kernel.errors import DomainError, NotFound
from app.kernel.paging import Page, PageRequest, Part, Sort

M = TypeVar("M", bound=Base)


class Filter(Asked):
    """Which rows are meant; every condition that is given must hold."""

    __slots__ = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        raise NotImplementedError


def equal(*pairs: tuple[Any, Any]) -> list[ColumnElement[bool]]:
    """Columns that must have the value beside them, where there is one."""
    return [column == value for column, value in pairs if value is not None]


def within(column: Any, first: Any | None, last: Any | None) -> list[ColumnElement[bool]]:
    """A column that must lie between these, both included, where they are given."""
    bounds = ((column.__ge__, first), (column.__le__, last))
    return [holds(bound) for holds, bound in bounds if bound is not None]


class Repository(Generic[M]):
    """Rows of one table."""

    model: ClassVar[type[Any]]
    conflicts: ClassVar[Mapping[str, DomainError]] = {}
    """What the violation of a named constraint means in business words."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, row_id: int) -> Any:
        """The row to look at, as a plain record; or NotFound."""
        return self._known(_by_id(type(self), row_id=row_id).first(self.session), row_id)

    def take(self, row_id: int) -> M:
        """The row, to be changed: locked, and as fresh as the caller's If-Match asks for."""
        known: M = self._known(take(self.session, self.model, row_id), row_id)
        check_precondition(self.session, known)
        return known

    def add(self, row: M) -> M:
        """Store it now, so that its id is known and its constraints have spoken."""
        self.session.add(row)
        self.flush()
        return row

    def enter(self, **values: Any) -> Any:
        """Store a new row that is only to be shown."""
        require_writing(self.session)
        with self.translated():
            row = enter(self.session, self.model, values)
        if row is not None:
            return row
        asked = {name: value for name, value in values.items() if isinstance(value, ColumnElement)}
        given = {name: value for name, value in values.items() if name not in asked}
        found = {name: self.session.scalar(select(value), given) for name, value in asked.items()}
        return self.add(self.model(**values | found))

    def change(self, row: M, changes: Mapping[str, Any]) -> M:
        """Set the given fields and no others."""
        for name, value in changes.items():
            setattr(row, name, value)
        self.flush()
        return row

    def overwrite(self, row_id: int, values: Values) -> Any | None:
        """The row with these values, for which it need not be read first; None where it has to be taken."""
        require_writing(self.session)
        with self.translated():
            row = overwrite(self.session, self.model, row_id, values)
        if row is not None:
            check_precondition(self.session, row._replace(version=row.version - 1))  # as the caller had seen it
        return row

    def delete(self, row: M) -> None:
        """Remove it now."""
        self.session.delete(row)
        self.flush()

    def delete_where(self, *conditions: ColumnExpressionArgument[bool], returning: Sequence[Any] = ()) -> Sequence[Any]:
        """Remove every row that meets the conditions, and answer these columns of each; those just removed are skipped.

        The rows are locked in the order of their ids: two that remove the same ones wait instead of deadlocking.
        """
        locked = select(self.model.id).where(*conditions).order_by(self.model.id).with_for_update().cte("locked")
        statement = delete(self.model).where(self.model.id.in_(select(locked.c.id)))
        removed = statement.returning(*(returning or (self.model.id,)))
        return self.session.execute(removed, execution_options={"synchronize_session": False}).all()

    def flush(self) -> None:
        """Send what is pending; a violated constraint becomes the domain error it stands for."""
        with self.translated():
            self.session.flush()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Constraint violations inside become the conflicts they stand for."""
        try:
            yield
        except IntegrityError as error:
            meaning = self.conflicts.get(constraint_of(error) or "")
            if meaning is None:
                raise
            raise _again(meaning) from error

    def page(self, asked: Filter, request: PageRequest) -> Page[Any]:
        """One page of the rows that are meant, as plain records, and how many are meant in all."""
        total = _count(type(self), asked).scalar(self.session)
        question = _page(type(self), asked, request.sort, request.part, **page_values(request))
        return Page(fetched(question, self.session, request), total, request)

    @classmethod
    def shown(cls) -> Select[Any]:
        """The rows as they are looked at."""
        return select(*cls.model.__table__.c)

    def _known(self, row: Any, row_id: int) -> Any:
        if row is None:
            raise NotFound(f"{self.model.__name__} {row_id} does not exist.")
        return row


@planned
def _by_id(repository: type[Repository[Any]]) -> Select[Any]:
    return repository.shown().where(repository.model.id == parameter("row_id", int))


@prepared
def _count(repository: type[Repository[Any]], asked: Filter) -> Select[Any]:
    return select(func.count()).select_from(repository.model).where(*asked.conditions())


@prepared
def _page(repository: type[Repository[Any]], asked: Filter, sort: tuple[Sort, ...], part: Part) -> Select[Any]:
    return ordered(repository.shown(), repository.model, asked.conditions(), sort, part)


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the violated constraint; of a NOT NULL, which need not have one, table and column."""
    diag = getattr(error.orig, "diag", None)
    if getattr(error.orig, "pgcode", None) == NOT_NULL_VIOLATION:
        return f"{diag.table_name}.{diag.column_name}"  # type: ignore[union-attr]  # what has a code tells more
    name: str | None = getattr(diag, "constraint_name", None)
    return name


def _again(error: DomainError) -> DomainError:
    """A fresh copy: an exception that is raised twice gathers tracebacks."""
    return type(error)(error.message, code=error.code, errors=error.errors)
