"""Concurrent requests and jobs with real commits: the production command over HTTP, jobs in separate processes."""

import contextlib
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import NullPool

from app import create_app, registry
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.periods import add_months
from config import Config
from tests.soak import SOAK
from tests.support import Reply, Server

pytestmark = pytest.mark.server

PASSWORD = "a good long password"
ROUNDS, AT_ONCE = 10 if SOAK else 4, 4

Ask = Callable[..., Sequence[Any]]


def today() -> date:
    """Today as the server sees it."""
    return datetime.now(ZoneInfo("America/Bogota")).date()


@pytest.fixture
def engine(server_database: str) -> Iterator[Engine]:
    """Connections to the server's database as its owner."""
    made = create_engine(server_database, poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Run a statement in a transaction of its own and return its rows."""

    def ask(question: str, **values: Any) -> Sequence[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(question), values)
            return result.all() if result.returns_rows else []

    return ask


@pytest.fixture
def send(server: Server) -> Callable[..., Reply]:
    """Send a request as the user."""
    headers = server.login("user", PASSWORD)
    return lambda method, path, json=None: server.send(method, path, json, headers=headers)


def at_once(calls: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Run all calls concurrently and return their responses."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def create(send: Callable[..., Reply], path: str, **values: Any) -> int:
    reply = send("POST", path, values)
    assert reply.status == 201, reply.body
    return int(reply.json["data"]["id"])


def new_client(send: Callable[..., Reply]) -> int:
    return create(send, "/api/clients", name="Cliente", start_date="2024-01-01")


def new_project(send: Callable[..., Reply], start: date, **plan: Any) -> int:
    fee = {
        "type": "Mixto",
        "implementation_fee_total": "1000.01",
        "implementation_fee_currency": "COP",
        "implementation_fee_installments": 7,
        "recurring_fee_amount": "100.00",
        "recurring_fee_currency": "COP",
        "recurring_fee_frequency": "Semanal",
    }
    values = {"name": "Proyecto", "description": "Prueba", "start_date": start.isoformat()}
    return create(send, "/api/projects", client_id=new_client(send), payment_plan=fee | plan, **values)


class Jobs:
    """Runs the generation job in separate processes, forked from one that has created the application."""

    def __init__(self, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.orders, theirs = context.Pipe()
        self.process = context.Process(target=fork_jobs, args=(url, theirs))
        self.process.start()

    def start(self, day: date, count: int) -> None:
        """Start `count` runs at once, with that day as today."""
        self.orders.send((day, count))

    def join(self) -> list[int]:
        """Wait for the runs and return their exit codes."""
        assert self.orders.poll(60), "the jobs do not end"
        return list(self.orders.recv())

    def stop(self) -> None:
        """End the process that forks the runs."""
        self.orders.send(None)
        self.process.join()


def fork_jobs(url: str, orders: Connection) -> None:
    app = create_app(Config(app_env="testing", database_url=url, scheduler_enabled=False, log_level="CRITICAL"))
    configure_mappers()
    while order := orders.recv():
        day, count = order
        running = [fork_job(app, day) for _ in range(count)]
        orders.send([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in running])


def fork_job(app: Flask, day: date) -> int:
    """Fork a run of the job; its application_name in the database contains its process id."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        with app.app_context():
            with db.engine.connect() as connection:
                connection.exec_driver_sql(f"SET application_name = 'job {os.getpid()}'")
                connection.commit()
            job = next(job for job in registry.jobs(app.config) if job.name == "generate-payments")
            run_job(job, slot=None, today=day)
        code = 0
    finally:
        os._exit(code)


@pytest.fixture(scope="module")
def jobs(server_database: str) -> Iterator[Jobs]:
    made = Jobs(server_database)
    yield made
    made.stop()


_RUNNING = """
    SELECT substr(application_name, 5)::int FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND application_name LIKE 'job %' AND datname = current_database()
"""
# A row for each project: the number of charges, the highest of their numbers, and the sum of the installments.
_MADE = """
    SELECT project_id, count(*) FILTER (WHERE recurring), max(installment_number) FILTER (WHERE recurring),
           CAST(sum(amount) FILTER (WHERE NOT recurring) AS text)
    FROM payments, LATERAL (SELECT type = 'Recurrente' AS recurring) kind
    WHERE project_id = ANY(:ids) GROUP BY 1 ORDER BY 1
"""


def kill_whoever_runs(ask: Ask, jobs: Jobs, chance: random.Random) -> None:
    """Kill (SIGKILL) the process that has the job's lock, a moment after it took it."""
    while not jobs.orders.poll():
        if running := ask(_RUNNING):
            time.sleep(chance.uniform(0, 0.1))
            with contextlib.suppress(ProcessLookupError):
                os.kill(running[0][0], signal.SIGKILL)
            return


def test_the_job_in_four_processes_with_one_killed_makes_every_payment_once(
    jobs: Jobs, send: Callable[..., Reply], ask: Ask
) -> None:
    start = today() - timedelta(days=90 * (ROUNDS + 1))
    projects = [new_project(send, start) for _ in range(20)]
    ask("UPDATE projects SET created_at = :start WHERE id = ANY(:ids)", start=start, ids=projects)
    chance, killed = random.Random(20240131), 0
    for round_ in range(1, ROUNDS + 1):
        day = start + timedelta(days=90 * round_)
        jobs.start(day, AT_ONCE)
        kill_whoever_runs(ask, jobs, chance)
        ended = jobs.join()
        assert set(ended) <= {0, -signal.SIGKILL}
        killed += -signal.SIGKILL in ended
        jobs.start(day, 1)
        assert jobs.join() == [0]
        weeks = (day + timedelta(days=30) - start).days // 7 + 1
        assert ask(_MADE, ids=projects) == [(one, weeks, weeks, "1000.01") for one in projects]
    assert killed > ROUNDS // 3, "the runs are over before they can be killed"
    finish(send, projects)


def finish(send: Callable[..., Reply], projects: Sequence[int]) -> None:
    """Finish the projects, so that jobs of other tests skip them."""
    for project_id in projects:
        assert send("PUT", f"/api/projects/{project_id}", {"status": "Finalizado"}).status == 200


def test_generating_twenty_times_at_once_beside_the_job_makes_every_payment_once(
    jobs: Jobs, send: Callable[..., Reply], ask: Ask
) -> None:
    start = today() + timedelta(days=1)
    one = new_project(send, start)
    jobs.start(today(), 2)
    body = {"project_id": one, "months": 12}
    replies = at_once([lambda: send("POST", "/api/payments/generate", body)] * 20)
    assert set(jobs.join()) == {0}
    assert {reply.status for reply in replies} == {201}
    weeks = (add_months(start, 12) - timedelta(days=1) - start).days // 7 + 1
    assert ask(_MADE, ids=[one]) == [(one, weeks, weeks, "1000.01")]
    created = [payment["id"] for reply in replies for payment in reply.json["data"]]
    assert len(created) == len(set(created))
    finish(send, [one])


def test_a_plan_that_changes_while_payments_are_made_from_it_is_the_one_that_is_charged(
    jobs: Jobs, send: Callable[..., Reply], ask: Ask
) -> None:
    one = new_project(send, today() + timedelta(days=1))
    plans = [
        {"implementation_fee_total": f"{1000 + n}.0{n}", "implementation_fee_installments": 3 + n} for n in range(1, 6)
    ]
    for plan in plans:
        change = {"payment_plan": {**plan, "recurring_fee_amount": f"{plan['implementation_fee_installments']}.00"}}
        calls = [lambda: send("POST", "/api/payments/generate", {"project_id": one})] * 6
        calls.insert(3, lambda change=change: send("PUT", f"/api/projects/{one}", change))
        jobs.start(today(), 1)
        assert {reply.status for reply in at_once(calls)} == {200, 201}
        assert set(jobs.join()) == {0}
        [(_, charges, highest, total)] = ask(_MADE, ids=[one])
        assert (charges, total) == (highest, plan["implementation_fee_total"])
        amounts = ask("SELECT DISTINCT amount FROM payments WHERE project_id = :one AND type = 'Recurrente'", one=one)
        assert [str(amount) for (amount,) in amounts] == [f"{plan['implementation_fee_installments']}.00"]
    finish(send, [one])


_NUMBERS = """
    SELECT array_agg(installment_number ORDER BY installment_number) FILTER (WHERE type = 'Recurrente'),
           CAST(sum(amount) FILTER (WHERE type <> 'Recurrente') AS text)
    FROM payments WHERE project_id = :one
"""
_COMING = """
    SELECT DISTINCT ON (type) id FROM payments WHERE project_id = :one AND status = 'Pendiente' ORDER BY type, date
"""


def test_a_plan_that_changes_beside_the_job_and_payments_marked_as_paid_loses_and_doubles_nothing(
    jobs: Jobs, send: Callable[..., Reply], ask: Ask
) -> None:
    one = new_project(send, today() + timedelta(days=1))
    assert send("POST", "/api/payments/generate", {"project_id": one, "months": 2}).status == 201
    for n in range(1, ROUNDS + 1):
        total = f"{1000 + n}.01"
        change = {"payment_plan": {"recurring_fee_day_of_charge": n % 7 + 1, "implementation_fee_total": total}}
        calls = [lambda change=change: send("PUT", f"/api/projects/{one}", change)]
        for (payment,) in ask(_COMING, one=one):
            path = f"/api/payments/{payment}/status"
            calls.insert(n % 2, lambda path=path: send("PATCH", path, {"status": "Pagado"}))
        jobs.start(today(), 1)
        changed, *paid = sorted(at_once(calls), key=lambda reply: b"payment_plan" not in reply.body)
        assert changed.status == 200, changed.body
        assert {reply.status for reply in paid} <= {200, 404}  # a payment that was replaced is not found
        assert jobs.join() == [0]
        [(numbers, charged)] = ask(_NUMBERS, one=one)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert charged == total
    finish(send, [one])


_WAITING = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())"
)


