"""The portfolio of today and of past days, and how late it is."""

from datetime import date
from decimal import Decimal
from typing import Any

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.service import CierreService
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today
from tests.suites.credito.reportes.test_general import en, fuera_de_cuadre

__all__ = ["sucursal", "today"]

CARTERA, PAR, EDADES = (f"/api/credito/reportes/{name}" for name in ("cartera", "par", "antiguedad"))


def cerrar(place: Sucursal, hasta: date) -> None:
    """Close days up to one."""
    with place.app.app_context():
        CierreService(make_context(db.session())).cerrar_hasta(hasta)
        db.session.commit()


def test_par_is_the_whole_capital_of_late_loans_by_their_oldest_unpaid_due_date(sucursal: Sucursal) -> None:
    late, good = sucursal.abierto(), sucursal.abierto()
    with en(9):
        pagar(sucursal.titular, good, 300)
    with en(16):
        pagar(sucursal.titular, good, 300)
        found = sucursal.director.get(PAR, por="grupo")
        one = next(row for row in found["data"] if row["id"] == sucursal.grupo.id)
        loans = {row["id"]: row for row in sucursal.director.get(CARTERA)["data"]}
    capital = {key: row["saldo_capital"] for key, row in loans.items()}
    assert (loans[late["id"]]["dias_atraso"], loans[good["id"]]["dias_atraso"]) == (7, 0)
    assert one["saldo_capital"] == capital[late["id"]] + capital[good["id"]]
    assert one["par_1"] == round(capital[late["id"]] / one["saldo_capital"], 6)
    assert (one["par_7"], one["numero_par_1"]) == (0, Decimal("0.5"))
    assert found["moneda"] == "MXN"
    assert fuera_de_cuadre(sucursal) == []


def test_a_past_day_is_read_from_its_snapshot_and_the_facts_differ_by_what_came_later(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    with en(18):
        cerrar(sucursal, date(2026, 3, 17))
        dia = {"por": "grupo", "fecha": "2026-03-17", "grupo_id": sucursal.grupo.id}
        foto, hechos = sucursal.director.get(PAR, **dia), sucursal.director.get(PAR, hechos="true", **dia)
        assert foto["data"][0]["saldo_capital"] == hechos["data"][0]["saldo_capital"] == 3000
        assert (hechos["totales"]["diferencia"], foto["totales"]["par_7"]) == (0, 1)
        pagar(sucursal.titular, loan, 300, fecha="2026-03-16")
        after = sucursal.director.get(PAR, hechos="true", **dia)["totales"]
        paid = 3000 - after["saldo_capital"]
        assert (after["capital_en_foto"], after["diferencia"]) == (3000, -paid)
        payment = sucursal.director.get("/api/credito/pagos", prestamo_id=loan["id"])["data"][0]
        assert paid == payment["aplicado"]["capital"]


def test_the_portfolio_of_a_past_day_has_the_sums_of_its_rows_whatever_came_later(sucursal: Sucursal) -> None:
    loan, fecha = sucursal.abierto(), "2026-03-17"
    with en(18):
        cerrar(sucursal, date(2026, 3, 17))
        pagar(sucursal.titular, loan, 300, fecha="2026-03-16")
        later = sucursal.solicitar()
        sucursal.aprobar(later)
    with en(20):
        cerrar(sucursal, date(2026, 3, 19))
        sucursal.desembolsar(later, fecha="2026-03-18")
        found = sucursal.director.get(CARTERA, fecha="2026-03-18")
        assert (found["pagination"]["total"], len(found["data"])) == (2, 2)
        past = sucursal.director.get(CARTERA, fecha=fecha)
    for one in (found, past):
        for name in ("saldo_capital", "saldo_interes", "saldo_cargos", "vencido"):
            assert one["totales"][name] == sum(row[name] for row in one["data"])


def test_the_portfolio_of_a_past_day_has_what_was_owed_then(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    with en(10):
        pagar(sucursal.titular, loan, 300)
    with en(24):
        pagar(sucursal.titular, loan, 3900)
        assert sucursal.director.get(CARTERA, grupo_id=sucursal.grupo.id)["data"] == []
        for day, saldo, atraso, vencido in (("2026-03-09", 4200, 0, 0), ("2026-03-23", 3900, 7, 300)):
            page = sucursal.director.get(CARTERA, fecha=day, grupo_id=sucursal.grupo.id)
            row = page["data"][0]
            assert (row["saldo"], row["dias_atraso"], row["vencido"]) == (saldo, atraso, vencido)
            assert page["totales"]["saldo_capital"] == row["saldo_capital"]
            assert page["pagination"]["total"] == 1
        sucursal.director.get(CARTERA, fecha="2026-03-25", expect=400)
    with sucursal.app.app_context():
        assert db.session.get_one(Prestamo, loan["id"]).fecha_cierre == date(2026, 3, 24)
    assert fuera_de_cuadre(sucursal) == []


def test_pages_of_the_portfolio_have_the_newest_loans_first(sucursal: Sucursal) -> None:
    old, paid, new = (sucursal.abierto()["id"] for _ in range(3))
    with en(10):
        pagar(sucursal.titular, {"id": paid}, 4200)
        for query, expected in (({}, [new, old]), ({"fecha": "2026-03-09"}, [new, paid, old])):
            pages = [sucursal.director.get(CARTERA, per_page=1, page=page, **query) for page in (1, 2, 3)]
            assert [row["id"] for page in pages for row in page["data"]] == expected
            assert {page["pagination"]["total"] for page in pages} == {len(expected)}


def test_ages_and_lines_by_product_and_month_add_up_to_the_portfolio(sucursal: Sucursal) -> None:
    for _ in range(2):
        sucursal.abierto()
    with en(20):
        total = sucursal.director.get(CARTERA)["totales"]
        ages = sucursal.director.get(EDADES)
        assert sum(row["saldo_capital"] for row in ages["data"]) == total["saldo_capital"]
        assert [(row["dias_desde"], row["prestamos"]) for row in ages["data"] if row["prestamos"]] == [(8, 2)]
        for por in ("ruta", "grupo", "cobrador", "producto", "mes"):
            for grupo in ({}, {"grupo_id": sucursal.grupo.id}):
                found = sucursal.director.get(PAR, por=por, **grupo)
                assert found["totales"]["saldo_capital"] == total["saldo_capital"] == 6000, por
        assert sucursal.director.get(PAR, por="mes")["data"][0]["nombre"] == "2026-03"


def test_loans_out_of_scope_are_in_no_row_and_no_total(sucursal: Sucursal, hire: Hire) -> None:
    sucursal.abierto()
    other: Any = hire("titular")[0]
    with en(10):
        for path in (CARTERA, PAR, EDADES, "/api/credito/reportes/general"):
            seen = sucursal.titular.get(path)
            nothing = other.get(path)
            assert [row for row in nothing["data"] if row.get("saldo_capital") or row.get("prestamo_papel")] == []
            assert seen["totales"] != nothing["totales"], path
            hire("cobrador")[0].get(path, expect=403)
