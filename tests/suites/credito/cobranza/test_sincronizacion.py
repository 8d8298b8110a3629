"""Synchronisation of devices without a network: nothing is lost, nothing is entered twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, text

from app.infra import clock
from app.infra.db import db
from app.suites.credito.equipo.models import Asignacion
from tests.factories.files import form
from tests.statements import counted
from tests.suites.credito.cobranza.conftest import (
    PAGOS,
    broken,
    item,
    journal,
    pagar,
    rows,
    sincronizar,
)
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, Sucursal
from tests.support import Caller

NOON = "2026-03-03T12:00:00"


def outcomes(answers: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(one["resultado"], one["codigo"]) for one in answers]


def test_a_batch_is_entered_and_a_repeat_shows_the_same_payments(sucursal: Sucursal):
    loan, other = sucursal.abierto(), sucursal.abierto()
    batch = [item(loan["id"], 300, "2026-03-03T11:00:00"), item(other["id"], 250.5, "2026-03-03T11:05:00-06:00")]

    first = sincronizar(sucursal.titular, batch)
    again = sincronizar(sucursal.titular, batch, dispositivo="tel-2")

    assert outcomes(first) == [("creado", None)] * 2
    assert outcomes(again) == [("repetido", None)] * 2
    for key in ("local_id", "id", "recibo", "saldo"):
        assert [one[key] for one in again] == [one[key] for one in first]
    assert [one["local_id"] for one in first] == [one["local_id"] for one in batch]
    assert [one["saldo"] for one in first] == [3900, Decimal("3949.5")]
    found = sucursal.titular.get(f"{PAGOS}/{first[0]['id']}")["data"]
    assert (found["registrado_en"], found["fecha"], found["origen"]) == (
        "2026-03-03T17:00:00Z",
        "2026-03-03",
        "campo",
    )
    assert journal(sucursal)["efectivo:ANA"] == -6000 + Decimal("550.5")
    assert broken(sucursal) == []


def test_only_malformed_items_are_refused_and_do_not_spoil_the_others(sucursal: Sucursal):
    loan = sucursal.abierto()
    good = item(loan["id"], 300, NOON)
    bad: list[Any] = [
        {**item(loan["id"], 1, NOON), "monto": "x"},
        {**item(loan["id"], 1, NOON), "local_id": "7"},
        {**item(loan["id"], 1, "yesterday")},
        {**item(loan["id"], 1, NOON), "unknown": 1},
        {**item(loan["id"], 1, NOON), "metodo": "renovacion"},
        {**item(loan["id"], 1, NOON), "prestamo_id": str(2**64)},
        "text",
        None,
    ]

    found = sincronizar(sucursal.titular, [*bad, good])

    assert outcomes(found) == [("rechazado", "malformado")] * len(bad) + [("creado", None)]
    assert found[0]["detalle"].startswith("monto: ")
    assert found[6]["detalle"] == "Invalid input type."
    sincronizar(sucursal.titular, [good] * 501, expect=400)
    sucursal.titular.post("/api/credito/cobranza/sincronizar", {"pagos": []}, expect=400)


def test_cash_that_raises_a_doubt_waits_and_is_in_the_cash_of_who_took_it(sucursal: Sucursal):
    settled, open_one, request = sucursal.abierto(), sucursal.abierto(), sucursal.solicitar()
    pagar(sucursal.titular, settled, 4200)
    batch = {
        "prestamo_desconocido": item(999_999, 10, NOON),
        "prestamo_cerrado": item(settled["id"], 11, NOON),
        "fecha_dudosa": item(open_one["id"], 12, "2026-02-20T10:00:00"),
        "antes_del_desembolso": item(open_one["id"], 13, "2026-03-02T10:00:00"),
        "mayor_que_el_saldo": item(open_one["id"], 4201, NOON),
    }
    future = item(open_one["id"], 14, "2027-03-03T10:00:00")
    not_handed_over = item(request["id"], 15, NOON)

    found = sincronizar(sucursal.titular, [*batch.values(), future, not_handed_over])

    assert [one["codigo"] for one in found] == [*batch, "fecha_dudosa", "prestamo_cerrado"]
    assert {one["resultado"] for one in found} == {"por_revisar"}
    books = journal(sucursal)
    taken = 10 + 11 + 12 + 13 + 4201 + 14 + 15
    assert books["cobros_por_revisar"] == -taken
    assert books["efectivo:ANA"] == -6000 + 4200 + taken
    assert sucursal.get(open_one)["pagado"] == 0
    assert broken(sucursal) == []


def test_duplicates_are_judged_by_the_time_of_taking(sucursal: Sucursal):
    loan = sucursal.abierto()
    near, far = "2026-03-03T11:09:00", "2026-03-03T11:30:00"
    batch = [item(loan["id"], 300, "2026-03-03T11:00:00"), item(loan["id"], 300, near), item(loan["id"], 300, far)]
    assert outcomes(sincronizar(sucursal.titular, batch)) == [
        ("creado", None),
        ("por_revisar", "posible_duplicado"),
        ("creado", None),
    ]


def test_a_receipt_twice_is_money_all_the_same(sucursal: Sucursal):
    loan = sucursal.abierto()
    batch = [item(loan["id"], 100, NOON, recibo="ANA-000201"), item(loan["id"], 90, NOON, recibo="ANA-000201")]
    found = sincronizar(sucursal.titular, batch)
    assert sorted(outcomes(found), key=str) == [("creado", None), ("por_revisar", "recibo_repetido")]


def test_a_known_key_with_other_content_or_of_another_person_is_refused_without_data(sucursal: Sucursal, hire: Hire):
    loan, other = sucursal.abierto(), sucursal.abierto()
    one = item(loan["id"], 300, NOON)
    sincronizar(sucursal.titular, [one])
    elsewhere = {"prestamo_id": other["id"]}
    for changed in ({"monto": 301}, {"hora_local": "2026-03-03T12:00:01"}, {"metodo": "deposito"}, elsewhere):
        (found,) = sincronizar(sucursal.titular, [{**one, **changed}])
        assert (found["resultado"], found["codigo"], found["id"]) == ("rechazado", "contenido_distinto", None)
    cajero, _ = hire("cajero")
    (found,) = sincronizar(cajero, [one])
    assert (found["resultado"], found["codigo"], found["saldo"]) == ("rechazado", "contenido_distinto", None)


def test_a_sync_opens_a_cut_by_itself(sucursal: Sucursal, hire: Hire):
    loan = sucursal.abierto()
    cajero, person = hire("cajero")
    assert outcomes(sincronizar(cajero, [item(loan["id"], 300, NOON)])) == [("creado", None)]
    assert rows(sucursal, "SELECT estado, semilla FROM credito_cortes WHERE personal_id = :id", id=person.id) == [
        ("abierto", 0)
    ]


def test_cash_over_the_limit_and_far_away_is_flagged(sucursal: Sucursal, hire: Hire):
    home = sucursal.cliente(lat=Decimal("19.432608"), lng=Decimal("-99.133209"))
    loan = sucursal.abierto(cliente=home)
    cajero, _ = hire("cajero", limite_efectivo=Decimal(100))
    near = item(loan["id"], 50, "2026-03-03T11:00:00", lat=19.436, lng=-99.133209)
    far = item(loan["id"], 301, NOON, lat=19.4372, lng=-99.133209)

    found = sincronizar(cajero, [near, far])

    shown = [sucursal.titular.get(f"{PAGOS}/{one['id']}")["data"] for one in found]
    assert [one["lejos"] for one in shown] == [False, True]
    assert set(shown[1]["senales"]) == {"lejos", "limite_efectivo", "monto_desmedido"}


def test_a_late_sync_of_a_group_that_was_given_away_is_taken_and_flagged(
    sucursal: Sucursal, cobradora: tuple[Caller, Any, Any]
):
    caller, person, group = cobradora
    loan = sucursal.abierto(cliente=sucursal.cliente(grupo_id=group.id))
    with sucursal.app.app_context():
        period = db.session.query(Asignacion).filter_by(grupo_id=group.id).one()
        period.hasta = date(2026, 3, 4)
        db.session.flush()
        later = Asignacion(
            grupo_id=group.id,
            ruta_id=period.ruta_id,
            titular_id=period.titular_id,
            numero=2,
            desde=date(2026, 3, 5),
        )
        db.session.add(later)
        db.session.commit()
    with clock.frozen(MARTES + timedelta(days=3)):
        caller = enter(caller, person)
        batch = [item(loan["id"], 300, "2026-03-04T12:00:00"), item(loan["id"], 301, "2026-03-05T12:00:00")]
        found = sincronizar(caller, batch)
        titular = enter(sucursal.titular, sucursal.persona)
        assert outcomes(found) == [("creado", None), ("por_revisar", "fuera_de_alcance")]
        assert titular.get(f"{PAGOS}/{found[0]['id']}")["data"]["senales"] == ["grupo_transferido"]
        # Payments that she took stay visible to her while their cut is not confirmed.
        assert caller.get(f"{PAGOS}/{found[0]['id']}")["data"]["cobrador_id"] == person.id
        pagar(caller, loan, 1, expect=404)


def test_a_supervisor_uploads_the_export_of_a_device(sucursal: Sucursal, supervisor: Caller, hire: Hire):
    loan = sucursal.abierto()
    batch = [item(loan["id"], 300, NOON)]
    (found,) = sincronizar(supervisor, batch, en_nombre_de=sucursal.persona.id)
    shown = sucursal.titular.get(f"{PAGOS}/{found['id']}")["data"]
    assert (shown["cobrador_id"], shown["corte_id"], shown["senales"]) == (
        sucursal.persona.id,
        sucursal.corte.id,
        ["en_nombre_de"],
    )
    assert outcomes(sincronizar(sucursal.titular, batch)) == [("repetido", None)]
    sincronizar(sucursal.titular, batch, expect=403, en_nombre_de=sucursal.persona.id)
    stranger, _ = hire("supervisor")
    sincronizar(stranger, batch, expect=404, en_nombre_de=sucursal.persona.id)


def test_visits_are_entered_once_and_promises_are_listed(sucursal: Sucursal):
    loan = sucursal.abierto()
    visit = {
        "local_id": str(uuid4()),
        "prestamo_id": loan["id"],
        "hora_local": NOON,
        "resultado": "promesa",
        "promesa_fecha": "2026-03-05",
        "promesa_monto": 300,
    }
    lost = {**visit, "local_id": str(uuid4()), "prestamo_id": 999_999}
    undated = {**visit, "local_id": str(uuid4()), "promesa_fecha": None}

    found = sincronizar(sucursal.titular, [], visitas=[visit, lost, undated])
    again = sincronizar(sucursal.titular, [], visitas=[visit])

    assert outcomes(found) == [("creado", None), ("rechazado", "not_found"), ("rechazado", "validation_failed")]
    assert (again[0]["resultado"], again[0]["id"]) == ("repetido", found[0]["id"])
    promised = sucursal.titular.get("/api/credito/promesas", fecha="2026-03-05")["data"]
    assert [(one["cliente_id"], one["promesa_monto"]) for one in promised] == [(loan["cliente_id"], 300)]


def test_a_visit_has_the_photo_that_its_device_uploaded_before(sucursal: Sucursal):
    uploaded = sucursal.titular.send("POST", "/api/upload", **form()).get_json()["id"]
    visit = {
        "cliente_id": sucursal.abierto()["cliente_id"],
        "hora_local": NOON,
        "resultado": "domicilio_incorrecto",
    }
    shown = {**visit, "local_id": str(uuid4()), "foto_id": uploaded}
    lost = {**visit, "local_id": str(uuid4()), "foto_id": 999_999}

    found = sincronizar(sucursal.titular, [], visitas=[shown, lost])

    assert outcomes(found) == [("creado", None), ("rechazado", "validation_failed")]
    assert found[1]["detalle"] == "foto_id: There is no such file."
    assert sucursal.titular.get(f"/api/credito/visitas/{found[0]['id']}")["data"]["foto_id"] == uploaded


def test_the_accuracy_of_a_place_is_kept_to_a_decimetre(sucursal: Sucursal):
    place = {"lat": 19.43, "lng": -99.13}
    batch = [
        item(sucursal.abierto()["id"], 10, NOON, **place, precision=12.345678),
        item(sucursal.abierto()["id"], 11, NOON, **place, precision=-1),
    ]

    found = sincronizar(sucursal.titular, batch)
    by_hand = pagar(sucursal.titular, sucursal.abierto(), 12, **place, precision="9999999")["data"]

    assert outcomes(found) == [("creado", None), ("rechazado", "malformado")]
    assert sucursal.titular.get(f"{PAGOS}/{found[0]['id']}")["data"]["precision"] == Decimal("12.3")
    assert by_hand["precision"] == 9_999_999


PAYMENTS = """
    SELECT fecha, registrado_en, monto, capital, interes, cargos, a_favor, saldo_despues, estado
    FROM credito_pagos WHERE prestamo_id = :id ORDER BY 1, 2, 3
