"""The other reports, over what people did: each with its totals, within the scope of who asks."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.service import CierreService
from tests.factories.credito import ClienteFactory, GrupoFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal, sucursal, today
from tests.suites.credito.reportes.test_general import en

__all__ = ["sucursal", "today"]

REPORTES = "/api/credito/reportes"
TODOS = (
    *("antiguedad", "avales", "bonos", "buro", "cartera", "cobranza", "cortes", "cosechas", "faltas", "flujo"),
    *("general", "par", "proyeccion", "recibos", "renovaciones"),
)


def ver(place: Sucursal, name: str, **query: Any) -> Any:
    """A report as the director sees it."""
    return place.director.get(f"{REPORTES}/{name}", **query)


@pytest.mark.parametrize("name", TODOS)
def test_each_report_has_rows_totals_and_a_currency_and_is_a_file_too(sucursal: Sucursal, name: str) -> None:
    sucursal.abierto()
    for query in ({}, {"ruta_id": sucursal.grupo.ultima_ruta_id}, {"grupo_id": 1, "cobrador_id": 1}):
        found = ver(sucursal, name, **query)
        assert {*found} - {"pagination"} == {"data", "totales", "moneda"}
        assert found["moneda"] == "MXN"
    for form in ("csv", "xlsx"):
        with sucursal.director.send("GET", f"{REPORTES}/{name}", query_string={"format": form}) as file:
            assert file.status_code == 200
    assert list(sucursal.director.get(f"{REPORTES}/{name}", expect=400, gruop_id=1)["errors"]) == ["gruop_id"]


@pytest.mark.parametrize("name", TODOS)
def test_a_report_takes_as_many_statements_for_many_groups_as_for_one(sucursal: Sucursal, name: str) -> None:
    counted: list[str] = []

    def count(*arguments: Any) -> None:
        counted.append(arguments[2])

    def statements() -> int:
        counted.clear()
        event.listen(Engine, "before_cursor_execute", count)
        try:
            ver(sucursal, name)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        return len(counted)

    sucursal.abierto()
    statements()
    few = statements()
    for _ in range(3):
        group = GrupoFactory(titular_id=sucursal.persona.id, dia_reunion=1)
        sucursal.abierto(cliente=ClienteFactory(grupo_id=group.id))
    assert statements() <= few


def test_collection_is_of_who_took_it_and_due_is_of_who_has_the_group_on_the_day(
    sucursal: Sucursal, hire: Hire
) -> None:
    loan = sucursal.abierto()
    caller, luz = hire("cobrador", clave="LUZ")
    with en(9):
        pagar(sucursal.titular, loan, 200)
    with en(15):
        body = {"cobrador_id": luz.id, "desde": "2026-03-16"}
        sucursal.director.post(f"/api/credito/grupos/{sucursal.grupo.id}/transferir", body, expect=200)
    with en(16):
        caller.post("/api/credito/cortes", {"semilla": 0})
        pagar(caller, loan, 300)
        rows = ver(sucursal, "cobranza", desde="2026-03-09", hasta="2026-03-16")["data"]
        assert [(row["fecha"], row["cobrador_id"], row["ideal"], row["real"]) for row in rows] == [
            ("2026-03-09", sucursal.persona.id, 300, 200),
            ("2026-03-16", luz.id, 300, 300),
        ]
        own = caller.get(f"{REPORTES}/cobranza")
        assert [(row["cobrador_id"], row["real"]) for row in own["data"]] == [(luz.id, 300)]
        assert caller.get(f"{REPORTES}/cobranza", semana="2026-03-09")["data"] == []
        assert caller.get(f"{REPORTES}/cobranza", cobrador_id=sucursal.persona.id)["data"] == []


def test_cash_is_where_the_journal_says_and_cuts_have_their_lines(sucursal: Sucursal, hire: Hire) -> None:
    loan = sucursal.abierto()
    with en(10):
        pagar(sucursal.titular, loan, 300)
        flow = ver(sucursal, "flujo")
        held = {row["personal_id"]: row["efectivo"] for row in flow["data"]}
        assert held[sucursal.persona.id] == -2700
        assert flow["totales"]["efectivo"] == sum(held[key] for key in held if key is not None)
        assert ver(sucursal, "flujo", fecha="2026-03-03")["totales"]["efectivo"] == -3000
        cuts = ver(sucursal, "cortes")
        own = next(row for row in cuts["data"] if row["personal_id"] == sucursal.persona.id)
        assert (own["cobranza_efectivo"], own["prestamos_entregados"], own["esperado"]) == (300, 3000, -2700)
        assert cuts["totales"]["esperado"] == sum(row["esperado"] for row in cuts["data"])
        cashier = hire("cajero")[0]
        assert [row for row in cashier.get(f"{REPORTES}/flujo")["data"] if row["personal_id"] is not None] == []
        cashier.get(f"{REPORTES}/par", expect=403)


def test_renewals_are_no_collection_and_their_rate_is_of_all_that_ended(sucursal: Sucursal) -> None:
    sucursal.tipo = _renewable(sucursal)
    old, paid = sucursal.abierto(), sucursal.abierto()
    with en(10):
        pagar(sucursal.titular, old, 300)
        pagar(sucursal.titular, paid, 4200)
        body = {"tipo_prestamo_id": sucursal.tipo.id, "monto": 4500}
        new = sucursal.titular.post(f"{PRESTAMOS}/{old['id']}/renovar", body)["data"]
        sucursal.aprobar(new)
        sucursal.desembolsar(new)
        totals = ver(sucursal, "general")["totales"]
        assert (totals["cobranza_real"], totals["renovado"]) == (4500, 3900)
        assert (totals["prestamo_papel"], totals["prestamo_real"]) == (4500, 600)
        found = ver(sucursal, "renovaciones")["totales"]
        assert (found["renovados"], found["liquidados"], found["tasa"]) == (1, 1, Decimal("0.5"))
        assert (found["nuevos"], found["perdidos"], found["crecimiento"]) == (0, 1, -1)
        month = ver(sucursal, "cosechas")["data"][0]
        assert (month["mes"], month["prestamos"], month["abiertos"]) == ("2026-03", 3, 1)
        assert (month["renovados"], month["liquidados"], month["saldo_capital"]) == (1, 1, 4500)


def _renewable(place: Sucursal) -> Any:
    return TipoPrestamoFactory(redondeo=Decimal(1), interes=Decimal("0.4"), pagos_para_renovar=1)


def test_vintages_of_past_months_are_as_late_as_they_are_today(sucursal: Sucursal, hire: Hire) -> None:
    sucursal.abierto()
    with en(20, mes=4):  # six weeks after the first installment
        director = hire("director")[0]
        for days in ({}, {"desde": "2026-03-01", "hasta": "2026-03-31"}):
            month = director.get(f"{REPORTES}/cosechas", **days)["data"][0]
            assert (month["mes"], month["capital_30"], month["mora_30"]) == ("2026-03", 3000, 1), days


def test_missed_weeks_bonuses_and_what_is_to_come(sucursal: Sucursal) -> None:
    sucursal.abierto()
    with en(16):
        with sucursal.app.app_context():
            context = make_context(db.session())
            CierreService(context).cerrar_hasta(date(2026, 3, 15))
            CierreSemanalService(context).cerrar()
            db.session.commit()
        missed = ver(sucursal, "faltas", semana="2026-03-09")
        assert [(row["grupo_id"], row["faltas"], row["faltante"]) for row in missed["data"]] == [
            (sucursal.grupo.id, 1, 300)
        ]
        assert missed["totales"]["toleradas"] == missed["data"][0]["toleradas"]
        ahead = ver(sucursal, "proyeccion")
        assert ahead["data"][0] == {"semana": "2026-03-16", "mes": "2026-03", "pendiente": 300}
        assert ahead["totales"]["pendiente"] == 300 * len(ahead["data"])
        assert ver(sucursal, "bonos", semana="2026-03-09")["totales"]["monto"] == 0


def test_payments_of_guarantors_are_listed_by_loan(sucursal: Sucursal) -> None:
    aval = sucursal.cliente()
    loan = sucursal.abierto(avales=[aval.id])
    with en(10):
        pagar(sucursal.titular, loan, 100, pagador="aval", pagador_id=aval.id)
        found = ver(sucursal, "avales")
        row = found["data"][0]
        assert (row["aval_id"], row["cliente_id"], row["avalados"]) == (aval.id, loan["cliente_id"], 1)
        assert (row["pagado"], found["totales"]["pagado"], found["totales"]["avales"]) == (100, 100, 1)


def test_receipts_that_are_missing_or_of_no_block_are_listed(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    with en(10):
        pagar(sucursal.titular, loan, 10)
        pagar(sucursal.titular, loan, 20, recibo="ANA-000004")
        pagar(sucursal.titular, loan, 30, recibo="ANA-000900")
        found = ver(sucursal, "recibos")
        flaws = {(row["tipo"], row["recibo"], row["recibo_hasta"], row["cantidad"]) for row in found["data"]}
    assert ("fuera_de_bloque", "ANA-000900", "ANA-000900", 1) in flaws
    assert ("hueco", "ANA-000002", "ANA-000003", 2) in flaws
    assert found["totales"]["huecos"] == 2


def test_the_bureau_is_told_of_loans_that_are_open_or_ended_in_the_month(sucursal: Sucursal) -> None:
    loan, paid = sucursal.abierto(), sucursal.abierto()
    with en(24):
        pagar(sucursal.titular, paid, 4200)
    with en(1, mes=4):
        rows = {row["folio"]: row for row in ver(sucursal, "buro")["data"]}
        assert (rows[loan["folio"]]["estado"], rows[loan["folio"]]["dias_atraso"]) == ("atrasado", 22)
        assert (rows[loan["folio"]]["saldo"], rows[loan["folio"]]["vencido"]) == (4200, 900)
        ended = rows[paid["folio"]]
        assert (ended["estado"], ended["saldo"], ended["fecha_cierre"]) == ("liquidado", 0, "2026-03-24")
        assert ver(sucursal, "buro", desde="2026-04-01", hasta="2026-04-01")["pagination"]["total"] == 1
        assert ver(sucursal, "buro", semana="2026-04-01")["pagination"]["total"] == 1
        assert list(sucursal.director.get(f"{REPORTES}/buro", 400, semana="2026-04-08")["errors"]) == ["semana"]