@pytest.mark.parametrize("by", ["the job", "a request"])
def test_generation_waits_for_a_change_of_the_plan_and_uses_it(
    jobs: Jobs, send: Callable[..., Reply], engine: Engine, ask: Ask, by: str
) -> None:
    one = new_project(send, today() + timedelta(days=1))
    with ThreadPoolExecutor(1) as pool, engine.connect() as changing:
        with changing.begin():
            changing.execute(text("UPDATE projects SET version = version + 1 WHERE id = :one"), {"one": one})
            for changed in (
                "UPDATE payment_plans SET recurring_fee_amount = 7 WHERE project_id = :one",
                "UPDATE plan_versions SET recurring_fee_amount = 7 WHERE project_id = :one",
            ):
                changing.execute(text(changed), {"one": one})
            if by == "the job":
                jobs.start(today(), 1)
                ended = pool.submit(jobs.orders.poll, 60)
            else:
                ended = pool.submit(send, "POST", "/api/payments/generate", {"project_id": one})
            while not (ended.done() or ask(_WAITING)[0][0]):
                time.sleep(0.005)
        ended.result()
    if by == "the job":
        assert jobs.join() == [0]
    amounts = ask("SELECT DISTINCT amount FROM payments WHERE project_id = :one AND type = 'Recurrente'", one=one)
    assert [int(amount) for (amount,) in amounts] == [7]
    finish(send, [one])


