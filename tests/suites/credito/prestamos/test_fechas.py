"""Due dates that follow holidays and weeks without collection."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.equipo.models import CambioDeFechas
from app.suites.credito.equipo.service import CalendarioService
from app.suites.credito.prestamos.models import Cargo, Cuota, Prestamo
from app.suites.credito.prestamos.service import CierreService, FechaService, fechas
from app.suites.credito.prestamos.service.verificacion import violations
from app.suites.credito.productos.rules.condiciones import MoraTipo
from app.suites.credito.productos.rules.fechas import DiasSinCobro
from tests.due_tasks import Worker
from tests.factories.credito import GrupoFactory, PersonalFactory, RutaFactory
from tests.soak import SOAK
from tests.suites.credito.prestamos.cartera import PRIMERA, en, pagar, prestar, terms
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

DIAS, SEMANAS = "/api/credito/dias-inhabiles", "/api/credito/semanas-sin-cobro"


def holiday(caller: Caller, day: str, route: int | None = None, expect: int = 201) -> Any:
    body = {"fecha": day, "nombre": "Fiesta", "ruta_id": route}
    return caller.post(DIAS, body, expect=expect).get("data")


def week(caller: Caller, monday: str, route: int | None = None, expect: int = 201) -> Any:
    body = {"semana": monday, "motivo": "Semana Santa", "ruta_id": route}
    return caller.post(SEMANAS, body, expect=expect).get("data")


def dates(place: Sucursal, loan: Any) -> list[str]:
    return [one["fecha_vencimiento"] for one in place.get(loan)["cuotas"]]


def test_a_holiday_moves_only_its_installment_and_back(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    before = dates(sucursal, loan)
    holiday(sucursal.director, "2026-03-17")
    made = holiday(sucursal.director, "2026-03-16")
    assert dates(sucursal, loan) == [before[0], "2026-03-18", *before[2:]]
    sucursal.director.delete(f"{DIAS}/{made['id']}")
    assert dates(sucursal, loan) == before
    holiday(sucursal.director, "2026-03-09")
    assert sucursal.get(loan)["primera_fecha"] == "2026-03-10"


def test_a_week_without_collection_moves_all_that_is_unpaid_of_its_route(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    other = sucursal.abierto(cliente=sucursal.cliente(grupo_id=GrupoFactory(titular_id=sucursal.persona.id).id))
    sucursal.pagar(loan, 650)
    before, others = dates(sucursal, loan), dates(sucursal, other)
    made = week(sucursal.director, "2026-03-16", sucursal.grupo.ultima_ruta_id)
    later = [(date.fromisoformat(day) + timedelta(weeks=1)).isoformat() for day in before[2:]]
    assert dates(sucursal, loan) == [*before[:2], *later]
    assert dates(sucursal, other) == others
    found = sucursal.get(loan)
    assert (found["fecha_vencimiento"], found["saldo"], found["interes_total"]) == ("2026-06-15", 3550, 1200)
    sucursal.director.delete(f"{SEMANAS}/{made['id']}")
    assert dates(sucursal, loan) == before


def test_a_group_of_another_route_has_the_dates_of_that_route_from_that_day_on(sucursal: Sucursal) -> None:
    loan, elsewhere = sucursal.abierto(), RutaFactory().id
    before = dates(sucursal, loan)
    holiday(sucursal.director, "2026-03-16", elsewhere)
    week(sucursal.director, "2026-03-30", elsewhere)
    holiday(sucursal.director, "2026-04-20", sucursal.grupo.ultima_ruta_id)
    assert dates(sucursal, loan) == [*before[:6], "2026-04-21", *before[7:]]
    to = f"/api/credito/grupos/{sucursal.grupo.id}/transferir"
    sucursal.director.post(to, {"ruta_id": elsewhere, "desde": "2026-03-23"}, expect=200)
    later = [(date.fromisoformat(day) + timedelta(weeks=1)).isoformat() for day in before[3:]]
    assert dates(sucursal, loan) == [*before[:3], *later]
    home = {"ruta_id": sucursal.grupo.ultima_ruta_id, "desde": "2026-04-14"}
    sucursal.director.post(to, home, expect=200)
    assert dates(sucursal, loan) == [*before[:3], *later[:2], "2026-04-21", *later[3:]]
    body = {"titular_id": PersonalFactory().id, "desde": "2026-03-03"}
    sucursal.director.post(to, body, expect=200)
    sucursal.titular = sucursal.director
    assert dates(sucursal, loan) == [*before[:6], "2026-04-21", *before[7:]]


def test_a_week_into_which_a_payment_falls_stays(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    made = week(sucursal.director, "2026-03-02")
    sucursal.pagar(loan, 100)
    refused = sucursal.director.delete(f"{SEMANAS}/{made['id']}", expect=409)
    assert refused["code"] == "semana_con_pagos"
    moved = {"semana": "2026-03-09"}
    assert sucursal.director.put(f"{SEMANAS}/{made['id']}", moved, expect=409)["code"] == "semana_con_pagos"


@pytest.fixture
def dentro(sucursal: Sucursal) -> Iterator[Sucursal]:
    """The branch, within the application's context."""
    with sucursal.app.app_context():
        yield sucursal


