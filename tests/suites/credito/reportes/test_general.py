"""The general report: the formulas of a week, over what people did."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.registry import SUMS
from app.suites.credito.reportes.service import violations
from tests.suites.credito.cobranza.conftest import broken, pagar
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today

__all__ = ["sucursal", "today"]

GENERAL = "/api/credito/reportes/general"


def en(dia: int, mes: int = 3, hora: int = 18) -> Any:
    """An hour of a day of 2026, by UTC."""
    return clock.frozen(datetime(2026, mes, dia, hora, tzinfo=UTC))


def fuera_de_cuadre(place: Sucursal) -> list[str]:
    """Kept sums that differ from the rows, and loans that do not agree."""
    with place.app.app_context():
        kept = [problem for sums in SUMS for problem in sums.violations(db.session())]
        facts = violations(make_context(db.session()))
    return [*kept, *facts, *broken(place)]


def de(place: Sucursal, semana: str) -> dict[str, Any]:
    """The row of the branch's group in a week."""
    found = place.director.get(GENERAL, semana=semana)
    rows: dict[Any, dict[str, Any]] = {row["grupo_id"]: row for row in found["data"]}
    return rows[place.grupo.id]


def test_a_week_has_what_was_due_paid_and_lent_in_it(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()  # 3,000 in 14 weeks of 300, from Monday 9 March on
    first = de(sucursal, "2026-03-05")
    assert (first["prestamo_papel"], first["prestamo_real"], first["cobranza_ideal"]) == (3000, 3000, 0)
    assert (first["eficiencia"], first["porcentaje_prestamo"]) == (None, None)
    assert (first["sobrante"], first["prestamos_activos"], first["numero_de_creditos"]) == (-3000, 1, 1)
    with en(10):
        pagar(sucursal.titular, loan, 200)
        second = de(sucursal, "2026-03-09")
    assert (second["cobranza_ideal"], second["cobranza_real"], second["morosidad_monto"]) == (300, 200, 100)
    assert (second["eficiencia"], second["morosidad_porcentaje"]) == (Decimal("0.666667"), Decimal("0.333333"))
    assert fuera_de_cuadre(sucursal) == []


def test_an_advance_covers_the_next_weeks_and_arrears_do_not_count_twice(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    with en(10):
        pagar(sucursal.titular, loan, 450)
    with en(17):
        assert de(sucursal, "2026-03-09")["morosidad_monto"] == 0
        assert de(sucursal, "2026-03-16")["morosidad_monto"] == 150
        pagar(sucursal.titular, loan, 150)
        assert de(sucursal, "2026-03-16")["morosidad_monto"] == 0
    with en(31):  # nothing in the week before; what is paid now is of this week
        pagar(sucursal.titular, loan, 300)
        assert de(sucursal, "2026-03-23")["morosidad_monto"] == 300
        assert de(sucursal, "2026-03-30")["morosidad_monto"] == 0
    assert fuera_de_cuadre(sucursal) == []


def test_a_reversed_payment_stays_in_its_week_and_is_taken_off_in_that_of_the_reversal(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    with en(10):
        paid = pagar(sucursal.titular, loan, 300)["data"]
    with en(17):
        sucursal.director.post(f"/api/credito/pagos/{paid['id']}/reversar", {"motivo": "No era de ella"}, expect=200)
        assert de(sucursal, "2026-03-09")["cobranza_real"] == 300
        assert de(sucursal, "2026-03-16")["cobranza_real"] == -300
        assert de(sucursal, "2026-03-09")["morosidad_monto"] == 300
        assert fuera_de_cuadre(sucursal) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"semana": "2026-03-02", "desde": "2026-03-02"}, "semana"),
        ({"desde": "2026-03-09", "hasta": "2026-03-02"}, "hasta"),
        ({"ruta": 1}, "ruta"),
        ({"grupo_id": "x"}, "grupo_id"),
    ],
)
def test_contradictory_or_unknown_criteria_are_named(sucursal: Sucursal, query: Any, field: str) -> None:
    assert list(sucursal.director.get(GENERAL, expect=400, **query)["errors"]) == [field]


def test_facts_and_sums_that_somebody_changed_are_found(sucursal: Sucursal) -> None:
    sucursal.abierto()
    with sucursal.app.app_context():
        db.session.execute(text("UPDATE credito_cuotas SET a_tiempo = 1 WHERE numero = 1"))
        db.session.execute(text("UPDATE credito_prestamos SET fecha_cierre = '2026-03-03'"))
        db.session.execute(text("DELETE FROM credito_cartera_sums"))
        db.session.commit()
    found = " ".join(fuera_de_cuadre(sucursal))
    for flaw in ("closing day", "paid on time", "credito_cartera_sums"):
        assert flaw in found
