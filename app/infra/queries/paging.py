"""Sorting and paging of queries."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Enum, Index, Select, String, UnaryExpression, any_, func
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.operators import desc_op

from app.infra.db.columns import folded
from app.infra.queries.cached import BoundQuery, Values, parameter
from app.infra.queries.records import Item, item_reader
from app.infra.texts import BookText
from app.kernel.paging import PageRequest, Part, Sort

S = TypeVar("S", bound=Select[Any])
R = TypeVar("R", bound=tuple[Any, ...])


def ordered(
    statement: S,
    model: type[Any],
    conditions: Sequence[ColumnElement[bool]],
    sort: tuple[Sort, ...],
    part: Part,
    elsewhere: Mapping[str, InstrumentedAttribute[Any]] = MappingProxyType({}),
) -> S:
    """The matching rows, ordered by `sort` and then by id, and limited to a page unless `part` is the whole list.

    `elsewhere` are the columns to sort by that are not the model's own.
    """
    columns = (elsewhere[one.field] if one.field in elsewhere else getattr(model, one.field) for one in sort)
    keys = [_key(column, one, conditions) for column, one in zip(columns, sort, strict=True)]
    in_order = [*(key for key, _ in keys), model.id]
    matching = statement.where(*conditions).order_by(*in_order)
    if part is Part.WHOLE:
        return matching
    if part is Part.FIRST and all(indexed for _, indexed in keys[:1]):
        return paged(matching)
    # Skip the earlier rows by their ids, from an index only, instead of fetching whole rows. The ids of the page as an
    # array need no join, and the conditions are not checked again.
    page_ids = paged(matching.with_only_columns(model.id, maintain_column_froms=True)).correlate(None)
    return statement.where(model.id == any_(func.array(page_ids.scalar_subquery()))).order_by(*in_order)


def _key(
    column: InstrumentedAttribute[Any], sort: Sort, conditions: Sequence[ColumnElement[bool]]
) -> tuple[ColumnElement[Any], bool]:
    """The ORDER BY expression of a sort key, and whether an index has that order."""
    key = _sort_expression(column)
    directed = key.desc() if sort.descending else key.asc()
    nullable = _may_be_null(column, conditions)
    indexed = any(_has_order(key, index, conditions) for index in column.class_.__table__.indexes)
    return directed.nulls_last() if nullable else directed, indexed and not (nullable and sort.descending)


def _has_order(key: ColumnElement[Any], index: Index, conditions: Sequence[ColumnElement[bool]]) -> bool:
    """Whether the index has the matching rows in the order of this key."""
    options = index.dialect_options["postgresql"]
    method, predicate = options["using"] or "btree", options["where"]
    usable = predicate is None or any(predicate.compare(condition) for condition in conditions)
    [first, *_] = index.expressions
    if isinstance(first, UnaryExpression) and first.modifier is desc_op:
        first = first.element  # an index is read backwards as well as forwards
    return method == "btree" and usable and not isinstance(first, str) and first.compare(key)


def paged(statement: S) -> S:
    """The statement with LIMIT and OFFSET as parameters; `page_values` gives their values."""
    return statement.limit(parameter("limit", int)).offset(parameter("offset", int))


def page_values(request: PageRequest) -> Values:
    """The values of the parameters of `paged`."""
    return {} if request.whole else {"limit": request.per_page, "offset": request.offset}


def fetch_page(query: BoundQuery, session: Session, record: type[R], request: PageRequest) -> Iterable[R]:
    """The records of a page; the whole list is streamed, and can be read only once."""
    return query.stream(session, record) if request.whole else query.all(session, record)


def fetch_items(
    query: BoundQuery, session: Session, record: type[R], extra: Sequence[str], request: PageRequest
) -> Iterable[Item[R]]:
    """The items of a page: the columns of a record, then the `extra` ones; the whole list is streamed."""
    read = item_reader(record, tuple(extra))
    if request.whole:
        return (item for rows in query.partitions(session) for item in read(rows))
    return read(query.rows(session))


def _may_be_null(column: InstrumentedAttribute[Any], conditions: Sequence[ColumnElement[bool]]) -> bool:
    """Whether the column can be NULL in matching rows; otherwise an index can be read backwards."""
    excluded = any(condition.compare(column.is_not(None)) for condition in conditions)
    return bool(column.expression.nullable) and not excluded


def _sort_expression(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The expression to sort by: text without case and accents, other types by value."""
    is_text = isinstance(column.type, String | BookText) and not isinstance(column.type, Enum)
    return folded(column) if is_text else column.expression
