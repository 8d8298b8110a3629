"""A company lives through random months; its payments are always those that a small model expects.

The model is written from the contract and shares no code with the program: it finds charge dates by walking the
calendar day by day. FRESCO_SOAK=1 makes the run long.
"""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.infra.context import make_context
from app.infra.db import db, transaction
from app.suites.fresco.payments.service import GenerationService, PaymentService
from tests.conftest import taken_back
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.soak import SOAK
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller, sign_in

pytestmark = pytest.mark.long

FIRST_DAY, END_OF_WALK = date(2025, 1, 29), date(2028, 1, 1)
A_DAY = timedelta(days=1)
TIME_IS_LEFT = precondition(lambda self: self.today < END_OF_WALK - timedelta(days=120))
"""Leaves time for the longest absence, and for payments generated ahead."""
HORIZON = timedelta(days=30)
FEE, RECURRING = "Implementación", "Recurrente"
ACTIVE, PENDING, PAID, OVERDUE = "Activo", "Pendiente", "Pagado", "Vencido"
MONTHS = {"Mensual": 1, "Bimensual": 2, "Trimestral": 3, "Semestral": 6, "Anual": 12}


def last_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


@cache
def charge_days(start: date, frequency: str, chosen: int | None) -> list[date]:
    """Every charge day from the start on, found by looking at each day."""
    found, day = [], start
    while day < END_OF_WALK:
        if is_charge_day(day, start, frequency, chosen):
            found.append(day)
        day += A_DAY
    return found[:: MONTHS.get(frequency, 1)]


def is_charge_day(day: date, start: date, frequency: str, chosen: int | None) -> bool:
    if frequency == "Semanal":
        return day.isoweekday() == (chosen or start.isoweekday())
    wanted = {chosen or start.day}
    if frequency == "Quincenal":
        first = min(wanted) if min(wanted) <= 15 else min(wanted) - 15
        wanted = {first, first + 15}
    return day.day in {min(one, last_of_month(day)) for one in wanted}


def months_later(day: date, count: int) -> date:
    """Same day of a later month, or its last day."""
    month = day.replace(day=1)
    for _ in range(count):
        month += timedelta(days=last_of_month(month))
    return month.replace(day=min(day.day, last_of_month(month)))


def on_other_day(day: date, frequency: str, chosen: int) -> date:
    """Move a day within its month, half month or week."""
    if frequency == "Semanal":
        return day + timedelta(days=chosen - day.isoweekday())
    return day.replace(day=min(chosen, last_of_month(day)))


def in_second_half(day: date, chosen: int) -> bool:
    """Whether a day is the later of the two of its month."""
    return day.day > (chosen if chosen <= 15 else chosen - 15)


@dataclass(eq=False)
class Owed:
    """A payment of the model; two that look the same are still two."""

    kind: str
    number: int | None
    day: date
    amount: Decimal
    currency: str
    status: str
    paid_on: date | None = None
    invoice: str | None = None
    generated: bool = True


