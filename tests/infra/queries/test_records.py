"""Records: typed, complete, and the same from every way to read a row."""

from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import app as package
from app.core.audit.repository import AuditRepository, RefusalRepository
from app.infra.db import db
from app.infra.queries.records import Item, fields_of, item_reader, reader
from app.infra.queries.repository import Filter, Repository
from app.infra.queries.scoped import ScopedRepository
from app.kernel.paging import PageRequest
from tests.examples import EXAMPLES

APPEND_ONLY = {AuditRepository, RefusalRepository}
"""Rows that the application may not lock."""


class Colour(StrEnum):
    """A colour."""

    RED = "rojo"


class Inner(NamedTuple):
    """A part."""

    id: int
    colour: Colour


class Outer(NamedTuple):
    """A whole with an optional part."""

    name: str
    colour: Colour | None
    part: Inner | None


def test_a_text_becomes_the_member_of_its_enum() -> None:
    [found] = reader(Inner)([(1, "rojo")])
    assert found == Inner(1, Colour.RED)
    assert found.colour is Colour.RED


def test_an_unknown_text_is_an_error_and_never_a_wrong_member() -> None:
    with pytest.raises(KeyError):
        reader(Inner)([(1, "azul")])


def test_a_record_as_last_field_takes_the_rest_of_the_columns() -> None:
    rows = [("a", "rojo", 7, "rojo"), ("b", None, None, None)]
    assert reader(Outer)(rows) == [Outer("a", Colour.RED, Inner(7, Colour.RED)), Outer("b", None, None)]


def test_an_item_has_a_record_and_what_stands_beside_it() -> None:
    assert item_reader(Inner, ("more",))([(1, "rojo", 5)]) == [Item(Inner(1, Colour.RED), {"more": 5})]
    assert item_reader(Inner, ())([(1, "rojo")]) == [Item(Inner(1, Colour.RED), {})]


def repositories() -> list[type[Repository[Any, Any]]]:
    """Every repository of the program."""
    root = Path(package.__file__).parent
    for path in sorted([*root.glob("core/*/repository*"), *root.glob("suites/*/*/repository*")]):
        import_module(".".join(("app", *path.relative_to(root).with_suffix("").parts)))
    found = set(Repository.__subclasses__()) - {ScopedRepository}  # those of one book need an access
    return sorted(found, key=lambda one: one.__name__)


class Everything(Filter):
    """No condition."""

    __slots__ = ()
    __match_args__ = ()

    def conditions(self) -> list[Any]:
        return []


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


@pytest.mark.parametrize("repository", repositories(), ids=lambda one: one.__name__)
def test_get_get_for_update_and_page_agree_field_by_field(
    repository: type[Repository[Any, Any]], session: Session
) -> None:
    row_id = EXAMPLES.rows[repository.model.__name__]()
    rows = repository(session)
    record = rows.get(row_id)
    [paged] = [one for one in rows.page(Everything(), PageRequest(per_page=None)).items if one.id == row_id]
    assert paged == record
    changeable = session.get(repository.model, row_id) if repository in APPEND_ONLY else rows.get_for_update(row_id)
    hints = get_type_hints(repository.record)
    for name in fields_of(repository.record):
        if not hasattr(repository.model, name):
            continue  # computed from other rows
        expected, found = getattr(changeable, name), getattr(record, name)
        if isinstance(found, tuple):  # a record inside
            assert all(getattr(found, inner) == getattr(expected, inner) for inner in fields_of(type(found)))
        else:
            assert (found, type(found)) == (expected, type(expected)), (name, hints[name])