def test_states_follow_the_dates(dentro: Sucursal) -> None:
    director = dentro.director
    with en(PRIMERA - timedelta(days=6)):
        [one] = prestar(1, terms(gracia_mora=0))
    with en(PRIMERA + timedelta(days=2)):
        pagar(one, PRIMERA + timedelta(days=2), 100)
        assert _estado(one) == "atrasado"
        made = week(director, PRIMERA.isoformat(), expect=201)
        assert _estado(one) == "activo"
        assert db.session.get_one(Prestamo, one).vence_mas_antiguo == PRIMERA + timedelta(weeks=1)
        director.delete(f"{SEMANAS}/{made['id']}", expect=409)
        assert _broken() == []


def _estado(prestamo_id: int) -> str:
    db.session.expire_all()
    return db.session.get_one(Prestamo, prestamo_id).estado


def _broken() -> list[str]:
    return list(violations(make_context(db.session())))


@pytest.mark.parametrize("por_tramo", [fechas.POR_TRAMO, 3])
@pytest.mark.parametrize("seed", range(40 if SOAK else 2))
def test_put_and_removed_in_any_order_they_give_a_fresh_schedule(
    dentro: Sucursal, monkeypatch: pytest.MonkeyPatch, seed: int, por_tramo: int
) -> None:
    monkeypatch.setattr(fechas, "POR_TRAMO", por_tramo)
    random, worker = Random(seed), Worker(dentro.app)
    routes = [dentro.grupo.ultima_ruta_id, RutaFactory().id]
    groups = [GrupoFactory(ruta_id=routes[number % 2], dia_reunion=1 + number) for number in range(4)]
    ids = [loan for group in groups for loan in _prestar(group.id)]
    made: dict[tuple[str, date, int | None], int] = {}
    for _ in range(14):
        if random.random() < 0.3:
            worker.work(MARTES)
        if made and random.random() < 0.4:
            path, day, route = random.choice(sorted(made, key=str))
            dentro.director.delete(f"{path}/{made.pop((path, day, route))}")
            continue
        path, route = random.choice([DIAS, SEMANAS]), random.choice([None, *routes])
        day = PRIMERA + timedelta(days=random.randrange(100))
        day -= timedelta(days=day.weekday()) if path == SEMANAS else timedelta(0)
        if any((path, day) == key[:2] for key in made):
            continue
        found = (week if path == SEMANAS else holiday)(dentro.director, day.isoformat(), route)
        made[(path, day, route)] = found["id"]
    worker.work(MARTES)
    db.session.expire_all()
    calendar = CalendarioService(make_context(db.session()))
    ruta = {group.id: group.ultima_ruta_id for group in groups}
    for loan in db.session.scalars(select(Prestamo).where(Prestamo.id.in_(ids))):
        span = ruta[loan.grupo_id], loan.fecha_desembolso, date(2100, 1, 1)
        days = DiasSinCobro(calendar.inhabiles(*span), calendar.sin_cobro(*span)).after(loan.fecha_desembolso)
        own = db.session.scalars(select(Cuota).where(Cuota.prestamo_id == loan.id).order_by(Cuota.numero)).all()
        assert [one.fecha_vencimiento for one in own] == [days.vencimiento(one.fecha_original) for one in own]
        assert (loan.primera_fecha, loan.fecha_vencimiento) == (own[0].fecha_vencimiento, own[-1].fecha_vencimiento)
    assert _broken() == []


