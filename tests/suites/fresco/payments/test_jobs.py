"""Daily jobs: they catch up on missed days, repeat nothing, and need few statements for any number of rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text, update
from sqlalchemy.engine import Engine

from app import registry
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.infra.job_runs import JobRun, Outcome
from app.infra.scheduler import run_job
from app.suites.fresco.payments.models import Payment
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType
from app.suites.fresco.projects.models import PaymentPlan, Project, ProjectPause
from app.suites.fresco.projects.rules import ChargeFrequency, PlanType, ProjectStatus
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory, plan
from tests.support import Caller

START = date(2025, 1, 31)
HORIZON = timedelta(days=30)
PAID, PENDING, OVERDUE = PaymentStatus.PAID, PaymentStatus.PENDING, PaymentStatus.OVERDUE

Run = Callable[..., Any]
Row = tuple[int, str, int, date, Decimal]


@pytest.fixture
def run(app: Flask, database: None) -> Run:
    """A function that runs a job with that day as today and returns its result."""

    def run(name: str, today: date, slot: datetime | None = None) -> Any:
        with app.app_context():
            job = next(job for job in registry.jobs(app.config) if job.name == name)
            return run_job(job, slot=slot, today=today)

    return run


@pytest.fixture
def payments(app: Flask, database: None) -> Callable[[], list[Row]]:
    """A function that returns all stored payments by project, type and number."""

    def rows() -> list[Row]:
        columns = (Payment.project_id, Payment.type, Payment.installment_number, Payment.date, Payment.amount)
        with app.app_context():
            return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns[:3]))]

    return rows


def project(kind: PlanType = PlanType.SUBSCRIPTION, start: date = START, **changes: Any) -> Project:
    """Create an active project, entered on its start date."""
    entered = datetime(start.year, start.month, start.day, 15, tzinfo=UTC)
    values = {name: changes.pop(name) for name in ("status", "end_date", "pauses") if name in changes}
    return ProjectFactory(start_date=start, created_at=entered, payment_plan=plan(kind, **changes), **values)


def all_kinds() -> list[Project]:
    """Create a project of each frequency and one of each type of plan."""
    frequencies = [project(recurring_fee_frequency=frequency) for frequency in ChargeFrequency]
    return [*frequencies, *(project(kind) for kind in PlanType)]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Record the statements that are sent to the database, savepoints excepted."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def weekly(*_row: Any) -> Project:
    return project(recurring_fee_frequency=ChargeFrequency.WEEKLY)


def late(number: int) -> Payment:
    return PaymentFactory(installment_number=number + 1)


@pytest.mark.parametrize(
    ("name", "make", "at_most"),
    [("mark-overdue", late, 9), ("generate-payments", weekly, 14)],
    ids=["mark-overdue", "generate-payments"],
)
def test_a_job_takes_a_few_statements_however_many_rows(
    run: Run, name: str, make: Callable[[int], Any], at_most: int
) -> None:
    counts = []
    for rows in (3, 60):
        for number in range(rows):
            make(number)
        with statements() as sent:
            assert run(name, date(2025, 4, 1))["payments"] >= rows
        counts.append(len(sent))
    assert counts[0] == counts[1] <= at_most, sent


# mark-overdue


@pytest.mark.parametrize(
    ("status", "days", "after"),
    [
        (PENDING, -400, OVERDUE),
        (PENDING, -1, OVERDUE),
        (PENDING, 0, PENDING),
        (PENDING, 1, PENDING),
        (OVERDUE, -1, OVERDUE),
        (OVERDUE, 0, OVERDUE),
        (OVERDUE, 1, OVERDUE),
        (PAID, -400, PAID),
        (PAID, 0, PAID),
    ],
)
def test_only_what_is_pending_and_was_due_before_today_turns_overdue(
    app: Flask, run: Run, status: PaymentStatus, days: int, after: PaymentStatus
) -> None:
    today = date(2026, 3, 1)
    paid = today if status is PAID else None
    made = PaymentFactory(status=status, date=today + timedelta(days=days), paid_date=paid)
    assert run("mark-overdue", today) == {"payments": int(status is not after)}
    with app.app_context():
        stored = db.session.get_one(Payment, made.id)
        assert (stored.status, stored.version) == (after, 2 if status is not after else 1)


def test_turning_overdue_is_audited_row_by_row_under_the_run(app: Flask, run: Run) -> None:
    made = {PaymentFactory(date=date(2026, 1, day)).id for day in range(1, 6)}
    run("mark-overdue", date(2026, 3, 1))
    with app.app_context():
        rows = db.session.execute(
            text(
                "SELECT row_id, request_id, before->>'status', after->>'status' FROM audit_log"
                " WHERE table_name = 'payments' AND action = 'update'"
            )
        ).all()
    assert {row_id for row_id, *_ in rows} == made
    assert {(request.split(":")[:2] == ["job", "mark-overdue"], *states) for _, request, *states in rows} == {
        (True, "Pendiente", "Vencido")
    }


def test_a_clock_that_goes_back_leaves_overdue_what_is(app: Flask, run: Run) -> None:
    made = PaymentFactory(date=date(2026, 3, 1))
    for today in (date(2027, 3, 1), date(2026, 2, 27), date(2026, 3, 1)):
        run("mark-overdue", today)
    with app.app_context():
        assert db.session.get_one(Payment, made.id).status is OVERDUE


# generate-payments: nothing missed, nothing twice


@pytest.mark.parametrize("off", [1, 3, 40])
@pytest.mark.parametrize("last_run", [date(2025, 2, 27), date(2025, 12, 30)])
def test_missed_occurrences_are_accrued_once_with_their_own_dates(
    run: Run, payments: Callable[[], list[Row]], last_run: date, off: int
) -> None:
    made = all_kinds()
    run("generate-payments", last_run)
    back = last_run + timedelta(days=off + 1)
    run("generate-payments", back)
    assert payments() == sorted(row for one in made for row in expected(one, back + HORIZON))
    assert run("generate-payments", back) == {"projects": len(made), "payments": 0, "cut": 0}


def expected(one: Project, last: date) -> list[Row]:
    """The payments due by the contract, computed without the program's calendar; day 31 is clamped to short months."""
    terms, rows = one.payment_plan, []
    for number in range(1, (terms.implementation_fee_installments or 0) + 1):
        share = terms.implementation_fee_total / terms.implementation_fee_installments
        rows.append((one.id, "Implementación", number, day_31_of(number - 1), share))
    dates = _FIRST_CHARGES[terms.recurring_fee_frequency](last) if terms.recurring_fee_frequency else []
    return rows + [(one.id, "Recurrente", number, day, Decimal(100)) for number, day in enumerate(dates, start=1)]


