"""People of the suite: users with a position, which is their role."""

import pytest

from app.core.identity.models import User
from app.infra.db import db
from tests.factories.auth import UserFactory
from tests.factories.credito import GrupoFactory, PersonalFactory, RutaFactory
from tests.suites.credito.conftest import Hire
from tests.support import Caller

PERSONAL = "/api/credito/personal"


def new(user_id: int, **values: object) -> dict[str, object]:
    return {"user_id": user_id, "nombre": "Ana Ruiz", "puesto": "cobrador", "clave": "ANA1", **values}


def role_of(caller: Caller, user_id: int) -> str:
    with caller.client.application.app_context():
        return db.session.get_one(User, user_id).role


def test_a_person_is_entered_changed_and_deleted(admin: Caller) -> None:
    boss, made = PersonalFactory(puesto="supervisor"), UserFactory(role="user")
    given = new(made.id, jefe_id=boss.id, telefono="+52 55 5555 0134", limite_efectivo=20000.5)
    response = admin.send("POST", PERSONAL, json=given)
    created, address = response.get_json()["data"], response.headers["Location"]
    assert (response.status_code, address) == (201, f"{PERSONAL}/{created['id']}")
    assert {name: created[name] for name in given} == given
    assert (created["limite_prestamo"], created["activo"]) == (5000, True)
    assert admin.get(address)["data"] == created
    changed = admin.put(address, {"limite_efectivo": None, "activo": False})["data"]
    assert (changed["limite_efectivo"], changed["activo"], changed["clave"]) == (None, False, "ANA1")
    assert admin.delete(address) == {"message": "Personal deleted"}
    admin.get(address, expect=404)


def test_a_position_is_the_role_of_the_user(admin: Caller) -> None:
    made = UserFactory(role="user")
    created = admin.post(PERSONAL, new(made.id, puesto="titular"))["data"]
    assert role_of(admin, made.id) == "titular"
    address = f"{PERSONAL}/{created['id']}"
    before = admin.send("GET", address).headers["ETag"]
    admin.put(f"/api/users/{made.id}", {"role": "viewer"})
    again = admin.send("GET", address, headers={"If-None-Match": before})
    assert (again.status_code, again.get_json()["data"]["puesto"]) == (200, None)
    admin.put(address, {"nombre": "Ana"}, 412, If_Match=before)
    admin.put(address, {"nombre": "Ana"}, If_Match=again.headers["ETag"])
    admin.put(address, {"puesto": "supervisor"})
    assert (role_of(admin, made.id), admin.get(address)["data"]["puesto"]) == ("supervisor", "supervisor")


def test_a_director_gives_no_position_that_may_more_and_takes_none(director: Caller) -> None:
    cashier, chief, looker = UserFactory(role="cajero"), UserFactory(role="admin"), UserFactory(role="consulta")
    director.post(PERSONAL, new(cashier.id, puesto="cajero"))
    other = new(chief.id, puesto="consulta", clave="JEFE")
    assert director.post(PERSONAL, other, expect=403)["code"] == "permission_not_held"
    assert role_of(director, chief.id) == "admin"
    director.post(PERSONAL, new(looker.id, puesto="admin", clave="MAS"), expect=403)
    assert role_of(director, looker.id) == "consulta"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clave", "A"),
        ("clave", "ana1"),
        ("clave", "ABCDEFG"),
        ("clave", "AB\n"),
        ("puesto", "jefe"),
        ("puesto", "user"),
        ("limite_efectivo", 0),
        ("limite_prestamo", None),
        ("nombre", " "),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, field: str, value: object) -> None:
    given = new(UserFactory().id, **{field: value})
    assert list(admin.post(PERSONAL, given, expect=400)["errors"]) == [field]


def test_user_and_clave_are_of_one_person(admin: Caller) -> None:
    known = PersonalFactory(clave="LUZ")
    assert admin.post(PERSONAL, new(known.user_id, puesto=None), expect=409)["code"] == "user_id_taken"
    assert admin.post(PERSONAL, new(UserFactory().id, clave="LUZ"), expect=409)["code"] == "clave_taken"
    admin.post(PERSONAL, new(987654321), expect=404)
    admin.post(PERSONAL, new(UserFactory().id, jefe_id=987654321), expect=404)
    moved = admin.put(f"{PERSONAL}/{known.id}", {"user_id": UserFactory().id}, expect=400)
    assert list(moved["errors"]) == ["user_id"]


def test_nobody_is_their_own_superior(admin: Caller) -> None:
    one = PersonalFactory()
    two = PersonalFactory(jefe_id=one.id)
    three = PersonalFactory(jefe_id=two.id)
    for jefe in (one, two, three):
        assert list(admin.put(f"{PERSONAL}/{one.id}", {"jefe_id": jefe.id}, expect=400)["errors"]) == ["jefe_id"]
    admin.put(f"{PERSONAL}/{three.id}", {"jefe_id": one.id})


def test_a_person_with_a_route_or_a_group_stays(admin: Caller) -> None:
    manager, titular = PersonalFactory(puesto="gerente"), PersonalFactory()
    GrupoFactory(ruta_id=RutaFactory(gerente_id=manager.id).id, titular_id=titular.id)
    for one in (manager, titular):
        assert admin.delete(f"{PERSONAL}/{one.id}", expect=409)["code"] == "personal_in_use"
    assert admin.delete(f"/api/users/{titular.user_id}", expect=409)["code"] == "user_in_use"


def test_a_superior_exists_and_stays(admin: Caller) -> None:
    boss, free = PersonalFactory(puesto="supervisor"), PersonalFactory()
    PersonalFactory(jefe_id=boss.id)
    assert admin.delete(f"{PERSONAL}/{boss.id}", expect=409)["code"] == "personal_in_use"
    admin.post(PERSONAL, new(UserFactory().id, jefe_id=10**6), expect=404)
    admin.put(f"{PERSONAL}/{free.id}", {"jefe_id": 10**6}, expect=404)


def test_people_are_found_by_name_clave_position_and_superior(admin: Caller) -> None:
    boss = PersonalFactory(nombre="Íñigo Sáenz", clave="ZZ9", puesto="supervisor")
    PersonalFactory(jefe_id=boss.id, activo=False)
    for query in ({"q": "inigo saenz"}, {"q": "zz9"}, {"puesto": "supervisor"}):
        assert [row["id"] for row in admin.get(PERSONAL, **query)["data"]] == [boss.id]
    assert admin.get(PERSONAL, jefe_id=boss.id, activo="true")["data"] == []
    assert admin.get(PERSONAL, jefe_id=boss.id)["pagination"]["total"] == 1


def test_one_sees_those_one_works_with(hire: Hire) -> None:
    supervisor, boss = hire("supervisor")
    titular, leader = hire("titular", jefe_id=boss.id)
    _, stranger = hire("titular")
    collector, taker = hire("cobrador")
    route = RutaFactory(supervisor_id=boss.id)
    GrupoFactory(ruta_id=route.id, titular_id=leader.id, cobrador_id=taker.id)
    GrupoFactory(titular_id=stranger.id)
    for caller in (supervisor, titular, collector):
        assert {row["id"] for row in caller.get(PERSONAL)["data"]} == {boss.id, leader.id, taker.id}
        caller.get(f"{PERSONAL}/{stranger.id}", expect=404)
    assert hire("gerente")[0].get(PERSONAL)["pagination"]["total"] == 5
