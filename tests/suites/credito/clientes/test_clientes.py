"""Clients: what they are, who sees them, who may be the same person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.infra import clock
from tests.factories.credito import ClienteFactory, GrupoFactory, RutaFactory
from tests.factories.documents import upload
from tests.factories.files import PDF
from tests.suites.credito.conftest import Hire
from tests.support import Caller

CLIENTES = "/api/credito/clientes"
WHOLE = {
    "nombre": "Mariana",
    "apellido_paterno": "Hernández",
    "apellido_materno": "López",
    "curp": "BOXW310820HNERXN09",
    "rfc": "GODE561231GR8",
    "codigo_ine": "HRLPMR85041215M900",
    "fecha_nacimiento": "1985-04-12",
    "sexo": "mujer",
    "telefono": "55 5555-0134",
    "calle": "Av. Juárez 12",
    "colonia": "Centro",
    "cp": "06000",
    "municipio": "Cuauhtémoc",
    "entidad": "Ciudad de México",
    "lat": 19.432608,
    "lng": -99.133209,
    "estado_civil": "union_libre",
    "num_hijos": 2,
    "propiedad": "casa_propia",
    "es_aval": False,
    "limite_credito": 10000,
    "referencias": [{"nombre": "Rosa", "telefono": "5555550199", "relacion": "hermana"}],
    "notas": "Vende los martes",
}
LEAST = {name: WHOLE[name] for name in ("nombre", "apellido_paterno", "colonia", "cp", "estado_civil", "propiedad")}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Monday 2 March 2026, noon in Mexico City."""
    with clock.frozen(datetime(2026, 3, 2, 18, tzinfo=UTC)):
        yield


def test_a_client_is_entered_changed_and_deleted(director: Caller) -> None:
    given = {**WHOLE, "grupo_id": GrupoFactory().id}
    response = director.send("POST", CLIENTES, json=given)
    answer, address = response.get_json(), response.headers["Location"]
    assert answer["avisos"] == []
    found = {name: answer["data"][name] for name in given}
    assert found | {name: float(found[name]) for name in ("lat", "lng")} == given
    assert answer["data"]["nombre_completo"] == "Mariana Hernández López"
    assert director.get(address)["data"] == answer["data"]
    changed = director.put(address, {"apellido_materno": None, "telefono": None})["data"]
    assert (changed["nombre_completo"], changed["telefono"]) == ("Mariana Hernández", None)
    director.delete(address)
    director.get(address, expect=404)


def test_values_that_are_not_given_are_the_usual_ones(director: Caller) -> None:
    found = director.post(CLIENTES, LEAST)["data"]
    assert (found["es_aval"], found["num_hijos"], found["estado"], found["referencias"]) == (True, 0, "activo", [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("curp", "BOXW310820HNERXN08"),
        ("rfc", "X"),
        ("codigo_ine", "hrlpmr85041215m900"),
        ("codigo_ine", "HRLP"),
        ("cp", "6000"),
        ("cp", "٠٦٠٠٠"),
        ("fecha_nacimiento", "2008-03-03"),
        ("estado_civil", "complicado"),
        ("num_hijos", 31),
        ("num_hijos", -1),
        ("propiedad", ""),
        ("lat", 90.1),
        ("lng", 12),
        ("limite_credito", 0),
        ("fecha_fallecimiento", "2026-03-01"),
        ("referencias", [{"telefono": "1"}]),
        ("ine_id", 999_999),
        ("apellido_materno", " "),
    ],
)
def test_a_wrong_value_is_400_and_names_the_field(director: Caller, field: str, value: Any) -> None:
    problem = director.post(CLIENTES, {**LEAST, field: value}, expect=400)
    named = "lat" if (field, value) == ("lng", 12) else "lng" if (field, value) == ("lat", 12) else field
    assert list(problem["errors"]) == [named]