"""
MINUTES = st.integers(0, 600)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_split_repeated_and_reordered_batches_of_two_devices_give_the_same_rows(
    sucursal: Sucursal, data: st.DataObject
):
    loans = [sucursal.abierto(), sucursal.abierto()]
    mirror = [sucursal.abierto(), sucursal.abierto()]
    times = data.draw(st.lists(MINUTES, min_size=2, max_size=6, unique=True))
    taken = [
        (place % 2, 10 + place, (MARTES - timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for place, minute in enumerate(times)
    ]
    once = [item(mirror[which]["id"], amount, hour) for which, amount, hour in taken]
    pieces = [item(loans[which]["id"], amount, hour) for which, amount, hour in taken]
    sincronizar(sucursal.titular, once)
    sent = data.draw(st.lists(st.lists(st.sampled_from(pieces), min_size=1, max_size=4), max_size=5))
    for place, batch in enumerate([*sent, data.draw(st.permutations(pieces))]):
        sincronizar(sucursal.titular, list(batch), dispositivo=f"tel-{place % 2}")

    for mine, theirs in zip(loans, mirror, strict=True):
        own, other = (rows(sucursal, PAYMENTS, id=one["id"]) for one in (mine, theirs))
        assert own == other
        assert sucursal.get(mine)["saldo"] == sucursal.get(theirs)["saldo"]
    keys = [one["local_id"] for one in pieces]
    kept = "SELECT count(*) FROM credito_llaves WHERE local_id = ANY(CAST(:keys AS uuid[]))"
    assert rows(sucursal, kept, keys=keys) == [(len(pieces),)]
    assert broken(sucursal) == []


def test_a_batch_of_many_loans_takes_as_many_statements_as_one_of_two(sucursal: Sucursal):
    def sent(loans: int) -> int:
        batch = [item(sucursal.abierto()["id"], 300, NOON) for _ in range(loans)]
        with counted() as statements:
            assert outcomes(sincronizar(sucursal.titular, batch)) == [("creado", None)] * loans
        return len(statements)

    assert sent(6) == sent(2)


@contextmanager
def receipt_taken_meanwhile(before: str, now: str) -> Iterator[None]:
    """Give a payment another receipt as soon as a request has looked which receipts are used."""
    taken: list[str] = []

    def note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT credito_pagos.recibo") and not taken:
            taken.append(now)
            connection.execute(
                text("UPDATE credito_pagos SET recibo = :now WHERE recibo = :before"), {"now": now, "before": before}
            )

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", note)
    assert taken


def test_a_batch_that_cannot_be_stored_as_a_whole_is_entered_one_by_one(sucursal: Sucursal):
    third, loan, other = sucursal.abierto(), sucursal.abierto(), sucursal.abierto()
    pagar(sucursal.titular, third, 50, recibo="ANA-000900")
    batch = [
        item(loan["id"], 100, NOON),
        item(other["id"], 60, NOON, recibo="ANA-000999"),
        item(loan["id"], 70, "2026-03-03T11:00:00"),
    ]

    with receipt_taken_meanwhile("ANA-000900", "ANA-000999"):
        found = sincronizar(sucursal.titular, batch)

    assert outcomes(found) == [("creado", None), ("por_revisar", "recibo_repetido"), ("creado", None)]
    assert [sucursal.get(one)["saldo"] for one in (loan, other, third)] == [4030, 4200, 4150]
    assert journal(sucursal)["efectivo:ANA"] == -9000 + 50 + 230
    assert broken(sucursal) == []
