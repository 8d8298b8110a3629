"""Routes and groups: whose they are, from which day on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.infra import clock
from app.infra.db import db
from app.suites.credito.equipo.models import MandoDeRuta
from tests.factories.credito import AsignacionFactory, GrupoFactory, PersonalFactory, RutaFactory
from tests.suites.credito.conftest import Hire
from tests.support import Caller, sign_in

ROOT = "/api/credito"
GRUPOS, RUTAS = f"{ROOT}/grupos", f"{ROOT}/rutas"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Monday 2 March 2026, noon in Mexico City."""
    with clock.frozen(datetime(2026, 3, 2, 18, tzinfo=UTC)):
        yield


def assignments(caller: Caller, grupo_id: int) -> list[tuple[Any, ...]]:
    found = caller.get(f"{ROOT}/asignaciones", grupo_id=grupo_id, sort="desde")["data"]
    return [(row["ruta_id"], row["titular_id"], row["cobrador_id"], row["desde"], row["hasta"]) for row in found]


def test_a_route_is_entered_changed_and_deleted(director: Caller) -> None:
    manager, supervisor = PersonalFactory(puesto="gerente"), PersonalFactory(puesto="supervisor")
    given = {"nombre": "Norte", "gerente_id": manager.id, "supervisor_id": supervisor.id}
    response = director.send("POST", RUTAS, json=given)
    created, address = response.get_json()["data"], response.headers["Location"]
    assert {name: created[name] for name in given} == given
    assert director.get(address)["data"] == created
    assert director.post(RUTAS, given, expect=409)["code"] == "nombre_taken"
    director.delete(address)
    director.get(address, expect=404)


def test_a_group_is_entered_changed_and_deleted(director: Caller) -> None:
    route, titular, collector = RutaFactory(), PersonalFactory(), PersonalFactory(puesto="cobrador")
    given = {
        "nombre": "Las Rosas",
        "ruta_id": route.id,
        "titular_id": titular.id,
        "cobrador_id": collector.id,
        "dia_reunion": 7,
        "hora_reunion": "17:30",
        "solidario": True,
    }
    response = director.send("POST", GRUPOS, json=given)
    created, address = response.get_json()["data"], response.headers["Location"]
    assert {name: created[name] for name in given} == given
    found = director.get(address)["data"]
    assert [(one["ruta_id"], one["desde"], one["hasta"]) for one in found.pop("asignaciones")] == [
        (route.id, "2026-03-02", None)
    ]
    assert found == created
    assert assignments(director, created["id"]) == [(route.id, titular.id, collector.id, "2026-03-02", None)]
    assert director.delete(f"{RUTAS}/{route.id}", expect=409)["code"] == "ruta_in_use"
    director.delete(address)
    director.delete(f"{RUTAS}/{route.id}")


def test_names_of_groups_are_unique_in_their_route(director: Caller) -> None:
    known, other = GrupoFactory(nombre="Sol"), GrupoFactory(nombre="Sol")
    moved = director.put(f"{GRUPOS}/{other.id}", {"ruta_id": known.ultima_ruta_id}, expect=409)
    assert (moved["code"], list(moved["errors"])) == ("nombre_taken", ["nombre"])


@pytest.mark.parametrize("field", ["titular_id", "cobrador_id"])
def test_people_of_a_group_have_the_position(director: Caller, field: str) -> None:
    group, wrong = GrupoFactory(), PersonalFactory(puesto="cajero")
    gone = PersonalFactory(puesto=field.removesuffix("_id"), activo=False)
    for one in (wrong, gone):
        assert list(director.put(f"{GRUPOS}/{group.id}", {field: one.id}, expect=400)["errors"]) == [field]
    director.put(f"{GRUPOS}/{group.id}", {field: 987654321}, expect=404)


@pytest.mark.parametrize("field", ["gerente_id", "supervisor_id"])
def test_people_of_a_route_have_the_position(director: Caller, field: str) -> None:
    wrong = PersonalFactory(puesto="titular")
    assert list(director.post(RUTAS, {"nombre": "Sur", field: wrong.id}, expect=400)["errors"]) == [field]
    assert list(director.put(f"{RUTAS}/{RutaFactory().id}", {field: wrong.id}, expect=400)["errors"]) == [field]


@pytest.mark.parametrize(
    ("field", "value"), [("dia_reunion", 0), ("dia_reunion", 8), ("hora_reunion", "24:00"), ("hora_reunion", "7:30")]
)
def test_a_wrong_field_is_named(director: Caller, field: str, value: object) -> None:
    assert list(director.put(f"{GRUPOS}/{GrupoFactory().id}", {field: value}, expect=400)["errors"]) == [field]


def test_a_change_of_people_holds_from_today_on(director: Caller) -> None:
    first, second, third = (PersonalFactory() for _ in range(3))
    group = GrupoFactory(titular_id=first.id)
    route = group.ultima_ruta_id
    director.put(f"{GRUPOS}/{group.id}", {"titular_id": second.id})
    expected = [(route, first.id, None, "2000-01-01", "2026-03-01"), (route, second.id, None, "2026-03-02", None)]
    assert assignments(director, group.id) == expected
    changed = director.put(f"{GRUPOS}/{group.id}", {"titular_id": third.id})["data"]
    assert changed["titular_id"] == third.id
    assert assignments(director, group.id)[1:] == [(route, third.id, None, "2026-03-02", None)]


