"""Days of a company at the border, whose clocks change in March and November."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza import jobs as jobs_of_collection
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos import jobs as jobs_of_loans
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import MARTES, Sucursal, sucursal, today

__all__ = ["sucursal", "today"]

TIJUANA = ZoneInfo("America/Tijuana")
MARCH, NOVEMBER = date(2026, 3, 8), date(2026, 11, 1)
"""Days of 23 and of 25 hours."""
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def at_the_border(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's zone."""
    monkeypatch.setitem(app.config, "CREDITO_TIMEZONE", TIJUANA)


def midnight(day: date) -> datetime:
    """The instant in which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=TIJUANA).astimezone(UTC)


@pytest.mark.parametrize(("day", "hours"), [(MARCH, 23), (NOVEMBER, 25)])
def test_a_day_lasts_from_midnight_to_midnight_by_the_clocks_there(app: Flask, day: date, hours: int) -> None:
    assert midnight(day + DAY) - midnight(day) == timedelta(hours=hours)
    found = []
    for moment in (midnight(day) - SECOND, midnight(day), midnight(day + DAY) - SECOND, midnight(day + DAY)):
        with clock.frozen(moment), app.app_context():
            found.append(hoy(make_context(db.session())))
    assert found == [day - DAY, day, day, day + DAY]


@pytest.mark.parametrize("day", [MARCH, NOVEMBER])
def test_a_payment_is_of_the_day_on_which_it_was_taken(sucursal: Sucursal, day: date) -> None:
    loan = sucursal.abierto()
    body = {"prestamo_id": loan["id"], "metodo": "transferencia"}
    found = []
    for number, moment in enumerate((midnight(day + DAY) - SECOND, midnight(day + DAY))):
        with clock.frozen(moment):
            caller = sucursal.caller(sucursal.persona)
            found.append(caller.post("/api/credito/pagos", {**body, "monto": 100 + number})["data"]["fecha"])
            tomorrow = {**body, "monto": 50, "fecha": str(day + (number + 1) * DAY)}
            assert list(caller.post("/api/credito/pagos", tomorrow, expect=400)["errors"]) == ["fecha"]
    assert found == [str(day), str(day + DAY)]


@pytest.mark.parametrize("day", [MARCH, NOVEMBER])
def test_a_cut_is_of_the_days_on_which_it_was_opened_and_handed_over(sucursal: Sucursal, hire: Hire, day: date) -> None:
    _, person = hire("cobrador", clave="LUZ")
    with clock.frozen(midnight(day + DAY) - SECOND):
        caller = sucursal.caller(person)
        made = caller.post("/api/credito/cortes", {})["data"]
    with clock.frozen(midnight(day + DAY)):
        caller = sucursal.caller(person)
        body = {"contado": 0, "semilla_siguiente": 0}
        done = caller.post(f"/api/credito/cortes/{made['id']}/entregar", body, expect=200)["data"]
        later = caller.post("/api/credito/cortes", {})["data"]
    assert (made["desde"], done["hasta"], later["desde"]) == (str(day), str(day + DAY), str(day + DAY))


@pytest.mark.parametrize("day", [MARCH, NOVEMBER])
def test_each_job_has_one_slot_on_each_of_its_days(day: date) -> None:
    config = {"CREDITO_TIMEZONE": TIJUANA}
    for job in (*jobs_of_loans.jobs(config), *jobs_of_collection.jobs(config)):
        assert job.zone == TIJUANA
        slots = [job.schedule.next_slot(midnight(day - 9 * DAY), TIJUANA)]
        while slots[-1] < midnight(day + 9 * DAY):
            slots.append(job.schedule.next_slot(slots[-1], TIJUANA))
        days = [slot.astimezone(TIJUANA).date() for slot in slots]
        assert len({after - before for before, after in pairwise(days)}) == 1
        for slot in slots:
            assert job.schedule.last_slot(slot, TIJUANA) == slot
            assert job.schedule.last_slot(slot + SECOND, TIJUANA) == slot


@pytest.mark.parametrize("day", [MARCH, NOVEMBER])
def test_the_close_after_the_change_is_of_the_day_before(app: Flask, day: date) -> None:
    close = jobs_of_loans.jobs({"CREDITO_TIMEZONE": TIJUANA})[0]
    for night in (day, day + DAY):
        slot = close.schedule.last_slot(midnight(night) + timedelta(hours=12), TIJUANA)
        with clock.frozen(slot), app.app_context():
            context = make_context(db.session())
            assert jobs_of_loans.ayer(context, context.clock.today()) == night - DAY


def test_the_tests_of_loans_begin_there_on_their_tuesday(app: Flask) -> None:
    with clock.frozen(MARTES), app.app_context():
        assert hoy(make_context(db.session())) == date(2026, 3, 3)
