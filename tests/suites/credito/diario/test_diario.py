"""Journal: balanced postings, each once; those of closed months have today's day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from app.core.periods.service import PeriodService
from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.periods import Month
from app.suites.credito.diario.rules import Asiento, Cuenta, debe, efectivo, haber, kind_and_name, sumadas
from app.suites.credito.diario.service import Diario
from tests.factories.credito import PersonalFactory
from tests.support import Caller, sign_in

DIARIO = "/api/credito/diario"
DAY = date(2026, 3, 2)
CASH = efectivo("ANA1")


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[Context]:
    with app.app_context(), clock.frozen(datetime(2026, 3, 10, 18, tzinfo=UTC)):
        yield make_context(db.session())


def pay(context: Context, amount: str = "300.00", fecha: date = DAY, origen_id: int = 1) -> int | None:
    """Post a payment in cash, a third of it interest."""
    paid = Decimal(amount)
    third = (paid / 3).quantize(Decimal("0.01"))
    lines = (debe(CASH, paid), haber(Cuenta.CARTERA, paid - third), haber(Cuenta.INGRESOS_INTERES, third))
    return Diario(context).asentar(fecha, "pago", "pagos", origen_id, lines)


def test_lines_are_listed_with_debit_and_credit(context: Context, admin: Caller) -> None:
    entry = pay(context)
    context.session.commit()
    listed = admin.get(DIARIO, sort="id")
    rows = [(row["cuenta"], row["debe"], row["haber"]) for row in listed["data"]]
    assert rows == [(CASH, 300, 0), ("cartera", 0, 200), ("ingresos_interes", 0, 100)]
    same = {
        (row["asiento_id"], row["fecha"], row["fecha_valor"], row["concepto"], row["origen"], row["origen_id"])
        for row in listed["data"]
    }
    assert same == {(entry, "2026-03-02", None, "pago", "pagos", 1)}
    for query in ({"cuenta": CASH}, {"origen": "pagos", "cuenta": CASH}, {"origen_id": 1, "cuenta": CASH}):
        assert admin.get(DIARIO, **query)["pagination"]["total"] == 1
    assert admin.get(DIARIO, desde="2026-03-03")["data"] == []
    assert admin.get(DIARIO, concepto="pago", hasta="2026-03-02")["pagination"]["total"] == 3
    assert '"debe":300.00,' in admin.send("GET", DIARIO).get_data(as_text=True)


def test_an_origin_is_posted_once_for_a_concept(context: Context) -> None:
    first = pay(context)
    assert pay(context) == first
    assert pay(context, origen_id=2) != first
    assert Diario(context).saldo(CASH) == Decimal("600.00")


def test_lines_that_do_not_balance_are_refused(context: Context) -> None:
    lines = (debe(CASH, Decimal(300)), haber(Cuenta.CARTERA, Decimal(299)))
    with pytest.raises(Invalid, match="add up to 1"):
        Diario(context).asentar(DAY, "pago", "pagos", 1, lines)


def test_a_posting_of_nothing_is_none(context: Context) -> None:
    lines = (debe(CASH, Decimal(5)), haber(CASH, Decimal(5)), debe(Cuenta.IVA, Decimal(0)))
    assert Diario(context).asentar(DAY, "pago", "pagos", 1, lines) is None


def test_lines_of_one_account_are_one() -> None:
    lines = (debe(CASH, Decimal(5)), haber(Cuenta.IVA, Decimal(8)), debe(CASH, Decimal(3)), haber("banco", Decimal(0)))
    assert sumadas(lines) == [debe(CASH, Decimal(8)), haber(Cuenta.IVA, Decimal(8))]


def test_many_postings_open_the_accounts_that_are_missing(context: Context) -> None:
    postings = [
        Asiento(
            fecha=DAY,
            concepto="desembolso",
            origen="prestamos",
            origen_id=number,
            lineas=(debe(Cuenta.CARTERA, Decimal(1000)), haber(efectivo(f"P{number}"), Decimal(1000))),
        )
        for number in range(1, 6)
    ]
    assert len(set(Diario(context).asentar_varios(postings))) == 5
    assert Diario(context).saldo(efectivo("P3")) == Decimal(-1000)
    assert Diario(context).saldo(Cuenta.CARTERA) == Decimal(5000)
    assert Diario(context).saldo(efectivo("NADIE")) == 0


def test_a_reversal_is_the_mirror_on_its_own_day_and_happens_once(context: Context, admin: Caller) -> None:
    pay(context)
    reversal = Diario(context).revertir(date(2026, 3, 9), "pago", "pagos", 1)
    assert Diario(context).revertir(date(2026, 3, 9), "pago", "pagos", 1) == reversal
    assert [Diario(context).saldo(one) for one in (CASH, Cuenta.CARTERA, Cuenta.INGRESOS_INTERES)] == [0, 0, 0]
    context.session.commit()
    mirror = admin.get(DIARIO, concepto="pago:reverso", cuenta=CASH)["data"]
    assert [(row["fecha"], row["debe"], row["haber"], row["origen_id"]) for row in mirror] == [
        ("2026-03-09", 0, 300, 1)
    ]
    with pytest.raises(NotFound):
        Diario(context).revertir(date(2026, 3, 9), "pago", "pagos", 99)


def test_a_posting_of_a_closed_month_has_todays_day_and_its_own_beside(context: Context, admin: Caller) -> None:
    periods = PeriodService(context)
    periods.close(periods.company_book(), Month(2026, 2))
    pay(context, fecha=date(2026, 2, 28))
    pay(context, fecha=date(2026, 3, 1), origen_id=2)
    context.session.commit()
    rows = admin.get(DIARIO, cuenta=CASH, sort="id")["data"]
    assert [(row["fecha"], row["fecha_valor"]) for row in rows] == [("2026-03-10", "2026-02-28"), ("2026-03-01", None)]


def test_accounts_of_a_person_follow_their_clave(context: Context, admin: Caller) -> None:
    person = PersonalFactory(clave="ANA1")
    pay(context)
    context.session.commit()
    admin.put(f"/api/credito/personal/{person.id}", {"clave": "ANA2"})
    assert admin.get(DIARIO, cuenta="efectivo:ANA2")["pagination"]["total"] == 1
    assert admin.get(DIARIO, cuenta=CASH)["data"] == []
    admin.put(f"/api/credito/personal/{PersonalFactory().id}", {"clave": "ANA1"})


def test_every_account_has_a_kind_and_a_name() -> None:
    assert {kind_and_name(one)[0] for one in Cuenta} == {"asset", "liability", "income", "expense"}
    assert kind_and_name("faltantes:LUZ") == ("asset", "Faltantes de LUZ")
    with pytest.raises(KeyError):
        kind_and_name("nada:LUZ")


def test_collectors_do_not_read_the_journal(anonymous: Caller) -> None:
    sign_in(anonymous, "cobrador").get(DIARIO, expect=403)