@pytest.fixture
def por_tramos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of one loan, so that two are too many for a request."""
    monkeypatch.setattr(fechas, "POR_TRAMO", 1)


def told(place: Sucursal, loan: Any) -> list[str]:
    return place.director.get(f"{PRESTAMOS}/{loan['id']}")["avisos"]


EN_CURSO = ["fechas_en_curso"]


def test_too_many_loans_for_a_request_follow_after_it_and_all_answers_say_so(
    sucursal: Sucursal, por_tramos: None
) -> None:
    loans = [sucursal.abierto() for _ in range(3)]
    before = dates(sucursal, loans[0])
    later = [(date.fromisoformat(day) + timedelta(weeks=1)).isoformat() for day in before]
    made = sucursal.director.post(SEMANAS, {"semana": "2026-03-09", "motivo": "Semana Santa"})
    address = f"{SEMANAS}/{made['data']['id']}"
    assert made["avisos"] == sucursal.director.get(address)["avisos"] == EN_CURSO
    assert [told(sucursal, loan) for loan in loans] == [EN_CURSO] * 3
    assert dates(sucursal, loans[2]) == before
    seen = {"If-None-Match": sucursal.director.send("GET", address).headers["ETag"]}
    Worker(sucursal.app).work(MARTES)
    assert sucursal.director.send("GET", address, headers=seen).status_code == 200
    assert [dates(sucursal, loan) for loan in loans] == [later] * 3
    assert [told(sucursal, loan) for loan in loans] == [[]] * 3
    assert sucursal.director.get(address)["avisos"] == []
    sucursal.director.delete(address)
    assert dates(sucursal, loans[0]) == later
    Worker(sucursal.app).work(MARTES)
    assert [dates(sucursal, loan) for loan in loans] == [before] * 3
    made = sucursal.director.post(DIAS, {"fecha": "2026-03-16", "nombre": "Fiesta"})
    assert made["avisos"] == EN_CURSO
    Worker(sucursal.app).work(MARTES)
    assert [dates(sucursal, loan)[1] for loan in loans] == ["2026-03-17"] * 3
    with sucursal.app.app_context():
        assert _broken() == []


def test_loans_of_another_route_are_not_told_of_its_changes(sucursal: Sucursal, por_tramos: None) -> None:
    own = [sucursal.abierto() for _ in range(2)]
    other = sucursal.abierto(cliente=sucursal.cliente(grupo_id=GrupoFactory(titular_id=sucursal.persona.id).id))
    elsewhere = week(sucursal.director, "2026-04-06", RutaFactory().id)
    week(sucursal.director, "2026-03-09", sucursal.grupo.ultima_ruta_id)
    assert [told(sucursal, loan) for loan in (*own, other)] == [EN_CURSO, EN_CURSO, []]
    assert sucursal.director.get(f"{SEMANAS}/{elsewhere['id']}")["avisos"] == []


def test_a_move_that_was_interrupted_goes_on_where_it_was_and_moves_each_loan_once(
    sucursal: Sucursal, por_tramos: None
) -> None:
    loans = [sucursal.abierto() for _ in range(3)]
    with sucursal.app.app_context():
        for number, loan in enumerate(loans):
            sucursal.pagar(loan, 100, n=number)
    week(sucursal.director, "2026-03-09")
    with sucursal.app.app_context():
        before = _versions()
        context = make_context(db.session())
        [cambio_id] = context.session.scalars(select(CambioDeFechas.id))
        assert FechaService(context).continuar(cambio_id)
        db.session.commit()
        assert [now - then for now, then in zip(_versions(), before, strict=True)] == [1, 0, 0]
        assert [told(sucursal, loan) for loan in loans] == [[], EN_CURSO, EN_CURSO]
        Worker(sucursal.app).work(MARTES)
        assert [now - then for now, then in zip(_versions(), before, strict=True)] == [1, 1, 1]
        assert not FechaService(make_context(db.session())).continuar(cambio_id)
        assert [now - then for now, then in zip(_versions(), before, strict=True)] == [1, 1, 1]


def _versions() -> list[int]:
    return list(db.session.scalars(select(Prestamo.version).order_by(Prestamo.id)))


def test_a_close_lets_loans_follow_first_and_fines_nobody(dentro: Sucursal, por_tramos: None) -> None:
    with en(PRIMERA - timedelta(days=6)):
        ids = prestar(2, terms(MoraTipo.FIJA, "25", gracia_mora=0))
        week(dentro.director, PRIMERA.isoformat())
    with en(PRIMERA + timedelta(days=1)):
        CierreService(make_context(db.session())).cerrar_hasta(PRIMERA)
        assert [_estado(one) for one in ids] == ["desembolsado", "desembolsado"]
        assert db.session.scalars(select(Cargo)).all() == []
        assert Worker(dentro.app).work(MARTES) == 1
        assert _broken() == []


def _prestar(grupo_id: int) -> list[int]:
    ids = prestar(2, terms())
    for one in ids:
        db.session.get_one(Prestamo, one).grupo_id = grupo_id
    db.session.commit()
    return ids