def day_31_of(months: int) -> date:
    """The last day of the month that is `months` months after January 2025."""
    year, month = divmod(months + 1, 12)
    return date(2025 + year, month + 1, 1) - timedelta(days=1)


def _months(step: int) -> Callable[[date], list[date]]:
    return lambda last: [day for k in range(0, 60, step) if (day := day_31_of(k)) <= last]


def _twice_a_month(last: date) -> list[date]:
    days = [START]
    for months in range(1, 60):
        days += [day_31_of(months).replace(day=16), day_31_of(months)]
    return [day for day in days if day <= last]


_FIRST_CHARGES: dict[ChargeFrequency, Callable[[date], list[date]]] = {
    ChargeFrequency.WEEKLY: lambda last: [START + timedelta(days=7 * k) for k in range((last - START).days // 7 + 1)],
    ChargeFrequency.SEMIMONTHLY: _twice_a_month,
    ChargeFrequency.MONTHLY: _months(1),
    ChargeFrequency.BIMONTHLY: _months(2),
    ChargeFrequency.QUARTERLY: _months(3),
    ChargeFrequency.SEMIANNUAL: _months(6),
    ChargeFrequency.ANNUAL: _months(12),
}


def test_running_every_day_makes_what_running_once_makes(run: Run, payments: Callable[[], list[Row]]) -> None:
    made = all_kinds()
    for day in range(0, 70, 5):
        run("generate-payments", START + timedelta(days=day))
    assert payments() == sorted(row for one in made for row in expected(one, START + timedelta(days=65) + HORIZON))


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-2), timedelta(days=365)], ids=str
)
def test_a_clock_that_jumps_makes_no_duplicate(
    app: Flask, run: Run, payments: Callable[[], list[Row]], jump: timedelta
) -> None:
    made = all_kinds()
    midnight = datetime(2025, 3, 2, 5, tzinfo=UTC)  # in Bogotá
    for at in (midnight, midnight + jump, midnight, midnight + timedelta(days=2)):
        with app.app_context(), clock.frozen(at):
            today = make_context(db.session()).clock.today()
        run("generate-payments", today)
    furthest = max(date(2025, 3, 4), (midnight + jump).date()) + HORIZON
    assert payments() == sorted(row for one in made for row in expected(one, furthest))


