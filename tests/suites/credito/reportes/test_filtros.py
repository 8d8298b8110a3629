"""Every report takes all criteria, in JSON and as files; contradictory and unknown ones are refused by name."""

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from tests.factories.credito import CorteFactory, GrupoFactory, RutaFactory
from tests.soak import SOAK
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today
from tests.suites.credito.reportes.test_cartera import cerrar
from tests.suites.credito.reportes.test_general import en
from tests.suites.credito.reportes.test_otros import REPORTES, TODOS

__all__ = ["sucursal", "today"]

DE_UN_DIA = ("antiguedad", "cartera", "flujo", "par")
FILES = ("csv", "xlsx")
"""Kinds of files; one of them by turns in `make test`."""
DIAS = (
    {"semana": "2026-03-11"},
    {"desde": "2026-03-09", "hasta": "2026-03-15"},
    {"desde": "2026-03-01"},
    {"hasta": "2026-03-15"},
)
MALOS = (
    *(({name: "x"}, name) for name in ("ruta_id", "grupo_id", "cobrador_id", "desde", "hasta", "semana", "format")),
    *(({name: "0"}, name) for name in ("ruta_id", "grupo_id", "cobrador_id")),
    *(({name: "2026-02-30"}, name) for name in ("desde", "hasta", "semana")),
    ({"desde": "2026-03-09", "hasta": "2026-03-02"}, "hasta"),
    ({"desde": "2000-01-01", "hasta": "2026-03-02"}, "hasta"),
    ({"semana": "2026-03-02", "desde": "2026-03-02"}, "semana"),
    ({"ruta": 1}, "ruta"),
)


@pytest.fixture
def otra(sucursal: Sucursal, hire: Hire) -> Sucursal:
    """Another branch, of another route; both have a loan with a payment and a missed week, and closed days."""
    titular, persona = hire("titular", clave="EVA")
    grupo = GrupoFactory(titular_id=persona.id, ruta_id=RutaFactory().id, dia_reunion=1)
    other = replace(sucursal, titular=titular, persona=persona, grupo=grupo, corte=CorteFactory(personal_id=persona.id))
    for place, name in ((sucursal, "ANA"), (other, "EVA")):
        aval = place.cliente()
        loan = place.abierto(avales=[aval.id])
        with en(10):
            pagar(place.titular, loan, 100, pagador="aval", pagador_id=aval.id, recibo=f"{name}-000900")
    with en(16):
        cerrar(sucursal, date(2026, 3, 15))
        with sucursal.app.app_context():
            CierreSemanalService(make_context(db.session())).cerrar()
            db.session.commit()
    return other


def filas(place: Sucursal, name: str, form: str, query: dict[str, Any]) -> int:
    """Number of the rows of a report as a file, below its headings."""
    with place.director.send("GET", f"{REPORTES}/{name}", query_string={**query, "format": form}) as file:
        assert file.status_code == 200, (name, form, query)
        if form == "xlsx":
            rows = list(load_workbook(io.BytesIO(file.data)).worksheets[0].rows)
        else:
            rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    return len(rows) - 1


@pytest.mark.parametrize("name", TODOS)
def test_all_criteria_hold_in_json_and_in_files(sucursal: Sucursal, otra: Sucursal, name: str) -> None:
    own = {"grupo_id": sucursal.grupo.id, "cobrador_id": sucursal.persona.id, "ruta_id": sucursal.grupo.ultima_ruta_id}
    nobody = {"grupo_id": otra.grupo.id, "cobrador_id": sucursal.persona.id}
    with en(17):
        for turn, days in enumerate(({}, *DIAS, *([{"fecha": "2026-03-15"}] if name in DE_UN_DIA else []))):
            whole = sucursal.director.get(f"{REPORTES}/{name}", **days)
            for place, query in enumerate(({}, *({key: value} for key, value in own.items()), own, nobody), turn):
                found = sucursal.director.get(f"{REPORTES}/{name}", **days, **query)
                assert len(found["data"]) <= len(whole["data"])
                assert of_others(found["data"], otra, query) == [], (days, query)
                for form in FILES if SOAK else FILES[place % 2 :][:1]:
                    assert filas(sucursal, name, form, {**days, **query}) == len(found["data"]), (form, days, query)
            if name != "antiguedad":
                assert sucursal.director.get(f"{REPORTES}/{name}", **days, **nobody)["data"] == []


def of_others(rows: list[dict[str, Any]], otra: Sucursal, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of the other branch, where the criteria name the first one."""
    if not query or query.get("grupo_id") == otra.grupo.id:
        return []
    others = {"grupo_id": otra.grupo.id, "ruta_id": otra.grupo.ultima_ruta_id, "personal_id": otra.persona.id}
    return [row for row in rows if any(row.get(key) == value for key, value in others.items())]


@pytest.mark.parametrize("name", TODOS)
def test_criteria_that_make_no_sense_are_named(sucursal: Sucursal, name: str) -> None:
    more: list[tuple[dict[str, Any], str]] = [({"fecha": "2026-03-02"}, "fecha")]
    if name in DE_UN_DIA:
        more = [
            ({"fecha": "2026-03-04"}, "fecha"),  # tomorrow
            ({"fecha": "2026-02-30"}, "fecha"),
            ({"fecha": "2026-03-02", "semana": "2026-03-02"}, "semana"),
            ({"fecha": "2026-03-02", "desde": "2026-03-01"}, "desde"),
            ({"semana": "2026-03-10"}, "semana"),
        ]
    for query, field in (*MALOS, *more):
        refused = sucursal.director.get(f"{REPORTES}/{name}", expect=400, **query)
        assert list(refused["errors"]) == [field], query
