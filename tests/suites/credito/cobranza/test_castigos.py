"""Writing loans off by two people, what they bring in later, and taking a write-off back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.equipo.models import Ruta
from app.suites.credito.prestamos.service import CierreService
from tests.suites.credito.cobranza.conftest import broken, item, journal, pagar, rows, sincronizar, supervisar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

TARDE = datetime(2026, 6, 9, 18, tzinfo=UTC)
"""92 days after the first due date, 9 March."""
MOTIVO = {"motivo": "No se encuentra a la clienta"}
D = Decimal


def castigar(caller: Caller, loan: Any, expect: int = 200) -> Any:
    return caller.post(f"{PRESTAMOS}/{loan['id']}/castigar", MOTIVO, expect=expect)


def deshacer(caller: Caller, loan: Any, expect: int = 200) -> Any:
    body = {"motivo": "La clienta vino a pagar"}
    return caller.post(f"{PRESTAMOS}/{loan['id']}/deshacer-castigo", body, expect=expect)


@pytest.fixture
def gerente(sucursal: Sucursal, hire: Hire) -> Caller:
    """The gerente of the branch's route, in June."""
    with clock.frozen(TARDE):
        caller, person = hire("gerente", clave="GER")
    with sucursal.app.app_context():
        db.session.get_one(Ruta, sucursal.grupo.ultima_ruta_id).gerente_id = person.id
        db.session.commit()
    return caller


@pytest.fixture
def tarde(sucursal: Sucursal, gerente: Caller, hire: Hire) -> Any:
    """An open loan of March, of which 100 were paid, as it is in June; its people are signed in again."""
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 100)
    with clock.frozen(TARDE):
        sucursal.titular = enter(sucursal.titular, sucursal.persona)
        sucursal.director = hire("director")[0]
        yield loan


def test_a_gerente_proposes_and_the_director_writes_off(sucursal: Sucursal, gerente: Caller, tarde: Any) -> None:
    proposed = castigar(gerente, tarde, expect=202)["data"]
    assert proposed["estado"] == "atrasado"
    [waiting] = gerente.get(f"{PRESTAMOS}/{tarde['id']}")["data"]["propuestas"]
    assert (waiting["tipo"], waiting["motivo"]) == ("castigo", MOTIVO["motivo"])
    assert [one["id"] for one in gerente.get(PRESTAMOS, propuesta="castigo")["data"]] == [tarde["id"]]
    done = castigar(sucursal.director, tarde)["data"]
    assert (done["estado"], done["saldo"], done["saldo_castigado"], done["recuperado"]) == ("castigado", 4100, 4100, 0)
    assert (done["fecha_castigo"], done["dias_atraso"], done["motivo"]) == ("2026-06-09", 0, MOTIVO["motivo"])
    capital = D(str(done["saldo_capital"]))
    accounts = journal(sucursal)
    assert accounts["castigos"] == capital
    assert "cartera" not in accounts
    assert gerente.get(f"{PRESTAMOS}/{tarde['id']}")["data"]["propuestas"] == []
    assert broken(sucursal) == []


def test_nobody_carries_out_their_own_proposal_nor_a_gerente_any(
    sucursal: Sucursal, gerente: Caller, tarde: Any, hire: Hire
) -> None:
    castigar(sucursal.director, tarde, expect=202)
    assert castigar(sucursal.director, tarde, expect=409)["code"] == "misma_persona"
    castigar(gerente, tarde, expect=202)
    assert castigar(gerente, tarde, expect=409)["code"] == "misma_persona"
    castigar(hire("director")[0], tarde)


def test_a_write_off_asks_for_ninety_days_or_the_death(sucursal: Sucursal, gerente: Caller, tarde: Any) -> None:
    with clock.frozen(datetime(2026, 6, 6, 18, tzinfo=UTC)):
        director = sucursal.director
        with sucursal.app.app_context():
            assert castigar(gerente, tarde, expect=409)["code"] == "no_castigable"
            client = db.session.get_one(Cliente, tarde["cliente_id"])
            client.estado, client.fecha_fallecimiento = EstadoDeCliente.FALLECIDO, MARTES.date()
            db.session.commit()
        castigar(gerente, tarde, expect=202)
        castigar(director, tarde)


@pytest.fixture
def castigado(sucursal: Sucursal, gerente: Caller, tarde: Any) -> Any:
    """Written-off loan with a balance of 4,100."""
    castigar(gerente, tarde, expect=202)
    return castigar(sucursal.director, tarde)["data"]


