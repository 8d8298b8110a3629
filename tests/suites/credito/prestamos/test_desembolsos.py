"""Handing loans over, renewing and settling them, over HTTP."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.service.verificacion import violations
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal

D = Decimal
REASON = {"motivo": "Se arrepintió"}
JOURNAL = text(
    "SELECT a.code, sum(l.amount) FROM lines l JOIN accounts a ON a.id = l.account_id JOIN books b ON b.id = a.book_id"
    " WHERE b.code = 'credito' GROUP BY a.code HAVING sum(l.amount) <> 0 ORDER BY a.code"
)


def journal(sucursal: Sucursal) -> dict[str, Decimal]:
    with sucursal.app.app_context():
        return {row[0]: row[1] for row in db.session.execute(JOURNAL)}


def on_day(sucursal: Sucursal, days: int):
    """Let a number of days pass."""
    return clock.frozen(MARTES + timedelta(days=days))


def relogin(sucursal: Sucursal) -> None:
    sucursal.titular = enter(sucursal.titular, sucursal.persona)


def test_a_loan_is_handed_over_with_its_schedule_from_that_day(sucursal: Sucursal):
    loan = sucursal.abierto()

    assert (loan["estado"], loan["fecha_desembolso"], loan["medio_entrega"]) == (
        "desembolsado",
        "2026-03-03",
        "efectivo",
    )
    assert (loan["entregado_por_id"], loan["corte_id"]) == (sucursal.persona.id, sucursal.corte.id)
    assert (loan["saldo"], loan["saldo_capital"], loan["saldo_interes"], loan["pagado"]) == (4200, 3000, 1200, 0)
    assert (loan["vencido"], loan["dias_atraso"], loan["semana_activa"], loan["adelanto"]) == (0, 0, 0, 0)
    cuotas = sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/cuotas")["data"]
    assert [one["fecha_vencimiento"] for one in cuotas[:2]] == ["2026-03-09", "2026-03-16"]
    assert {one["estado"] for one in cuotas} == {"pendiente"}
    assert sum(one["monto"] for one in cuotas) == 4200
    assert journal(sucursal) == {"cartera": 3000, "efectivo:ANA": -3000}


def test_commission_and_insurance_are_kept_back(sucursal: Sucursal):
    terms = {"comision": D("0.05"), "seguro": D(100), "redondeo": D(1)}
    kept = TipoPrestamoFactory(**terms)
    apart = TipoPrestamoFactory(**terms, comision_modo="aparte")

    first = sucursal.abierto(tipo_prestamo_id=kept.id)
    assert (first["comision"], first["seguro"], first["monto_entregado"]) == (150, 100, 2750)
    assert journal(sucursal) == {
        "cartera": 3000,
        "efectivo:ANA": -2750,
        "ingresos_comision": -150,
        "seguro_por_pagar": -100,
    }
    assert sucursal.abierto(tipo_prestamo_id=apart.id)["monto_entregado"] == 2900
    assert journal(sucursal)["efectivo:ANA"] == -2750 - 2900 + 150


def test_cash_needs_an_open_cut_and_a_person(sucursal: Sucursal, hire: Hire, admin):
    sucursal.aprobar(loan := sucursal.solicitar())
    path, cash = f"{PRESTAMOS}/{loan['id']}/desembolsar", {"medio": "efectivo"}

    assert hire("cajero")[0].post(path, cash, expect=409)["code"] == "corte_no_abierto"
    assert admin.post(path, cash, expect=409)["code"] == "sin_personal"
    handed = admin.post(path, {"medio": "transferencia"}, expect=200)["data"]
    assert (handed["entregado_por_id"], handed["corte_id"]) == (None, None)
    assert journal(sucursal) == {"banco": -3000, "cartera": 3000}


def test_a_disbursement_is_dated_back_to_the_approval_at_most_and_never_ahead(sucursal: Sucursal):
    sucursal.aprobar(loan := sucursal.solicitar())
    for day in ("2026-03-04", "2026-03-02"):
        assert sucursal.desembolsar(loan, expect=400, fecha=day)["errors"].keys() == {"fecha"}
    with on_day(sucursal, 3):
        relogin(sucursal)
        handed = sucursal.desembolsar(loan, fecha="2026-03-04")["data"]
    assert (handed["fecha_desembolso"], handed["primera_fecha"]) == ("2026-03-04", "2026-03-09")


def test_the_amount_that_is_expected_is_compared(sucursal: Sucursal):
    sucursal.aprobar(loan := sucursal.solicitar())

    refused = sucursal.desembolsar(loan, expect=409, monto_entregado="2999.99")

    assert refused["code"] == "cotizacion_vencida"
    sucursal.desembolsar(loan, monto_entregado=3000)


def test_a_request_is_not_handed_over_and_nothing_is_handed_over_twice(sucursal: Sucursal):
    loan = sucursal.solicitar()
    assert sucursal.desembolsar(loan, expect=409)["code"] == "transicion_invalida"
    sucursal.aprobar(loan)
    sucursal.desembolsar(loan)
    assert "desembolsado to desembolsado" in sucursal.desembolsar(loan, expect=409)["detail"]
    assert journal(sucursal) == {"cartera": 3000, "efectivo:ANA": -3000}


def test_the_state_of_a_loan_is_that_of_the_day(sucursal: Sucursal):
    loan = sucursal.abierto()
    found = {}
    for days in (5, 6, 12, 13):
        with on_day(sucursal, days):
            relogin(sucursal)
            now = sucursal.get(loan)
            found[days] = (now["estado"], now["dias_atraso"], now["vencido"], now["semanas_que_debe"])
    assert found == {
        5: ("desembolsado", 0, 0, 0),
        6: ("activo", 0, 0, 1),
        12: ("activo", 0, 0, 1),
        13: ("atrasado", 7, 300, 2),
    }
    with on_day(sucursal, 13):
        relogin(sucursal)
        late = {"estado": "atrasado", "atraso_desde": 7, "atraso_hasta": 7}
        assert sucursal.titular.get(PRESTAMOS, **late)["pagination"]["total"] == 1
        assert sucursal.titular.get(PRESTAMOS, estado="activo")["pagination"]["total"] == 0
        assert sucursal.titular.get(PRESTAMOS, atraso_desde=8)["pagination"]["total"] == 0


def test_lists_are_filtered_by_client_route_collector_folio_and_due_date(sucursal: Sucursal):
    loan, other = sucursal.abierto(), sucursal.solicitar()
    found = [
        {one["id"] for one in sucursal.titular.get(PRESTAMOS, **query)["data"]}
        for query in (
            {"cliente_id": loan["cliente_id"]},
            {"q": loan["folio"]},
            {"q": loan["cliente"].upper()},
            {"ruta_id": sucursal.grupo.ultima_ruta_id, "estado": "desembolsado"},
            {"cobrador_id": sucursal.persona.id, "grupo_id": sucursal.grupo.id, "estado": "desembolsado"},
            {"vence_desde": "2026-06-08", "vence_hasta": "2026-06-08", "estado": "desembolsado"},
            {"cobrador_id": 999},
        )
    ]
    assert found == [{loan["id"]}] * 6 + [set()]
    assert {one["id"] for one in sucursal.titular.get(PRESTAMOS)["data"]} == {loan["id"], other["id"]}


def test_the_settlement_of_three_thousand_with_five_paid_on_the_first_day(sucursal: Sucursal):
    accrued = TipoPrestamoFactory(liquidacion="interes_devengado", redondeo=D(1))
    total, interest = sucursal.abierto(), sucursal.abierto(tipo_prestamo_id=accrued.id)
    for loan in (total, interest):
        sucursal.pagar(loan, 1500, n=loan["id"])

    def quoted(loan, day, expect=200):
        return sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/liquidacion", expect=expect, fecha=day)

    assert quoted(total, "2026-03-03")["data"]["total"] == 2700
    assert quoted(interest, "2026-04-13")["data"]["total"] == D("2014.29")
    parts = quoted(interest, "2026-03-03")["data"]
    assert (parts["capital"], parts["interes"], parts["bonificacion"]) == (D("1928.57"), 0, D("771.43"))
    for day in ("2026-03-02", "2026-06-09"):
        quoted(interest, day, expect=400)
    request = sucursal.solicitar()
    assert sucursal.titular.get(f"{PRESTAMOS}/{request['id']}/liquidacion", expect=409)["code"] == "prestamo_cerrado"


def paid_nine(sucursal: Sucursal, **values):
    loan = sucursal.abierto(**values)
    sucursal.pagar(loan, 2700)
    return sucursal.get(loan)


def renew(sucursal: Sucursal, loan, monto=5000, expect=201, **values):
    body = {"tipo_prestamo_id": sucursal.tipo.id, "monto": monto, **values}
    return sucursal.titular.post(f"{PRESTAMOS}/{loan['id']}/renovar", body, expect=expect)


def test_a_renewal_nets_the_rest_of_the_old_loan_without_cash(sucursal: Sucursal):
    old = paid_nine(sucursal)
    request = renew(sucursal, old)["data"]
    assert (request["prestamo_anterior_id"], request["renovacion"], request["monto_entregado"]) == (
        old["id"],
        True,
        3500,
    )
    sucursal.aprobar(request)

    new = sucursal.desembolsar(request)["data"]
    gone = sucursal.get(old)

    assert (new["saldo_anterior"], new["monto_entregado"], new["saldo"]) == (1500, 3500, 7000)
    assert (gone["estado"], gone["saldo"], gone["pagado"]) == ("renovado", 0, 4200)
    assert {one["estado"] for one in gone["cuotas"]} == {"pagada"}
    # 2,700 of the old loan came in by a payment, whose entry is not made here.
    paid = journal(sucursal)
    assert paid["efectivo:ANA"] == -3000 - 3500
    assert sum(paid.values()) == 0
    with sucursal.app.app_context():
        assert violations(make_context(db.session())) == []


def test_a_renewal_by_accrued_interest_forgives_the_rest(sucursal: Sucursal):
    accrued = TipoPrestamoFactory(liquidacion="interes_devengado", redondeo=D(1))
    old = paid_nine(sucursal, tipo_prestamo_id=accrued.id)
    sucursal.aprobar(request := renew(sucursal, old)["data"])

    new = sucursal.desembolsar(request)["data"]
    gone = sucursal.get(old)

    assert new["saldo_anterior"] == D("1071.43")
    assert (gone["saldo"], gone["pagado"]) == (0, D("3771.43"))
    assert sum(one["condonado"] for one in gone["cuotas"]) == D("428.57")


def test_too_young_or_settled_loans_are_not_renewed_and_nobody_pays_to_be_lent(sucursal: Sucursal):
    young = sucursal.abierto()
    sucursal.pagar(young, 2699)
    assert renew(sucursal, young, expect=409)["code"] == "no_renovable"
    sucursal.pagar(young, 1, n=1)
    assert renew(sucursal, young, monto=1499, expect=409)["code"] == "saldo_mayor_que_monto"
    sucursal.pagar(young, 1500, n=2)
    assert renew(sucursal, young, expect=409)["code"] == "no_renovable"


def test_a_loan_is_renewed_once_and_again_after_a_rejection(sucursal: Sucursal):
    old = paid_nine(sucursal)
    first = renew(sucursal, old)["data"]
    assert renew(sucursal, old, expect=409)["code"] in {"no_renovable", "cliente_con_prestamo"}
    sucursal.director.post(f"{PRESTAMOS}/{first['id']}/rechazar", REASON, expect=200)
    second = renew(sucursal, old)["data"]
    assert second["id"] != first["id"]


def test_credit_of_an_overpaid_loan_is_used_at_the_next_disbursement(sucursal: Sucursal):
    client = sucursal.cliente()
    sucursal.aprobar(first := sucursal.solicitar(client))
    sucursal.desembolsar(first)
    sucursal.pagar(first, 4250)
    assert (sucursal.get(first)["estado"], sucursal.get(first)["saldo_a_favor"]) == ("liquidado", 50)
    sucursal.aprobar(second := sucursal.solicitar(client))

    handed = sucursal.desembolsar(second)["data"]

    assert handed["monto_entregado"] == 3050
    assert sucursal.get(first)["saldo_a_favor"] == 0
    assert journal(sucursal)["saldos_a_favor"] == 50


def cancel(sucursal: Sucursal, loan, expect=200):
    return sucursal.titular.post(f"{PRESTAMOS}/{loan['id']}/cancelar-desembolso", REASON, expect=expect)


def test_a_disbursement_of_today_is_taken_back_with_its_cash(sucursal: Sucursal):
    loan = sucursal.abierto()

    cancelled = cancel(sucursal, loan)["data"]

    assert (cancelled["estado"], cancelled["saldo"], cancelled["motivo"]) == ("cancelado", 0, "Se arrepintió")
    assert journal(sucursal) == {}
    assert sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/cuotas")["data"] == []


def test_a_renewal_that_is_taken_back_opens_the_old_loan_again(sucursal: Sucursal):
    accrued = TipoPrestamoFactory(liquidacion="interes_devengado", redondeo=D(1))
    old = paid_nine(sucursal, tipo_prestamo_id=accrued.id)
    sucursal.aprobar(request := renew(sucursal, old)["data"])
    sucursal.desembolsar(request)

    cancel(sucursal, request)

    now = sucursal.get(old)
    assert (now["estado"], now["saldo"], now["pagado"], now["semana_activa"]) == ("activo", 1500, 2700, 9)
    assert sum(one["condonado"] for one in now["cuotas"]) == 0
    assert journal(sucursal) == {"cartera": 3000, "efectivo:ANA": -3000}


def test_with_a_payment_or_on_another_day_it_is_not_taken_back(sucursal: Sucursal):
    paid, old = sucursal.abierto(), sucursal.abierto()
    sucursal.pagar(paid, 300)
    assert cancel(sucursal, paid, expect=409)["code"] == "desembolso_no_cancelable"
    with on_day(sucursal, 1):
        relogin(sucursal)
        assert cancel(sucursal, old, expect=409)["code"] == "desembolso_no_cancelable"


def test_a_payment_entered_late_and_a_reversed_one_leave_the_balances_of_the_right_order(sucursal: Sucursal):
    first, second = sucursal.abierto(), sucursal.abierto()
    with on_day(sucursal, 20):
        for loan, days in ((first, (7, 14, 20)), (second, (20, 7, 14))):
            for place, day in enumerate(days):
                sucursal.pagar(loan, 100 + day, date(2026, 3, 3) + timedelta(days=day), n=f"{loan['id']}-{place}")
        relogin(sucursal)
        balances = ("estado", "saldo", "saldo_capital", "saldo_interes", "pagado", "vencido", "dias_atraso")
        mine, theirs = sucursal.get(first), sucursal.get(second)
    assert [mine[name] for name in balances] == [theirs[name] for name in balances]
    assert [one["pagado"] for one in mine["cuotas"]] == [one["pagado"] for one in theirs["cuotas"]]
    with on_day(sucursal, 20), sucursal.app.app_context():
        assert violations(make_context(db.session())) == []


def test_a_loan_tells_that_its_cat_is_out_of_range(sucursal: Sucursal):
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D(10), numero_pagos=1, frecuencia="diario")
    loan = sucursal.abierto(monto=1000)
    assert loan["cat"] is None
    assert sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}")["avisos"] == ["cat_fuera_de_rango"]
