"""Clients with a loan or a request of any state, and their guarantors, are not deleted."""

import pytest

from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal

CLIENTES = "/api/credito/clientes"


def refused(place: Sucursal, client_id: int) -> str:
    """Code by which a client is not deleted, and then is there as before."""
    address = f"{CLIENTES}/{client_id}"
    before = place.director.get(address)["data"]
    code: str = place.director.delete(address, expect=409)["code"]
    assert place.director.get(address)["data"] == before
    return code


def test_a_client_with_an_open_loan_and_its_guarantor_are_not_deleted(sucursal: Sucursal) -> None:
    guarantor = sucursal.cliente()
    loan = sucursal.abierto(avales=[guarantor.id])
    assert refused(sucursal, loan["cliente_id"]) == refused(sucursal, guarantor.id) == "cliente_in_use"
    assert sucursal.get(loan)["avales"] == [guarantor.id]


def test_a_client_whose_loan_was_settled_is_not_deleted(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    sucursal.pagar(loan, 4200)
    assert sucursal.get(loan)["estado"] == "liquidado"
    assert refused(sucursal, loan["cliente_id"]) == "cliente_in_use"


@pytest.mark.parametrize("verb", ["rechazar", "cancelar"])
def test_a_client_whose_only_request_came_to_nothing_is_not_deleted(sucursal: Sucursal, verb: str) -> None:
    guarantor = sucursal.cliente()
    loan = sucursal.solicitar(avales=[guarantor.id])
    caller = sucursal.director if verb == "rechazar" else sucursal.titular
    caller.post(f"{PRESTAMOS}/{loan['id']}/{verb}", {"motivo": "No cumple los requisitos"}, expect=200)
    assert refused(sucursal, loan["cliente_id"]) == refused(sucursal, guarantor.id) == "cliente_in_use"


def test_a_client_whom_nothing_refers_to_is_deleted(sucursal: Sucursal) -> None:
    client = sucursal.cliente().id
    sucursal.director.delete(f"{CLIENTES}/{client}")
    sucursal.director.get(f"{CLIENTES}/{client}", expect=404)
