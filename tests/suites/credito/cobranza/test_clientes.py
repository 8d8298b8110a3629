"""Debts of clients, their history, and suggested guarantors."""

from datetime import timedelta
from typing import Any

from app.infra import clock
from tests.factories.credito import ClienteFactory, GrupoFactory
from tests.statements import counted
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

CLIENTES = "/api/credito/clientes"
SUMAS = ("prestamos_abiertos", "prestamos_avalados", "saldo", "prestamo_papel", "prestamo_real")


def sums(place: Sucursal, client: Any) -> list[Any]:
    """The computed fields of a client, which are alike alone and in a list."""
    alone = place.titular.get(f"{CLIENTES}/{client.id}")["data"]
    listed = {one["id"]: one for one in place.titular.get(CLIENTES)["data"]}[client.id]
    assert alone == listed
    return [alone[name] for name in SUMAS]


def test_the_sums_of_a_client_are_those_of_their_open_loans(sucursal: Sucursal):
    client, guarantor = sucursal.cliente(), sucursal.cliente()
    assert sums(sucursal, client) == [0, 0, 0, 0, 0]
    loan = sucursal.solicitar(client, avales=[guarantor.id])
    assert (sums(sucursal, client), sums(sucursal, guarantor)) == ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])
    sucursal.aprobar(loan)
    sucursal.desembolsar(loan)
    pagar(sucursal.titular, loan, 300)
    assert sums(sucursal, client) == [1, 0, 3900, 3000, 3000]
    assert sums(sucursal, guarantor) == [0, 1, 0, 0, 0]
    pagar(sucursal.titular, loan, 3900)
    assert (sums(sucursal, client), sums(sucursal, guarantor)) == ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])


def test_a_renewed_loan_counts_by_its_paper_and_by_what_was_handed_over(sucursal: Sucursal):
    client = sucursal.cliente()
    loan = sucursal.solicitar(client)
    sucursal.aprobar(loan)
    sucursal.desembolsar(loan)
    pagar(sucursal.titular, loan, 2700)
    renewed = {"tipo_prestamo_id": sucursal.tipo.id, "monto": 4000}
    newer = sucursal.titular.post(f"{PRESTAMOS}/{loan['id']}/renovar", renewed)["data"]
    sucursal.aprobar(newer)
    sucursal.desembolsar(newer)
    assert sums(sucursal, client) == [1, 0, 5600, 4000, 2500]


def test_a_payment_changes_the_tag_of_its_client(sucursal: Sucursal):
    loan = sucursal.abierto()
    address = f"{CLIENTES}/{loan['cliente_id']}"
    before = sucursal.titular.send("GET", address).headers["ETag"]
    known = {"If-None-Match": before}
    assert sucursal.titular.send("GET", address, headers=known).status_code == 304
    pagar(sucursal.titular, loan, 300)
    after = sucursal.titular.send("GET", address, headers=known)
    assert (after.status_code, after.get_json()["data"]["saldo"]) == (200, 3900)
    note = {"notas": "Vende los lunes"}
    assert sucursal.titular.send("PUT", address, json=note, headers={"If-Match": before}).status_code == 412
    changed = sucursal.titular.send("PUT", address, json=note, headers={"If-Match": after.headers["ETag"]})
    assert changed.status_code == 200


def test_a_list_of_clients_takes_as_many_statements_however_many_they_are(sucursal: Sucursal):
    def count() -> int:
        with counted() as found:
            sucursal.titular.get(CLIENTES)
        return len(found)

    sucursal.abierto()
    before = count()
    for _ in range(5):
        sucursal.abierto()
    assert count() == before


def test_the_history_of_a_client_has_loans_payments_and_missed_weeks(sucursal: Sucursal, hire: Hire):
    loan, other = sucursal.abierto(), sucursal.abierto()
    first, second = (pagar(sucursal.titular, loan, amount)["data"]["id"] for amount in (300, 450))
    pagar(sucursal.titular, other, 300)
    found = sucursal.titular.get(f"{CLIENTES}/{loan['cliente_id']}/historial")["data"]
    assert [one["id"] for one in found["prestamos"]] == [loan["id"]]
    assert [one["id"] for one in found["pagos"]] == [second, first]
    assert (found["cliente_id"], found["faltas"]) == (loan["cliente_id"], [])
    assert found["prestamos"][0]["saldo"] == 3450
    hire("titular")[0].get(f"{CLIENTES}/{loan['cliente_id']}/historial", expect=404)
    with clock.frozen(MARTES + timedelta(days=1)):
        paid = sucursal.titular.get("/api/credito/pagos", cliente_id=other["cliente_id"])
    assert paid["pagination"]["total"] == 1


def test_guarantors_are_suggested_by_their_load(sucursal: Sucursal, hire: Hire):
    client, busy, free = (sucursal.cliente(nombre=name) for name in ("Zoila", "Ana", "Berta"))
    for values in ({"es_aval": False}, {"estado": "bloqueado"}, {"grupo_id": GrupoFactory().id}):
        sucursal.cliente(**values)
    loan = sucursal.solicitar(sucursal.cliente(es_aval=False), avales=[busy.id])
    sucursal.aprobar(loan)
    sucursal.desembolsar(loan)
    found = sucursal.titular.get(f"{CLIENTES}/{client.id}/avales-sugeridos")
    shown = [(one["id"], one["prestamos_avalados"]) for one in found["data"]]
    assert (shown, found["pagination"]["total"]) == ([(free.id, 0), (busy.id, 1)], 2)
    page = sucursal.titular.get(f"{CLIENTES}/{client.id}/avales-sugeridos", page=2, per_page=1)["data"]
    assert [one["id"] for one in page] == [busy.id]
    hire("titular")[0].get(f"{CLIENTES}/{client.id}/avales-sugeridos", expect=404)


def test_a_client_without_a_group_has_no_suggested_guarantors(director: Caller):
    alone = ClienteFactory()
    ClienteFactory()
    assert director.get(f"{CLIENTES}/{alone.id}/avales-sugeridos")["data"] == []
