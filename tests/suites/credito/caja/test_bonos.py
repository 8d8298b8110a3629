"""Rules of bonuses over HTTP."""

from datetime import date
from decimal import Decimal

from flask import Flask

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.caja.rules.bonos import bono_de
from app.suites.credito.caja.service import BonoService
from tests.support import Caller

BONOS = "/api/credito/bonos"
VALUES = {
    "nombre": "Semana Santa",
    "monto": 500,
    "cobranza_desde": 1000,
    "cobranza_hasta": 3000,
    "faltas_maximas": 3,
    "vigente_desde": "2027-03-22",
    "vigente_hasta": "2027-03-28",
}


def test_ranges_of_one_time_never_overlap(director: Caller) -> None:
    made = director.post(BONOS, VALUES)["data"]
    assert director.post(BONOS, {**VALUES, "cobranza_desde": 2999, "cobranza_hasta": 4000}, expect=409)["code"] == (
        "bono_solapado"
    )
    beside = director.post(BONOS, {**VALUES, "cobranza_desde": 3000, "cobranza_hasta": 4000})["data"]
    later = {**VALUES, "vigente_desde": "2027-03-29", "vigente_hasta": None}
    open_ended = director.post(BONOS, later)["data"]
    assert director.put(f"{BONOS}/{open_ended['id']}", {"vigente_desde": "2027-03-28"}, expect=409)["code"] == (
        "bono_solapado"
    )
    valid = director.get(BONOS, vigente_en="2027-03-28", per_page=100)["data"]
    assert {made["id"], beside["id"]} <= {one["id"] for one in valid}
    assert open_ended["id"] not in {one["id"] for one in valid}


def test_a_range_has_a_part(director: Caller) -> None:
    assert list(director.post(BONOS, {**VALUES, "cobranza_hasta": 1000}, expect=400)["errors"]) == ["cobranza_hasta"]
    backwards = {**VALUES, "vigente_hasta": "2027-03-01"}
    assert list(director.post(BONOS, backwards, expect=400)["errors"]) == ["vigente_hasta"]


def test_the_rules_of_a_day_are_given_to_the_weekly_close(app: Flask, director: Caller) -> None:
    director.post(BONOS, VALUES)
    with app.app_context():
        rules = BonoService(make_context(db.session())).reglas(date(2027, 3, 24))
    found = bono_de(Decimal(1200), 3, rules)
    assert found is not None
    assert found.monto == 500
