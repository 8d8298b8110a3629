"""Restructures by two people: more time, another schedule, and a part that is forgiven."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.equipo.models import Ruta
from app.suites.credito.prestamos.service import CierreService
from tests.factories.credito import DiaInhabilFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import broken, journal, pagar, rows
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.cartera import en
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal
from tests.support import Caller

D = Decimal
MOTIVO = "Se enfermó y no trabajó"
PRORROGA = {"tipo": "prorroga", "semanas": 2, "motivo": MOTIVO}


@pytest.fixture
def gerente(sucursal: Sucursal, hire: Hire) -> Caller:
    """The gerente of the branch's route."""
    caller, person = hire("gerente", clave="GER")
    with sucursal.app.app_context():
        db.session.get_one(Ruta, sucursal.grupo.ultima_ruta_id).gerente_id = person.id
        db.session.commit()
    return caller


@pytest.fixture
def abierto(sucursal: Sucursal) -> Any:
    """A loan of 3,000 in 14 weeks of 300, of which 400 were paid on the day."""
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 400)
    return loan


def reestructurar(caller: Caller, loan: Any, expect: int = 200, **body: Any) -> Any:
    return caller.post(f"{PRESTAMOS}/{loan['id']}/reestructurar", body, expect=expect)


def hacer(place: Sucursal, gerente: Caller, loan: Any, **body: Any) -> Any:
    """Propose a restructure and carry it out; the loan with its installments."""
    reestructurar(gerente, loan, expect=202, **body)
    reestructurar(place.director, loan, **body)
    return place.get(loan)


def cuotas(loan: Any) -> list[tuple[Any, ...]]:
    return [(one["numero"], one["fecha_vencimiento"], one["monto"], one["estado"]) for one in loan["cuotas"]]


def test_more_time_moves_what_is_unpaid_and_what_was_paid_stays(
    sucursal: Sucursal, gerente: Caller, abierto: Any
) -> None:
    before = cuotas(sucursal.get(abierto))
    loan = hacer(sucursal, gerente, abierto, **PRORROGA)
    found = cuotas(loan)
    assert found[:2] == [before[0], (2, "2026-03-16", 100, "pagada")]
    assert found[2] == (3, "2026-03-30", 200, "pendiente")
    assert found[3] == (4, "2026-04-06", 300, "pendiente")
    assert (len(found), found[-1][1], loan["fecha_vencimiento"]) == (15, "2026-06-22", "2026-06-22")
    assert (loan["reestructurado"], loan["numero_pagos"], loan["saldo"], loan["pagado"]) == (True, 15, 3800, 400)
    assert broken(sucursal) == []


def test_more_time_after_whole_installments_keeps_their_numbers(sucursal: Sucursal, gerente: Caller) -> None:
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 300)
    DiaInhabilFactory(fecha="2026-03-30")
    found = cuotas(hacer(sucursal, gerente, loan, **PRORROGA))
    assert found[:3] == [
        (1, "2026-03-09", 300, "pagada"),
        (2, "2026-03-31", 300, "pendiente"),
        (3, "2026-04-06", 300, "pendiente"),
    ]
    assert len(found) == 14


def test_another_schedule_spreads_the_rest_without_interest(sucursal: Sucursal, gerente: Caller, abierto: Any) -> None:
    body = {"tipo": "recalendarizar", "numero_pagos": 20, "primera_fecha": "2026-04-01", "motivo": MOTIVO}
    loan = hacer(sucursal, gerente, abierto, **body)
    found = cuotas(loan)
    assert found[2:4] == [(3, "2026-04-01", 190, "pendiente"), (4, "2026-04-08", 190, "pendiente")]
    assert (len(found), found[-1][:3]) == (22, (22, "2026-08-12", 190))
    assert (loan["saldo"], loan["total_a_pagar"], loan["cuota"], loan["numero_pagos"]) == (3800, 4200, 190, 22)
    sums = [sum(D(str(one[part])) for one in loan["cuotas"]) for part in ("capital", "interes", "monto")]
    assert sums == [3000, 1200, 4200]
    assert broken(sucursal) == []
    pagar(sucursal.titular, loan, 3800)
    assert sucursal.get(loan)["estado"] == "liquidado"
    [kept] = rows(sucursal, "SELECT jsonb_array_length(calendario_anterior) FROM credito_propuestas")
    assert kept == (14,)


