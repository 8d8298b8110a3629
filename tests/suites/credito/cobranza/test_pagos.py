"""Payments that are entered on line."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from app.infra import clock
from app.infra.db import Base, db
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.statements import counted
from tests.suites.credito.cobranza.conftest import PAGOS, broken, journal, pagar, supervisar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

REASON = {"motivo": "Se capturó en otro préstamo"}


def on_day(days: int, **more: int) -> Any:
    return clock.frozen(MARTES + timedelta(days=days, **more))


def test_a_payment_is_allocated_posted_and_numbered(sucursal: Sucursal):
    loan = sucursal.abierto()

    paid = pagar(sucursal.titular, loan, 300)
    second = pagar(sucursal.titular, loan, 450)["data"]

    first = paid["data"]
    assert paid["avisos"] == []
    assert (first["recibo"], second["recibo"]) == ("ANA-000001", "ANA-000002")
    assert (first["estado"], first["origen"], first["metodo"], first["fecha"]) == (
        "valido",
        "campo",
        "efectivo",
        "2026-03-03",
    )
    assert first["aplicado"] == {
        "capital": Decimal("214.29"),
        "interes": Decimal("85.71"),
        "iva": 0,
        "cargos": 0,
        "a_favor": 0,
    }
    assert (first["saldo_despues"], second["saldo_despues"]) == (3900, 3450)
    assert (first["cobrador_id"], first["corte_id"]) == (sucursal.persona.id, sucursal.corte.id)
    books = journal(sucursal)
    assert books["efectivo:ANA"] == -3000 + 750
    assert sum(books.values()) == 0
    assert sucursal.get(loan)["pagado"] == 750
    assert sucursal.titular.get(f"{PRESTAMOS}/{loan['id']}/pagos")["pagination"]["total"] == 2
    assert broken(sucursal) == []


def test_a_payment_takes_few_statements(sucursal: Sucursal):
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 300)  # the first one opens accounts and a block of receipts
    with counted() as sent:
        pagar(sucursal.titular, loan, 450)
    assert len(sent) <= 24, sent


def test_receipts_go_on_in_the_next_block_where_one_is_used_up(sucursal: Sucursal):
    loan = sucursal.abierto()
    assert pagar(sucursal.titular, loan, 1)["data"]["recibo"] == "ANA-000001"
    with sucursal.app.app_context():
        db.session.execute(update(Base.metadata.tables["credito_bloques"]).values(usado_hasta=198))
        db.session.commit()

    body = {"total": 9, "pagos": [{"prestamo_id": one["id"], "monto": 3} for one in (loan, *extra(sucursal, 2))]}
    sheet = sucursal.titular.post(f"/api/credito/grupos/{sucursal.grupo.id}/pagos", body)["data"]

    assert sorted(one["recibo"] for one in sheet) == ["ANA-000199", "ANA-000200", "ANA-000201"]
    assert pagar(sucursal.titular, loan, 2)["data"]["recibo"] == "ANA-000202"


def extra(place: Sucursal, count: int) -> list[dict[str, Any]]:
    return [place.abierto() for _ in range(count)]


def test_cash_needs_a_person_with_an_open_cut_and_money_of_the_bank_neither(sucursal: Sucursal, hire: Hire, admin):
    loan = sucursal.abierto()

    assert pagar(admin, loan, 300, expect=409)["code"] == "sin_personal"
    assert pagar(hire("cajero")[0], loan, 300, expect=409)["code"] == "corte_no_abierto"
    paid = pagar(admin, loan, 300, metodo="transferencia")["data"]
    assert (paid["origen"], paid["cobrador_id"], paid["corte_id"]) == ("banco", None, None)
    assert paid["recibo"].startswith("S-")
    assert journal(sucursal)["banco"] == 300
    pagar(admin, loan, 300, expect=400, metodo="renovacion")


def test_the_same_amount_of_a_day_is_asked_about_within_ten_minutes_or_of_another(sucursal: Sucursal, hire: Hire):
    loan = sucursal.abierto()
    cajero, person = hire("cajero")
    cajero.post("/api/credito/cortes", {}, expect=201)
    pagar(sucursal.titular, loan, 300)

    assert pagar(sucursal.titular, loan, 300, expect=409)["code"] == "posible_duplicado"
    pagar(sucursal.titular, loan, 301)
    assert pagar(cajero, loan, 301, expect=409)["code"] == "posible_duplicado"
    pagar(sucursal.titular, loan, 300, confirmar_duplicado=True)
    with on_day(0, minutes=11):
        pagar(sucursal.titular, loan, 300)
        assert pagar(cajero, loan, 301, expect=409)["code"] == "posible_duplicado"
    with on_day(1):
        pagar(enter(cajero, person), loan, 301)


def test_a_reversed_payment_is_no_duplicate(sucursal: Sucursal, supervisor: Caller):
    loan = sucursal.abierto()
    first = pagar(sucursal.titular, loan, 300)["data"]
    supervisor.post(f"{PAGOS}/{first['id']}/reversar", REASON, expect=200)
    pagar(sucursal.titular, loan, 300)


def test_the_day_of_a_payment_lies_between_the_disbursement_and_today(sucursal: Sucursal, hire: Hire):
    supervisor, supervisora = hire("supervisor")
    supervisar(sucursal, supervisora)
    loan = sucursal.abierto()
    for day in ("2026-03-04", "2026-03-02"):
        assert pagar(sucursal.titular, loan, 10, expect=400, fecha=day)["errors"].keys() == {"fecha"}
    with on_day(8):
        titular = enter(sucursal.titular, sucursal.persona)
        assert pagar(titular, loan, 10, expect=403, fecha="2026-03-03")["code"] == "fecha_antigua"
        pagar(titular, loan, 10, fecha="2026-03-04")
        older = {"metodo": "deposito", "fecha": "2026-03-03"}
        pagar(enter(supervisor, supervisora), loan, 11, **older)


def test_the_limit_of_cash_warns_and_then_refuses(sucursal: Sucursal, hire: Hire):
    loan = sucursal.abierto()
    cajero, _ = hire("cajero", limite_efectivo=Decimal(1000))
    cajero.post("/api/credito/cortes", {}, expect=201)

    assert pagar(cajero, loan, 799)["avisos"] == []
    assert pagar(cajero, loan, 1)["avisos"] == ["limite_efectivo_80"]
    assert pagar(cajero, loan, 201, expect=409)["code"] == "limite_efectivo"
    assert pagar(cajero, loan, 200)["avisos"] == ["limite_efectivo_80"]
    pagar(cajero, loan, 300, metodo="transferencia")


def test_a_settled_loan_takes_no_payment_and_what_is_over_is_credit(sucursal: Sucursal):
    loan = sucursal.abierto()

    last = pagar(sucursal.titular, loan, 4250)["data"]

    assert (last["aplicado"]["a_favor"], last["saldo_despues"]) == (50, 0)
    assert (sucursal.get(loan)["estado"], sucursal.get(loan)["saldo_a_favor"]) == ("liquidado", 50)
    assert pagar(sucursal.titular, loan, 1, expect=409)["code"] == "prestamo_cerrado"
    assert journal(sucursal)["saldos_a_favor"] == -50
    request = sucursal.solicitar()
    assert pagar(sucursal.titular, request, 1, expect=409)["code"] == "prestamo_cerrado"


def test_a_local_id_is_entered_once(sucursal: Sucursal, hire: Hire):
    loan, key = sucursal.abierto(), str(uuid4())

    first = pagar(sucursal.titular, loan, 300, local_id=key)["data"]
    again = pagar(sucursal.titular, loan, 300, expect=200, local_id=key)["data"]

    assert again["id"] == first["id"]
    assert pagar(sucursal.titular, loan, 301, expect=409, local_id=key)["code"] == "contenido_distinto"
    cajero, _ = hire("cajero")
    assert pagar(cajero, loan, 300, expect=409, local_id=key)["code"] == "contenido_distinto"
    assert sucursal.get(loan)["pagado"] == 300


def test_a_receipt_of_a_valid_payment_is_taken_once(sucursal: Sucursal):
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 100, recibo="ANA-000002")
    assert pagar(sucursal.titular, loan, 101, expect=409, recibo="ANA-000002")["code"] == "recibo_repetido"
    receipts = [pagar(sucursal.titular, loan, 102 + n)["data"]["recibo"] for n in range(2)]
    assert receipts == ["ANA-000001", "ANA-000003"]


def test_loans_of_others_are_404_in_every_form(sucursal: Sucursal, hire: Hire):
    loan = sucursal.abierto()
    paid = pagar(sucursal.titular, loan, 300)["data"]
    stranger, _ = hire("titular")

    pagar(stranger, loan, 300, expect=404)
    for path in (f"{PAGOS}/{paid['id']}", f"{PRESTAMOS}/{loan['id']}/pagos", f"{PRESTAMOS}/{loan['id']}/faltas"):
        stranger.get(path, expect=404)
    assert stranger.get(PAGOS)["pagination"]["total"] == 0
    stranger.post(f"{PRESTAMOS}/{loan['id']}/liquidacion", {"monto": 3900}, expect=404)


def test_payments_are_filtered(sucursal: Sucursal):
    loan, other = sucursal.abierto(), sucursal.abierto()
    paid = pagar(sucursal.titular, loan, 300)["data"]
    pagar(sucursal.titular, other, 250, metodo="transferencia")
    for query in (
        {"prestamo_id": loan["id"]},
        {"metodo": "efectivo", "grupo_id": sucursal.grupo.id, "estado": "valido"},
        {"metodo": "efectivo", "cobrador_id": sucursal.persona.id, "desde": "2026-03-03", "hasta": "2026-03-03"},
    ):
        assert [one["id"] for one in sucursal.titular.get(PAGOS, **query)["data"]] == [paid["id"]]
    assert sucursal.titular.get(PAGOS, desde="2026-03-04")["pagination"]["total"] == 0


def test_only_the_notes_of_a_payment_change(sucursal: Sucursal, supervisor: Caller):
    paid = pagar(sucursal.titular, sucursal.abierto(), 300)["data"]
    changed = supervisor.put(f"{PAGOS}/{paid['id']}", {"notas": "Pagó su hija", "monto": 1}, expect=200)["data"]
    assert (changed["notas"], changed["monto"]) == ("Pagó su hija", 300)
    sucursal.titular.put(f"{PAGOS}/{paid['id']}", {"notas": "x"}, expect=403)


def test_a_settlement_is_paid_by_its_quote_and_its_reversal_owes_all_again(sucursal: Sucursal, supervisor: Caller):
    accrued = TipoPrestamoFactory(liquidacion="interes_devengado", redondeo=Decimal(1))
    loan = sucursal.abierto(tipo_prestamo_id=accrued.id)
    pagar(sucursal.titular, loan, 1500)
    path = f"{PRESTAMOS}/{loan['id']}/liquidacion"
    total = sucursal.titular.get(path)["data"]["total"]

    assert sucursal.titular.post(path, {"monto": total + 1}, expect=409)["code"] == "cotizacion_vencida"
    sucursal.titular.post(path, {"monto": total, "fecha": "2026-03-02"}, expect=400)
    answer = sucursal.titular.send("POST", path, json={"monto": str(total)})
    paid = answer.get_json()["data"]

    assert (answer.status_code, answer.headers["Location"]) == (201, f"{PAGOS}/{paid['id']}")
    assert (sucursal.get(loan)["estado"], paid["saldo_despues"]) == ("liquidado", 0)
    assert broken(sucursal) == []
    supervisor.post(f"{PAGOS}/{paid['id']}/reversar", REASON, expect=200)
    assert (sucursal.get(loan)["estado"], sucursal.get(loan)["saldo"]) == ("activo", 2700)
    assert sum(journal(sucursal).values()) == 0
    assert broken(sucursal) == []


@pytest.mark.parametrize("amount", [0, -1, "1_000", 1.005, "NaN", "1e400", True, None])
def test_odd_amounts_are_400(sucursal: Sucursal, amount: Any):
    body = {"prestamo_id": 1, "monto": amount}
    assert sucursal.titular.post(PAGOS, body, expect=400)["errors"].keys() == {"monto"}
