"""Files of credito are fetched, at their own addresses and as files, by all whose permissions show the row."""

from typing import Any

import pytest

from tests.factories.credito import GrupoFactory, RutaFactory
from tests.factories.documents import upload
from tests.factories.files import PDF
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today
from tests.support import Caller

__all__ = ["sucursal", "today"]

ROOT = "/api/credito"
PUESTOS = ("director", "gerente", "supervisor", "titular", "cobrador", "cajero", "consulta")
OF_CUTS = frozenset({"director", "gerente", "supervisor", "titular", "consulta"})
"""Positions that see the cut of the titular: cashiers see their own, and collectors are nobody's superiors."""


@pytest.fixture
def branch(sucursal: Sucursal, hire: Hire) -> tuple[Sucursal, dict[str, Caller]]:
    """A branch whose group has people of each position."""
    callers, people = {"titular": sucursal.titular}, {}
    for puesto in PUESTOS:
        if puesto != "titular":
            callers[puesto], people[puesto] = hire(puesto)
    ruta = RutaFactory(gerente_id=people["gerente"].id, supervisor_id=people["supervisor"].id)
    sucursal.grupo = GrupoFactory(
        ruta_id=ruta.id, titular_id=sucursal.persona.id, cobrador_id=people["cobrador"].id, dia_reunion=1
    )
    return sucursal, callers


def as_files(file: dict[str, Any]) -> tuple[str, str]:
    """Addresses of a file in the core."""
    return f"/api/files/{file['id']}", f"/api/files/{file['file_path']}"


def fetched(caller: Caller, address: str) -> bool:
    """Whether a caller gets the file; who does not see the row learns nothing."""
    response: Any = caller.send("GET", address)
    assert response.status_code in (200, 404), response.get_data(as_text=True)
    return response.status_code == 200 and response.get_data() == PDF


def test_documents_of_clients_and_photos_are_fetched_by_every_position(
    branch: tuple[Sucursal, dict[str, Caller]],
) -> None:
    place, callers = branch
    client = f"{ROOT}/clientes/{place.cliente().id}"
    names = ("ine", "comprobante", "pagare")
    files = {name: upload(place.titular) for name in (*names, "foto")}
    place.titular.put(client, {f"{name}_id": files[name]["id"] for name in names})
    body = {"cliente_id": int(client.rpartition("/")[2]), "resultado": "no_estaba"}
    visit = place.titular.post(f"{ROOT}/visitas", {**body, "foto_id": files["foto"]["id"]})["data"]
    addresses = [*(f"{client}/{name}" for name in names), f"{ROOT}/visitas/{visit['id']}/foto"]
    for address in (*addresses, *(one for file in files.values() for one in as_files(file))):
        assert {puesto for puesto in PUESTOS if fetched(callers[puesto], address)} == set(PUESTOS), address


def test_receipts_of_expenses_are_fetched_by_those_who_see_the_cut(branch: tuple[Sucursal, dict[str, Caller]]) -> None:
    place, callers = branch
    cut = f"{ROOT}/cortes/{place.corte.id}"
    file = upload(place.titular)
    body = {"concepto": "Gasolina", "monto": 80, "comprobante_id": file["id"]}
    spent = place.titular.post(f"{cut}/gastos", body)["data"]
    seen = {puesto for puesto in PUESTOS if callers[puesto].send("GET", cut).status_code == 200}
    assert seen == OF_CUTS
    for address in (f"{cut}/gastos/{spent['id']}/comprobante", *as_files(file)):
        assert {puesto for puesto in PUESTOS if fetched(callers[puesto], address)} == seen, address


def test_a_file_that_is_attached_to_nothing_is_its_uploaders(
    branch: tuple[Sucursal, dict[str, Caller]], admin: Caller
) -> None:
    _, callers = branch
    file = upload(callers["cobrador"])
    for address in as_files(file):
        assert {puesto for puesto in PUESTOS if fetched(callers[puesto], address)} == {"cobrador"}
        assert fetched(admin, address)


def test_documents_of_another_route_are_not_there(branch: tuple[Sucursal, dict[str, Caller]], hire: Hire) -> None:
    place, _ = branch
    file = upload(place.titular)
    place.titular.put(f"{ROOT}/clientes/{place.cliente().id}", {"ine_id": file["id"]})
    elsewhere = {puesto: hire(puesto)[0] for puesto in ("gerente", "supervisor", "titular", "cobrador")}
    for address in as_files(file):
        assert [puesto for puesto, caller in elsewhere.items() if fetched(caller, address)] == []