@dataclass
class Work:
    """A project of the model."""

    project_id: int
    entered: date
    start: date
    end: date | None
    status: str
    plan: dict[str, Any] | None
    away: list[list[Any]] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    begun: bool = False
    charged: date = FIRST_DAY
    fee_done: date | None = None
    periods: list[tuple[int, date]] = field(default_factory=list)
    """Number of each period, and the day that its plan has for it."""
    floor: date = date.min
    """Periods are not dated before this day."""
    fee_kept: tuple[list[int], Decimal] = ([], Decimal(0))
    fee_floor: date = date.min

    def __post_init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        self.periods, self.floor = [*enumerate(self.charge_days(), start=1)], date.min

    def charge_days(self) -> list[date]:
        plan = self.plan or {}
        if "recurring_fee_frequency" not in plan:
            return []
        return charge_days(self.start, plan["recurring_fee_frequency"], plan["recurring_fee_day_of_charge"])

    def terms(self) -> tuple[Any, ...]:
        return self.start, self.end, self.status, self.plan and tuple(sorted(self.plan.items(), key=str))

    def calendar(self) -> tuple[Any, ...]:
        return self.start, (self.plan or {}).get("recurring_fee_frequency")

    def day_of_charge(self) -> int | None:
        plan = self.plan or {}
        if "recurring_fee_frequency" not in plan:
            return None
        own = self.start.isoweekday() if plan["recurring_fee_frequency"] == "Semanal" else self.start.day
        return int(plan["recurring_fee_day_of_charge"] or own)

    def fee(self) -> tuple[Any, ...] | None:
        plan = self.plan or {}
        names = ("implementation_fee_total", "implementation_fee_currency", "implementation_fee_installments")
        return tuple(plan[name] for name in names) if names[0] in plan else None

    def within(self, day: date) -> bool:
        return self.end is None or day <= self.end

    def was_away(self, day: date) -> bool:
        return any(first <= day and (until is None or day < until) for first, until in self.away)

    def installments(self) -> list[Owed]:
        fee = self.fee()
        if fee is None:
            return []
        total, currency, _ = fee
        numbers = self.installments_left()
        cents, odd = divmod(int((total - self.fee_kept[1]) * 100), len(numbers))
        parts = [
            Owed(
                FEE,
                n,
                max(months_later(self.start, n - 1), self.fee_floor),
                Decimal(cents + (i < odd)) / 100,
                currency,
                PENDING,
            )
            for i, n in enumerate(numbers)
        ]
        return [one for one in parts if self.within(one.day) and one.amount > 0]

    def installment_day(self, number: int) -> date:
        return max(months_later(self.start, number - 1), self.fee_floor)

    def installments_left(self) -> list[int]:
        """One number for each installment that is missing; an extra one if none is."""
        count, (kept, _) = (self.fee() or (0, "", 0))[2], self.fee_kept
        left = [n for n in range(1, count + 200) if n not in kept]
        return [n for n in left if n <= count][: max(1, count - len(kept))] or left[:1]

    def charges(self, first: date, last: date) -> Iterator[Owed]:
        plan = self.plan or {}
        for number, planned in self.periods:
            day = max(planned, self.floor)
            grace = plan["recurring_fee_grace_periods"]
            if number <= grace or not first <= day <= last or not self.within(day) or self.was_away(day):
                continue
            amount = plan["recurring_fee_amount"]
            if number <= grace + plan["recurring_fee_discount_periods"]:
                left = amount - amount * plan["recurring_fee_discount_percentage"] / 100
                amount = left.quantize(Decimal("0.01"), ROUND_HALF_UP)
            if amount:
                yield Owed(RECURRING, number, day, amount, plan["recurring_fee_currency"], PENDING)

    def add(self, planned: list[Owed], today: date) -> int:
        """Those whose number is free; how many."""
        taken = {(one.kind, one.number) for one in self.owed}
        new = [one for one in planned if (one.kind, one.number) not in taken]
        for one in new:
            one.status = OVERDUE if one.day < today else PENDING
        self.owed += new
        fees = [one.day for one in planned if one.kind == FEE]
        self.fee_done = max([*fees, *([self.fee_done] if self.fee_done else [])], default=None)
        return len(new)

    def begin(self) -> None:
        if not self.begun:
            self.begun, self.charged = True, self.entered - A_DAY

    def generate(self, first: date, months: int, today: date) -> int:
        self.begin()
        last = months_later(first, months) - A_DAY
        count = self.add([*self.installments(), *self.charges(first, last)], today)
        if first <= max(self.charged + A_DAY, self.start):
            self.charged = max(self.charged, min(last, self.end or last))
        return count

    def night(self, today: date) -> None:
        """Both daily jobs."""
        for one in self.owed:
            if one.status == PENDING and one.day < today:
                one.status = OVERDUE
        if self.status != ACTIVE or self.plan is None:
            return
        self.begin()
        last = min(today + HORIZON, self.end or END_OF_WALK)
        fees = [one for one in self.installments() if self.fee_done is None or one.day > self.fee_done]
        self.add([*fees, *self.charges(self.charged + A_DAY, last)], today)
        self.charged = max(self.charged, last)

    def change(self, today: date, **changes: Any) -> tuple[list[Owed], list[Owed]]:
        """Change the project; the payments that this removes and adds."""
        before, owed = copy(self), list(self.owed)
        self.away = [list(span) for span in self.away]
        for name, value in changes.items():
            setattr(self, name, value)
        if self.status != ACTIVE and not (self.away and self.away[-1][1] is None):
            self.away.append([today, None])
        elif self.status == ACTIVE and self.away and self.away[-1][1] is None:
            self.away[-1][1] = today
        if self.terms() != before.terms():
            self.follow(before, today)
        return [one for one in owed if one not in self.owed], [one for one in self.owed if one not in owed]

    def conflict(self, today: date, **changes: Any) -> str | None:
        """Code with which a change of the fee is refused."""
        after = copy(self)
        after.plan = changes.get("plan", self.plan)
        fee = after.fee()
        if fee is None or fee == self.fee():
            return None
        kept = [one for one in self.owed if one.kind == FEE and one.number and not self.goes(one, today)]
        if any(one.currency != fee[1] for one in kept):
            return "fee_already_charged"
        return "fee_below_charged" if sum(one.amount for one in kept) > fee[0] else None

    def follow(self, before: "Work", today: date) -> None:
        self.catch_up(before, today)
        gone = [one for one in self.owed if self.goes(one, today)]
        self.owed = [one for one in self.owed if not self.goes(one, today)]
        if not self.begun:
            self.anew()
            self.fee_kept, self.fee_floor = ([], Decimal(0)), date.min
            return
        charged = [one for one in gone if one.kind == RECURRING]
        reached = max([self.charged, *(one.day for one in charged)])
        has_today = any(one.kind == RECURRING and one.day == today for one in self.owed)
        back = any(first < today == until for first, until in self.away) and not has_today
        first, new, begins = today if back else today + A_DAY, True, False
        if not self.periods_kept(before):
            begins = not self.new_version(before, len(charged), today)
            first = today + A_DAY if begins and has_today else today
        elif self.day_of_charge() != before.day_of_charge():
            reached, first = self.other_day(before, first, reached, today), today
        else:
            new = False
        self.new_fee(before, today)
        if self.status == ACTIVE and self.plan is not None:
            again = {one.number for one in gone if one.kind == FEE}
            done = self.fee_done
            fees = [one for one in self.installments() if done is None or one.day > done or one.number in again]
            self.add([*fees, *self.charges(first, reached), *self.left(gone, first, begins=begins)], today)
        if new or self.charged >= today:
            self.charged = max(today, min(reached, self.end or reached))

    def catch_up(self, before: "Work", today: date) -> None:
        """Make what the night has not made yet, by the terms of before."""
        if self.begun and before.status == ACTIVE and before.periods and self.charged < today:
            before.end = self.end
            self.add([*before.charges(self.charged + A_DAY, today)], today)
            self.charged = max(self.charged, min(today, self.end or today))

    def periods_kept(self, before: "Work") -> bool:
        """Whether periods are of the same months, half months or weeks as before."""
        return self.calendar() == before.calendar() and self.day_of_charge() is not None

    def new_version(self, before: "Work", removed: int, today: date) -> bool:
        """Go on after the last kept charge; False if there is none, and the plan begins anew."""
        self.anew()
        kept = [one for one in self.owed if one.kind == RECURRING and one.number]
        if not kept or not self.periods:
            return False
        last = max(kept, key=lambda one: one.number or 0)
        planned = dict(before.periods).get(last.number or 0) if last.generated else None
        until = max(planned, before.floor) if planned else last.day
        days = [day for day in self.charge_days() if day > until]
        past = sum(day < today for day in days)
        self.periods = [*enumerate(days[max(0, past - removed) :], start=(last.number or 0) + 1)]
        self.floor = today
        return True

    def other_day(self, before: "Work", first: date, reached: date, today: date) -> date:
        """Move coming periods to the new day; the day up to which they are generated."""
        frequency, chosen = (self.plan or {})["recurring_fee_frequency"], self.day_of_charge() or 0
        old = before.day_of_charge() or 0
        coming = [(n, day) for n, day in before.periods if max(day, before.floor) >= first]
        moved = [(n, self.moved(day, frequency, old, chosen)) for n, day in coming]
        if moved[0][0] == 1 and moved[0][1] < self.start:
            moved = [*enumerate(self.charge_days(), start=1)]
        self.periods, self.floor = moved, today
        seen = [n for n, day in coming if max(day, before.floor) <= reached]
        return max([reached, *(day for n, day in moved if n in seen)])

    @staticmethod
    def moved(day: date, frequency: str, old: int, chosen: int) -> date:
        if frequency != "Quincenal":
            return on_other_day(day, frequency, chosen)
        first = chosen if chosen <= 15 else chosen - 15
        return on_other_day(day, frequency, first + 15 if in_second_half(day, old) else first)

    def new_fee(self, before: "Work", today: date) -> None:
        """Split the rest of a changed fee."""
        fee = self.fee()
        self.fee_done = self.fee_done and min(self.fee_done, today)
        if fee != before.fee():
            kept = [one for one in self.owed if one.kind == FEE and one.number]
            self.fee_kept = sorted(one.number or 0 for one in kept), sum((one.amount for one in kept), Decimal(0))
            self.fee_done, self.fee_floor = None, today
            if fee is None:
                self.fee_kept, self.fee_floor = ([], Decimal(0)), date.min
            elif kept and self.installments_left()[0] > fee[2]:
                self.fee_floor = max(today, months_later(max(one.day for one in kept), 1))
        elif fee is not None and self.start != before.start:
            self.fee_floor = max(self.fee_floor, today)

    def left(self, gone: list[Owed], first: date, *, begins: bool) -> list[Owed]:
        """Removed payments that do not come anew, though the plan does not end them."""
        left = [one for one in gone if one.kind == FEE and self.fee() and one.number in self.fee_kept[0]]
        if self.periods and not begins:
            days = {number: max(day, self.floor) for number, day in self.periods}
            charged = [(one.number or 0, one) for one in gone if one.kind == RECURRING]
            left += [one for n, one in charged if n < min(days) or days.get(n, first) < first]
        return [replace(one) for one in left if self.within(one.day) and not self.was_away(one.day)]

    @staticmethod
    def goes(one: Owed, today: date) -> bool:
        return one.generated and one.status == PENDING and one.day > today and one.invoice is None


