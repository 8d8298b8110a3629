"""Forgiving charges."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.service import CierreService
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import broken, item, journal, pagar, rows, sincronizar, supervisar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.cartera import en
from tests.suites.credito.prestamos.conftest import Sucursal
from tests.support import Caller

pytestmark = pytest.mark.long

D = Decimal
MOTIVO = {"motivo": "Hubo un error en la visita"}


@pytest.fixture
def supervisor(sucursal: Sucursal, hire: Hire) -> Caller:
    """The supervisor of the branch's route."""
    caller, person = hire("supervisor")
    supervisar(sucursal, person)
    return caller


@pytest.fixture
def con_mora(sucursal: Sucursal) -> Any:
    """A loan with a charge of 25 and IVA for lateness, on Thursday 12 March."""
    terms = {"mora_tipo": "fija", "mora_valor": D(25), "gracia_mora": 0, "iva": D("0.16")}
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), **terms)
    loan = sucursal.abierto()
    with en(date(2026, 3, 12)):
        cerrar(sucursal, date(2026, 3, 11))
        yield sucursal.get(loan)


def cerrar(place: Sucursal, dia: date) -> None:
    with place.app.app_context():
        CierreService(make_context(db.session())).cerrar_hasta(dia)
        db.session.commit()


def condonar(caller: Caller, cargo: Any, expect: int = 200, **values: Any) -> Any:
    body = {**MOTIVO, **values}
    return caller.post(f"/api/credito/cargos/{cargo['id']}/condonar", body, expect=expect)


def test_a_charge_is_forgiven_in_parts_and_stays_so(sucursal: Sucursal, supervisor: Caller, con_mora: Any) -> None:
    [cargo] = con_mora["cargos"]
    assert condonar(supervisor, cargo, monto=9)["data"]["condonado"] == 9
    assert condonar(supervisor, cargo, expect=400, monto="20.01")["errors"].keys() == {"monto"}
    done = condonar(supervisor, cargo)["data"]
    assert (done["condonado"], done["pagado"], done["motivo"]) == (29, 0, MOTIVO["motivo"])
    assert condonar(supervisor, cargo, expect=409)["code"] == "cargo_saldado"
    assert sucursal.get(con_mora)["saldo_cargos"] == 0
    cerrar(sucursal, date(2026, 3, 13))
    assert sucursal.get(con_mora)["saldo_cargos"] == 0
    [(who,)] = rows(sucursal, "SELECT count(condonado_por_id) FROM credito_cargos")
    assert who == 1
    assert broken(sucursal) == []


def test_the_paid_part_of_it_stays_paid(sucursal: Sucursal, supervisor: Caller, con_mora: Any) -> None:
    [cargo] = con_mora["cargos"]
    pagar(sucursal.titular, con_mora, D(str(con_mora["cuota"])) + 10)
    done = condonar(supervisor, cargo)["data"]
    assert (done["pagado"], done["condonado"]) == (10, 19)
    assert broken(sucursal) == []


@pytest.mark.parametrize("paid", [0, 5])
def test_a_payment_of_an_earlier_day_takes_back_at_once_what_lateness_had_cost(
    sucursal: Sucursal, con_mora: Any, paid: int
) -> None:
    """Money that had paid the charge goes to what is owed. A payment that covers too little changes nothing."""
    titular = sucursal.titular
    pagar(titular, con_mora, con_mora["cuota"] - 1, fecha="2026-03-09")
    assert sucursal.get(con_mora)["saldo_cargos"] == 29
    if paid:
        pagar(titular, con_mora, 1 + paid)
        assert sucursal.get(con_mora)["saldo_cargos"] == 29 - paid
    pagar(titular, con_mora, 1, fecha="2026-03-09")
    now = sucursal.get(con_mora)
    [cargo] = now["cargos"]
    assert (cargo["monto"], cargo["iva"], cargo["condonado"], cargo["pagado"]) == (25, 4, 29, 0)
    assert (now["saldo_cargos"], now["estado"]) == (0, "activo")
    assert now["saldo"] == con_mora["total_a_pagar"] - con_mora["cuota"] - paid - bool(paid)
    assert broken(sucursal) == []
    cerrar(sucursal, date(2026, 3, 12))
    assert sucursal.get(con_mora)["saldo"] == now["saldo"]


def test_a_settled_loan_keeps_no_charge_of_days_that_its_last_payment_covers(sucursal: Sucursal, con_mora: Any) -> None:
    """Its part that had paid the charge is credit of the client, and the journal says so."""
    pagar(sucursal.titular, con_mora, con_mora["saldo"], fecha="2026-03-09")
    now = sucursal.get(con_mora)
    assert (now["estado"], now["saldo"], now["saldo_cargos"], now["saldo_a_favor"]) == ("liquidado", 0, 0, 29)
    assert journal(sucursal)["saldos_a_favor"] == D(-29)
    assert "ingresos_mora" not in journal(sucursal)
    assert broken(sucursal) == []


@pytest.mark.parametrize("batches", [1, 2])
def test_a_payment_of_a_batch_is_judged_without_the_charge_that_one_before_it_took_back(
    sucursal: Sucursal, con_mora: Any, batches: int
) -> None:
    """One batch is judged as two are: 29 too much are no payment of this loan."""
    rest = con_mora["saldo"] - con_mora["cuota"]
    sent = [
        item(con_mora["id"], con_mora["cuota"], "2026-03-09T10:00:00"),
        item(con_mora["id"], rest, "2026-03-12T10:00:00"),
    ]
    parts = [sent] if batches == 1 else [[one] for one in sent]
    answers = [answer for part in parts for answer in sincronizar(sucursal.titular, part)]
    assert [answer["resultado"] for answer in answers] == ["creado", "por_revisar"]
    assert sucursal.get(con_mora)["saldo"] == rest - 29
    assert broken(sucursal) == []


def test_a_charge_of_another_route_does_not_exist(hire: Hire, con_mora: Any) -> None:
    [cargo] = con_mora["cargos"]
    condonar(hire("supervisor")[0], cargo, expect=404)
