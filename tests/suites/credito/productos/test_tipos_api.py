"""Loan types over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.productos.models import TipoPrestamo
from app.suites.credito.productos.rules.condiciones import BaseDias, MoraTipo
from app.suites.credito.productos.service import violations
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.support import Caller

D = Decimal
TIPOS = "/api/credito/tipos-prestamo"
NEW = {"nombre": "16 al 40", "metodo": "cuota_fija", "frecuencia": "semanal", "numero_pagos": 16, "interes": "0.4"}
ON_BALANCE = {
    "nombre": "Anual",
    "metodo": "saldos_insolutos",
    "frecuencia": "mensual",
    "numero_pagos": 12,
    "tasa_anual": 0.36,
    "base_dias": "real/365",
}
DEFAULTS = {
    "tasa_anual": None,
    "base_dias": "periodos",
    "redondeo": D("0.01"),
    "modo_redondeo": "arriba",
    "iva": 0,
    "comision": 0,
    "comision_modo": "descontada",
    "seguro": 0,
    "gracia_capital": 0,
    "gracia_mora": None,
    "mora_tipo": "ninguna",
    "mora_valor": 0,
    "incumplimientos_tolerados": 0,
    "limite_penalizaciones": None,
    "orden_aplicacion": "cuotas_primero",
    "liquidacion": "saldo_total",
    "monto_minimo": None,
    "monto_maximo": None,
    "avales_requeridos": 0,
    "maximo_avalados": 3,
    "pagos_para_renovar": 9,
    "activo": True,
}


def test_the_five_types_of_the_business_are_there(director: Caller) -> None:
    found = director.get(TIPOS, sort="id")["data"]
    names = ("nombre", "numero_pagos", "interes", "porcentaje_pago", "cat", "mora_valor", "limite_penalizaciones")
    assert [tuple(one[name] for name in (*names, "pagos_para_renovar")) for one in found] == [
        ("14 semanas", 14, D("0.4"), D("0.1"), D("1068.5"), 1, 1, 9),
        ("20 semanas", 20, D("0.4"), D("0.07"), D("481.4"), 1, 4, 9),
        ("30 semanas", 30, D("0.5"), D("0.05"), D("330.0"), 2, 4, 18),
        ("11 semanas", 11, D("0.1"), D("0.1"), D("131.0"), 1, 4, 9),
        ("13 semanas", 13, D("0.3"), D("0.1"), D("659.8"), 1, 4, 9),
    ]
    common = {
        "mora_tipo": "cuotas_extra",
        "incumplimientos_tolerados": 1,
        "liquidacion": "saldo_total",
        "redondeo": 1,
        "modo_redondeo": "arriba",
        "gracia_mora": None,
    }
    assert all({name: one[name] for name in common} == common for one in found)


def test_a_type_is_created_with_the_usual_terms_read_changed_and_deleted(director: Caller) -> None:
    response = director.send("POST", TIPOS, json=NEW)
    created = response.get_json()["data"]
    address = response.headers["Location"]
    assert (response.status_code, address) == (201, f"{TIPOS}/{created['id']}")
    assert {name: created[name] for name in DEFAULTS} == DEFAULTS
    assert (created["interes"], created["porcentaje_pago"]) == (D("0.4"), D("0.0875"))
    assert director.get(address)["data"] == created
    changed = director.put(address, {"numero_pagos": 14, "comision": "0.05", "seguro": 50})["data"]
    assert (changed["porcentaje_pago"], changed["comision"], changed["seguro"]) == (D("0.1"), D("0.05"), 50)
    assert changed["cat"] > created["cat"]
    assert director.get(address)["data"] == changed
    assert director.delete(address) == {"message": "Loan type deleted"}
    director.get(address, expect=404)


def test_another_method_comes_with_its_own_rate(director: Caller) -> None:
    address = f"{TIPOS}/{TipoPrestamoFactory().id}"
    refused = director.put(address, {"metodo": "capital_fijo"}, expect=400)
    assert sorted(refused["errors"]) == ["interes", "tasa_anual"]
    changed = director.put(address, {"metodo": "capital_fijo", "interes": None, "tasa_anual": 1})["data"]
    assert (changed["tasa_anual"], changed["interes"], changed["porcentaje_pago"]) == (1, None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nombre": " "}, "nombre"),
        ({"metodo": "otro"}, "metodo"),
        ({"frecuencia": "anual"}, "frecuencia"),
        ({"numero_pagos": 0}, "numero_pagos"),
        ({"numero_pagos": 521}, "numero_pagos"),
        ({"interes": None}, "interes"),
        ({"interes": -1}, "interes"),
        ({"interes": "0.1234567"}, "interes"),
        ({"interes": "1e400"}, "interes"),
        ({"interes": "1_0"}, "interes"),
        ({"interes": True}, "interes"),
        ({"interes": 10000}, "interes"),
        ({"tasa_anual": 0.3}, "tasa_anual"),
        ({"base_dias": "real/366"}, "base_dias"),
        ({"base_dias": "30/360"}, "base_dias"),
        ({"redondeo": 2}, "redondeo"),
        ({"redondeo": 0.1}, "redondeo"),
        ({"modo_redondeo": "abajo"}, "modo_redondeo"),
        ({"iva": 1}, "iva"),
        ({"comision": "1.5"}, "comision"),
        ({"seguro": -1}, "seguro"),
        ({"seguro": "1.001"}, "seguro"),
        ({"gracia_capital": 1}, "gracia_capital"),
        ({"gracia_mora": 366}, "gracia_mora"),
        ({"mora_tipo": "diaria"}, "mora_valor"),
        ({"mora_tipo": "fija", "mora_valor": "1.001"}, "mora_valor"),
        ({"monto_minimo": 0}, "monto_minimo"),
        ({"monto_minimo": 2, "monto_maximo": 1}, "monto_maximo"),
        ({"avales_requeridos": 4}, "avales_requeridos"),
        ({"avales_requeridos": 1, "maximo_avalados": 0}, "maximo_avalados"),
        ({"pagos_para_renovar": 521}, "pagos_para_renovar"),
        ({"porcentaje": 0.1}, "porcentaje"),
    ],
)
def test_a_wrong_field_is_named(director: Caller, changes: dict[str, Any], field: str) -> None:
    assert list(director.post(TIPOS, {**NEW, **changes}, expect=400)["errors"]) == [field]


@pytest.mark.parametrize("redondeo", [0.01, "0.50", 0.5, 1, "5", 10])
def test_payments_are_rounded_to_one_of_five_steps(director: Caller, redondeo: object) -> None:
    assert director.post(TIPOS, {**NEW, "redondeo": redondeo})["data"]["redondeo"] == D(str(redondeo))


def test_grace_of_capital_is_less_than_the_term(director: Caller) -> None:
    assert list(director.post(TIPOS, {**ON_BALANCE, "gracia_capital": 12}, expect=400)["errors"]) == ["gracia_capital"]
    assert director.post(TIPOS, {**ON_BALANCE, "gracia_capital": 11})["data"]["gracia_capital"] == 11


def test_a_name_is_given_once(director: Caller) -> None:
    taken = TipoPrestamoFactory().nombre
    refused = director.post(TIPOS, {**NEW, "nombre": taken}, expect=409)
    assert (refused["code"], list(refused["errors"])) == ("nombre_taken", ["nombre"])


def test_a_type_whose_cat_is_out_of_range_has_none(director: Caller) -> None:
    assert director.post(TIPOS, {**NEW, "numero_pagos": 1, "interes": 10})["data"]["cat"] is None


def test_computed_fields_are_ignored_in_what_is_sent(director: Caller) -> None:
    made = director.post(TIPOS, {**NEW, "cat": 1, "porcentaje_pago": 2})["data"]
    assert (made["porcentaje_pago"], made["cat"] > 1) == (D("0.0875"), True)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"q": "ANUAL"}, ["Anual"]),
        ({"metodo": "saldos_insolutos"}, ["Anual"]),
        ({"frecuencia": "mensual"}, ["Anual"]),
        ({"activo": "false"}, ["Viejo"]),
    ],
)
def test_types_are_found_by_name_method_frequency_and_whether_they_are_in_use(
    director: Caller, criteria: dict[str, str], expected: list[str]
) -> None:
    director.post(TIPOS, ON_BALANCE)
    TipoPrestamoFactory(nombre="Viejo", activo=False)
    assert [one["nombre"] for one in director.get(TIPOS, **criteria)["data"]] == expected


@pytest.mark.parametrize(
    ("puesto", "read", "write"),
    [
        ("director", 200, 201),
        ("gerente", 200, 403),
        ("supervisor", 200, 403),
        ("titular", 200, 403),
        ("cajero", 200, 403),
        ("consulta", 200, 403),
        ("cobrador", 403, 403),
    ],
)
def test_types_are_read_by_those_who_request_loans_and_changed_by_the_direction(hire, puesto, read, write) -> None:
    caller, _ = hire(puesto)
    assert caller.send("GET", TIPOS).status_code == read
    assert caller.send("POST", TIPOS, json=NEW).status_code == write


def test_roles_of_other_suites_have_nothing_here(user: Caller, viewer: Caller) -> None:
    user.get(TIPOS, expect=403)
    viewer.get(TIPOS, expect=403)


def test_the_lists_of_values_have_spanish_labels(director: Caller) -> None:
    found = director.get("/api/credito/catalogos")["data"]
    assert {"valor": "semanal", "etiqueta": "Semanal"} in found["frecuencia"]
    assert {"metodo", "base_dias", "modo_redondeo", "comision_modo", "mora_tipo", "orden_aplicacion"} <= set(found)


@pytest.mark.parametrize(
    "change",
    [
        {"interes": None},
        {"tasa_anual": D("0.3")},
        {"interes": D("NaN")},
        {"base_dias": BaseDias.TREINTA_360},
        {"gracia_capital": 1},
        {"numero_pagos": 521},
        {"redondeo": D(2)},
        {"iva": D(1)},
        {"seguro": D(-1)},
        {"mora_tipo": MoraTipo.FIJA},
        {"mora_tipo": MoraTipo.FIJA, "mora_valor": D("1.001")},
        {"monto_minimo": D(2), "monto_maximo": D(1)},
        {"avales_requeridos": 1, "maximo_avalados": 0},
    ],
)
def test_the_database_refuses_terms_that_contradict_each_other(
    database: None, app: Flask, change: dict[str, Any]
) -> None:
    tipo = TipoPrestamoFactory()
    with app.app_context(), pytest.raises(IntegrityError, match="violates check constraint"):
        db.session.execute(update(TipoPrestamo).where(TipoPrestamo.id == tipo.id).values(**change))


def test_a_stored_figure_that_the_terms_do_not_give_is_a_violation(database: None, app: Flask) -> None:
    tipo = TipoPrestamoFactory()
    with app.app_context():
        assert violations(make_context(db.session())) == []
        db.session.execute(update(TipoPrestamo).where(TipoPrestamo.id == tipo.id).values(cat=D(1)))
        found = violations(make_context(db.session()))
    assert [one.split(" has ")[0] for one in found] == [f"Loan type {tipo.id}"]