def test_a_plan_gets_400_payments_a_run_and_the_next_run_goes_on_there(
    run: Run, payments: Callable[[], list[Row]]
) -> None:
    project(start=date(2010, 1, 1), recurring_fee_frequency=ChargeFrequency.WEEKLY)
    other = project(start=date(2025, 12, 1))
    today = date(2026, 1, 1)
    charged = ((today + HORIZON) - date(2010, 1, 1)).days // 7 + 1
    runs = [run("generate-payments", today) for _ in range(4)]
    others = len([row for row in payments() if row[0] == other.id])
    assert [(one["payments"], one["cut"]) for one in runs] == [
        (400 + others, 1),
        (400, 1),
        (charged - 800, 0),
        (0, 0),
    ]
    dates = [day for project_id, _, _, day, _ in payments() if project_id != other.id]
    assert dates == [date(2010, 1, 1) + timedelta(days=7 * k) for k in range(charged)]


def test_deleted_payments_never_return_whatever_the_clock_does(
    user: Caller, run: Run, payments: Callable[[], list[Row]]
) -> None:
    project(PlanType.MIXED, implementation_fee_installments=3)
    run("generate-payments", date(2025, 3, 10))
    with clock.frozen(datetime(2025, 3, 10, 17, tzinfo=UTC)):
        for kind in PaymentType:
            last = user.get("/api/payments", type=kind, sort="-date")["data"][0]
            user.delete(f"/api/payments/{last['id']}")
    before = payments()
    for today in (date(2025, 3, 8), date(2025, 3, 10)):
        assert run("generate-payments", today)["payments"] == 0
    assert payments() == before


def test_the_job_fills_the_gap_before_payments_generated_ahead(
    user: Caller, run: Run, payments: Callable[[], list[Row]]
) -> None:
    one = project(PlanType.MIXED, implementation_fee_installments=6)
    run("generate-payments", date(2025, 2, 10))
    with clock.frozen(datetime(2025, 2, 10, 17, tzinfo=UTC)):
        ahead = {"project_id": one.id, "from": "2025-06-01", "months": 2}
        assert user.post("/api/payments/generate", ahead)["message"] == "2 payments generated"
    assert run("generate-payments", date(2025, 7, 1))["payments"] == 3
    assert payments() == sorted(expected(one, date(2025, 7, 31)))


@pytest.mark.parametrize("status", [ProjectStatus.PAUSED, ProjectStatus.FINISHED, ProjectStatus.CANCELLED])
def test_only_an_active_project_is_charged(run: Run, status: ProjectStatus) -> None:
    project(status=status)
    assert run("generate-payments", date(2025, 6, 1)) == {"projects": 0, "payments": 0, "cut": 0}


