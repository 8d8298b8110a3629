"""A company's money over random months; its figures are always the plain sums of a small model.

Payments are received in parts, with withholdings, charges and excess, in three currencies; credits, bills, suppliers,
capital, IVA, rates that come later, plans that change, months that close. FRESCO_SOAK=1 makes the run long.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app import registry
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.suites.fresco.expenses.service import AccruedService
from app.suites.fresco.payments.service import PaymentService
from tests.conftest import taken_back
from tests.factories.clients import ClientFactory
from tests.factories.projects import ProjectFactory
from tests.factories.suppliers import SupplierFactory
from tests.soak import SOAK
from tests.stories.company_figures import CATEGORIES, DAY, TYPES, Company, back, give_back, receive, undo, use_credit
from tests.stories.company_receipts import NONE, Debt, Move, Receipt, cents, planned_receipt
from tests.stories.figure_checks import CHECKS, check_clients, check_credits
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller, sign_in

pytestmark = pytest.mark.long

FIRST_DAY, LAST_DAY = date(2025, 1, 20), date(2027, 6, 1)
STEPS_BETWEEN_CHECKS = 12
PLAN = {
    "type": "Suscripción periódica",
    "recurring_fee_amount": "333.33",
    "recurring_fee_currency": "USD",
    "recurring_fee_frequency": "Mensual",
}
CHANCE, ANY, AGO = st.randoms(use_true_random=False), st.integers(0, 1_000), st.integers(0, 70)


@dataclass(eq=False)
class Entry:
    """An income, an expense or a bill."""

    source: str
    row_id: int
    day: date
    amount: Decimal
    currency: str
    category: str
    client: tuple[int | None, str | None]
    tax: Decimal | None
    paid: date | None
    paid_amount: Decimal | None = None

    @property
    def address(self) -> str:
        names = {"income": "incomes", "expense": "expenses", "accrued_expense": "expenses/accrued"}
        return f"/api/{names[self.source]}/{self.row_id}"

    def moves(self) -> Iterator[Move]:
        kind = "income" if self.source == "income" else "expense"
        amount = self.amount if self.paid_amount is None else self.paid_amount
        owed = self.amount if self.source == "accrued_expense" else None
        place = (self.row_id, self.paid, self.day)
        yield from Move(kind, self.source, *place, amount, self.currency, self.category, *self.client, owed=owed).split(
            self.tax
        )


class Money(RuleBasedStateMachine):
    """State machine of an administrator's requests."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.steps = app, 0
        self.stack = ExitStack()
        self.stack.enter_context(taken_back(app))
        with on(LAST_DAY):
            self.admin: Caller = sign_in(Caller(app.test_client()), "admin")
        self.model, self.entries, self.closed = Company(FIRST_DAY), [], date.min
        self.refunds: list[Move] = self.model.others
        self.seen: list[tuple[date, Any]] = []
        """Figures of closed months, as they were when these were closed."""
        self._begins()

    def _begins(self) -> None:
        self.entries: list[Entry]
        self._rate("USD", FIRST_DAY - 300 * DAY, Decimal(4000))
        with self.app.app_context():
            self.model.clients = [ClientFactory(start_date=FIRST_DAY) for _ in range(2)]
            self.projects = [ProjectFactory(client_id=client.id) for client in self.model.clients]
            self.supplier = SupplierFactory().id
        with on(FIRST_DAY):
            body = {"client_id": self.model.clients[0].id, "name": "Plan", "description": ""}
            made = self.admin.post("/api/projects", {**body, "start_date": str(FIRST_DAY), "payment_plan": PLAN})
        self.planned = made["data"]["id"]
        self._enters(random.Random(1), "income", FIRST_DAY - 420 * DAY)
        self._owes(random.Random(2), FIRST_DAY + DAY)
        self._owes(random.Random(3), FIRST_DAY - 9 * DAY)

    def teardown(self) -> None:
        self.stack.close()

    @property
    def today(self) -> date:
        return self.model.today

    def is_closed(self, *days: date | None) -> bool:
        return any(day is not None and day <= self.closed for day in days)

    def sends(self, method: str, path: str, body: Any, *days: date | None, otherwise: str | None = None) -> Any:
        """Send; refused where a day lies in a closed month, or for another reason. None if it was refused."""
        with on(self.today):
            response = self.admin.send(method, path, **({} if body is None else {"json": body}))
        answer = response.get_json()
        if self.is_closed(*days) or otherwise is not None:
            assert response.status_code == 409, answer
            assert answer["code"] in {"period_closed" if self.is_closed(*days) else otherwise, otherwise}
            return None
        assert response.status_code in {200, 201}, answer
        return answer

    def picks(self, which: int, *, owed: bool | None = None, received: bool | None = None) -> Debt | None:
        found = [debt for debt in self.model.debts if owed in {None, bool(debt.balance)}]
        found = [debt for debt in found if received in {None, bool(debt.receipts)}]
        return found[which % len(found)] if found else None

    def picks_entry(self, which: int, *sources: str, paid: bool | None = None) -> Entry | None:
        found = [one for one in self.entries if one.source in sources and paid in {None, one.paid is not None}]
        return found[which % len(found)] if found else None

    # Payments

    @rule(chance=CHANCE, days=st.integers(-60, 40))
    def owes(self, chance: random.Random, days: int) -> None:
        self._owes(chance, self.today + days * DAY)

    def _owes(self, chance: random.Random, due: date) -> None:
        place, (amount, currency, tax) = chance.randrange(2), amounts(chance)
        client = self.model.clients[place]
        body = {"project_id": self.projects[place].id, "amount": str(amount), "currency": currency, "date": str(due)}
        body |= {"type": "Recurrente", "tax_amount": None if tax is None else str(tax)}
        if made := self.sends("POST", "/api/payments", body, due):
            debt = Debt(made["data"]["id"], due, amount, currency, (client.id, client.name), tax)
            self.model.debts.append(debt)

    @rule(which=ANY, chance=CHANCE, ago=AGO)
    def receives(self, which: int, chance: random.Random, ago: int) -> None:
        day = self.today - ago * DAY
        if (debt := self.picks(which, owed=True)) is None:
            return
        if self.is_closed(day):
            body, _ = planned_receipt(chance, debt, day)
            self.sends("POST", f"/api/payments/{debt.row_id}/receipts", body, day)
            return
        with on(self.today):
            receive(self.model, chance, self.admin, debt, day)

    @rule(which=ANY, ago=AGO)
    def marks_as_paid(self, which: int, ago: int) -> None:
        if (debt := self.picks(which, owed=True)) is None:
            return
        day, known = self.today - ago * DAY, {one.row_id for one in debt.receipts}
        body = {"status": "Pagado", "paid_date": str(day)}
        if made := self.sends("PATCH", f"/api/payments/{debt.row_id}/status", body, day):
            [new] = (one["id"] for one in made["data"]["receipts"] if one["id"] not in known)
            debt.receive(Receipt(debt.balance, day, row_id=new))

    @rule(which=ANY, place=ANY)
    def undoes_a_receipt(self, which: int, place: int) -> None:
        if (debt := self.picks(which, received=True)) is None:
            return
        gone = debt.receipts[place % len(debt.receipts)]
        if self.is_closed(gone.day) or self.shares_closed_tax(debt, gone):
            path = f"/api/payments/{debt.row_id}/receipts/{gone.row_id}"
            self.sends("DELETE", path, None, gone.day, otherwise="credit_used" if self.was_used(debt, gone) else None)
            return
        with on(self.today):
            undo(self.model, self.admin, debt, gone)

    def shares_closed_tax(self, debt: Debt, *gone: Receipt) -> bool:
        """Whether a receipt of a closed month would get another part of the IVA."""
        before = {one: one.tax for one in debt.receipts}
        kept = debt.receipts
        debt.undo(*gone)
        changed = any(self.is_closed(one.day) and one.tax != before[one] for one in debt.receipts)
        debt.receipts = kept
        for one, tax in before.items():
            one.tax = tax
        return changed

    def was_used(self, debt: Debt, *gone: Receipt) -> bool:
        given = sum((one.excess - (one.amount if one.from_credit else 0) for one in gone), NONE)
        return self.model.credit(debt.client[0], debt.currency) < given

    @rule(which=ANY)
    def undoes_a_payment(self, which: int) -> None:
        if debt := self.picks(which, owed=False):
            status = "Vencido" if debt.due < self.today else "Pendiente"
            used = "credit_used" if self.was_used(debt, *debt.receipts) else None
            days = [one.day for one in debt.receipts]
            path = f"/api/payments/{debt.row_id}/status"
            if self.sends("PATCH", path, {"status": status}, *days, otherwise=used):
                debt.undo(*debt.receipts)

    @rule(which=ANY)
    def uses_a_credit(self, which: int) -> None:
        owed = [one for one in self.model.debts if one.balance and self.model.credit(one.client[0], one.currency)]
        if owed:
            with on(self.today):
                use_credit(self.model, self.admin, owed[which % len(owed)], self.today)

    @rule(which=ANY, currency=st.sampled_from(["COP", "USD"]), ago=AGO)
    def gives_a_credit_back(self, which: int, currency: str, ago: int) -> None:
        client, day = self.model.clients[which % 2], self.today - ago * DAY
        left = self.model.credit(client.id, currency)
        body = {"amount": str(left + Decimal("0.01")), "currency": currency, "date": str(day)}
        self.sends("POST", f"/api/clients/{client.id}/credits/refund", body, day, otherwise="credit_insufficient")
        if left and not self.is_closed(day):
            with on(self.today):
                give_back(self.model, self.admin, client, cents(left / 2), currency, day)

    @rule(which=ANY)
    def deletes_a_payment(self, which: int) -> None:
        if debt := self.picks(which):
            kept = "payment_is_paid" if not debt.balance else "payment_has_receipts" if debt.receipts else None
            if self.sends("DELETE", f"/api/payments/{debt.row_id}", None, debt.due, otherwise=kept):
                self.model.debts.remove(debt)

    @rule(which=ANY, part=st.integers(0, 60))
    def says_the_tax(self, which: int, part: int) -> None:
        if debt := self.picks(which):
            before, debt.tax = debt.tax, cents(debt.amount * part / 100)
            days = [debt.due, debt.paid_on] if before != debt.tax else []
            days += [self.closed] if self.shares_closed_tax(debt) and self.closed > date.min else []
            body = {"tax_amount": str(debt.tax)}
            if self.sends("PUT", f"/api/payments/{debt.row_id}", body, *days):
                if (before or 0) != debt.tax:
                    debt.undo()
            else:
                debt.tax = before

    # Plans

    @rule(months=st.integers(1, 3))
    def generates(self, months: int) -> None:
        if len(self.model.debts) < 60:
            self.sends("POST", "/api/payments/generate", {"project_id": self.planned, "months": months})
            self.sees_what_the_plan_charges()

    @rule(
        day=st.integers(1, 31),
        frequency=st.sampled_from(["Mensual", "Bimensual"]),
        amount=st.sampled_from(["333.33", "50.00"]),
        status=st.sampled_from(["Activo", "Activo", "Pausado"]),
    )
    def changes_the_plan(self, day: int, frequency: str, amount: str, status: str) -> None:
        changed = {"recurring_fee_frequency": frequency, "recurring_fee_day_of_charge": day}
        plan = {**PLAN, **changed, "recurring_fee_amount": amount}
        self.sends("PUT", f"/api/projects/{self.planned}", {"payment_plan": plan, "status": "Activo"})
        self.sends("PUT", f"/api/projects/{self.planned}", {"status": status})
        self.sends("PUT", f"/api/projects/{self.planned}", {"status": "Activo"})
        self.sees_what_the_plan_charges()

    def sees_what_the_plan_charges(self) -> None:
        """Take over the payments of the plan; those with a receipt, or of a closed month, stay as they are."""
        rows = {
            row["id"]: row for row in self.admin.get("/api/payments", project_id=self.planned, per_page=100)["data"]
        }
        client = self.model.clients[0]
        for debt in [one for one in self.model.debts if one.row_id not in rows and self.is_of_plan(one)]:
            assert not debt.receipts
            assert debt.due > self.today
            self.model.debts.remove(debt)
        known = {debt.row_id for debt in self.model.debts}
        self.of_plan = set(rows)
        for row_id in rows.keys() - known:
            due, amount = date.fromisoformat(rows[row_id]["date"]), rows[row_id]["amount"]
            assert not self.is_closed(due)
            self.model.debts.append(Debt(row_id, due, amount, rows[row_id]["currency"], (client.id, client.name)))

    of_plan: set[int] = frozenset()  # type: ignore[assignment]

    def is_of_plan(self, debt: Debt) -> bool:
        return debt.row_id in self.of_plan

    # Incomes, expenses and bills

    @rule(chance=CHANCE, source=st.sampled_from(["income", "expense", "accrued_expense"]), ago=st.integers(-20, 70))
    def enters(self, chance: random.Random, source: str, ago: int) -> None:
        self._enters(chance, source, self.today - ago * DAY)

    def _enters(self, chance: random.Random, source: str, day: date) -> None:
        amount, currency, tax = amounts(chance)
        client = chance.choice([None, *self.model.clients])
        kind, date_name = ("type", "date") if source == "income" else ("category", "date")
        category = chance.choice(TYPES if source == "income" else CATEGORIES)
        body = {"description": "x", "amount": str(amount), "currency": currency, "payment_method": "PSE"}
        body |= {kind: category, "tax_amount": None if tax is None else str(tax)}
        if source == "accrued_expense":
            date_name = "due_date"
        if source != "income":
            body["supplier_id"] = chance.choice([None, self.supplier])
        body |= {date_name: str(day), "client_id": None if client is None else client.id}
        path = {"income": "/api/incomes", "expense": "/api/expenses"}.get(source, "/api/expenses/accrued")
        if made := self.sends("POST", path, body, day):
            owner = (None, None) if client is None else (client.id, client.name)
            paid = None if source == "accrued_expense" else day
            row_id = made["data"]["id"]
            self.entries.append(Entry(source, row_id, day, amount, currency, category, owner, tax, paid))

    @rule(which=ANY, ago=AGO, part=st.integers(50, 150))
    def pays_a_bill(self, which: int, ago: int, part: int) -> None:
        if bill := self.picks_entry(which, "accrued_expense", paid=False):
            day, amount = self.today - ago * DAY, cents(bill.amount * part / 100)
            body = {"payment_date": str(day), "amount": str(amount)}
            if amount and self.sends("POST", f"{bill.address}/mark-as-paid", body, day):
                bill.paid, bill.paid_amount = day, amount

    @rule(which=ANY)
    def undoes_a_bill(self, which: int) -> None:
        bill = self.picks_entry(which, "accrued_expense", paid=True)
        if bill and self.sends("POST", f"{bill.address}/undo-payment", None, bill.paid):
            bill.paid = bill.paid_amount = None

    @rule(which=ANY)
    def changes_an_amount(self, which: int) -> None:
        if (one := self.picks_entry(which, "income", "expense")) and (one.tax or 0) < one.amount + 1:
            amount = one.amount + 1
            if self.sends("PUT", one.address, {"amount": str(amount)}, one.day):
                one.amount = amount

    @rule(which=ANY)
    def deletes_an_entry(self, which: int) -> None:
        one = self.picks_entry(which, "income", "expense", "accrued_expense")
        if one and one is not self.entries[0]:  # that one makes the company older than a year
            paid = "expense_is_paid" if one.source == "accrued_expense" and one.paid else None
            if self.sends("DELETE", one.address, None, one.day, otherwise=paid):
                self.entries.remove(one)

    # Rates, months and days

    @rule(base=st.sampled_from(["USD", "EUR"]), ago=AGO, rate=st.integers(3500, 4500))
    def enters_a_rate(self, base: str, ago: int, rate: int) -> None:
        self._rate(base, self.today - ago * DAY, Decimal(rate))

    def _rate(self, base: str, day: date, rate: Decimal) -> None:
        known = dict(self.model.rates.setdefault(base, []))
        changes = known.get(day) != rate
        body = {"base": base, "quote": "COP", "date": str(day), "rate": str(rate)}
        if self.sends("POST", "/api/exchange-rates", body, day if changes else None):
            self.model.rates[base] = [*(known | {day: rate}).items()]

    @rule(which=ANY)
    def takes_a_rate_back(self, which: int) -> None:
        rates = self.admin.get("/api/exchange-rates", per_page=100, sort="-date,-id")["data"]
        row = rates[which % len(rates)]
        day = date.fromisoformat(row["date"])
        if (row["base"], day) != ("USD", FIRST_DAY - 300 * DAY) and self.sends(
            "DELETE", f"/api/exchange-rates/{row['id']}", None, day
        ):
            own = self.model.rates[row["base"]]
            self.model.rates[row["base"]] = [one for one in own if one[0] != day]

    @rule()
    def closes_the_next_month(self) -> None:
        first = back(self.today, 1) if self.closed == date.min else self.closed + DAY
        last = back(first, -1) - DAY
        early = "period_current" if last >= self.today.replace(day=1) else None
        refused = early or ("period_not_ready" if self.lacks_a_rate(last) else None)
        if self.sends("POST", f"/api/periods/{first:%Y-%m}/close", None, otherwise=refused):
            self.closed = last
            self.seen.append((last, self.figures_until(last)))

    def lacks_a_rate(self, last: date) -> bool:
        """Whether something was received in euros, of which no rate of that day, or earlier, is known."""
        receipts = [one for debt in self.model.debts for one in debt.receipts if one.day <= last]
        euros = any(one.arrived and one.arrived[0] == "EUR" for one in receipts)
        return euros and not any(day <= last for day, _ in self.model.rates.get("EUR", []))

    @precondition(lambda self: self.closed > date.min)
    @rule()
    def reopens_a_month(self) -> None:
        self.sends("POST", f"/api/periods/{self.closed:%Y-%m}/reopen", {"reason": "Factura tardía"})
        self.closed = self.closed.replace(day=1) - DAY
        self.seen = [one for one in self.seen if one[0] <= self.closed]

    @precondition(lambda self: self.today < LAST_DAY - 60 * DAY)
    @rule(days=st.sampled_from([1, 7, 20, 40]))
    def days_pass(self, days: int) -> None:
        self.model.today += days * DAY
        with on(self.today), self.app.app_context(), transaction(request_id="night") as session:
            context = make_context(session)
            PaymentService(context).mark_overdue(self.today)
            AccruedService(context).mark_overdue(self.today)

    @invariant()
    def figures_are_plain_sums(self) -> None:
        self.steps += 1
        if self.steps % STEPS_BETWEEN_CHECKS:
            return
        self.model.others = [*self.refunds, *(move for one in self.entries for move in one.moves())]
        self.model.settle()
        with on(self.today):
            for target in ("COP", "USD") if SOAK else (("COP", "USD")[self.steps // STEPS_BETWEEN_CHECKS % 2],):
                for check in CHECKS:
                    check(self.model, self.admin, target)
                check_clients(self.model, self.admin, target, "year")
            check_credits(self.model, self.admin)
            with self.app.app_context():
                assert registry.violations(db.session()) == []
        self.model.others = self.refunds
        for last, figures in self.seen:
            assert self.figures_until(last) == figures

    def figures_until(self, last: date) -> list[Any]:
        """Figures of closed months, by both bases."""
        span = {"date_from": "2024-01-01", "date_to": str(last)}
        flow = self.admin.get("/api/cashflow", **span, per_page=1000)
        bases = [self.admin.get("/api/reports/statement", **span, basis=basis) for basis in ("cash", "accrual")]
        return [flow, *bases]


def amounts(chance: random.Random) -> tuple[Decimal, str, Decimal | None]:
    """Amount, currency and IVA of something new."""
    amount = Decimal(chance.choice([7, 10_000, 33_333, 1_000_01])) / 100 * chance.randrange(1, 999)
    tax = chance.choice([None, Decimal(0), cents(amount * 19 / 119)])
    return amount, chance.choice(["COP", "USD"]), tax


def test_figures_are_plain_sums_whatever_is_done_and_closed_months_stay(app: Flask) -> None:
    run_state_machine_as_test(
        partial(Money, app),
        settings=settings(
            max_examples=300 if SOAK else 4,
            stateful_step_count=60 if SOAK else 24,
            deadline=None,
            derandomize=not SOAK,
            phases=(Phase.explicit, Phase.generate),  # each step of a shrinking would be some hundred requests
            suppress_health_check=list(HealthCheck),
        ),
    )