def test_a_payment_of_it_is_a_recovery_up_to_its_balance(sucursal: Sucursal, castigado: Any) -> None:
    paid = pagar(sucursal.titular, castigado, 1000)["data"]
    assert paid["recuperacion"]
    loan = sucursal.get(castigado)
    assert (loan["estado"], loan["saldo"], loan["recuperado"]) == ("castigado", 3100, 1000)
    pagar(sucursal.titular, castigado, 3150)
    loan = sucursal.get(castigado)
    assert (loan["estado"], loan["saldo"], loan["recuperado"], loan["saldo_a_favor"]) == ("castigado", 0, 4100, 50)
    accounts = journal(sucursal)
    assert (accounts["recuperaciones"], accounts["saldos_a_favor"]) == (-4100, -50)
    assert "cartera" not in accounts
    assert broken(sucursal) == []


def test_a_recovery_is_reversed_and_an_earlier_payment_is_not(sucursal: Sucursal, castigado: Any, hire: Hire) -> None:
    supervisor, person = hire("supervisor")
    supervisar(sucursal, person)
    paid = pagar(sucursal.titular, castigado, 1000)["data"]
    body = {"motivo": "Se capturó mal"}
    supervisor.post(f"/api/credito/pagos/{paid['id']}/reversar", body, expect=200)
    loan = sucursal.get(castigado)
    assert (loan["saldo"], loan["recuperado"]) == (4100, 0)
    assert "recuperaciones" not in journal(sucursal)
    [(before,)] = rows(sucursal, "SELECT min(id) FROM credito_pagos")
    refused = supervisor.post(f"/api/credito/pagos/{before}/reversar", body, expect=409)
    assert refused["code"] == "prestamo_castigado"
    assert broken(sucursal) == []


def test_a_device_brings_recoveries_in_without_a_doubt(sucursal: Sucursal, castigado: Any) -> None:
    [answer] = sincronizar(sucursal.titular, [item(castigado["id"], 5000, "2026-06-09T11:00:00")])
    assert (answer["resultado"], answer["codigo"]) == ("creado", None)
    loan = sucursal.get(castigado)
    assert (loan["recuperado"], loan["saldo_a_favor"]) == (4100, 900)


def test_taken_back_in_the_same_month_its_recoveries_are_payments(sucursal: Sucursal, castigado: Any) -> None:
    pagar(sucursal.titular, castigado, 1000)
    loan = deshacer(sucursal.director, castigado)["data"]
    assert (loan["estado"], loan["saldo"], loan["fecha_castigo"]) == ("atrasado", 3100, None)
    assert (loan["saldo_castigado"], loan["recuperado"], loan["dias_atraso"]) == (0, 0, 71)
    accounts = journal(sucursal)
    assert accounts["cartera"] == D(str(loan["saldo_capital"]))
    assert "castigos" not in accounts
    assert "recuperaciones" not in accounts
    assert broken(sucursal) == []
    castigar(sucursal.director, castigado, expect=409)


def test_it_is_not_taken_back_in_another_month_nor_by_a_gerente(
    sucursal: Sucursal, gerente: Caller, castigado: Any, hire: Hire
) -> None:
    deshacer(gerente, castigado, expect=403)
    with clock.frozen(datetime(2026, 7, 1, 18, tzinfo=UTC)):
        late = hire("director")[0]
        assert deshacer(late, castigado, expect=409)["code"] == "castigo_de_otro_mes"


def test_a_loan_is_written_off_again_after_that_with_another_entry(
    sucursal: Sucursal, gerente: Caller, castigado: Any
) -> None:
    deshacer(sucursal.director, castigado)
    castigar(gerente, castigado, expect=202)
    loan = castigar(sucursal.director, castigado)["data"]
    assert journal(sucursal)["castigos"] == D(str(loan["saldo_capital"]))


def test_the_close_leaves_it_alone_and_missed_weeks_stay(sucursal: Sucursal, gerente: Caller, castigado: Any) -> None:
    with sucursal.app.app_context():
        CierreService(make_context(db.session())).cerrar_hasta(TARDE.date())
        db.session.commit()
    loan = sucursal.get(castigado)
    assert (loan["estado"], loan["saldo"]) == ("castigado", 4100)
    assert broken(sucursal) == []
