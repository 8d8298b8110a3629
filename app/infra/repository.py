"""The only generic query code. A domain's repository adds questions in business words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Enum, Select, String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.infra.columns import containing, folded
from app.infra.db import Base
from app.infra.preconditions import check_precondition
from app.kernel.errors import DomainError, NotFound
from app.kernel.paging import Page, PageRequest

M = TypeVar("M", bound=Base)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

FETCHED = 1000
"""Rows that come at once where everything is read."""


class Repository(Generic[M]):
    """Rows of one table."""

    model: ClassVar[type[Any]]
    searched: ClassVar[tuple[InstrumentedAttribute[Any], ...]] = ()
    """The columns that `q` looks into."""
    conflicts: ClassVar[Mapping[str, DomainError]] = {}
    """What the violation of a named constraint means in business words."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, row_id: int) -> M | None:
        """The row, or None."""
        row: M | None = self.session.get(self.model, row_id)
        return row

    def get(self, row_id: int) -> M:
        """The row, or NotFound."""
        return self._known(self.find(row_id), row_id)

    def take(self, row_id: int) -> M:
        """The row, to be changed: locked, and as fresh as the caller's If-Match asks for."""
        row: M | None = self.session.get(self.model, row_id, with_for_update=True, populate_existing=True)
        known = self._known(row, row_id)
        check_precondition(self.session, known)
        return known

    def add(self, row: M) -> M:
        """Store it now, so that its id is known and its constraints have spoken."""
        self.session.add(row)
        self.flush()
        return row

    def change(self, row: M, changes: Mapping[str, Any]) -> M:
        """Set the given fields and no others."""
        for name, value in changes.items():
            setattr(row, name, value)
        self.flush()
        return row

    def delete(self, row: M) -> None:
        """Remove it now."""
        self.session.delete(row)
        self.flush()

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

    def page(self, statement: Select[M], request: PageRequest) -> Page[M]:
        """One page of what the statement selects, and how much it selects in all."""
        total = self.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
        rows = self.session.scalars(ordered(statement, self.model, request))
        return Page(fetched(rows, request), total or 0, request)

    def matching(self, q: str) -> ColumnElement[bool]:
        """Rows in which any searched column contains q, whatever its case and accents."""
        return containing(q, *self.searched)

    def _known(self, row: M | None, row_id: int) -> M:
        if row is None:
            raise NotFound(f"{self.model.__name__} {row_id} does not exist.")
        return row


S = TypeVar("S", bound=Select[Any])


def ordered(statement: S, model: type[Any], request: PageRequest) -> S:
    """The statement in the asked order, ended by the id, and of it what was asked for."""
    keys = []
    for key in request.sort:
        column = _as_people_sort(getattr(model, key.field))
        keys.append(column.desc().nulls_last() if key.descending else column.asc().nulls_last())
    return paged(statement.order_by(*keys, model.id), request)


def paged(statement: S, request: PageRequest) -> S:
    """The asked part of an ordered statement; all of it comes through a cursor of the server."""
    return streamed(statement, request).limit(request.per_page).offset(request.offset or None)


def streamed(statement: S, request: PageRequest) -> S:
    """The statement, which comes through a cursor of the server if everything was asked for."""
    return statement.execution_options(yield_per=FETCHED) if request.per_page is None else statement


class _Rows(Protocol[T_co]):
    def all(self) -> Sequence[T_co]: ...

    def __iter__(self) -> Iterator[T_co]: ...


def fetched(rows: _Rows[T], request: PageRequest) -> Iterable[T]:
    """What a page shows; everything comes a piece at a time, and can be read once."""
    return rows if request.per_page is None else rows.all()


def _as_people_sort(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Text sorts without regard to case and accents, as in a telephone book; the rest by value."""
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    return folded(column) if is_text else column.expression


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the violated constraint."""
    name: str | None = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return name


def _again(error: DomainError) -> DomainError:
    """A fresh copy: an exception that is raised twice gathers tracebacks."""
    return type(error)(error.message, code=error.code, errors=error.errors)
