"""Demo data on any day, and rows by the thousand for benchmarks."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app import create_app, registry
from app.core.cash_accounts.service import CashAccountService
from app.core.ledger.rules import AccountKind
from app.infra.context import make_context
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.suites.fresco.clients.rules import ClientStatus
from app.suites.fresco.payments import demo
from app.suites.fresco.payments.rules import PaymentStatus
from app.suites.fresco.projects.rules import ChargeFrequency, PlanType, ProjectStatus
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.budgets.rules.limits import Rollover, Status
from app.suites.personal.budgets.service import BudgetService, EnvelopeService, TargetService
from app.suites.personal.goals.rules.progress import Tracking
from app.suites.personal.goals.service import GoalReader
from app.suites.personal.payees_rules.service import RuleService
from app.suites.personal.recurring.service import RecurringReader
from app.suites.personal.transactions.service import TransactionReader
from config import Config
from tests.conftest import DEMO_DAY, demo_on
from tests.soak import daily
from tests.support import DATA_KEY, SECRETS_KEY

pytestmark = pytest.mark.long

Command = Callable[..., Result]
DAYS = daily(DEMO_DAY, date(2028, 2, 29))


@pytest.fixture
def flask(app: Flask) -> Command:
    """A flask command, in an app context as the `flask` program gives it one."""

    def flask(*arguments: str) -> Result:
        with app.app_context():
            return app.test_cli_runner().invoke(args=arguments)

    return flask


@pytest.fixture
def ask(app: Flask) -> Callable[[str], Sequence[Any]]:
    """Rows that are stored."""

    def ask(question: str) -> Sequence[Any]:
        with app.app_context():
            return db.session.execute(text(question)).all()

    return ask


class TestDemoCompany:
    """Demo company for all tests of the class."""

    @pytest.fixture(scope="class", params=DAYS, ids=str)
    @classmethod
    def today(cls, request: pytest.FixtureRequest) -> date:
        """The day on which the demo company was made, and on which the clock stands."""
        day: date = request.param
        return day

    @pytest.fixture(scope="class")
    @classmethod
    def app(cls, today: date, cluster: str, template: str) -> Iterator[Flask]:
        """The application over it."""
        with demo_on(today, cluster, template) as made:
            yield made

    def test_the_demo_company_shows_all_there_is(
        self, today: date, flask: Command, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        assert ask("SELECT count(*) FROM clients") == [(12,)]
        assert {status for (status,) in ask("SELECT DISTINCT status FROM clients")} == set(ClientStatus)
        projects = Counter(status for (status,) in ask("SELECT status FROM projects"))
        assert (projects.total(), set(projects)) == (20, set(ProjectStatus))
        plans = ask("SELECT type, recurring_fee_frequency FROM payment_plans")
        assert {kind for kind, _ in plans} == set(PlanType)
        assert {frequency for _, frequency in plans if frequency} == set(ChargeFrequency)

        payments = ask("SELECT status, currency, min(date), max(date), max(paid_date) FROM payments GROUP BY 1, 2")
        assert {(status, currency) for status, currency, *_ in payments} >= {
            (status, currency) for status in (PaymentStatus.PAID, PaymentStatus.PENDING) for currency in ("COP", "USD")
        }
        assert {status for status, *_ in payments} == set(PaymentStatus)
        assert min(first for *_, first, _, _ in payments) == today - timedelta(days=1080)
        assert max(last for *_, last, _ in payments) > today + timedelta(days=120)
        assert max(paid for *_, paid in payments if paid) <= today

        first = date(today.year - 3, today.month, 1)
        figures = "count(*), min(date), max(date), min(rate) > 3000, max(rate) < 6000"
        rates = ask(f"SELECT {figures} FROM exchange_rates WHERE base = 'USD' AND quote = 'COP'")  # noqa: S608
        assert rates == [((today - first).days + 1, first, today, True, True)]

        verified = flask("verify")
        assert verified.exit_code == 0, verified.output

    def test_the_demo_company_uses_what_receiving_and_paying_can_do(
        self, today: date, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        half = "SELECT count(*) FROM payments WHERE paid_amount > 0 AND paid_amount < amount AND status = 'Vencido'"
        assert ask(half) == [(3,)]
        sources = {source for (source,) in ask("SELECT DISTINCT source FROM movements")}
        assert sources >= {"withholding", "bank_charge", "exchange_difference", "credit"}
        assert ask("SELECT count(*) FROM client_credits WHERE balance > 0") == [(1,)]
        taxed = "SELECT count(tax_amount) > 10, max(cardinality(tags)) > 0 FROM "
        for rows in (ask(taxed + "payments"), ask(taxed + "incomes"), ask(taxed + "expenses")):
            assert rows == [(True, True)]
        assert ask("SELECT max(cardinality(tags)) FROM projects") == [(2,)]
        assert ask("SELECT count(*), count(DISTINCT status) FROM accrued_expenses WHERE invoice_number <> ''") == [
            (3, 3)
        ]
        assert ask("SELECT paid_amount - amount FROM accrued_expenses WHERE paid_amount <> amount") == [(32_350,)]

    def test_the_movements_since_the_cash_accounts_opened_name_one(
        self, app: Flask, today: date, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        of_both = "SELECT count(DISTINCT cash_account_id) FROM payment_receipts WHERE cash_account_id IS NOT NULL"
        assert ask(of_both) == [(2,)]
        for table in ("incomes", "accrued_expenses"):
            assert ask(f"SELECT count(cash_account_id) > 3 FROM {table}") == [(True,)]  # noqa: S608 - constants
        with app.app_context():
            balances = CashAccountService(make_context(db.session())).balances(today)
        assert {one.name: one.balance >= 0 for one in balances} == {
            "Bancolombia corriente": True,
            "Caja menor": True,
            "Mercury": True,
        }

    def test_the_oldest_month_of_the_demo_company_is_closed(
        self, today: date, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        closed = "SELECT max(month), max(month) = month_of(min(date)) FROM periods, movements WHERE state = 'closed'"
        assert ask(closed) == [(date(today.year - 3, today.month, 1), True)]

    def test_the_demo_household_lives_within_its_means_for_three_years(self, app: Flask, today: date) -> None:
        with app.app_context():
            access = demo_household(make_context(db.session()), today)
            accounts = {one.record.name: one for one in AccountService(access).page(PageRequest()).items}
            found = TransactionReader(access).page(PageRequest(per_page=1))
        assert found.total > 1_000
        owned = {name for name, one in accounts.items() if one.record.type.kind is AccountKind.ASSET}
        balances = {name: one.extra["balance"] for name, one in accounts.items()}
        assert {name for name, balance in balances.items() if balance > 0} == owned
        assert set(accounts) - owned == {"Visa", "Crédito de vivienda"}
        assert {one.record.currency for one in accounts.values()} == {Currency.COP, Currency.USD}

    def test_the_demo_household_has_budgets_of_which_one_is_over_its_limit(self, app: Flask, today: date) -> None:
        with app.app_context():
            access = demo_household(make_context(db.session()), today)
            budgets = {one.record.name: one for one in BudgetService(access).page(PageRequest()).items}
            targets = TargetService(access).page(PageRequest())
            month = EnvelopeService(access).get(Month.of(today))
        assert {one.record.rollover for one in budgets.values()} >= {Rollover.SURPLUS, Rollover.BOTH}
        current = {name: one.extra["current"] for name, one in budgets.items()}
        exceeded = [name for name, one in current.items() if one.status is Status.EXCEEDED]
        assert "Restaurantes del año" in exceeded
        assert len(exceeded) < len(budgets)
        assert (targets.total, len(month.categories) > 10) == (4, True)

    def test_the_demo_household_has_goals_and_recurring_transactions_that_go_on_with_its_history(
        self, app: Flask, today: date
    ) -> None:
        with app.app_context():
            access = demo_household(make_context(db.session()), today)
            goals = {one.record.name: one for one in GoalReader(access).page(PageRequest()).items}
            coming = RecurringReader(access).scheduled(today - timedelta(days=60), today + timedelta(days=31))
            rules = RuleService(access).page(PageRequest()).total
            seen = TransactionReader(access).page(PageRequest(per_page=200)).items
        assert goals["Computador nuevo"].extra["progress"] > Decimal("0.9")
        assert goals["Viaje a Cartagena"].extra["auto_contribution"] is not None
        assert {one.record.tracking for one in goals.values()} >= {Tracking.ACCOUNT, Tracking.DEBT}
        assert (len({one.recurring_id for one in coming}), rules) == (11, 4)
        assert all(one.date > today for one in coming)
        history = {(one.record.description, one.record.type, one.record.account_id) for one in seen}
        assert {(one.description, one.type, one.account_id) for one in coming} <= history

    def test_the_planner_knows_the_demo_company_at_once(self, today: date, ask: Callable[[str], Sequence[Any]]) -> None:
        [(known,)] = ask("SELECT reltuples FROM pg_class WHERE relname = 'movements'")
        assert ask("SELECT count(*) FROM movements") == [(known,)]

    def test_the_jobs_find_nothing_to_make_up_for_in_the_demo_company(
        self, app: Flask, today: date, flask: Command, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        before = ask("SELECT count(*) FROM payments")
        with app.app_context():
            for job in registry.jobs(app.config):
                if job.name in {"mark-overdue", "generate-payments"}:
                    counts = run_job(job, slot=None)
                    assert counts is not None
                    assert counts["payments"] == 0
        assert ask("SELECT count(*) FROM payments") == before

    def test_demo_data_goes_into_an_empty_database_only(
        self, today: date, flask: Command, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        again = flask("seed", "demo")
        assert again.exit_code == 1
        assert "The database has data" in again.output
        unharmed = flask("seed", "demo", "--if-empty")
        assert (unharmed.exit_code, unharmed.output) == (0, "")
        assert ask("SELECT count(*) FROM clients") == [(12,)]

    def test_rows_for_benchmarks_are_loaded_beside_the_demo_company(
        self, today: date, flask: Command, ask: Callable[[str], Sequence[Any]]
    ) -> None:
        loaded = flask("seed", "load", "--payments", "250", "--incomes", "1800", "--expenses", "1800")
        assert loaded.exit_code == 0, loaded.output
        since = "SELECT max(month) < (SELECT month_of(min(date)) FROM movements) FROM periods WHERE state = 'closed'"
        assert ask(since) == [(True,)]
        verified = flask("verify")
        assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize("arguments", [("demo",), ("demo", "--if-empty"), ("load", "--payments", "10")], ids=str)
def test_production_refuses_data_that_is_made_up(server_database: str, arguments: tuple[str, ...]) -> None:
    secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    production = create_app(
        Config(
            app_env="production",
            secret_key=secret,
            secrets_key=(SECRETS_KEY,),
            data_keys=(DATA_KEY,),
            database_url=server_database,
            scheduler_enabled=False,
        )
    )
    refused = production.test_cli_runner().invoke(args=("seed", *arguments))
    assert refused.exit_code == 1
    assert "refused in production" in refused.output
    with production.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM users")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM payments")) == 0
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("database")
def test_rows_for_benchmarks_have_the_requested_number_audit_and_consistency(
    flask: Command, ask: Callable[[str], Sequence[Any]]
) -> None:
    loaded = flask("seed", "load", "--payments", "1001")
    assert loaded.exit_code == 0, loaded.output
    assert ask("SELECT count(*), count(DISTINCT project_id), count(DISTINCT client_id) FROM payments") == [(1001, 5, 1)]
    assert ask("SELECT count(*) FROM audit_log WHERE table_name = 'payments'") == [(1001,)]
    assert {status for (status,) in ask("SELECT DISTINCT status FROM payments")} == set(PaymentStatus)
    assert ask("SELECT reltuples FROM pg_class WHERE relname = 'payments'") == [(1001,)]
    assert flask("seed", "load", "--payments", "1001").exit_code == 0
    unfolded = "SELECT count(*) - count(DISTINCT (status, facet, currency, due_date)) FROM open_item_sums"
    assert ask(unfolded) == [(0,)]
    verified = flask("verify")
    assert verified.exit_code == 0, verified.output


def test_loading_moves_its_progress_bar_on_the_way(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []
    monkeypatch.setattr(demo, "_CHUNK", 100)
    with app.app_context():
        demo.load(make_context(db.session()), 205, date(2026, 6, 15), steps.append)
        db.session.rollback()
    assert steps == [100, 100, 5]