FEES = st.fixed_dictionaries(
    {
        "implementation_fee_total": st.sampled_from([Decimal("1000.00"), Decimal("700.01"), Decimal("0.07")]),
        "implementation_fee_currency": st.sampled_from(["COP", "COP", "COP", "USD"]),
        "implementation_fee_installments": st.integers(2, 5),
    }
)
DAYS = {"Semanal": st.integers(1, 7), "Quincenal": st.integers(1, 15)}
FREQUENCIES = ("Semanal", "Quincenal", *MONTHS)


@st.composite
def recurring_fees(draw: st.DrawFn) -> dict[str, Any]:
    frequency = draw(st.sampled_from(FREQUENCIES))
    return {
        "recurring_fee_amount": draw(st.sampled_from([Decimal("100.00"), Decimal("33.33"), Decimal("0.01")])),
        "recurring_fee_currency": draw(st.sampled_from(["COP", "USD"])),
        "recurring_fee_frequency": frequency,
        "recurring_fee_day_of_charge": draw(st.none() | DAYS.get(frequency, st.integers(1, 31))),
        "recurring_fee_grace_periods": draw(st.integers(0, 2)),
        "recurring_fee_discount_periods": draw(st.integers(0, 2)),
        "recurring_fee_discount_percentage": draw(st.sampled_from([Decimal(100), Decimal(50), Decimal("12.50")])),
    }


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["Fee por cuotas", "Suscripción periódica", "Mixto"]))
    fee = {} if kind == "Suscripción periódica" else draw(FEES)
    recurring = {} if kind == "Fee por cuotas" else draw(recurring_fees())
    return {"type": kind, **fee, **recurring}