@pytest.mark.parametrize("on", [{}, {"paid_date": today().isoformat()}])
def test_marking_as_paid_fifty_times_at_once_changes_and_records_it_once(
    send: Callable[..., Reply], ask: Ask, on: dict[str, str]
) -> None:
    one = new_project(send, today())
    values = {"amount": "250.00", "currency": "USD", "date": today().isoformat(), "type": "Recurrente"}
    payment = create(send, "/api/payments", project_id=one, **values)
    replies = at_once([lambda: send("PATCH", f"/api/payments/{payment}/status", {"status": "Pagado", **on})] * 50)
    assert {reply.status for reply in replies} == {200}
    assert {(reply.json["data"]["status"], reply.json["data"]["paid_date"]) for reply in replies} == {
        ("Pagado", today().isoformat())
    }
    recorded = (
        "SELECT before->>'status', after->>'status' FROM audit_log WHERE table_name = 'payments' AND row_id = :row"
    )
    assert ask(f"{recorded} AND action = 'update'", row=payment) == [("Pendiente", "Pagado")]
    finish(send, [one])


def test_receipts_at_once_never_pass_the_balance_nor_a_credit(send: Callable[..., Reply], ask: Ask) -> None:
    project = new_project(send, today())
    values = {"amount": "100.00", "currency": "COP", "date": today().isoformat(), "type": "Recurrente"}
    one, other = (create(send, "/api/payments", project_id=project, **values) for _ in range(2))
    paths = [f"/api/payments/{payment}/receipts" for payment in (one, other)]
    replies = at_once([lambda: send("POST", paths[0], {"amount": "30.00"})] * 12)
    assert sorted(reply.status for reply in replies) == [201] * 3 + [400] * 9
    assert ask("SELECT paid_amount FROM payments WHERE id = :one", one=one) == [(90,)]
    assert send("POST", paths[0], {"amount": "60.00", "excess": "credit"}).status == 201  # 50 of it are a credit
    use = {"amount": "20.00", "payment_method": "Saldo a favor"}
    replies = at_once([lambda: send("POST", paths[1], use)] * 8)
    assert sorted(reply.status for reply in replies) == [201] * 2 + [409] * 6
    [[client]] = ask("SELECT client_id FROM payments WHERE id = :one", one=one)
    assert ask("SELECT balance FROM client_credits WHERE client_id = :client", client=client) == [(10,)]
    refund = {"amount": "6.00", "currency": "COP"}
    replies = at_once([lambda: send("POST", f"/api/clients/{client}/credits/refund", refund)] * 6)
    assert sorted(reply.status for reply in replies) == [201] + [409] * 5
    finish(send, [project])


