"""Receipts of expenses, and who reads them."""

from tests.factories.documents import upload
from tests.factories.files import PDF
from tests.suites.credito.caja.test_cortes import path
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal


def test_a_receipt_is_read_by_those_who_see_the_cut_and_goes_with_its_expense(sucursal: Sucursal, hire: Hire) -> None:
    receipt = upload(sucursal.titular)["id"]
    body = {"concepto": "Gasolina", "monto": 80, "comprobante_id": receipt}
    spent = sucursal.titular.post(path(sucursal.corte, "gastos"), body)["data"]
    address = path(sucursal.corte, "gastos", spent["id"], "comprobante")
    assert spent["comprobante_id"] == receipt
    for caller in (sucursal.titular, sucursal.director):
        assert caller.send("GET", address).get_data() == PDF
    stranger = hire("titular")[0]
    stranger.get(address, expect=404)
    again = {**body, "comprobante_id": receipt}
    refused = stranger.post(path(stranger.post("/api/credito/cortes", {})["data"], "gastos"), again, expect=400)
    assert refused["errors"] == {"comprobante_id": ["There is no such file."]}
    sucursal.titular.delete(path(sucursal.corte, "gastos", spent["id"]))
    sucursal.titular.get(address, expect=404)
    assert sucursal.titular.post(path(sucursal.corte, "gastos"), again, expect=400)["code"] == "validation_failed"


def test_an_expense_without_a_receipt_has_none(sucursal: Sucursal) -> None:
    spent = sucursal.titular.post(path(sucursal.corte, "gastos"), {"concepto": "Agua", "monto": 5})["data"]
    assert spent["comprobante_id"] is None
    sucursal.titular.get(path(sucursal.corte, "gastos", spent["id"], "comprobante"), expect=404)
