"""Premiums that are passed on to the insurer, and what it pays for the loans of the dead."""

from decimal import Decimal

import pytest

from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.caja.test_cortes import balance, checked
from tests.suites.credito.caja.test_flujo import amounts
from tests.suites.credito.caja.test_flujo import checked as moved_as_posted
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal
from tests.support import Caller

SEGUROS = "/api/credito/seguros"
D = Decimal


@pytest.fixture
def cajera(hire: Hire) -> Caller:
    """A cashier."""
    return hire("cajero")[0]


def test_premiums_are_passed_on_once(sucursal: Sucursal, cajera: Caller) -> None:
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), seguro=D(150))
    sucursal.abierto()
    assert balance(sucursal.app, "seguro_por_pagar") == D(-150)
    body = {"tipo": "pagado", "monto": 100, "referencia": "SPEI 1042"}
    assert cajera.post(SEGUROS, body)["data"]["fecha"] == "2026-03-03"
    refused = cajera.post(SEGUROS, {"tipo": "pagado", "monto": "50.01"}, expect=409)
    assert (refused["code"], refused["detail"]) == ("mayor_que_el_saldo", "50.00 are owed.")
    cajera.post(SEGUROS, {"tipo": "pagado", "monto": 50})
    assert [balance(sucursal.app, name) for name in ("seguro_por_pagar", "banco")] == [D(0), D(-150)]
    assert amounts(sucursal.app)["seguros"] == D(-150)
    assert [one["monto"] for one in cajera.get(SEGUROS, tipo="pagado", desde="2026-03-03")["data"]] == [50, 100]
    assert [*checked(sucursal.app), *moved_as_posted(sucursal.app)] == []


def test_money_of_the_insurer_comes_to_the_bank_and_moves_once(sucursal: Sucursal, cajera: Caller) -> None:
    loan = sucursal.abierto()
    cajera.post(SEGUROS, {"tipo": "cobrado", "monto": 1}, expect=409)
    pagar(sucursal.titular, loan, 4200, metodo="seguro")
    before = amounts(sucursal.app)
    cajera.post(SEGUROS, {"tipo": "cobrado", "monto": 4200})
    assert [balance(sucursal.app, name) for name in ("seguro_por_cobrar", "banco")] == [D(0), D(4200)]
    assert amounts(sucursal.app) == before
    assert moved_as_posted(sucursal.app) == []


def test_a_transfer_is_of_today_or_earlier_and_of_those_who_handle_the_bank(sucursal: Sucursal, cajera: Caller) -> None:
    later = {"tipo": "pagado", "monto": 1, "fecha": "2026-03-04"}
    assert list(cajera.post(SEGUROS, later, expect=400)["errors"]) == ["fecha"]
    sucursal.titular.post(SEGUROS, {"tipo": "pagado", "monto": 1}, expect=403)
    sucursal.titular.get(SEGUROS, expect=403)