def test_a_client_is_never_deleted_from_under_a_new_project(send: Callable[..., Reply], ask: Ask) -> None:
    def race(client: int) -> tuple[int, int]:
        project = {"client_id": client, "name": "P", "description": "D", "start_date": "2024-01-01"}
        calls = [lambda: send("POST", "/api/projects", project), lambda: send("DELETE", f"/api/clients/{client}")]
        created, deleted = at_once(calls)
        return created.status, deleted.status

    with ThreadPoolExecutor(4) as pool:
        pairs = list(pool.map(race, [new_client(send) for _ in range(50)]))
    assert set(pairs) <= {(201, 409), (404, 200)}
    assert ask("SELECT id FROM projects WHERE client_id NOT IN (SELECT id FROM clients)") == []


def test_clients_who_are_given_a_number_at_once_do_not_both_have_it(send: Callable[..., Reply], ask: Ask) -> None:
    projects = [new_project(send, today()) for _ in range(AT_ONCE)]
    values = {"amount": "10.00", "currency": "COP", "date": today().isoformat(), "type": "Recurrente"}
    for number in range(ROUNDS):
        invoice = f"FE-{number}"
        bodies = [{**values, "project_id": one, "invoice_number": invoice} for one in projects]
        replies = at_once([lambda body=body: send("POST", "/api/payments", body) for body in bodies])
        assert sorted(reply.status for reply in replies) == [201] + [409] * (AT_ONCE - 1)
        assert len(ask("SELECT FROM payments WHERE invoice_number = :invoice", invoice=invoice)) == 1


def test_everything_holds_after_all_that(server: Server) -> None:
    assert server.flask("jobs", "run", "mark-overdue").returncode == 0
    done = server.flask("verify")
    assert done.returncode == 0, done.stderr