@pytest.mark.parametrize("field", ["curp", "codigo_ine"])
def test_a_curp_and_a_code_of_the_ine_belong_to_one_client(director: Caller, field: str) -> None:
    director.post(CLIENTES, {**LEAST, field: WHOLE[field]})
    problem = director.post(CLIENTES, {**LEAST, field: WHOLE[field]}, expect=409)
    assert (problem["code"], list(problem["errors"])) == (f"{field}_taken", [field])


def test_death_has_a_day_and_only_death_has_one(director: Caller) -> None:
    address = f"{CLIENTES}/{ClienteFactory().id}"
    assert list(director.put(address, {"estado": "fallecido"}, expect=400)["errors"]) == ["fecha_fallecimiento"]
    late = {"estado": "fallecido", "fecha_fallecimiento": "2026-03-03"}
    assert list(director.put(address, late, expect=400)["errors"]) == ["fecha_fallecimiento"]
    director.put(address, {**late, "fecha_fallecimiento": "2026-03-02"})
    assert list(director.put(address, {"estado": "activo"}, expect=400)["errors"]) == ["fecha_fallecimiento"]
    assert director.put(address, {"estado": "baja", "fecha_fallecimiento": None})["data"]["estado"] == "baja"


@pytest.mark.parametrize(
    ("given", "is_same"),
    [
        ({"nombre": "MARIANA", "apellido_paterno": "Hernandez", "fecha_nacimiento": "1985-04-12"}, True),
        ({"nombre": "Mariana", "apellido_paterno": "Hernández", "fecha_nacimiento": "1985-04-13"}, False),
        ({"nombre": "Mariana", "apellido_paterno": "Hernández"}, False),
        ({"nombre": "Otra", "telefono": "(55) 5555 0134"}, True),
        ({"nombre": "Otra", "telefono": "5555550135"}, False),
    ],
)
def test_a_notice_names_others_with_the_same_telephone_or_name_and_day_of_birth(
    director: Caller, given: dict[str, Any], is_same: bool
) -> None:
    first = director.post(CLIENTES, {**LEAST, "fecha_nacimiento": "1985-04-12", "telefono": "55 5555-0134"})["data"]
    notices = director.post(CLIENTES, {**LEAST, **given})["avisos"]
    assert notices == ([f"posible_duplicado:{first['id']}"] if is_same else [])


@pytest.mark.parametrize(
    "q", ["maria", "HERNANDEZ lop", "BOXW3108", "hrlpmr85", "5555550134", "55 5555-0134", "lópez mariana"]
)
def test_clients_are_found_by_words_numbers_and_codes(director: Caller, q: str) -> None:
    director.post(CLIENTES, {**LEAST, "nombre": "Rosa", "apellido_paterno": "Díaz"})
    wanted = director.post(CLIENTES, WHOLE)["data"]["id"]
    assert [row["id"] for row in director.get(CLIENTES, q=q)["data"]] == [wanted]


def test_lists_are_filtered_by_state_route_group_and_aval(director: Caller) -> None:
    route = RutaFactory()
    group = GrupoFactory(ruta_id=route.id)
    wanted = ClienteFactory(grupo_id=group.id, estado="bloqueado", es_aval=False)
    ClienteFactory(grupo_id=GrupoFactory().id)
    for criteria in ({"estado": "bloqueado"}, {"ruta_id": route.id}, {"grupo_id": group.id}, {"es_aval": "false"}):
        assert [row["id"] for row in director.get(CLIENTES, **criteria)["data"]] == [wanted.id]


def test_a_titular_sees_and_enters_clients_of_her_groups_only(hire: Hire) -> None:
    caller, row = hire("titular")
    own, other = GrupoFactory(titular_id=row.id), GrupoFactory()
    mine, hidden, alone = (ClienteFactory(grupo_id=one) for one in (own.id, other.id, None))
    assert [one["id"] for one in caller.get(CLIENTES)["data"]] == [mine.id]
    for one in (hidden, alone):
        caller.get(f"{CLIENTES}/{one.id}", expect=404)
        caller.put(f"{CLIENTES}/{one.id}", {"notas": "x"}, expect=404)
    caller.post(CLIENTES, {**LEAST, "grupo_id": own.id})
    for grupo_id in (other.id, None):
        assert caller.post(CLIENTES, {**LEAST, "grupo_id": grupo_id}, expect=403)["code"] == "outside_scope"
    assert caller.put(f"{CLIENTES}/{mine.id}", {"grupo_id": other.id}, expect=403)["code"] == "outside_scope"