def test_a_quita_forgives_the_last_installments_and_their_capital_is_a_loss(
    sucursal: Sucursal, gerente: Caller, abierto: Any
) -> None:
    before = journal(sucursal)
    loan = hacer(sucursal, gerente, abierto, tipo="quita", monto=450, motivo=MOTIVO)
    assert cuotas(loan)[-2:] == [(13, "2026-06-01", 300, "pendiente"), (14, "2026-06-08", 300, "condonada")]
    assert loan["cuotas"][-2]["saldo"] == 150
    after = journal(sucursal)
    assert loan["saldo"] == 3350
    assert after["cartera"] == D(str(loan["saldo_capital"]))
    assert after["quitas"] == before["cartera"] - after["cartera"]
    assert broken(sucursal) == []


def test_a_schedule_after_a_quita_keeps_what_was_forgiven(sucursal: Sucursal, gerente: Caller, abierto: Any) -> None:
    hacer(sucursal, gerente, abierto, tipo="quita", monto=450, motivo=MOTIVO)
    body = {"tipo": "recalendarizar", "numero_pagos": 10, "primera_fecha": "2026-04-01", "motivo": MOTIVO}
    loan = hacer(sucursal, gerente, abierto, **body)
    assert (loan["saldo"], len(loan["cuotas"]), sum(one["saldo"] for one in loan["cuotas"])) == (3350, 14, 3350)
    assert broken(sucursal) == []


def test_the_whole_debt_may_be_forgiven_and_no_more(sucursal: Sucursal, gerente: Caller, abierto: Any) -> None:
    refused = reestructurar(gerente, abierto, expect=400, tipo="quita", monto="3800.01", motivo=MOTIVO)
    assert list(refused["errors"]) == ["monto"]
    assert hacer(sucursal, gerente, abierto, tipo="quita", monto=3800, motivo=MOTIVO)["estado"] == "liquidado"


def cerrar(place: Sucursal, dia: date) -> None:
    """Close all days up to one."""
    with place.app.app_context():
        CierreService(make_context(db.session())).cerrar_hasta(dia)
        db.session.commit()


def test_penalties_end_with_a_restructure(sucursal: Sucursal, gerente: Caller) -> None:
    terms = {"mora_tipo": "fija", "mora_valor": D(25), "gracia_mora": 0}
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), **terms)
    loan = sucursal.abierto()
    with en(date(2026, 3, 11)):
        cerrar(sucursal, date(2026, 3, 10))
        assert len(sucursal.get(loan)["cargos"]) == 1
        hacer(sucursal, gerente, loan, **{**PRORROGA, "semanas": 1})
    with en(date(2026, 3, 20)):
        cerrar(sucursal, date(2026, 3, 19))
        found = sucursal.get(loan)
        assert (found["estado"], len(found["cargos"]), found["saldo_cargos"]) == ("atrasado", 1, 25)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tipo": "prorroga"}, "semanas"),
        ({"tipo": "prorroga", "semanas": 53}, "semanas"),
        ({"tipo": "quita", "monto": 100, "semanas": 1}, "semanas"),
        ({"tipo": "recalendarizar", "numero_pagos": 10}, "primera_fecha"),
        ({"tipo": "recalendarizar", "numero_pagos": 10, "primera_fecha": "2026-03-03"}, "primera_fecha"),
        ({"tipo": "recalendarizar", "numero_pagos": 519, "primera_fecha": "2026-03-10"}, "numero_pagos"),
    ],
)
def test_the_terms_are_those_of_the_kind(gerente: Caller, abierto: Any, body: Any, field: str) -> None:
    assert field in reestructurar(gerente, abierto, expect=400, motivo=MOTIVO, **body)["errors"]


def test_other_terms_than_proposed_are_refused(sucursal: Sucursal, gerente: Caller, abierto: Any) -> None:
    reestructurar(gerente, abierto, expect=202, **PRORROGA)
    other = {**PRORROGA, "semanas": 3}
    assert reestructurar(sucursal.director, abierto, expect=409, **other)["code"] == "propuesta_distinta"
