"""Reversing payments, deciding those that wait, and sheets of groups."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.prestamos.models import Cargo
from tests.factories.credito_cobranza import FaltaFactory
from tests.suites.credito.cobranza.conftest import PAGOS, broken, item, journal, pagar, rows, sincronizar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

REASON = {"motivo": "Se capturó en otro préstamo"}
GRUPOS, FALTAS = "/api/credito/grupos", "/api/credito/faltas"


def reversar(caller: Caller, pago: Any, expect: int = 200) -> Any:
    return caller.post(f"{PAGOS}/{pago['id']}/reversar", REASON, expect=expect)


def test_any_payment_is_reversed_as_if_it_had_never_been(sucursal: Sucursal, supervisor: Caller):
    loan, mirror = sucursal.abierto(), sucursal.abierto()
    first = pagar(sucursal.titular, loan, 350)["data"]
    pagar(sucursal.titular, loan, 420)
    pagar(sucursal.titular, mirror, 420)

    gone = reversar(supervisor, first)["data"]

    assert (gone["estado"], gone["motivo"], gone["reverso_corte_id"]) == (
        "reversado",
        REASON["motivo"],
        sucursal.corte.id,
    )
    names = ("saldo", "saldo_capital", "saldo_interes", "pagado", "estado", "semana_activa", "adelanto")
    mine, theirs = sucursal.get(loan), sucursal.get(mirror)
    assert [mine[name] for name in names] == [theirs[name] for name in names]
    books = journal(sucursal)
    assert (books["efectivo:ANA"], sum(books.values())) == (-6000 + 840, 0)
    assert reversar(supervisor, first, expect=409)["code"] == "pago_reversado"
    assert broken(sucursal) == []


def test_titulares_reverse_nothing_and_collectors_their_own_within_ten_minutes(
    sucursal: Sucursal, cobradora: tuple[Caller, Any, Any], supervisor: Caller
):
    caller, person, group = cobradora
    loan = sucursal.abierto(cliente=sucursal.cliente(grupo_id=group.id))
    theirs, own = pagar(sucursal.titular, loan, 10)["data"], pagar(caller, loan, 20)["data"]

    reversar(sucursal.titular, theirs, expect=403)
    assert reversar(caller, theirs, expect=403)["code"] == "reverso_no_permitido"
    assert reversar(caller, own)["data"]["senales"] == ["reversado_por_cobrador"]
    late = pagar(caller, loan, 30)["data"]
    with rows_later(sucursal, late["id"]):
        assert reversar(caller, late, expect=403)["code"] == "reverso_no_permitido"
    assert reversar(supervisor, late)["data"]["reversado_por_id"] is not None
    assert person.id == own["cobrador_id"]


def rows_later(place: Sucursal, pago_id: int) -> Any:
    """Let a payment be 11 minutes old."""
    with place.app.app_context():
        db.session.execute(
            text("UPDATE credito_pagos SET created_at = :at WHERE id = :id"),
            {"at": clock.now() - timedelta(minutes=11), "id": pago_id},
        )
        db.session.commit()
    return clock.frozen(MARTES)


def test_a_reversal_after_the_cut_was_handed_over_goes_out_of_the_open_one(sucursal: Sucursal, supervisor: Caller):
    loan = sucursal.abierto()
    paid = pagar(sucursal.titular, loan, 300)["data"]
    with sucursal.app.app_context():
        cut = db.session.get_one(type(sucursal.corte), sucursal.corte.id)
        cut.estado, cut.entregado_en, cut.hasta = "entregado", clock.now(), clock.now().date()
        db.session.commit()

    gone = reversar(supervisor, paid)["data"]

    assert gone["corte_id"] == sucursal.corte.id
    assert gone["reverso_corte_id"] not in {None, sucursal.corte.id}
    assert journal(sucursal)["efectivo:ANA"] == -3000


def test_payments_that_wait_are_applied_kept_as_credit_or_given_back(sucursal: Sucursal, supervisor: Caller):
    client = sucursal.cliente()
    settled = sucursal.abierto(cliente=client)
    pagar(sucursal.titular, settled, 4200)
    open_one = sucursal.abierto(cliente=client)
    late = [item(settled["id"], amount, "2026-03-03T12:00:00") for amount in (300, 301, 302)]
    late.append(item(999_999, 303, "2026-03-03T12:00:00"))
    ids = [one["id"] for one in sincronizar(sucursal.titular, late)]

    listed = supervisor.get(f"{PAGOS}/por-revisar")["data"]
    assert [one["id"] for one in listed] == sorted(ids)
    found = {one["id"]: (one["prestamo_sugerido_id"], one["duda"]) for one in listed}
    assert found == {
        **dict.fromkeys(ids[:3], (open_one["id"], "prestamo_cerrado")),
        ids[3]: (None, "prestamo_desconocido"),
    }

    def resolver(pago_id: int, expect: int = 200, **body: Any) -> Any:
        return supervisor.post(f"{PAGOS}/{pago_id}/resolver", body, expect=expect)

    assert resolver(ids[0], expect=409, accion="aplicar")["code"] == "prestamo_cerrado"
    applied = resolver(ids[0], accion="aplicar", prestamo_id=open_one["id"])["data"]
    assert (applied["estado"], applied["prestamo_id"], applied["saldo_despues"]) == ("valido", open_one["id"], 3900)
    assert applied["resuelto_por_id"] is not None
    credit = resolver(ids[1], accion="a_favor")["data"]
    assert (credit["estado"], credit["aplicado"]["a_favor"]) == ("valido", 301)
    back = resolver(ids[2], accion="devolver")["data"]
    assert (back["estado"], back["motivo"], back["reverso_corte_id"]) == ("reversado", "Devuelto", sucursal.corte.id)
    assert resolver(ids[2], expect=409, accion="devolver")["code"] == "pago_resuelto"
    sucursal.titular.post(f"{PAGOS}/{ids[0]}/resolver", {"accion": "devolver"}, expect=403)

    books = journal(sucursal)
    assert books["cobros_por_revisar"] == -303
    assert books["saldos_a_favor"] == -301
    assert books["efectivo:ANA"] == -6000 + 4200 + 300 + 301 + 303
    assert sucursal.get(settled)["saldo_a_favor"] == 301
    assert broken(sucursal) == []


def test_a_sheet_is_entered_wholly_or_not_at_all(sucursal: Sucursal):
    loans = [sucursal.abierto() for _ in range(3)]
    path = f"{GRUPOS}/{sucursal.grupo.id}/pagos"
    lines = [{"prestamo_id": one["id"], "monto": amount} for one, amount in zip(loans, (300, 150, 0), strict=True)]

    wrong = sucursal.titular.post(path, {"total": 451, "pagos": lines}, expect=400)
    assert wrong["code"] == "total_no_cuadra"
    twice = [*lines, lines[0]]
    sucursal.titular.post(path, {"total": 750, "pagos": twice}, expect=400)
    lost = [*lines, {"prestamo_id": 999_999, "monto": 1}]
    sucursal.titular.post(path, {"total": 451, "pagos": lost}, expect=404)
    assert journal(sucursal)["efectivo:ANA"] == -9000

    made = sucursal.titular.post(path, {"total": 450, "pagos": lines}, expect=201)

    assert [one["monto"] for one in made["data"]] == [300, 150]
    assert [one["resultado"] for one in sucursal.titular.get("/api/credito/visitas")["data"]] == ["sin_dinero"]
    assert journal(sucursal)["efectivo:ANA"] == -9000 + 450
    again = sucursal.titular.post(path, {"total": 450, "pagos": lines}, expect=409)
    assert again["code"] == "posible_duplicado"
    assert broken(sucursal) == []


def test_the_sheet_shows_what_is_due(sucursal: Sucursal):
    loan = sucursal.abierto()
    pagar(sucursal.titular, loan, 450)
    path = f"{GRUPOS}/{sucursal.grupo.id}/hoja"
    sheet = sucursal.titular.get(path, semana="2026-03-18")["data"]
    (line,) = sheet["prestamos"]
    assert (sheet["semana"], sheet["total"]) == ("2026-03-16", 150)
    assert (line["semana"], line["vencido"], line["de_semana"], line["cuota"]) == ("2/14", 0, 150, 300)
    assert sucursal.titular.get(path, semana="2026-03-09")["data"]["prestamos"][0]["adelanto"] == 150


def missed(place: Sucursal, loan: Any, semana: str = "2026-03-09") -> int:
    """A missed week with a penalty of 300, as the weekly close enters them."""
    found: int = FaltaFactory(prestamo_id=loan["id"], semana=semana, tolerada=False).id
    with place.app.app_context():
        db.session.add(Cargo(prestamo_id=loan["id"], tipo="pena", falta_id=found, fecha="2026-03-16", monto=300))
        db.session.commit()
    return found


def test_a_backdated_payment_withdraws_the_missed_week_that_it_covers_with_its_charge(
    sucursal: Sucursal, supervisor: Caller
):
    loan = sucursal.abierto()
    falta = missed(sucursal, loan)
    with clock.frozen(MARTES + timedelta(days=15)):
        titular = enter(sucursal.titular, sucursal.persona)
        pagar(titular, loan, 299, fecha="2026-03-12")
        assert titular.get(f"{FALTAS}/{falta}")["data"]["estado"] == "vigente"
        pagar(titular, loan, 1, fecha="2026-03-13")
        assert titular.get(f"{FALTAS}/{falta}")["data"]["estado"] == "retirada"
        assert titular.get(f"{PRESTAMOS}/{loan['id']}")["data"]["saldo"] == 3900
    assert broken(sucursal) == []


def test_missed_weeks_are_justified_for_a_reason_one_or_a_group(sucursal: Sucursal, supervisor: Caller, hire: Hire):
    loans = [sucursal.abierto() for _ in range(3)]
    ids = [missed(sucursal, one) for one in loans]

    found = supervisor.post(f"{FALTAS}/{ids[0]}/justificar", {"motivo": "Se inundó la calle"}, expect=200)["data"]
    assert (found["estado"], found["motivo"]) == ("justificada", "Se inundó la calle")
    again = supervisor.post(f"{FALTAS}/{ids[0]}/justificar", {"motivo": "Otra vez"}, expect=409)
    assert again["code"] == "falta_no_vigente"
    week = {"grupo_id": sucursal.grupo.id, "semana": "2026-03-11", "motivo": "No pasó la cobradora"}
    others = supervisor.post(f"{FALTAS}/justificar", week, expect=200)["data"]
    assert {one["id"] for one in others} == set(ids[1:])
    assert {one["estado"] for one in others} == {"justificada"}
    sucursal.titular.post(f"{FALTAS}/justificar", week, expect=403)
    stranger, _ = hire("supervisor")
    stranger.post(f"{FALTAS}/{ids[1]}/justificar", {"motivo": "Ajena a mí"}, expect=404)
    assert stranger.get(FALTAS)["pagination"]["total"] == 0
    assert supervisor.get(FALTAS, semana="2026-03-15", estado="justificada")["pagination"]["total"] == 3
    assert [sucursal.get(one)["saldo"] for one in loans] == [4200] * 3
    assert rows(sucursal, "SELECT count(*) FROM credito_faltas WHERE justificada_por_id IS NULL") == [(0,)]
    assert broken(sucursal) == []
    assert Falta.__tablename__ == "credito_faltas"