def test_a_transfer_holds_from_its_day_on(director: Caller) -> None:
    old, new, route = PersonalFactory(), PersonalFactory(), RutaFactory()
    group = GrupoFactory(titular_id=old.id)
    address = f"{GRUPOS}/{group.id}"
    asked = {"titular_id": new.id, "ruta_id": route.id, "desde": "2026-03-09"}
    done = director.post(f"{address}/transferir", asked, expect=200)["data"]
    assert done["titular_id"] == old.id
    assert (done["asignacion"]["titular_id"], done["asignacion"]["desde"]) == (new.id, "2026-03-09")
    before = director.send("GET", address).headers["ETag"]
    assert director.send("GET", address, headers={"If-None-Match": before}).status_code == 200  # of any day
    with clock.frozen(datetime(2026, 3, 9, 5, 59, 59, tzinfo=UTC)):
        assert sign_in(director, "director").get(address)["data"]["titular_id"] == old.id
    with clock.frozen(datetime(2026, 3, 9, 6, tzinfo=UTC)):
        director = sign_in(director, "director")
        after = director.send("GET", address, headers={"If-None-Match": before})
        assert (after.get_json()["data"]["titular_id"], after.get_json()["data"]["ruta_id"]) == (new.id, route.id)
        assert [row["id"] for row in director.get(GRUPOS, ruta_id=route.id)["data"]] == [group.id]
        director.put(address, {"nombre": "Sol"}, 412, If_Match=before)
        director.put(address, {"nombre": "Sol"}, If_Match=after.headers["ETag"])


def test_a_transfer_replaces_what_was_planned_for_later(director: Caller) -> None:
    old, planned, now = (PersonalFactory() for _ in range(3))
    group = GrupoFactory(titular_id=old.id)
    address = f"{GRUPOS}/{group.id}/transferir"
    director.post(address, {"titular_id": planned.id, "desde": "2026-03-09"}, expect=200)
    director.post(address, {"titular_id": now.id, "desde": "2026-03-05"}, expect=200)
    people = [(row[1], row[3], row[4]) for row in assignments(director, group.id)]
    assert people == [(old.id, "2000-01-01", "2026-03-04"), (now.id, "2026-03-05", None)]


def test_a_transfer_into_the_past_is_refused(director: Caller) -> None:
    group, asked = GrupoFactory(), {"titular_id": PersonalFactory().id, "desde": "2026-03-01"}
    refused = director.post(f"{GRUPOS}/{group.id}/transferir", asked, expect=400)
    assert list(refused["errors"]) == ["desde"]


def test_the_people_a_route_had_are_kept(director: Caller) -> None:
    first, second = PersonalFactory(puesto="gerente"), PersonalFactory(puesto="gerente")
    route = RutaFactory(gerente_id=first.id)
    director.put(f"{RUTAS}/{route.id}", {"nombre": "Sur"})
    director.put(f"{RUTAS}/{route.id}", {"gerente_id": second.id})
    with director.client.application.app_context():
        rows = db.session.query(MandoDeRuta).filter_by(ruta_id=route.id).order_by(MandoDeRuta.desde).all()
        found = [(row.gerente_id, str(row.desde), str(row.hasta)) for row in rows]
    assert found == [(first.id, "2000-01-01", "2026-03-01"), (second.id, "2026-03-02", "None")]


def test_no_two_assignments_of_a_group_overlap(director: Caller) -> None:
    group = GrupoFactory()
    values = {"ruta_id": group.ultima_ruta_id, "titular_id": PersonalFactory().id, "numero": 2}
    with pytest.raises(IntegrityError, match="ex_credito_asignaciones_periodo"):
        AsignacionFactory(grupo_id=group.id, **values)


def test_a_person_is_given_routes_and_groups_in_their_scope_only(hire: Hire, director: Caller) -> None:
    manager, row = hire("gerente")
    own, other = RutaFactory(gerente_id=row.id), RutaFactory()
    group, foreign = GrupoFactory(ruta_id=own.id), GrupoFactory(ruta_id=other.id)
    asked = {"nombre": "Nuevo", "titular_id": PersonalFactory().id, "dia_reunion": 1}
    assert manager.post(GRUPOS, {**asked, "ruta_id": own.id})["data"]["ruta_id"] == own.id
    assert manager.post(GRUPOS, {**asked, "ruta_id": other.id}, expect=403)["code"] == "outside_scope"
    assert manager.put(f"{GRUPOS}/{group.id}", {"ruta_id": other.id}, expect=403)["code"] == "outside_scope"
    moving = {"ruta_id": other.id, "desde": "2026-03-09"}
    assert manager.post(f"{GRUPOS}/{group.id}/transferir", moving, expect=403)["code"] == "outside_scope"
    manager.put(f"{GRUPOS}/{foreign.id}", {"nombre": "Sol"}, expect=404)
    manager.delete(f"{GRUPOS}/{foreign.id}", expect=404)
    manager.get(f"{ROOT}/asignaciones", grupo_id=foreign.id)
    assert manager.get(f"{ROOT}/asignaciones", grupo_id=foreign.id)["data"] == []


def test_lists_are_filtered(director: Caller) -> None:
    titular, collector = PersonalFactory(), PersonalFactory(puesto="cobrador")
    group = GrupoFactory(nombre="Ñandú", titular_id=titular.id, cobrador_id=collector.id, dia_reunion=5)
    GrupoFactory(dia_reunion=4)
    by = {"titular_id": titular.id, "cobrador_id": collector.id, "dia_reunion": 5, "q": "nandu"}
    for name, value in by.items():
        assert [row["id"] for row in director.get(GRUPOS, **{name: value})["data"]] == [group.id]
    assert director.get(f"{ROOT}/asignaciones", fecha="1999-12-31")["data"] == []
    assert director.get(f"{ROOT}/asignaciones", fecha="2000-01-01")["pagination"]["total"] == 2
