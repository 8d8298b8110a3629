"""Pages of what matches, in the asked order."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Enum, Index, Select, String, any_, func
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.infra.columns import folded
from app.infra.prepared import Question, Values, parameter
from app.kernel.paging import PageRequest, Part, Sort

S = TypeVar("S", bound=Select[Any])


def ordered(
    statement: S,
    model: type[Any],
    conditions: Sequence[ColumnElement[bool]],
    sort: tuple[Sort, ...],
    part: Part,
) -> S:
    """What of the statement matches, in the asked order, ended by the id; the page `paged`."""
    keys = [_key(getattr(model, one.field), one, conditions) for one in sort]
    in_order = [*(key for key, _ in keys), model.id]
    matching = statement.where(*conditions).order_by(*in_order)
    if part is Part.WHOLE:
        return matching
    if part is Part.FIRST and all(indexed for _, indexed in keys[:1]):
        return paged(matching)
    # What comes before the page is counted off by ids, and sorted by them: an index has them, whole rows would have
    # to be fetched. As an array they need no join, and what they match is not asked again.
    meant = paged(matching.with_only_columns(model.id, maintain_column_froms=True)).correlate(None)
    return statement.where(model.id == any_(func.array(meant.scalar_subquery()))).order_by(*in_order)


def _key(
    column: InstrumentedAttribute[Any], asked: Sort, conditions: Sequence[ColumnElement[bool]]
) -> tuple[ColumnElement[Any], bool]:
    """What is sorted by, and whether an index has that order."""
    shown = _as_people_sort(column)
    in_turn = shown.desc() if asked.descending else shown.asc()
    nullable = _may_be_null(column, conditions)
    led = any(_leads(shown, index, conditions) for index in column.class_.__table__.indexes)
    return in_turn.nulls_last() if nullable else in_turn, led and not (nullable and asked.descending)


def _leads(shown: ColumnElement[Any], index: Index, conditions: Sequence[ColumnElement[bool]]) -> bool:
    """Whether the index has what is meant in the order of this."""
    options = index.dialect_options["postgresql"]
    of, only = options["using"] or "btree", options["where"]
    usable = only is None or any(only.compare(condition) for condition in conditions)
    [first, *_] = index.expressions
    return of == "btree" and usable and not isinstance(first, str) and first.compare(shown)


def paged(statement: S) -> S:
    """The part of an ordered statement that `page_values` tell."""
    return statement.limit(parameter("limit", int)).offset(parameter("offset", int))


def page_values(request: PageRequest) -> Values:
    """Which part `paged` gives."""
    return {} if request.whole else {"limit": request.per_page, "offset": request.offset}


def fetched(question: Question, session: Session, request: PageRequest) -> Iterable[Any]:
    """What a page shows; the whole comes a piece at a time, and can be read once."""
    return question.stream(session) if request.whole else question.all(session)


def _may_be_null(column: InstrumentedAttribute[Any], conditions: Sequence[ColumnElement[bool]]) -> bool:
    """Whether rows without it can be among these; where they can't, an index can be read from its end."""
    excluded = any(condition.compare(column.is_not(None)) for condition in conditions)
    return bool(column.expression.nullable) and not excluded


def _as_people_sort(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Text sorts without regard to case and accents, as in a telephone book; the rest by value."""
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    return folded(column) if is_text else column.expression