NEAR, ANY = st.integers(-45, 45), st.integers(0, 10_000)
LENGTHS = st.none() | st.integers(0, 200)


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, Decimal | date) else value


class Company(RuleBasedStateMachine):
    """State machine of users' actions and passing days."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.today = app, FIRST_DAY
        self.works: list[Work] = []
        self.ids: dict[int, int] = {}
        self.stack = ExitStack()
        self.stack.enter_context(taken_back(app))
        with on(END_OF_WALK):  # a session that lasts
            self.user: Caller = sign_in(Caller(app.test_client()), "user")
        RateFactory(date=FIRST_DAY)

    def teardown(self) -> None:
        self.stack.close()

    @initialize(plan=plans(), ago=NEAR)
    def begins_with_a_project(self, plan: dict[str, Any], ago: int) -> None:
        self.takes_on_a_project(plan, ago, None, ACTIVE)

    @precondition(lambda self: len(self.works) < 3)
    @rule(plan=st.none() | plans(), ago=NEAR, length=LENGTHS, status=st.sampled_from([ACTIVE, ACTIVE, "Pausado"]))
    def takes_on_a_project(self, plan: dict[str, Any] | None, ago: int, length: int | None, status: str) -> None:
        start, client = self.today - timedelta(days=ago), ClientFactory()
        end = None if length is None else start + timedelta(days=length)
        body = {"client_id": client.id, "name": "P", "description": "", "start_date": start, "end_date": end}
        with on(self.today):
            made = self.user.post("/api/projects", as_json({**body, "payment_plan": plan, "status": status}))["data"]
        work = Work(made["id"], self.today, start, end, status, plan)
        if status != ACTIVE:
            work.away.append([self.today, None])
        self.works.append(work)

    @rule(which=ANY, months=st.integers(1, 5), start_from=st.none() | NEAR)
    def generates(self, which: int, months: int, start_from: int | None) -> None:
        work = self.pick(which)
        chosen = None if start_from is None else self.today + timedelta(days=start_from)
        body = {"project_id": work.project_id, "months": months, "from": chosen}
        possible = work.status == ACTIVE and work.plan is not None
        with on(self.today):
            answer = self.user.post("/api/payments/generate", as_json(body), expect=201 if possible else 409)
        if possible:
            count = work.generate(chosen or max(work.start, self.today), months, self.today)
            assert answer["message"] == f"{count} payments generated"
            assert len(answer["data"]) == count

    @rule(which=ANY, plan=st.none() | plans())
    def changes_the_plan(self, which: int, plan: dict[str, Any] | None) -> None:
        self.puts(self.pick(which), plan=plan)

    @rule(which=ANY, amount=st.sampled_from([Decimal("50.00"), Decimal("75.25")]))
    def changes_the_amount(self, which: int, amount: Decimal) -> None:
        work = self.pick(which)
        if work.plan is not None and "recurring_fee_amount" in work.plan:
            self.puts(work, plan={**work.plan, "recurring_fee_amount": amount})

    @rule(which=ANY, day=st.none() | st.integers(1, 31))
    def changes_the_day(self, which: int, day: int | None) -> None:
        work = self.pick(which)
        frequency = (work.plan or {}).get("recurring_fee_frequency")
        if work.plan is not None and frequency is not None:
            most = {"Semanal": 7, "Quincenal": 15}.get(frequency, 31)
            self.puts(work, plan={**work.plan, "recurring_fee_day_of_charge": day and (day - 1) % most + 1})

    @rule(which=ANY, total=st.sampled_from([Decimal("1200.00"), Decimal("0.05")]), count=st.integers(2, 6))
    def changes_the_fee(self, which: int, total: Decimal, count: int) -> None:
        work = self.pick(which)
        if work.plan is not None and "implementation_fee_total" in work.plan:
            fee = {"implementation_fee_total": total, "implementation_fee_installments": count}
            if total >= count * Decimal("0.01"):
                self.puts(work, plan={**work.plan, **fee})

    @rule(which=ANY, ago=st.integers(-40, 40))
    def moves_a_payment(self, which: int, ago: int) -> None:
        if one := self.pick_payment(which, PENDING, OVERDUE):
            one.day = self.today - timedelta(days=ago)
            one.status = OVERDUE if one.day < self.today else PENDING
            with on(self.today):
                self.user.put(f"/api/payments/{self.ids[id(one)]}", as_json({"date": one.day}))

    @rule(which=ANY, ago=st.none() | NEAR, length=LENGTHS)
    def changes_the_dates(self, which: int, ago: int | None, length: int | None) -> None:
        work = self.pick(which)
        start = work.start if ago is None else self.today - timedelta(days=ago)
        self.puts(work, start=start, end=None if length is None else start + timedelta(days=length))

    @rule(which=ANY, status=st.sampled_from([ACTIVE, ACTIVE, ACTIVE, "Pausado", "Pausado", "Finalizado", "Cancelado"]))
    def changes_the_status(self, which: int, status: str) -> None:
        self.puts(self.pick(which), status=status)

    @rule(which=ANY, ago=st.integers(0, 20))
    def is_paid(self, which: int, ago: int) -> None:
        if one := self.pick_payment(which):
            one.status, one.paid_on = PAID, self.today - timedelta(days=ago)
            self.sets_status(one, {"status": PAID, "paid_date": one.paid_on})

    @rule(which=ANY)
    def undoes_a_payment(self, which: int) -> None:
        if one := self.pick_payment(which, PAID):
            one.status, one.paid_on = OVERDUE if one.day < self.today else PENDING, None
            self.sets_status(one, {"status": one.status})

    @rule(which=ANY)
    def invoices(self, which: int) -> None:
        if one := self.pick_payment(which):
            one.invoice = f"FV-{self.ids[id(one)]}"
            self.sets_status(one, {"status": one.status, "paid_date": one.paid_on, "invoice_number": one.invoice})

    @rule(which=ANY)
    def deletes_a_payment(self, which: int) -> None:
        if one := self.pick_payment(which):
            with on(self.today):
                path = f"/api/payments/{self.ids[id(one)]}"
                self.user.delete(path, expect=409 if one.status == PAID else 200)
            if one.status != PAID:
                next(work for work in self.works if one in work.owed).owed.remove(one)

    @rule(which=ANY, ago=NEAR, number=st.none() | st.integers(1, 12))
    def enters_a_payment_by_hand(self, which: int, ago: int, number: int | None) -> None:
        work, day = self.pick(which), self.today - timedelta(days=ago)
        status = OVERDUE if day < self.today else PENDING
        one = Owed(RECURRING, number, day, Decimal(5), "COP", status, generated=False)
        taken = number is not None and any((one.kind, number) == (old.kind, old.number) for old in work.owed)
        body = {"project_id": work.project_id, "amount": 5, "currency": "COP", "date": day, "type": RECURRING}
        with on(self.today):
            self.user.post(
                "/api/payments", as_json({**body, "installment_number": number}), expect=409 if taken else 201
            )
        if not taken:
            work.owed.append(one)

    @TIME_IS_LEFT
    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 20]))
    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.today += A_DAY
            self.night_falls()

    @TIME_IS_LEFT
    @rule(days=st.integers(2, 40))
    def the_server_is_down(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.night_falls()

    def night_falls(self) -> None:
        with on(self.today), self.app.app_context(), transaction(request_id="night") as session:
            context = make_context(session)
            PaymentService(context).mark_overdue(self.today)
            GenerationService(context).generate_due(today=self.today, horizon=HORIZON)
        for work in self.works:
            work.night(self.today)

    @invariant()
    def payments_are_those_of_the_model(self) -> None:
        with on(self.today):
            stored = self.stored()
        expected: dict[tuple[Any, ...], list[Owed]] = {}
        for work in self.works:
            for one in work.owed:
                expected.setdefault(seen_as(work.project_id, one), []).append(one)
        found: dict[tuple[Any, ...], list[int]] = {}
        for row in stored:
            found.setdefault(as_seen(row), []).append(row["id"])
        assert {key: len(rows) for key, rows in found.items()} == {key: len(all_) for key, all_ in expected.items()}
        self.ids = {
            id(one): row_id for key, all_ in expected.items() for one, row_id in zip(all_, found[key], strict=True)
        }

    @invariant()
    def no_status_contradicts_its_date(self) -> None:
        with on(self.today), self.app.app_context():
            session = db.session()
            assert PaymentService(make_context(session)).violations(self.today) == []

    def stored(self) -> list[dict[str, Any]]:
        """All payments, page after page."""
        rows: list[dict[str, Any]] = []
        for page in range(1, 50):
            answer = self.user.get("/api/payments", per_page=100, page=page, sort="id")
            rows += answer["data"]
            if page >= answer["pagination"]["pages"]:
                return rows
        raise AssertionError("more payments than any example should make")

    def puts(self, work: Work, **changes: Any) -> None:
        """Preview a change, and make it: it does what the preview says, and what the model does."""
        names = {"plan": "payment_plan", "start": "start_date", "end": "end_date", "status": "status"}
        path, body = (
            f"/api/projects/{work.project_id}",
            {names[name]: as_json(value) for name, value in changes.items()},
        )
        conflict, kept = work.conflict(self.today, **changes), len(work.owed)
        with on(self.today):
            if conflict is not None:
                assert self.user.put(f"{path}?dry_run=true", body, expect=409)["code"] == conflict
                assert self.user.put(path, body, expect=409)["code"] == conflict
                return
            preview = self.user.put(f"{path}?dry_run=true", body)["data"]
            changed = self.user.put(path, body)["data"]
        removed, created = work.change(self.today, **changes)
        assert scheduled(preview["removed"]) == sorted(map(as_scheduled, removed))
        assert scheduled(preview["created"]) == sorted(map(as_scheduled, created))
        assert preview["kept"] == kept - len(removed)
        assert changed["uncharged_fee"] == self.uncharged(work)

    @staticmethod
    def uncharged(work: Work) -> Decimal | None:
        fee = work.fee()
        if fee is None:
            return None
        carried = [one.amount for one in work.owed if one.kind == FEE and one.number and one.currency == fee[1]]
        return max(Decimal(0), fee[0] - sum(carried, Decimal(0)))

    def sets_status(self, one: Owed, body: dict[str, Any]) -> None:
        with on(self.today):
            self.user.patch(f"/api/payments/{self.ids[id(one)]}/status", as_json(body))

    def pick(self, which: int) -> Work:
        return self.works[which % len(self.works)]

    def pick_payment(self, which: int, *statuses: str) -> Owed | None:
        all_ = [one for work in self.works for one in work.owed if not statuses or one.status in statuses]
        return all_[which % len(all_)] if all_ else None


def seen_as(project_id: int, one: Owed) -> tuple[Any, ...]:
    paid_on = one.paid_on and str(one.paid_on)
    return project_id, one.kind, one.number, str(one.day), one.amount, one.currency, one.status, paid_on, one.invoice


def as_scheduled(one: Owed) -> tuple[Any, ...]:
    return one.kind, one.number, str(one.day), one.amount, one.currency


def scheduled(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    names = ("type", "installment_number", "date", "amount", "currency")
    return sorted(tuple(row[name] for name in names) for row in rows)


def as_seen(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("project_id", "type", "installment_number", "date", "amount", "currency", "status")
    return (*(row[name] for name in names), row["paid_date"], row["invoice_number"])


def test_payments_are_always_those_that_the_model_expects(app: Flask) -> None:
    examples, steps = (500, 50) if SOAK else (10, 20)
    run_state_machine_as_test(
        partial(Company, app),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not SOAK,
            suppress_health_check=list(HealthCheck),
        ),
    )
