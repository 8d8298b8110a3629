"""Scope: rows that a position may see, by today's assignments."""

from datetime import UTC, datetime, timedelta

import pytest

from app.infra import clock
from tests.factories.credito import GrupoFactory, PersonalFactory, RutaFactory
from tests.suites.credito.conftest import Hire, enter
from tests.support import Caller

GRUPOS, RUTAS = "/api/credito/grupos", "/api/credito/rutas"


def seen(caller: Caller, address: str) -> set[int]:
    found = caller.get(address)
    assert found["pagination"]["total"] == len(found["data"])
    return {row["id"] for row in found["data"]}


@pytest.mark.parametrize("puesto", ["director", "cajero", "consulta"])
def test_directors_cashiers_and_consulta_have_all(hire: Hire, puesto: str) -> None:
    group = GrupoFactory()
    caller = hire(puesto)[0]
    assert (seen(caller, GRUPOS), seen(caller, RUTAS)) == ({group.id}, {group.ultima_ruta_id})


def test_an_admin_needs_no_row_of_the_suite(admin: Caller) -> None:
    group = GrupoFactory()
    assert seen(admin, GRUPOS) == {group.id}


@pytest.mark.parametrize("puesto", ["gerente", "supervisor"])
def test_a_manager_and_a_supervisor_have_the_groups_of_their_routes(hire: Hire, puesto: str) -> None:
    caller, row = hire(puesto)
    own, empty = (RutaFactory(**{f"{puesto}_id": row.id}) for _ in range(2))
    group, other = GrupoFactory(ruta_id=own.id), GrupoFactory()
    assert (seen(caller, GRUPOS), seen(caller, RUTAS)) == ({group.id}, {own.id, empty.id})
    caller.get(f"{GRUPOS}/{other.id}", expect=404)
    caller.get(f"{RUTAS}/{other.ultima_ruta_id}", expect=404)


@pytest.mark.parametrize("puesto", ["titular", "cobrador"])
def test_a_titular_and_a_collector_have_their_groups(hire: Hire, puesto: str) -> None:
    caller, row = hire(puesto)
    group, other = GrupoFactory(**{f"{puesto}_id": row.id}), GrupoFactory()
    assert (seen(caller, GRUPOS), seen(caller, RUTAS)) == ({group.id}, {group.ultima_ruta_id})
    caller.get(f"{GRUPOS}/{other.id}", expect=404)


def test_a_position_that_one_no_longer_has_gives_nothing(hire: Hire, admin: Caller) -> None:
    caller, row = hire("titular")
    GrupoFactory(titular_id=row.id)
    admin.put(f"/api/users/{row.user_id}", {"role": "gerente"})
    renewed = hire("gerente")[0]
    assert seen(renewed, GRUPOS) == set()
    caller.get(GRUPOS, expect=401)


def test_a_person_who_is_not_active_sees_nothing(hire: Hire) -> None:
    caller, row = hire("titular", activo=False)
    GrupoFactory(titular_id=row.id)
    assert (seen(caller, GRUPOS), seen(caller, RUTAS)) == (set(), set())


def test_an_assignment_counts_from_its_day(anonymous: Caller) -> None:
    caller, row, chief = anonymous, PersonalFactory(puesto="cobrador"), PersonalFactory(puesto="director")
    group = GrupoFactory()
    with clock.frozen(datetime(2026, 3, 2, 18, tzinfo=UTC)):
        asked = {"cobrador_id": row.id, "desde": "2026-03-09"}
        enter(caller, chief).post(f"{GRUPOS}/{group.id}/transferir", asked, expect=200)
    midnight = datetime(2026, 3, 9, 6, tzinfo=UTC)
    for moment, groups in ((midnight - timedelta(seconds=1), set()), (midnight, {group.id})):
        with clock.frozen(moment):
            assert seen(enter(caller, row), GRUPOS) == groups
