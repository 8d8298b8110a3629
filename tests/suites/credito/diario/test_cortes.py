"""Cuts: one open at a time, begun with the cash that the last one left."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db
from app.kernel.errors import Conflict
from app.suites.credito.diario.service import CorteService
from tests.factories.credito import CorteFactory, GrupoFactory, PersonalFactory, RutaFactory
from tests.suites.credito.conftest import Hire
from tests.support import Caller

CORTES = "/api/credito/cortes"
OPENED = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Context]:
    with app.app_context():
        yield make_context(db.session())


def handed_over(personal_id: int, seed: int = 0, days: int = 0, estado: str = "entregado") -> int:
    """Id of a cut that was handed over and left some cash."""
    end = OPENED + timedelta(days=days, hours=8)
    confirmed = {"contado_al_confirmar": Decimal(0), "esperado_al_confirmar": Decimal(0), "confirmado_en": end}
    found: int = CorteFactory(
        personal_id=personal_id,
        abierto_en=OPENED + timedelta(days=days),
        entregado_en=end,
        desde=date(2026, 3, 2),
        hasta=date(2026, 3, 2),
        estado=estado,
        semilla_siguiente=Decimal(seed),
        **(confirmed if estado == "confirmado" else {}),
    ).id
    return found


def test_a_cut_is_opened_once(hire: Hire) -> None:
    caller, row = hire("cobrador")
    with clock.frozen(datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC)):  # 23:59:59 of the day before in Mexico City
        response = caller.send("POST", CORTES, json={})
    made = response.get_json()["data"]
    assert (response.status_code, made["personal_id"], made["desde"], made["hasta"]) == (
        201,
        row.id,
        "2026-03-02",
        None,
    )
    assert (made["estado"], made["semilla"], made["folio"][:2]) == ("abierto", 0, "C-")
    assert caller.get(response.headers["Location"])["data"]["folio"] == made["folio"]
    assert caller.post(CORTES, {}, expect=409)["code"] == "corte_abierto"


def test_a_cut_begins_with_what_the_last_one_left(hire: Hire) -> None:
    caller, row = hire("cobrador")
    handed_over(row.id, seed=700)
    handed_over(row.id, seed=500, days=1)
    assert caller.post(CORTES, {"semilla": 700}, expect=409)["code"] == "semilla_no_coincide"
    assert caller.post(CORTES, {"semilla": "500.00"})["data"]["semilla"] == 500


def test_a_cut_begins_today(hire: Hire) -> None:
    caller, _ = hire("cobrador")
    assert list(caller.post(CORTES, {"desde": "2026-01-01"}, expect=400)["errors"]) == ["desde"]


def test_a_user_who_is_nobody_of_the_suite_has_no_cash(admin: Caller) -> None:
    assert admin.post(CORTES, {}, expect=409)["code"] == "sin_personal"


def test_cash_needs_an_open_cut_but_for_what_was_taken_already(context: Context) -> None:
    row, cuts = PersonalFactory(puesto="cobrador"), CorteService(context)
    with pytest.raises(Conflict) as refused:
        cuts.abierto(row.id)
    assert refused.value.code == "corte_no_abierto"
    handed_over(row.id, seed=500)
    opened = cuts.abierto_o_nuevo(row.id)
    assert (opened.semilla, cuts.abierto(row.id).id, cuts.abierto_o_nuevo(row.id).id) == (500, opened.id, opened.id)
    found = cuts.sin_cerrar(row.id)
    assert found is not None
    assert found.id == opened.id


def test_no_two_cuts_of_a_person_overlap(database: None) -> None:
    row = PersonalFactory(puesto="cobrador")
    handed_over(row.id)
    with pytest.raises(IntegrityError, match="ex_credito_cortes_periodo"):
        CorteFactory(personal_id=row.id, abierto_en=OPENED + timedelta(hours=7))


def test_the_next_cut_may_open_at_once(database: None) -> None:
    row = PersonalFactory(puesto="cobrador")
    handed_over(row.id)
    CorteFactory(personal_id=row.id, abierto_en=OPENED + timedelta(hours=8))


def seen(caller: Caller) -> set[int]:
    found = caller.get(CORTES)
    assert found["pagination"]["total"] == len(found["data"])
    return {row["id"] for row in found["data"]}


def test_one_sees_the_cuts_of_those_one_answers_for(hire: Hire, admin: Caller) -> None:
    manager, manages = hire("gerente")
    supervisor, supervises = hire("supervisor")
    collector, collects = hire("cobrador")
    route = RutaFactory(gerente_id=manages.id, supervisor_id=supervises.id)
    GrupoFactory(ruta_id=route.id, cobrador_id=collects.id)
    of = {one.id: CorteFactory(personal_id=one.id).id for one in (manages, supervises, collects)}
    foreign = CorteFactory().id
    assert seen(collector) == {of[collects.id]}
    assert seen(supervisor) == {of[supervises.id], of[collects.id]}
    assert seen(manager) == set(of.values())
    assert seen(admin) == {*of.values(), foreign}
    supervisor.get(f"{CORTES}/{of[manages.id]}", expect=404)


def test_a_superior_sees_the_cuts_of_subordinates(hire: Hire) -> None:
    boss, row = hire("supervisor")
    cut = CorteFactory(personal_id=PersonalFactory(puesto="cajero", jefe_id=row.id).id).id
    assert seen(boss) == {cut}


def test_a_cashier_sees_the_own_ones_and_what_was_handed_over(hire: Hire) -> None:
    cashier, row = hire("cajero")
    other = PersonalFactory(puesto="cobrador")
    waiting, done = handed_over(other.id), handed_over(other.id, days=1, estado="confirmado")
    own = CorteFactory(personal_id=row.id).id
    assert seen(cashier) == {waiting, own}
    cashier.get(f"{CORTES}/{waiting}")
    cashier.get(f"{CORTES}/{done}", expect=404)


def test_lists_are_filtered_by_the_days_on_which_a_cut_was_open(admin: Caller) -> None:
    row = PersonalFactory(puesto="cobrador")
    closed = handed_over(row.id)
    opened = CorteFactory(personal_id=row.id, abierto_en=OPENED + timedelta(days=7), desde=date(2026, 3, 9)).id
    for query, found in (
        ({"hasta": "2026-03-08"}, {closed}),
        ({"desde": "2026-03-03"}, {opened}),
        ({"estado": "entregado"}, {closed}),
        ({"personal_id": row.id}, {closed, opened}),
    ):
        assert {one["id"] for one in admin.get(CORTES, **query)["data"]} == found