def test_a_paused_period_is_never_charged(run: Run, payments: Callable[[], list[Row]]) -> None:
    project(
        recurring_fee_frequency=ChargeFrequency.WEEKLY,
        pauses=[
            ProjectPause(first_day=date(2025, 3, 7), until_day=date(2025, 4, 4)),
            ProjectPause(first_day=date(2025, 5, 2), until_day=date(2025, 5, 3)),
        ],
    )
    run("generate-payments", date(2025, 8, 1))
    weeks = [START + timedelta(days=7 * k) for k in range(31)]
    paused = {date(2025, 3, day) for day in (7, 14, 21, 28)} | {date(2025, 5, 2)}
    assert [(number, day) for _, _, number, day, _ in payments()] == [
        (k, day) for k, day in enumerate(weeks, start=1) if day not in paused and day <= date(2025, 8, 31)
    ]


def test_charges_in_a_pause_stay_omitted_after_resuming(
    user: Caller, run: Run, payments: Callable[[], list[Row]]
) -> None:
    one = project(recurring_fee_frequency=ChargeFrequency.WEEKLY)
    for today, status in (
        (date(2025, 3, 5), ProjectStatus.PAUSED),
        (date(2025, 4, 8), ProjectStatus.ACTIVE),
    ):
        run("generate-payments", today - timedelta(days=1))
        with clock.frozen(datetime(today.year, today.month, today.day, 17, tzinfo=UTC)):
            user.put(f"/api/projects/{one.id}", {"status": status})
        run("generate-payments", today)
    days = [day for _, _, _, day, _ in payments()]
    assert [day for day in days if day > date(2025, 3, 1)] == [
        *(date(2025, 4, day) for day in (11, 18, 25)),
        date(2025, 5, 2),
    ]


def test_the_installments_add_up_to_the_total(app: Flask, run: Run) -> None:
    one = project(PlanType.INSTALLMENTS, implementation_fee_total=Decimal("1000.01"), implementation_fee_installments=7)
    run("generate-payments", START)
    with app.app_context():
        total = select(func.sum(Payment.amount)).where(
            Payment.project_id == one.id, Payment.type == PaymentType.IMPLEMENTATION
        )
        assert db.session.scalar(total) == Decimal("1000.01")


# A job is one transaction: a failed run leaves only its row in job_runs.


def test_a_run_that_fails_is_recorded_and_the_next_one_makes_up_for_it(
    app: Flask, run: Run, payments: Callable[[], list[Row]]
) -> None:
    sound, corrupt = project(), project()
    slot = datetime(2025, 3, 1, 5, 30, tzinfo=UTC)
    _corrupt(app, corrupt)
    with pytest.raises(ValueError, match="not a charge day"):
        run("generate-payments", date(2025, 3, 1), slot)
    assert payments() == []
    assert _outcomes(app) == [(Outcome.FAILED, 1)]
    _set_day_of_charge(app, corrupt, 31)
    assert run("generate-payments", date(2025, 3, 1), slot)["payments"] == 6
    assert {project_id for project_id, *_ in payments()} == {sound.id, corrupt.id}
    assert _outcomes(app) == [(Outcome.DONE, 2)]


_AS_NOBODY_BUT_THE_OWNER_COULD = """
    DO $$ BEGIN
        EXECUTE (SELECT format('ALTER TABLE payment_plans DROP CONSTRAINT %I', conname) FROM pg_constraint
                 WHERE conrelid = 'payment_plans'::regclass AND conname LIKE '%day_by_frequency');
    END $$
"""


def _corrupt(app: Flask, one: Project) -> None:
    with app.app_context():
        db.session.execute(text("RESET ROLE"))
        db.session.connection().exec_driver_sql(_AS_NOBODY_BUT_THE_OWNER_COULD.replace("%", "%%"))
        db.session.commit()
    _set_day_of_charge(app, one, 99)


def _set_day_of_charge(app: Flask, one: Project, day: int) -> None:
    with app.app_context():
        statement = update(PaymentPlan).where(PaymentPlan.project_id == one.id)
        db.session.execute(statement.values(recurring_fee_day_of_charge=day))
        db.session.commit()


def _outcomes(app: Flask) -> list[tuple[Outcome, int]]:
    with app.app_context():
        rows = db.session.execute(select(JobRun.outcome, JobRun.attempt).where(JobRun.job == "generate-payments"))
        return [(outcome, attempt) for outcome, attempt in rows]
