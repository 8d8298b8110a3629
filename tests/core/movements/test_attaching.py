"""A migration attaches a table by one call, and again when its mapping changes, by which `flask verify` compares."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.core.movements.union import differences

_MADE = """
    INSERT INTO incomes (description, date, amount, currency, type, payment_method)
    SELECT 'x' || n, '2026-05-04', n, 'COP', 'Intereses', 'Efectivo' FROM generate_series(1, 9) n;
    INSERT INTO expenses (description, date, amount, currency, category, payment_method)
    SELECT 'y' || n, '2026-05-04', n, 'USD', 'Viajes', 'Efectivo' FROM generate_series(1, 9) n
"""
_AGAIN = """
    SELECT movement_attach(target, name, source_table, suite, mapping || CAST(:more AS jsonb), counted)
    FROM movement_sources WHERE target = 'movements' AND name = 'incomes'
"""
_NEW = """
    CREATE TABLE collections (id bigint PRIMARY KEY, day date, amount numeric(14, 3), route text);
    INSERT INTO collections SELECT n, '2026-05-04', n + 0.125, 'Norte' FROM generate_series(1, 5) n;
    SELECT movement_attach('movements', 'collections', 'collections', 'credito', '{"kind": "''income''",
        "source": "''collection''", "date": "r.day", "amount": "r.amount", "currency": "''KWD''",
        "category": "r.route", "book": "''credito''", "nature": "''financial''"}', 'r.day IS NOT NULL')
"""


@pytest.fixture
def owner(server_database: str) -> Iterator[Connection]:
    """A connection of the owner, with some movements; all is taken back."""
    with create_engine(server_database, poolclass=NullPool).connect() as connection:
        connection.execute(text(_MADE))
        yield connection
        connection.rollback()


def problems(owner: Connection) -> list[str]:
    return list(owner.scalars(text("SELECT problem FROM movement_disagreements()")))


def test_attaching_again_changes_the_rows_that_are_there_and_those_that_come(owner: Connection) -> None:
    owner.execute(text(_AGAIN), {"more": '{"facet": "\'Bazar\'"}'})
    owner.execute(text("UPDATE incomes SET amount = amount + 1 WHERE id % 2 = 0"))
    owner.execute(text(_MADE))
    facets = owner.execute(text("SELECT origin, facet, count(*) FROM movements GROUP BY 1, 2 ORDER BY 1")).all()
    assert facets == [("expenses", None, 18), ("incomes", "Bazar", 18)]
    assert problems(owner) == []
    assert differences(owner) == []


def test_a_new_table_is_attached_with_what_it_has_and_detached_without_a_trace(owner: Connection) -> None:
    owner.execute(text(_NEW))
    owner.execute(text("UPDATE collections SET day = NULL WHERE id = 1; DELETE FROM collections WHERE id = 2"))
    found = owner.execute(text("SELECT suite, book, source_id, amount FROM movements WHERE origin = 'collections'"))
    assert [(*row[:3], str(row[3])) for row in found] == [("credito", "credito", n, f"{n}.125") for n in (3, 4, 5)]
    assert problems(owner) == []
    owner.execute(text("SELECT movement_detach('movements', 'collections')"))
    owner.execute(text("UPDATE collections SET day = '2026-05-05'"))
    assert owner.scalar(text("SELECT count(*) FROM movements WHERE origin = 'collections'")) == 0
    assert owner.scalar(text("SELECT sum(movements) FROM movement_day_sums WHERE suite = 'credito'")) == 0
    assert problems(owner) == []


def test_a_mapping_of_a_column_that_there_is_not_is_refused(owner: Connection) -> None:
    with pytest.raises(DBAPIError, match="movements has no column colour"):
        owner.execute(text(_AGAIN), {"more": '{"colour": "1"}'})


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE movements SET amount = amount + 1 WHERE origin = 'incomes'", "movements: incomes "),
        ("UPDATE movements SET description = NULL WHERE origin = 'expenses'", "movements: expenses "),
        ("DELETE FROM movements WHERE origin = 'incomes'", "differs from its row"),
        ("UPDATE movements SET origin = 'gone' WHERE origin = 'incomes'", "movements: nothing is attached as gone"),
        ("ALTER TABLE incomes DISABLE TRIGGER feed_movements_update", "lacks 1 of the triggers"),
        ("ALTER TABLE movements ADD COLUMN colour text", "the feed of payment_receipts is not as"),
        ("UPDATE movement_sources SET counted = 'false' WHERE name = 'incomes'", "the feed of incomes is not as"),
    ],
)
def test_verify_compares_each_source_with_its_movements(owner: Connection, harm: str, found: str) -> None:
    assert problems(owner) == []
    owner.execute(text(harm))
    assert found in "\n".join(problems(owner))


def test_a_migration_that_adds_a_column_attaches_all_again(owner: Connection) -> None:
    owner.execute(text("ALTER TABLE movements ADD COLUMN colour text"))
    owner.execute(
        text("SELECT movement_attach(target, name, source_table, suite, mapping, counted) FROM movement_sources")
    )
    owner.execute(text(_AGAIN), {"more": '{"colour": "r.type"}'})
    colours = owner.scalars(text("SELECT DISTINCT colour FROM movements WHERE origin = 'incomes'")).all()
    assert colours == ["Intereses"]
    assert problems(owner) == []
