"""Requests of loans over HTTP: quotes, limits, guarantors and decisions."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.service import DecisionService
from tests.factories.credito import ClienteFactory, GrupoFactory, PersonalFactory, RutaFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

D = Decimal
REASON = {"motivo": "Ya no lo quiere"}


def test_a_quote_has_schedule_totals_and_cat_and_stores_nothing(sucursal: Sucursal):
    asked = {"tipo_prestamo_id": sucursal.tipo.id, "monto": "3000", "grupo_id": sucursal.grupo.id}

    answer = sucursal.titular.post(f"{PRESTAMOS}/cotizar", asked, expect=200)
    quote = answer["data"]

    assert (quote["cuota"], quote["total_a_pagar"], quote["interes_total"], quote["iva_total"]) == (300, 4200, 1200, 0)
    assert (quote["cat"], quote["monto_entregado"], quote["saldo_anterior"]) == (D("1068.5"), 3000, 0)
    assert (quote["primera_fecha"], quote["fecha_vencimiento"], quote["numero_pagos"]) == (
        "2026-03-09",
        "2026-06-08",
        14,
    )
    assert [one["interes"] for one in quote["cuotas"][:2]] == [D("85.71"), D("85.72")]
    assert answer["avisos"] == []
    assert sucursal.titular.get(PRESTAMOS)["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("day", "status"), [("1969-12-31", 400), ("1970-01-01", 200), ("2100-12-31", 200), ("2101-01-01", 400)]
)
def test_a_quote_is_for_a_day_from_1970_to_2100(sucursal: Sucursal, day: str, status: int):
    asked = {"tipo_prestamo_id": sucursal.tipo.id, "monto": "3000", "fecha_desembolso": day}

    answer = sucursal.titular.post(f"{PRESTAMOS}/cotizar", asked, expect=status)

    assert list(answer.get("errors", {})) == (["fecha_desembolso"] if status == 400 else [])


def test_rounding_that_would_shorten_the_loan_is_refused(sucursal: Sucursal):
    tens = TipoPrestamoFactory(redondeo=D(10), numero_pagos=100, interes=D(0))
    asked = {"tipo_prestamo_id": tens.id, "monto": "101"}

    assert sucursal.titular.post(f"{PRESTAMOS}/cotizar", asked, expect=400)["code"] == "redondeo_excesivo"


def test_a_request_has_a_folio_and_the_figures_of_its_type(sucursal: Sucursal):
    loan = sucursal.solicitar(destino="Mercancía")

    assert loan["folio"] == f"P-{loan['id']:06}"
    assert (loan["estado"], loan["fecha_solicitud"], loan["grupo_id"]) == ("solicitud", "2026-03-03", sucursal.grupo.id)
    assert (loan["cuota"], loan["total_a_pagar"], loan["saldo"], loan["renovacion"]) == (300, 4200, 0, False)
    assert loan["condiciones"]["interes"] == D("0.4")


def test_several_requests_are_entered_all_or_none_with_the_problems_by_their_place(sucursal: Sucursal):
    clients = [sucursal.cliente() for _ in range(3)]
    requests = [{"cliente_id": one.id, "tipo_prestamo_id": sucursal.tipo.id, "monto": 1000} for one in clients]
    twice = [*requests, requests[0], {**requests[0], "cliente_id": 999_999}]

    refused = sucursal.titular.post(PRESTAMOS, {"prestamos": twice}, expect=409)
    stored = sucursal.titular.get(PRESTAMOS)["pagination"]["total"]
    made = sucursal.titular.post(PRESTAMOS, {"prestamos": requests})["data"]

    assert {place: one["code"] for place, one in refused["errores"].items()} == {
        "3": "cliente_con_prestamo",
        "4": "not_found",
    }
    assert stored == 0
    assert [one["cliente_id"] for one in made] == [one.id for one in clients]


@pytest.mark.parametrize(
    "body", [{}, {"prestamos": []}, {"prestamos": [{"monto": 1}]}, {"monto": 1, "prestamos": []}, {"monto": "1_000"}]
)
def test_a_request_needs_client_type_and_amount(sucursal: Sucursal, body):
    sucursal.titular.post(PRESTAMOS, body, expect=400)


def test_a_client_has_one_pending_request_and_one_open_loan(sucursal: Sucursal):
    client = sucursal.cliente()
    sucursal.solicitar(client)
    other = sucursal.cliente()
    sucursal.aprobar(loan := sucursal.solicitar(other))
    sucursal.desembolsar(loan)

    assert sucursal.solicitar(client, expect=409) == "cliente_con_prestamo"
    assert sucursal.solicitar(other, expect=409) == "cliente_con_prestamo"


def test_the_limit_of_a_client_counts_open_capital_pending_requests_and_this_one(sucursal: Sucursal):
    client = sucursal.cliente(limite_credito=D(5000))

    assert sucursal.solicitar(client, "5000.01", expect=409) == "limite_excedido"
    sucursal.aprobar(loan := sucursal.solicitar(client, 3000))
    assert sucursal.solicitar(client, "2000.01", expect=409) == "limite_excedido"
    sucursal.desembolsar(loan)
    assert sucursal.solicitar(client, "2000.01", expect=409) == "limite_excedido"


@pytest.mark.parametrize("state", ["bloqueado", "baja"])
def test_a_client_who_is_not_active_gets_no_loan(sucursal: Sucursal, state):
    assert sucursal.solicitar(sucursal.cliente(estado=state), expect=409) == "cliente_bloqueado"


def test_a_client_of_another_group_does_not_exist_for_a_titular(sucursal: Sucursal):
    for outsider in (ClienteFactory(grupo_id=GrupoFactory().id), ClienteFactory()):
        assert sucursal.solicitar(outsider, expect=404) == "not_found"


def test_the_type_limits_the_amount(sucursal: Sucursal):
    small = TipoPrestamoFactory(monto_minimo=D(1000), monto_maximo=D(2000))
    for amount in ("999.99", "2000.01"):
        assert sucursal.solicitar(monto=amount, tipo_prestamo_id=small.id, expect=400) == "validation_failed"
    sucursal.solicitar(monto=2000, tipo_prestamo_id=small.id)


def test_guarantors_are_judged_before_and_at_the_request(sucursal: Sucursal):
    type_id = TipoPrestamoFactory(avales_requeridos=1, maximo_avalados=1, redondeo=D(1)).id
    client, aval, stranger = sucursal.cliente(), sucursal.cliente(), ClienteFactory()

    def judged(*avales, by=sucursal.titular):
        asked = {"cliente_id": client.id, "avales": list(avales), "tipo_prestamo_id": type_id}
        return by.post("/api/credito/avales/validar", asked, expect=200)["data"]

    assert judged(aval.id) == {"valido": True, "errores": [], "avisos": [f"ultimo_aval:{aval.id}"]}
    assert judged(client.id)["errores"] == [f"aval_de_si_mismo:{client.id}"]
    assert judged(stranger.id, by=sucursal.director)["errores"] == [f"aval_de_otro_grupo:{stranger.id}"]
    assert judged(stranger.id)["errores"] == [f"aval_inexistente:{stranger.id}"]
    refused = {"tipo_prestamo_id": type_id, "expect": 400}
    assert sucursal.solicitar(client, avales=[stranger.id], **refused) == "aval_invalido"
    assert sucursal.solicitar(client, **refused) == "aval_invalido"
    loan = sucursal.solicitar(client, avales=[aval.id], tipo_prestamo_id=type_id)
    assert loan["avales"] == [aval.id]
    sucursal.aprobar(loan)
    sucursal.desembolsar(loan)
    assert judged(aval.id)["errores"] == [f"maximo_avalados:{aval.id}"]
    assert sucursal.titular.get(PRESTAMOS, aval_id=aval.id)["data"][0]["id"] == loan["id"]


def test_only_a_request_is_changed_and_its_figures_follow(sucursal: Sucursal):
    loan = sucursal.solicitar()
    path = f"{PRESTAMOS}/{loan['id']}"

    changed = sucursal.titular.put(path, {"monto": 5000, "avales": [sucursal.cliente().id]})["data"]
    sucursal.aprobar(loan)

    assert (changed["monto"], changed["cuota"], len(changed["avales"])) == (5000, 500, 1)
    assert sucursal.titular.put(path, {"monto": 4000}, expect=409)["code"] == "transicion_invalida"


def test_nobody_approves_their_own_request(sucursal: Sucursal, hire: Hire):
    gerente, row = hire("gerente")
    route = RutaFactory(gerente_id=row.id)
    client = ClienteFactory(grupo_id=GrupoFactory(ruta_id=route.id).id)
    body = {"cliente_id": client.id, "tipo_prestamo_id": sucursal.tipo.id, "monto": 3000}
    loan = gerente.post(PRESTAMOS, body)["data"]

    assert sucursal.aprobar(loan, expect=403, caller=gerente)["code"] == "no_su_propia_solicitud"
    assert sucursal.aprobar(loan)["data"]["estado"] == "aprobado"


def approver(hire: Hire, sucursal: Sucursal, puesto: str, **values) -> Caller:
    caller, row = hire(puesto, **values)
    caller_route = {"gerente": "gerente_id", "supervisor": "supervisor_id"}[puesto]
    with sucursal.app.app_context():
        route = db.session.get_one(RutaFactory._meta.model, sucursal.grupo.ultima_ruta_id)
        setattr(route, caller_route, row.id)
        db.session.commit()
    return caller


def test_a_supervisor_approves_up_to_their_limit_and_a_gerente_up_to_that_of_the_direction(
    sucursal: Sucursal, hire: Hire
):
    supervisor = approver(hire, sucursal, "supervisor", limite_prestamo=D(2000))
    gerente = approver(hire, sucursal, "gerente", limite_prestamo=D(100))
    small, middle, large = (sucursal.solicitar(monto=amount) for amount in (2000, 5000, "5000.01"))

    for caller, loan in ((supervisor, middle), (gerente, large)):
        assert sucursal.aprobar(loan, expect=403, caller=caller)["code"] == "limite_excedido"
    for caller, loan in ((supervisor, small), (gerente, middle), (sucursal.director, large)):
        assert sucursal.aprobar(loan, caller=caller)["data"]["estado"] == "aprobado"


def test_the_requester_cancels_and_an_approver_rejects_with_a_reason(sucursal: Sucursal, hire: Hire):
    mine, rejected = sucursal.solicitar(), sucursal.solicitar()
    cashier = hire("cajero")[0]
    act = f"{PRESTAMOS}/{mine['id']}/cancelar"

    assert cashier.post(act, REASON, expect=403)["code"] == "no_su_solicitud"
    sucursal.titular.post(act, {"motivo": "no"}, expect=400)
    cancelled = sucursal.titular.post(act, REASON, expect=200)["data"]
    done = sucursal.director.post(f"{PRESTAMOS}/{rejected['id']}/rechazar", REASON, expect=200)["data"]

    assert (cancelled["estado"], cancelled["motivo"], done["estado"]) == ("cancelado", "Ya no lo quiere", "rechazado")
    again = sucursal.titular.post(act, REASON, expect=409)
    assert again["code"] == "transicion_invalida"
    assert "cancelado to cancelado" in again["detail"]


def test_an_approved_loan_lapses_when_more_than_seven_days_have_passed(sucursal: Sucursal):
    sucursal.aprobar(loan := sucursal.solicitar())

    def job(days: int) -> int:
        with sucursal.app.app_context(), clock.frozen(MARTES + timedelta(days=days)):
            service = DecisionService(make_context(db.session()))
            lapsed = service.vencer_aprobados(service.today)
            db.session.commit()
            return lapsed

    assert job(7) == 0
    assert (job(8), job(8)) == (1, 0)
    assert (sucursal.get(loan)["estado"], sucursal.get(loan)["motivo"]) == ("cancelado", "vencio")


def test_terms_are_frozen_by_the_approval(sucursal: Sucursal):
    loan = sucursal.solicitar()
    path = f"/api/credito/tipos-prestamo/{sucursal.tipo.id}"
    sucursal.director.put(path, {"interes": "0.5"})
    approved = sucursal.aprobar(loan)["data"]
    sucursal.director.put(path, {"interes": "0.6"})

    handed = sucursal.desembolsar(loan)["data"]

    assert (approved["interes_total"], handed["interes_total"]) == (1500, 1500)


@pytest.mark.parametrize("puesto", ["cobrador", "consulta"])
def test_collectors_and_lookers_on_request_nothing(sucursal: Sucursal, hire: Hire, puesto):
    caller = hire(puesto)[0]
    caller.post(PRESTAMOS, {"monto": 1}, expect=403)
    caller.get(PRESTAMOS)


def test_a_loan_of_another_group_is_not_found(sucursal: Sucursal, hire: Hire):
    loan = sucursal.solicitar()
    stranger = hire("titular")[0]
    PersonalFactory()
    for path in ("", "/cuotas", "/liquidacion"):
        stranger.get(f"{PRESTAMOS}/{loan['id']}{path}", expect=404)
    stranger.post(f"{PRESTAMOS}/{loan['id']}/cancelar", REASON, expect=404)
    assert stranger.get(PRESTAMOS)["pagination"]["total"] == 0


def test_a_supervisor_moves_a_client_with_an_open_loan_to_another_group_and_a_titular_does_not(
    sucursal: Sucursal, hire: Hire
):
    loan = sucursal.abierto()
    supervisor = approver(hire, sucursal, "supervisor")
    other = GrupoFactory(titular_id=sucursal.persona.id, ruta_id=sucursal.grupo.ultima_ruta_id)
    path, body = f"/api/credito/clientes/{loan['cliente_id']}", {"grupo_id": other.id}

    assert sucursal.titular.put(path, body, expect=409)["code"] == "cliente_con_prestamo"
    supervisor.put(path, body)
    assert sucursal.get(loan)["grupo_id"] == sucursal.grupo.id
