"""Acts of two people about one client or loan in the same moment, with real connections."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.service import CierreService
from tests.suites.credito.at_once.conftest import MARTES, PAGOS, PRESTAMOS, ROOT, Branch, posting, statuses
from tests.support import Caller

pytestmark = pytest.mark.long

ROUNDS = 4
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
EFECTIVO = {"medio": "efectivo"}


def test_two_people_post_the_same_payment_and_one_is_entered(branch: Branch) -> None:
    for _ in range(ROUNDS):
        loan = branch.open()
        body = {"prestamo_id": loan, "monto": 300}
        found = branch.at_once(posting(branch.titular, PAGOS, body), posting(branch.cajero, PAGOS, body))
        assert statuses(found) == [(201, None), (409, "posible_duplicado")]
        assert branch.get(loan)["pagado"] == 300


def test_payments_by_bank_of_one_person_without_a_cut_have_receipts_of_their_own(branch: Branch) -> None:
    for _ in range(ROUNDS):
        bodies = [{"prestamo_id": branch.open(), "monto": 300, "metodo": "transferencia"} for _ in range(2)]
        found = branch.at_once(*(posting(branch.supervisor, PAGOS, body) for body in bodies))
        assert statuses(found) == [(201, None)] * 2
        assert len({one.get_json()["data"]["recibo"] for one in found}) == 2


def test_one_of_two_requests_of_a_client_is_entered_and_the_limit_holds(branch: Branch) -> None:
    for limit in (None, 5000):
        client = branch.client(limite_credito=limit)
        body = branch.request(client)
        found = branch.at_once(*(posting(one, PRESTAMOS, body) for one in (branch.titular, branch.cajero)))
        code = "cliente_con_prestamo" if limit is None else "limite_excedido"
        assert statuses(found) == [(201, None), (409, code)]


def test_a_loan_is_handed_over_once(branch: Branch) -> None:
    for _ in range(ROUNDS):
        loan = branch.approved()
        path = f"{PRESTAMOS}/{loan}/desembolsar"
        found = branch.at_once(*(posting(one, path, EFECTIVO) for one in (branch.titular, branch.cajero)))
        assert statuses(found) == [(200, None), (409, "transicion_invalida")]
        assert len(branch.get(loan)["cuotas"]) == 14


def test_a_loan_is_renewed_once(branch: Branch) -> None:
    loan = branch.open()
    posted = {"prestamo_id": loan, "monto": 2700}
    branch.titular.post(PAGOS, posted)
    body = {"tipo_prestamo_id": branch.tipo, "monto": 4000}
    found = branch.at_once(
        *(posting(one, f"{PRESTAMOS}/{loan}/renovar", body) for one in (branch.titular, branch.cajero))
    )
    assert [status for status, _ in statuses(found)] == [201, 409]
    (newer,) = [one.get_json()["data"]["id"] for one in found if one.status_code == 201]
    branch.director.post(f"{PRESTAMOS}/{newer}/aprobar", {}, expect=200)
    path = f"{PRESTAMOS}/{newer}/desembolsar"
    given = branch.at_once(*(posting(one, path, EFECTIVO) for one in (branch.titular, branch.cajero)))
    assert statuses(given) == [(200, None), (409, "transicion_invalida")]
    assert (branch.get(loan)["estado"], branch.get(newer)["saldo_anterior"]) == ("renovado", 1500)


def test_a_payment_beside_a_renewal_is_on_the_old_loan_or_refused(branch: Branch) -> None:
    loan = branch.open()
    branch.titular.post(PAGOS, {"prestamo_id": loan, "monto": 2700})
    newer = branch.titular.post(f"{PRESTAMOS}/{loan}/renovar", {"tipo_prestamo_id": branch.tipo, "monto": 4000})[
        "data"
    ]["id"]
    branch.director.post(f"{PRESTAMOS}/{newer}/aprobar", {}, expect=200)
    given, paid = branch.at_once(
        posting(branch.titular, f"{PRESTAMOS}/{newer}/desembolsar", EFECTIVO),
        posting(branch.cajero, PAGOS, {"prestamo_id": loan, "monto": 100}),
    )
    assert given.status_code == 200
    netted = branch.get(newer)["saldo_anterior"]
    assert (paid.status_code, netted) in {(201, 1400), (409, 1500)}
    assert branch.get(loan)["saldo"] == 0


def test_sheets_of_a_group_with_its_loans_in_opposite_order_never_deadlock(branch: Branch) -> None:
    loans = [branch.open() for _ in range(6)]
    before = branch.rows(DEADLOCKS)
    path = f"{ROOT}/grupos/{branch.grupo}/pagos"
    for turn in range(ROUNDS):
        bodies = []
        for own, order in ((1, loans), (2, loans[::-1])):
            lines = [{"prestamo_id": loan, "monto": 10 * own + turn} for loan in order]
            bodies.append({"metodo": "efectivo", "total": sum(one["monto"] for one in lines), "pagos": lines})
        found = branch.at_once(
            *(posting(one, path, body) for one, body in zip((branch.titular, branch.cajero), bodies, strict=True))
        )
        assert statuses(found) == [(201, None), (201, None)]
    assert branch.rows(DEADLOCKS) == before
    each = sum(30 + 2 * turn for turn in range(ROUNDS))
    assert [branch.get(loan)["pagado"] for loan in loans] == [each] * 6


def paying(of: Caller, loans: list[int]) -> Callable[[Caller], Any]:
    """An act that pays 100 on each loan."""
    acts = [posting(of, PAGOS, {"prestamo_id": loan, "monto": 100}) for loan in loans]
    return lambda caller: [act(caller) for act in acts]


def test_the_nightly_close_beside_cashiers_refuses_no_payment(branch: Branch) -> None:
    loans = [branch.open(monto=1000) for _ in range(12)]
    yesterday = date(2026, 3, 10)

    def close(_own: Caller) -> int:
        return CierreService(make_context(db.session())).cerrar_hasta(yesterday)

    with clock.frozen(MARTES + timedelta(days=8)):
        days, *found = branch.at_once(close, paying(branch.titular, loans[:6]), paying(branch.cajero, loans[6:]))
    assert days == 1
    assert [one.status_code for replies in found for one in replies] == [201] * 12
    assert [branch.get(loan)["pagado"] for loan in loans] == [100] * 12


def test_the_weekly_close_beside_cashiers_refuses_no_payment(branch: Branch) -> None:
    """The payments are of the Monday after the week, so all loans missed it, whichever of both came first."""
    loans = [branch.open(monto=1000) for _ in range(12)]

    def close(_own: Caller) -> int:
        return CierreSemanalService(make_context(db.session())).cerrar()

    with clock.frozen(MARTES + timedelta(days=13)):
        with branch.app.app_context():
            CierreService(make_context(db.session())).cerrar_hasta(date(2026, 3, 15))
            db.session.rollback()
        weeks, *found = branch.at_once(close, paying(branch.titular, loans[:6]), paying(branch.cajero, loans[6:]))
    assert weeks == 1
    assert [one.status_code for replies in found for one in replies] == [201] * 12
    assert [(branch.get(loan)["pagado"], branch.get(loan)["faltas"]) for loan in loans] == [(100, 1)] * 12
