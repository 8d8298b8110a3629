"""Days and weeks without collection, of one route or of all."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.events import Event
from app.suites.credito.equipo.events import (
    DiaInhabilPuesto,
    DiaInhabilQuitado,
    SemanaSinCobroPuesta,
    SemanaSinCobroQuitada,
)
from app.suites.credito.equipo.service import CalendarioService
from tests.factories.credito import DiaInhabilFactory, RutaFactory, SemanaSinCobroFactory
from tests.suites.credito.conftest import Hire
from tests.support import Caller

DIAS, SEMANAS = "/api/credito/dias-inhabiles", "/api/credito/semanas-sin-cobro"


@pytest.fixture
def told(app: Flask) -> Iterator[list[Event]]:
    """Events of the calendar, as a domain above would be told of them."""
    found: list[Event] = []
    handlers: dict[type[Event], list[Any]] = app.extensions["event_handlers"]
    kinds = (DiaInhabilPuesto, DiaInhabilQuitado, SemanaSinCobroPuesta, SemanaSinCobroQuitada)
    before = {kind: list(handlers.get(kind, ())) for kind in kinds}
    for kind in kinds:
        handlers[kind] = [lambda _context, event: found.append(event)]
    yield found
    handlers.update(before)


def test_a_holiday_is_entered_changed_and_deleted(director: Caller, told: list[Event]) -> None:
    given = {"fecha": "2026-09-16", "nombre": "Independencia", "ruta_id": None}
    response = director.send("POST", DIAS, json=given)
    created, address = response.get_json()["data"], response.headers["Location"]
    assert {name: created[name] for name in given} == given
    assert director.get(address)["data"] == created
    director.put(address, {"nombre": "Fiestas patrias"})
    director.put(address, {"fecha": "2026-09-17"})
    director.delete(address)
    first, second = date(2026, 9, 16), date(2026, 9, 17)
    assert told == [
        DiaInhabilPuesto(first, None),
        DiaInhabilQuitado(first, None),
        DiaInhabilPuesto(second, None),
        DiaInhabilQuitado(second, None),
    ]


def test_any_day_of_a_week_without_collection_names_it(director: Caller, told: list[Event]) -> None:
    route = RutaFactory()
    given = {"semana": "2026-04-05", "motivo": "Semana Santa", "ruta_id": route.id}
    created = director.post(SEMANAS, given)["data"]
    address = f"{SEMANAS}/{created['id']}"
    assert created["semana"] == "2026-03-30"
    assert director.put(address, {"semana": "2026-04-01"})["data"]["semana"] == "2026-03-30"
    assert director.put(address, {"semana": "2026-04-08"})["data"]["semana"] == "2026-04-06"
    director.delete(address)
    weeks = [date(2026, 3, 30), date(2026, 3, 30), date(2026, 4, 6), date(2026, 4, 6)]
    assert [event.semana for event in told] == weeks  # type: ignore[attr-defined]  # events of weeks
    assert {event.ruta_id for event in told} == {route.id}  # type: ignore[attr-defined]  # events of weeks


@pytest.mark.parametrize("address", [DIAS, SEMANAS])
def test_a_day_is_there_once_for_a_route_whether_for_it_or_for_all(director: Caller, address: str) -> None:
    given = (
        {"fecha": "2026-09-16", "nombre": "Fiesta"} if address == DIAS else {"semana": "2026-09-14", "motivo": "Lluvia"}
    )
    one, other = RutaFactory(), RutaFactory()
    made = director.post(address, {**given, "ruta_id": one.id})["data"]
    director.post(address, {**given, "ruta_id": other.id})
    code = "fecha_taken" if address == DIAS else "semana_taken"
    assert director.post(address, {**given, "ruta_id": one.id}, expect=409)["code"] == code
    assert director.post(address, given, expect=409)["code"] == code
    assert director.put(f"{address}/{made['id']}", {"ruta_id": None}, expect=409)["code"] == code
    director.post(address, {**given, "ruta_id": 987654321}, expect=404)


@pytest.mark.parametrize("motivo", ["Agua", " " * 9, "x" * 501])
def test_a_week_needs_a_reason(director: Caller, motivo: str) -> None:
    refused = director.post(SEMANAS, {"semana": "2026-04-06", "motivo": motivo}, expect=400)
    assert list(refused["errors"]) == ["motivo"]


def test_one_sees_the_days_of_all_routes_and_of_ones_own(hire: Hire) -> None:
    caller, row = hire("supervisor")
    own, other = RutaFactory(supervisor_id=row.id), RutaFactory()
    days = [DiaInhabilFactory(ruta_id=ruta_id) for ruta_id in (None, own.id, other.id)]
    weeks = [SemanaSinCobroFactory(ruta_id=ruta_id) for ruta_id in (None, own.id, other.id)]
    for address, (general, mine, foreign) in ((DIAS, days), (SEMANAS, weeks)):
        assert [one["id"] for one in caller.get(address)["data"]] == [general.id, mine.id]
        assert caller.get(address)["pagination"]["total"] == 2
        caller.get(f"{address}/{general.id}")
        caller.get(f"{address}/{foreign.id}", expect=404)


def test_lists_are_filtered_by_day_and_route(director: Caller) -> None:
    route, other = RutaFactory(), RutaFactory()
    for address, make in ((DIAS, DiaInhabilFactory), (SEMANAS, SemanaSinCobroFactory)):
        general, own, _ = (make(ruta_id=ruta_id) for ruta_id in (None, route.id, other.id))
        assert [one["id"] for one in director.get(address, ruta_id=route.id)["data"]] == [general.id, own.id]
        day = str(own.fecha if address == DIAS else own.semana)
        assert [one["id"] for one in director.get(address, desde=day, hasta=day)["data"]] == [own.id]


def test_days_are_found_by_their_name_and_weeks_by_their_reason(director: Caller) -> None:
    day, week = DiaInhabilFactory(nombre="Día de Juárez"), SemanaSinCobroFactory(motivo="Inundación")
    DiaInhabilFactory(), SemanaSinCobroFactory()
    assert [one["id"] for one in director.get(DIAS, q="juarez")["data"]] == [day.id]
    assert [one["id"] for one in director.get(SEMANAS, q="inundacion")["data"]] == [week.id]


def test_installments_are_laid_out_by_the_days_of_their_route(app: Flask, database: None) -> None:
    route, other = RutaFactory(), RutaFactory()
    general, own, _ = (DiaInhabilFactory(ruta_id=ruta_id).fecha for ruta_id in (None, route.id, other.id))
    week, own_week, _ = (SemanaSinCobroFactory(ruta_id=ruta_id).semana for ruta_id in (None, route.id, other.id))
    with app.app_context():
        calendar = CalendarioService(make_context(db.session()))
        always = (date(1900, 1, 1), date(2200, 12, 31))
        assert calendar.inhabiles(route.id, *always) == {general, own}
        assert calendar.inhabiles(None, *always) == {general}
        assert calendar.inhabiles(route.id, own, own) == {own}
        assert calendar.sin_cobro(route.id, *always) == {week, own_week}
        assert calendar.sin_cobro(None, *always) == {week}
