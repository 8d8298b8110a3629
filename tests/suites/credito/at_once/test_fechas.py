"""Loans that follow the calendar beside others who lock them or move them, with real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.infra.context import Context, make_context
from app.infra.db import db, separate_transaction
from app.suites.credito.prestamos.service import fechas, mover_por_tramos
from tests.suites.credito.at_once.conftest import PRESTAMOS, ROOT, Branch, posting
from tests.support import Caller

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


DATES = "SELECT fecha_vencimiento FROM credito_cuotas WHERE prestamo_id = :loan ORDER BY numero"
WAITING = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def a_week(_: Branch) -> tuple[str, Any]:
    """Path and body of a new week without collection."""
    return f"{ROOT}/semanas-sin-cobro", {"semana": "2026-03-16", "motivo": "Creciente"}


def another_route(branch: Branch) -> tuple[str, Any]:
    """Path and body of a transfer to a route on which nothing is collected in a week."""
    route = branch.director.post(f"{ROOT}/rutas", {"nombre": "Inundada"})["data"]["id"]
    week = {"semana": "2026-03-30", "motivo": "Creciente", "ruta_id": route}
    branch.director.post(f"{ROOT}/semanas-sin-cobro", week)
    return f"{ROOT}/grupos/{branch.grupo}/transferir", {"ruta_id": route, "desde": "2026-03-03"}


@pytest.mark.parametrize("change", [a_week, another_route])
def test_a_loan_that_is_handed_over_as_the_calendar_changes_has_dates_of_the_new_one(
    branch: Branch, change: Callable[[Branch], tuple[str, Any]]
) -> None:
    before, loan = branch.open(), branch.approved()
    known = branch.rows(DATES, loan=before)
    changed = posting(branch.director, *change(branch))
    hand_over = posting(branch.titular, f"{PRESTAMOS}/{loan}/desembolsar", {"medio": "transferencia"})
    with branch.app.app_context(), db.engine.connect() as other, ThreadPoolExecutor(2) as pool:
        other.execute(text("LOCK TABLE credito_cuotas IN SHARE MODE"))  # so it has read the calendar and waits
        handing = pool.submit(_run, branch, hand_over)
        _wait(branch, 1, handing)
        changing = pool.submit(_run, branch, changed)
        _wait(branch, 2, changing)
        other.rollback()
        assert [act.result(60) < 300 for act in (handing, changing)] == [True, True]
    assert known != branch.rows(DATES, loan=loan) == branch.rows(DATES, loan=branch.open())


def _run(branch: Branch, act: Callable[[Caller], Any]) -> int:
    with branch.app.app_context():
        return int(act(Caller(branch.app.test_client())).status_code)


def _wait(branch: Branch, number: int, act: Future[int]) -> None:
    """Wait until so many transactions wait for a lock, or an act is done."""
    until = monotonic() + 20
    while not act.done() and branch.rows(WAITING) != [(number,)] and monotonic() < until:
        sleep(0.02)