def test_a_group_that_does_not_exist_is_404(director: Caller) -> None:
    director.post(CLIENTES, {**LEAST, "grupo_id": 999_999}, expect=404)


def test_the_party_has_the_name_and_nothing_else(admin: Caller) -> None:
    made = admin.post(CLIENTES, WHOLE)["data"]
    party = admin.get(f"/api/parties/{made['id']}")["data"]
    assert (party["name"], party["kind"]) == ("Mariana Hernández López", "person")
    assert {party[name] for name in ("document_number", "phone", "address", "notes")} == {None}
    admin.put(f"{CLIENTES}/{made['id']}", {"nombre": "Ana"})
    assert admin.get(f"/api/parties/{made['id']}")["data"]["name"] == "Ana Hernández López"
    admin.delete(f"{CLIENTES}/{made['id']}")
    admin.get(f"/api/parties/{made['id']}", expect=404)


def test_documents_are_read_by_those_who_see_the_client(hire: Hire, user: Caller) -> None:
    caller, row = hire("titular")
    own, stranger = GrupoFactory(titular_id=row.id), hire("titular")[0]
    card, other = (upload(caller)["id"] for _ in range(2))
    made = caller.post(CLIENTES, {**LEAST, "grupo_id": own.id, "ine_id": card})["data"]
    address = f"{CLIENTES}/{made['id']}"
    assert caller.send("GET", f"{address}/ine").get_data() == PDF
    caller.get(f"{address}/comprobante", expect=404)
    stranger.get(f"{address}/ine", expect=404)
    user.get(f"/api/files/{card}", expect=404)
    stranger.post(CLIENTES, {**LEAST, "grupo_id": own.id, "ine_id": card}, expect=400)
    caller.put(address, {"ine_id": other})
    assert caller.put(address, {"ine_id": card}, expect=400)["errors"] == {"ine_id": ["There is no such file."]}
    note = upload(caller)["id"]
    caller.get(f"{address}/pagare", expect=404)
    assert caller.put(address, {"pagare_id": note})["data"]["pagare_id"] == note
    assert caller.send("GET", f"{address}/pagare").get_data() == PDF
    stranger.get(f"{address}/pagare", expect=404)
    caller.delete(address)
    caller.get(f"{address}/ine", expect=404)


def test_a_point_is_kept_to_six_decimals(director: Caller) -> None:
    found = director.post(CLIENTES, {**LEAST, "lat": "19.43260771234", "lng": -99.13320999})["data"]
    assert (str(found["lat"]), str(found["lng"])) == ("19.432608", "-99.133210")


def test_a_presidenta_is_a_client_of_the_group_and_stays_in_it(director: Caller) -> None:
    group, other = GrupoFactory(), GrupoFactory()
    member, stranger = ClienteFactory(grupo_id=group.id), ClienteFactory(grupo_id=other.id)
    address = f"/api/credito/grupos/{group.id}"
    assert list(director.put(address, {"presidenta_id": stranger.id}, expect=400)["errors"]) == ["presidenta_id"]
    assert director.put(address, {"presidenta_id": member.id})["data"]["presidenta_id"] == member.id
    moving = director.put(f"{CLIENTES}/{member.id}", {"grupo_id": other.id}, expect=409)
    assert moving["code"] == "cliente_es_presidenta"
    director.delete(f"{CLIENTES}/{member.id}", expect=409)
    director.put(address, {"presidenta_id": None})
    director.put(f"{CLIENTES}/{member.id}", {"grupo_id": other.id})
