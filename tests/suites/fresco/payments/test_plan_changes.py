"""Changes of a plan: no period is lost and none charged twice, and the implementation fee adds up to the cent."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.suites.fresco.payments.service import PaymentService
from app.suites.fresco.projects.rules import PlanType
from tests.factories.currencies import RateFactory
from tests.suites.fresco.payments.charged import Project, Row, short
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

START, TODAY = date(2025, 9, 1), date(2025, 11, 28)
FEE = PlanType.INSTALLMENTS


@pytest.fixture(autouse=True)
def _in_september(user: Caller) -> Iterator[None]:
    """Freeze the time after the login at the real time, so that the session outlives the months of these tests."""
    with on(START):
        yield


def charged(user: Caller, app: Flask, **plan: Any) -> Project:
    """A project since 1 September whose job ran until today, 28 November."""
    one = Project(user, app, "2025-09-01", plan={f"recurring_fee_{name}": value for name, value in plan.items()})
    for day in (date(2025, 9, 2), date(2025, 10, 20), TODAY):
        with on(day):
            one.tonight()
    return one


def of_fee(user: Caller, app: Flask, total: str = "900.00", count: int = 3, **values: Any) -> Project:
    plan = {"implementation_fee_total": total, "implementation_fee_installments": count}
    one = Project(user, app, "2025-09-01", kind=FEE, plan=plan, **values)
    one.generate()
    return one


def fee(total: str, count: int = 3, **more: Any) -> dict[str, Any]:
    return {"payment_plan": {"implementation_fee_total": total, "implementation_fee_installments": count} | more}


def pay(one: Project, *numbers: int, kind: str = "Implementación") -> None:
    for number in numbers:
        one.user.patch(f"{one.numbered(number, kind)}/status", {"status": "Pagado"})


def uncharged(one: Project) -> Any:
    return one.user.get(one.path)["data"]["uncharged_fee"]


def installments(one: Project) -> list[Row]:
    return one.payments("Implementación")


# The recurring fee


def test_the_example_of_the_contract_day_31_becomes_15_on_28_november(user: Caller, app: Flask) -> None:
    one = charged(user, app, day_of_charge=31)
    assert one.payments() == [(1, "09-30", 100), (2, "10-31", 100), (3, "11-30", 100)]
    with on(TODAY):
        one.plan(day_of_charge=15)
        assert one.payments()[2:] == [(3, "11-28", 100), (4, "12-15", 100)]
        one.tonight()
        one.plan(amount=70)
    with on(date(2026, 1, 1)):
        one.tonight()
        assert one.payments()[2:] == [(3, "11-28", 100), (4, "12-15", 70), (5, "01-15", 70)]


@pytest.mark.parametrize(
    ("frequency", "old", "new", "before", "after"),
    [
        ("Semanal", 1, 5, [(13, "11-24"), (14, "12-01"), (15, "12-08")], [(13, "11-24"), (14, "12-05"), (15, "12-12")]),
        ("Semanal", 7, 1, [(12, "11-23"), (13, "11-30"), (14, "12-07")], [(12, "11-23"), (13, "11-28"), (14, "12-01")]),
        ("Quincenal", 15, 1, [(5, "11-15"), (6, "11-30"), (7, "12-15")], [(5, "11-15"), (6, "11-28"), (7, "12-01")]),
        ("Quincenal", 1, 14, [(6, "11-16"), (7, "12-01"), (8, "12-16")], [(6, "11-16"), (7, "12-14"), (8, "12-29")]),
        ("Trimestral", 5, 20, [(1, "09-05"), (2, "12-05")], [(1, "09-05"), (2, "12-20")]),
    ],
)
def test_a_coming_period_moves_within_its_own_month_half_month_or_week(
    user: Caller,
    app: Flask,
    frequency: str,
    old: int,
    new: int,
    before: list[tuple[int, str]],
    after: list[tuple[int, str]],
) -> None:
    one = charged(user, app, frequency=frequency, day_of_charge=old)
    until = len(before) + before[0][0] - 1
    assert [(n, day) for n, day, _ in one.payments() if before[0][0] <= n <= until] == before
    with on(TODAY):
        one.plan(day_of_charge=new)
        assert [(n, day) for n, day, _ in one.payments() if after[0][0] <= n <= until] == after


def test_a_new_frequency_goes_on_after_the_last_kept_period(user: Caller, app: Flask) -> None:
    one = charged(user, app, day_of_charge=31)
    with on(TODAY):
        one.plan(frequency="Quincenal", day_of_charge=15)
        # 15 November follows the last kept period and is charged for the one that was removed.
        assert one.payments()[2:] == [(3, "11-28", 100), (4, "11-30", 100), (5, "12-15", 100)]
        one.plan(frequency="Mensual", day_of_charge=31)
        assert one.payments()[2:] == [(3, "11-28", 100), (4, "11-30", 100)]
    with on(date(2026, 1, 10)):
        one.tonight()
        assert one.payments()[4:] == [(5, "12-31", 100), (6, "01-31", 100)]


def test_before_today_no_more_periods_are_charged_than_were_removed(user: Caller, app: Flask) -> None:
    one = charged(user, app, day_of_charge=31)
    with on(TODAY):
        one.plan(frequency="Semanal", day_of_charge=1)
        # Mondays after 31 October: 3, 10, 17 and 24 November, but one charge was removed.
        assert one.payments()[2:5] == [(3, "11-28", 100), (4, "12-01", 100), (5, "12-08", 100)]


def test_a_charge_put_off_by_hand_and_those_before_one_paid_ahead_are_not_lost(user: Caller, app: Flask) -> None:
    one = charged(user, app, day_of_charge=31)
    with on(TODAY):
        one.generate(4)
        pay(one, 5, kind="Recurrente")
        user.put(one.numbered(2), {"date": "2025-12-03"})
        one.plan(amount=70)
        assert one.payments()[1:4] == [(3, "11-30", 70), (2, "12-03", 100), (4, "12-31", 70)]
        one.plan(frequency="Anual")
        assert [(n, day) for n, day, _ in one.payments()[1:]] == [
            (3, "11-30"),
            (2, "12-03"),
            (4, "12-31"),
            (5, "01-31"),
        ]


def test_days_that_the_job_missed_are_charged_by_the_plan_that_was_in_force(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2025-09-01", plan={"recurring_fee_day_of_charge": 5})
    one.tonight()
    with on(TODAY):
        one.plan(day_of_charge=20, amount=70)
        assert one.payments() == [(1, "09-05", 100), (2, "10-05", 100), (3, "11-05", 100)]
        one.tonight()
        assert one.payments()[3:] == [(4, "12-20", 70)]


def test_grace_and_discount_count_by_the_number_of_the_period(user: Caller, app: Flask) -> None:
    plan = {"grace_periods": 1, "discount_periods": 3, "discount_percentage": "50"}
    one = charged(user, app, day_of_charge=31, **plan)
    with on(TODAY):
        one.plan(frequency="Quincenal", day_of_charge=10)
        one.generate(2)
        assert one.payments() == [
            (2, "10-31", 50),
            (3, "11-28", 50),
            (4, "12-10", 50),
            (5, "12-25", 100),
            (6, "01-10", 100),
            (7, "01-25", 100),
        ]


def test_a_plan_of_which_nothing_is_kept_begins_anew(user: Caller, app: Flask) -> None:
    one = Project(user, app, "2025-12-10")
    one.generate(6)
    one.plan(frequency="Quincenal")
    assert one.payments()[:3] == [(1, "12-10", 100), (2, "12-25", 100), (3, "01-10", 100)]
    one.plan(frequency="Mensual", day_of_charge=5)
    assert one.payments()[:2] == [(1, "01-05", 100), (2, "02-05", 100)]


# The implementation fee


@pytest.mark.parametrize(
    ("paid", "total", "count", "after"),
    [
        ((), "900.00", 4, [(1, "09-01", 225), (2, "10-01", 225), (3, "11-01", 225), (4, "12-01", 225)]),
        ((2,), "1000.01", 3, [(1, "09-01", 300), (2, "10-01", 300), (3, "11-01", Decimal("400.01"))]),
        ((2, 3), "1000.00", 3, [(1, "09-01", 300), (2, "10-01", 300), (3, "11-01", 300), (4, "12-01", 100)]),
        ((2, 3), "900.00", 2, [(1, "09-01", 300), (2, "10-01", 300), (3, "11-01", 300)]),
        ((), "300.00", 3, [(1, "09-01", 300)]),
        ((), "300.01", 3, [(1, "09-01", 300), (2, "10-01", Decimal("0.01"))]),
    ],
)
def test_kept_installments_stay_whole_and_the_rest_is_split_over_those_that_remain(
    user: Caller, app: Flask, paid: tuple[int, ...], total: str, count: int, after: list[Row]
) -> None:
    one = of_fee(user, app)  # the first of 300 is due today, so it is kept
    pay(one, *paid)
    one.change(**fee(total, count))
    if not paid and count == 4:
        after = [(1, "09-01", 300), (2, "10-01", 200), (3, "11-01", 200), (4, "12-01", 200)]
    assert installments(one) == after
    assert uncharged(one) == 0
    assert violations(app) == []


def test_an_extra_installment_falls_a_month_after_the_last_and_not_before_today(user: Caller, app: Flask) -> None:
    one = of_fee(user, app)
    with on(date(2026, 2, 10)):
        pay(one, 1, 2, 3)
        one.change(**fee("1000.00"))
        assert installments(one)[3:] == [(4, "02-10", 100)]
        one.change(status="Pausado")
        one.change(status="Activo")
        assert sum(amount for _, _, amount in installments(one)) == 1000


def test_a_fee_below_what_is_kept_or_in_another_currency_is_refused(user: Caller, app: Flask) -> None:
    one = of_fee(user, app)
    for change, code in (
        (fee("299.99"), "fee_below_charged"),
        (fee("900.00", implementation_fee_currency="USD"), "fee_already_charged"),
    ):
        for path in (one.path, f"{one.path}?dry_run=true"):
            assert user.put(path, change, expect=409)["code"] == code
    assert [amount for _, _, amount in installments(one)] == [300, 300, 300]


def test_a_fee_of_which_nothing_is_kept_may_be_in_another_currency(user: Caller, app: Flask) -> None:
    RateFactory(date=START)
    one = Project(user, app, "2025-12-01", kind=FEE)
    one.generate()
    one.change(**fee("100.00", implementation_fee_currency="USD"))
    assert {(row["currency"], row["amount"]) for row in one.all("Implementación")} == {
        ("USD", Decimal("33.34")),
        ("USD", Decimal("33.33")),
    }


def test_no_installment_falls_after_the_end_and_the_project_says_what_is_not_charged(user: Caller, app: Flask) -> None:
    one = of_fee(user, app, end_date="2025-10-15")
    assert installments(one) == [(1, "09-01", 300), (2, "10-01", 300)]
    assert uncharged(one) == 300
    one.change(end_date="2025-11-01")
    assert uncharged(one) == 0
    user.delete(one.numbered(2, "Implementación"))
    listed = user.get("/api/projects")["data"]
    assert [row["uncharged_fee"] for row in listed] == [300]
    assert uncharged(Project(user, app)) is None


def test_an_undone_installment_keeps_its_amount_when_the_plan_changes_again(user: Caller, app: Flask) -> None:
    one = of_fee(user, app)
    pay(one, 3)
    one.change(**fee("1000.00"))
    user.patch(f"{one.numbered(3, 'Implementación')}/status", {"status": "Pendiente"})
    one.change(end_date="2030-01-01")
    assert installments(one) == [(1, "09-01", 300), (2, "10-01", 400), (3, "11-01", 300)]


def violations(app: Flask) -> list[str]:
    with app.app_context():
        context = make_context(db.session())
        return PaymentService(context).violations(context.clock.today())


def test_installments_that_come_to_more_than_the_fee_are_found(user: Caller, app: Flask) -> None:
    one = of_fee(user, app)
    user.put(one.numbered(2, "Implementación"), {"amount": "300.01"})
    assert violations(app) == [f"the installments of project {one.id} come to 900.01, of a fee of 900.00"]


# The preview


def test_a_preview_answers_what_the_change_would_do_and_changes_nothing(user: Caller, app: Flask) -> None:
    one = charged(user, app, day_of_charge=31)
    with on(TODAY):
        before, rows, entries = user.get(one.path)["data"], one.all(), entries_of(app)
        preview = user.put(f"{one.path}?dry_run=true", {"payment_plan": {"recurring_fee_day_of_charge": 15}})["data"]
        assert short(preview["removed"]) == [(3, "11-30", 100)]
        assert short(preview["created"]) == [(3, "11-28", 100), (4, "12-15", 100)]
        assert preview["kept"] == 2
        assert (user.get(one.path)["data"], one.all(), entries_of(app)) == (before, rows, entries)
        renamed = user.put(f"{one.path}?dry_run=true", {"name": "Otro"})["data"]
        assert renamed == {"removed": [], "created": [], "kept": 3}


def entries_of(app: Flask) -> Any:
    with app.app_context():
        return db.session.execute(text("SELECT count(*) FROM audit_log")).scalar_one()


def test_a_preview_heeds_the_version_and_the_rules_of_the_change(user: Caller, app: Flask) -> None:
    one, change = Project(user, app), {"payment_plan": {"recurring_fee_amount": 5}}
    tag = user.send("GET", one.path).headers["ETag"]
    user.put(one.path, {"name": "Otro"})
    stale = user.send("PUT", f"{one.path}?dry_run=true", json=change, headers={"If-Match": tag})
    assert stale.status_code == 412
    fresh = {"If-Match": user.send("GET", one.path).headers["ETag"]}
    assert user.send("PUT", f"{one.path}?dry_run=true", json=change, headers=fresh).status_code == 200
    assert user.send("PUT", one.path, json=change, headers=fresh).status_code == 200
    user.put(f"{one.path}?dry_run=true", {"payment_plan": {"recurring_fee_day_of_charge": 32}}, expect=400)
    user.put(f"{one.path}?dry_run=maybe", change, expect=400)
    user.put("/api/projects/999999?dry_run=true", change, expect=404)


def test_a_project_is_read_anew_when_a_payment_of_its_fee_was_deleted(user: Caller, app: Flask) -> None:
    one = of_fee(user, app)
    tag = user.send("GET", one.path).headers["ETag"]
    user.delete(one.numbered(2, "Implementación"))
    again = user.send("GET", one.path, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_json()["data"]["uncharged_fee"]) == (200, 300)
