"""Documents of a loan: statement, payment card and contract summary."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from app.infra import clock
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal

CAT = "1,068.5%"


def printed(place: Sucursal, loan: Any, name: str, **query: str) -> str:
    """The words of a document."""
    response = place.titular.send("GET", f"{PRESTAMOS}/{loan['id']}/{name}", query_string=query, buffered=True)
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.get_data())).pages)


def test_a_statement_is_the_loan_with_its_movements_and_what_settles_it(sucursal: Sucursal):
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 300)
    pagar(sucursal.titular, loan, 450)
    found = sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/estado-cuenta")["data"]
    own = sucursal.get(loan)
    assert own.pop("propuestas") == []
    assert {name: found[name] for name in own} == own
    assert [(one["tipo"], one["cargo"], one["abono"], one["saldo"]) for one in found["movimientos"]] == [
        ("desembolso", 4200, 0, 4200),
        ("pago", 0, 300, 3900),
        ("pago", 0, 450, 3450),
    ]
    assert (found["liquidacion"]["total"], found["fecha"], found["moneda"]) == (3450, "2026-03-03", "MXN")
    assert [one["monto"] for one in found["pagos"]] == [300, 450]


def test_forgiven_interest_and_overpaid_money_leave_the_balance_of_the_loan(sucursal: Sucursal):
    sucursal.tipo = TipoPrestamoFactory(redondeo=Decimal(1), liquidacion="interes_devengado")
    loan = sucursal.abierto()
    quote = sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/liquidacion")["data"]["total"]
    body = {"fecha": "2026-03-03", "metodo": "efectivo", "monto": str(quote)}
    sucursal.titular.post(f"{PRESTAMOS}/{loan['id']}/liquidacion", body)
    found = sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/estado-cuenta")["data"]
    assert [one["tipo"] for one in found["movimientos"]] == ["desembolso", "pago", "bonificacion"]
    assert (found["movimientos"][-1]["saldo"], found["saldo"], found["liquidacion"]) == (0, 0, None)


def test_documents_have_the_cat_and_amounts_as_mexico_writes_them(sucursal: Sucursal):
    client = sucursal.cliente(nombre="Ñusta", curp="BOXW310820HNERXN09")
    guarantor = sucursal.cliente(nombre="Rosa")
    loan = sucursal.solicitar(client, avales=[guarantor.id])
    sucursal.aprobar(loan)
    early = printed(sucursal, loan, "contrato")
    assert "$4,200.00" in early
    assert "Calendario" not in early
    sucursal.desembolsar(loan)
    pagar(sucursal.titular, loan, 300)
    statement = printed(sucursal, loan, "estado-cuenta", format="pdf")
    card, contract = printed(sucursal, loan, "tarjeta"), printed(sucursal, loan, "contrato", format="pdf")
    for words in (statement, card, contract):
        for part in ("Ñusta", loan["folio"], "Pago semanal", "$300.00", CAT, "lun 09/03/2026", "sin IVA"):
            assert part in words, part
    assert all(part in statement for part in ("$3,900.00", "ANA-000001", "Para liquidar hoy"))
    assert all(part in contract for part in ("BOXW310820HNERXN09", "Rosa", "40% del monto", "Por la empresa"))


def test_the_card_has_the_figures_of_the_stored_schedule(sucursal: Sucursal):
    loan = sucursal.abierto(monto=3001)
    cuotas = sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/cuotas")["data"]
    card = printed(sucursal, loan, "tarjeta")
    assert all(f"${one['monto']:,.2f}" in card for one in cuotas)
    assert len({one["monto"] for one in cuotas}) == 2


def test_a_loan_without_a_schedule_has_no_card_and_a_request_no_contract(sucursal: Sucursal):
    loan = sucursal.solicitar()
    address = f"{PRESTAMOS}/{loan['id']}"
    assert sucursal.titular.get(f"{address}/tarjeta", expect=409)["code"] == "prestamo_sin_desembolsar"
    assert sucursal.titular.get(f"{address}/contrato", expect=409)["code"] == "prestamo_sin_aprobar"
    assert sucursal.titular.get(f"{address}/estado-cuenta")["data"]["movimientos"] == []
    assert "Sin movimientos" in printed(sucursal, loan, "estado-cuenta", format="pdf")


@pytest.mark.parametrize("name", ["estado-cuenta", "tarjeta", "contrato"])
def test_documents_of_other_groups_are_404(sucursal: Sucursal, hire: Hire, name: str):
    loan = sucursal.abierto()
    hire("titular")[0].get(f"{PRESTAMOS}/{loan['id']}/{name}", expect=404)


def test_a_late_loan_of_a_year_is_printed_on_more_pages(sucursal: Sucursal):
    sucursal.tipo = TipoPrestamoFactory(
        numero_pagos=52, interes=Decimal("0.6"), redondeo=Decimal(1), mora_tipo="fija", mora_valor=Decimal(25)
    )
    loan = sucursal.abierto(monto=5000)
    pagar(sucursal.titular, loan, 154)
    with clock.frozen(MARTES + timedelta(weeks=20)):
        sucursal.titular = enter(sucursal.titular, sucursal.persona)
        statement = printed(sucursal, loan, "estado-cuenta", format="pdf")
        card = printed(sucursal, loan, "tarjeta")
    assert all("Página 2 de" in words and "continuación" in words for words in (statement, card))
    assert "días de atraso" in statement
