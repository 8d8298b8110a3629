"""Folding compares no cell with all others."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import BigInteger, Date, Integer, Numeric, SmallInteger, String, text

from app.infra.db import db
from app.infra.owner import analyze
from app.infra.queries.rollups import MarkedRollup
from app.registry import SUMS

CELLS = 10_000
WHOLE = (BigInteger, Integer, Numeric, SmallInteger)
VALUES: dict[type[Any], str] = {**dict.fromkeys(WHOLE, "1"), String: "'x'", Date: "'2026-03-01'"}
"""Values of columns in SQL, by their types."""


@pytest.mark.parametrize("rollup", [pytest.param(one, id=one.name) for one in SUMS if isinstance(one, MarkedRollup)])
def test_thousands_of_cells_that_differ_in_one_column_are_folded_in_time(
    app: Flask, database: None, rollup: MarkedRollup
) -> None:
    """Others are NULL in every second row."""
    columns = [column for column in rollup.model.__table__.c if column.name not in {"id", "folded"}]
    *empty, various = [column.name for column in columns if column.nullable]
    values = {column.name: VALUES[type(column.type)] for column in columns}
    values |= dict.fromkeys(empty, "CASE n % 2 WHEN 0 THEN 1 END") | {various: "n"}
    with app.app_context():
        db.session.execute(text("RESET ROLE"))
        inserted = f"INSERT INTO {rollup.name} ({', '.join(values)}) SELECT {', '.join(values.values())}"
        for _ in range(2):
            db.session.execute(text(f"{inserted} FROM generate_series(1, {CELLS}) n"))
        analyze(db.session())
        db.session.execute(text("SET LOCAL statement_timeout = '5s'"))
        assert rollup.fold(db.session()) == CELLS
