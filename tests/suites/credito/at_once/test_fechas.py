"""Loans that follow the calendar beside others who lock them or move them, with real connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.infra.context import Context, make_context
from app.infra.db import db, separate_transaction
from app.suites.credito.prestamos.service import fechas, mover_por_tramos
from tests.suites.credito.at_once.conftest import ROOT, Branch

pytestmark = pytest.mark.long

VERSIONS = "SELECT version FROM credito_prestamos WHERE id = ANY(:ids) ORDER BY id"
DUE = "SELECT DISTINCT fecha_vencimiento - fecha_original FROM credito_cuotas WHERE prestamo_id = ANY(:ids)"


@contextmanager
def _begin() -> Iterator[Context]:
    with separate_transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = '1min'"))  # as closes do
        yield make_context(session)


def test_a_locked_loan_holds_a_slice_for_a_second_and_two_workers_move_each_loan_once(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fechas, "POR_TRAMO", 2)
    loans = [branch.open() for _ in range(5)]
    branch.director.post(f"{ROOT}/semanas-sin-cobro", {"semana": "2026-03-09", "motivo": "Lluvia"})
    [(change,)] = branch.rows("SELECT id FROM credito_cambios_de_fechas WHERE terminado_en IS NULL")
    before = branch.rows(VERSIONS, ids=loans)
    with branch.app.app_context(), db.engine.connect() as other:
        other.execute(text("SELECT FROM credito_prestamos WHERE id = :id FOR UPDATE"), {"id": loans[4]})
        began = monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            mover_por_tramos(_begin, change)
        assert monotonic() - began < 30
        other.rollback()
    assert branch.rows(DUE, ids=loans[:2]) == [(7,)]
    start = Barrier(2)

    def move() -> None:
        with branch.app.app_context():
            start.wait(20)
            mover_por_tramos(_begin, change)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(move) for _ in range(2)]:
            done.result(60)
    assert branch.rows(DUE, ids=loans) == [(7,)]
    after = branch.rows(VERSIONS, ids=loans)
    assert [now - then for (now,), (then,) in zip(after, before, strict=True)] == [1] * 5
