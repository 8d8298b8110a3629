"""Cases at the edges, as the contract decides them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.core.identity.models import User
from app.infra import clock
from app.infra.db import db
from app.suites.credito.equipo.models import Grupo
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import PAGOS, broken, item, pagar, rows, sincronizar
from tests.suites.credito.cobranza.test_tarde import cerrar
from tests.suites.credito.conftest import enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

D = Decimal
REASON = {"motivo": "Era de otra clienta"}


@contextmanager
def later(place: Sucursal, when: datetime) -> Iterator[Caller]:
    """A later time, at which the titular signs in again."""
    with clock.frozen(when):
        place.titular = enter(place.titular, place.persona)
        yield place.titular


def renew(place: Sucursal, loan: Any, expect: int = 201) -> Any:
    body = {"tipo_prestamo_id": place.tipo.id, "monto": 4000}
    return place.titular.post(f"{PRESTAMOS}/{loan['id']}/renovar", body, expect=expect)


def renewed(place: Sucursal) -> tuple[Any, Any, int]:
    """A renewed loan, the one that renews it, and a payment of the first."""
    old = place.abierto()
    paid = pagar(place.titular, old, 2700)["data"]
    new = renew(place, old)["data"]
    place.aprobar(new)
    place.desembolsar(new)
    return old, new, paid["id"]


def test_a_payment_of_a_renewed_loan_stays_and_money_for_it_is_suggested_for_the_new_one(
    sucursal: Sucursal, supervisor: Caller
) -> None:
    old, new, paid = renewed(sucursal)
    refused = supervisor.post(f"{PAGOS}/{paid}/reversar", REASON, expect=409)
    assert refused["code"] == "prestamo_renovado"
    assert pagar(sucursal.titular, old, 10, expect=409)["code"] == "prestamo_cerrado"
    [late] = sincronizar(sucursal.titular, [item(old["id"], 10, "2026-03-03T12:00:00")])
    assert (late["resultado"], late["codigo"]) == ("por_revisar", "prestamo_renovado")
    [waiting] = supervisor.get(f"{PAGOS}/por-revisar")["data"]
    assert waiting["prestamo_sugerido_id"] == new["id"]


def test_nobody_of_a_group_that_answers_for_each_other_renews_while_somebody_is_late(sucursal: Sucursal) -> None:
    with sucursal.app.app_context():
        db.session.get_one(Grupo, sucursal.grupo.id).solidario = True
        db.session.commit()
    mine, other = sucursal.abierto(), sucursal.abierto()
    pagar(sucursal.titular, mine, 2700)
    with later(sucursal, MARTES + timedelta(days=13)) as titular:
        assert sucursal.get(other)["vencido"] == 300
        assert renew(sucursal, mine, expect=409)["code"] == "no_renovable"
        pagar(titular, other, 300, fecha="2026-03-09")
        renew(sucursal, mine)


def test_a_payment_that_is_reversed_after_its_week_was_closed_makes_no_missed_week_of_it(
    sucursal: Sucursal, supervisor: Caller
) -> None:
    loan = sucursal.abierto()
    with later(sucursal, MARTES + timedelta(days=6)) as titular:
        paid = pagar(titular, loan, 300)["data"]
    with later(sucursal, MARTES + timedelta(days=14)):
        cerrar(sucursal, date(2026, 3, 16))
        sucursal.director.post(f"{PAGOS}/{paid['id']}/reversar", REASON, expect=200)
        cerrar(sucursal, date(2026, 3, 16))
        assert rows(sucursal, "SELECT semana FROM credito_faltas") == []
        assert sucursal.get(loan)["dias_atraso"] == 8
    with later(sucursal, MARTES + timedelta(days=21)):
        cerrar(sucursal, date(2026, 3, 23))
        assert rows(sucursal, "SELECT semana FROM credito_faltas") == [(date(2026, 3, 16),)]
        assert broken(sucursal) == []


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC), "2026-03-09"),  # 17:59:59 in Mexico City
        (datetime(2026, 3, 10, 0, 0, 0, tzinfo=UTC), "2026-03-09"),  # 18:00:00
        (datetime(2026, 3, 10, 5, 59, 59, tzinfo=UTC), "2026-03-09"),  # 23:59:59
        (datetime(2026, 3, 10, 6, 10, tzinfo=UTC), "2026-03-10"),  # 00:10 of the next day, in the same cut
    ],
)
def test_the_day_of_a_payment_is_that_of_mexico_city(sucursal: Sucursal, instant: datetime, day: str) -> None:
    loan = sucursal.abierto()
    with later(sucursal, instant) as titular:
        paid = pagar(titular, loan, 300)["data"]
        assert (paid["fecha"], paid["corte_id"]) == (day, sucursal.corte.id)


def test_folios_are_of_one_loan_each_whatever_becomes_of_it(sucursal: Sucursal) -> None:
    client = sucursal.cliente()
    first = sucursal.solicitar(client)
    sucursal.titular.post(f"{PRESTAMOS}/{first['id']}/cancelar", {"motivo": "Ya no lo quiere"}, expect=200)
    second = sucursal.solicitar(client)
    assert second["folio"] == f"P-{int(first['folio'][2:]) + 1:06}"
    assert sucursal.get(first)["folio"] == first["folio"]


def test_a_closed_product_is_approved_for_a_week_and_requested_no_more(sucursal: Sucursal) -> None:
    early, late = sucursal.solicitar(), sucursal.solicitar()
    sucursal.director.put(f"/api/credito/tipos-prestamo/{sucursal.tipo.id}", {"activo": False})
    refused = sucursal.solicitar(expect=400)
    assert refused == "validation_failed"
    with later(sucursal, MARTES + timedelta(days=7)):
        sucursal.aprobar(early)
    with later(sucursal, MARTES + timedelta(days=8)):
        assert sucursal.aprobar(late, expect=409)["code"] == "tipo_cerrado"


def test_the_device_of_a_user_who_is_blocked_is_401_and_the_supervisor_sends_its_payments(
    sucursal: Sucursal, supervisor: Caller
) -> None:
    loan = sucursal.abierto()
    batch = [item(loan["id"], 300, "2026-03-03T12:00:00")]
    with sucursal.app.app_context():
        db.session.get_one(User, sucursal.persona.user_id).is_active = False
        db.session.commit()
    sincronizar(sucursal.titular, batch, expect=401)
    [found] = sincronizar(supervisor, batch, en_nombre_de=sucursal.persona.id)
    assert found["resultado"] == "creado"


def test_a_guarantor_who_may_be_the_client_is_warned_of(sucursal: Sucursal) -> None:
    born = {"nombre": "Ñusta", "apellido_paterno": "Peña", "fecha_nacimiento": date(1985, 4, 12)}
    client, double, phone = (
        sucursal.cliente(**born, telefono="55 5555 0134"),
        sucursal.cliente(**{**born, "nombre": "nusta"}),
        sucursal.cliente(telefono="5555550134"),
    )
    body = {"cliente_id": client.id, "avales": [double.id, phone.id], "tipo_prestamo_id": sucursal.tipo.id}
    found = sucursal.titular.post("/api/credito/avales/validar", body, expect=200)["data"]
    notices = [f"posible_duplicado:{one.id}" for one in (double, phone)]
    assert (found["valido"], found["avisos"]) == (True, notices)


def test_charges_of_the_old_loan_are_netted_by_its_renewal(sucursal: Sucursal) -> None:
    sucursal.tipo = TipoPrestamoFactory(
        redondeo=D(1), interes=D("0.4"), mora_tipo="fija", mora_valor=D(50), gracia_mora=0
    )
    old = sucursal.abierto()
    pagar(sucursal.titular, old, 2700)
    with later(sucursal, MARTES + timedelta(days=70)):
        cerrar(sucursal, date(2026, 5, 11))
        assert sucursal.get(old)["saldo_cargos"] == 50
        new = renew(sucursal, old)["data"]
        assert (new["saldo_anterior"], new["monto_entregado"]) == (1550, 2450)
