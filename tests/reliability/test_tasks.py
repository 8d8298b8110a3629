"""Tasks amid crashes: every one is done, and none has its effect twice."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psutil
import pytest

from tests.conftest import PASSWORD
from tests.receiver import Receiver, status
from tests.reliability.harness import Cluster, ask, seeded, stopped
from tests.soak import SOAK, soak_only
from tests.support import ROOT, Server, until

pytestmark = pytest.mark.server

TASKS = 1000 if SOAK else 200
KILLS = 10 if SOAK else 1
WORKED = {"TASKS_ENABLED": "true"}
DELIVERIES = 60
ENTERED = f"""
    INSERT INTO incomes (description, date, amount, currency, type, payment_method)
    SELECT 'x', '2025-01-01', 1, 'COP', 'x', 'x' FROM generate_series(1, {DELIVERIES})
"""  # noqa: S608 - a constant
INCOME = {
    "description": "x",
    "date": "2025-01-01",
    "amount": 1,
    "currency": "COP",
    "type": "x",
    "payment_method": "x",
}
_FINISHED = "SELECT count(*) FROM tasks.procrastinate_jobs WHERE status = 'succeeded'"


@contextmanager
def enqueued(server: Server, count: int) -> Iterator["subprocess.Popen[str]"]:
    """The command of the operator who tries a crash; it waits until all are done."""
    command = [sys.executable, "-m", "flask", "tasks", "selftest", str(count), "--timeout", "120"]
    process = subprocess.Popen(command, cwd=ROOT, env=server.variables, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def outcome(process: "subprocess.Popen[str]") -> tuple[int, int, int, int]:
    """Its exit status, and how many tasks were done, ran more than once, and had their effect twice."""
    said, _ = process.communicate(timeout=150)
    found = re.search(r"(\d+) done, (\d+) of them run more than once, (\d+) twice in effect", said)
    assert found, said
    return process.returncode, int(found[1]), int(found[2]), int(found[3])


def finished(url: str) -> int:
    return int(ask(url, _FINISHED)[0][0])


def test_kill_9_amid_tasks_loses_none_and_has_no_effect_twice(
    fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    chance = seeded("kill amid tasks")
    url = fresh("tasks_killed")
    with Server(url, environ=WORKED) as server, enqueued(server, TASKS) as process:
        for kill in range(KILLS):
            amid = (kill + chance.random()) * TASKS / KILLS
            until(lambda amid=amid: finished(url) >= amid, 60)
            server.kill()
            server.start()
        began = time.monotonic()
        status, done, again, twice = outcome(process)
    assert (status, done, twice) == (0, TASKS, 0)
    measured(
        f"{TASKS} tasks, {KILLS} kills: all done, {again} ran more than once, 0 twice in effect;"
        f" the last was done {time.monotonic() - began:.0f} s after the last start"
    )


@soak_only
def test_kill_9_amid_deliveries_of_webhooks_loses_none(
    fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    url = fresh("webhooks_killed")
    environ = {**WORKED, "WEBHOOK_NETWORKS": "127.0.0.0/8"}
    with Receiver(answer=with_pause) as receiver, Server(url, environ=environ) as server:
        server.create_users(PASSWORD)
        headers = server.login("admin", PASSWORD)
        hook = {"url": receiver.url, "events": ["income.*"]}
        assert server.send("POST", "/api/webhooks", hook, headers=headers).status == 201
        ask(url, ENTERED)
        server.send("POST", "/api/incomes", INCOME, headers=headers)  # wakes the worker
        until(lambda: len(receiver.got) > DELIVERIES // 3, 60)
        server.kill()
        began = time.monotonic()
        ask(url, "UPDATE webhook_runs SET busy_until = now()")  # as after the 90 seconds that a killed run keeps it
        server.start()
        until(lambda: ask(url, "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'")[0][0] == 0, 120)
        sent = [one.headers["X-Fresco-Delivery"] for one in receiver.got]
        uids = {str(uid) for (uid,) in ask(url, "SELECT uid FROM webhook_deliveries")}
    assert (len(uids), set(sent)) == (DELIVERIES + 1, uids)
    assert len(sent) - len(uids) <= 1  # the one that was amid its request, with the same id
    measured(f"{len(uids)} deliveries, a kill: all arrived {time.monotonic() - began:.0f} s after it")


def with_pause(handler: BaseHTTPRequestHandler) -> None:
    """Take 20 ms, so that there is an amid."""
    time.sleep(0.02)
    status(200)(handler)


@soak_only
def test_a_database_that_falls_amid_tasks_costs_none(
    durable: Cluster, fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    url = fresh("tasks_database")
    with Server(url, environ=WORKED) as server, enqueued(server, TASKS) as process:
        until(lambda: finished(url) >= TASKS // 4, 60)
        process.kill()
        durable.kill_all()
        durable.start()
        until(lambda: finished(url) == TASKS, 90)
    counts = ask(url, "SELECT count(*), sum(effects), count(*) FILTER (WHERE runs > 1) FROM tasks.selftests")[0]
    assert tuple(counts)[:2] == (TASKS, TASKS)
    measured(f"{TASKS} tasks, the database killed amid them: all done, {counts[2]} ran more than once")


def leaders(log: Path) -> list[int]:
    return [int(pid) for pid in re.findall(r"this worker does the tasks .*pid=(\d+)", log.read_text(encoding="utf-8"))]


@soak_only
def test_a_worker_that_is_suspended_is_followed_by_another(server_database: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Server(server_database, environ=WORKED, log=log) as server:
        until(lambda: len(leaders(log)) == 1)
        [leader] = leaders(log)
        with stopped([leader]):
            assert server.flask("tasks", "selftest", "3", "--timeout", "40").returncode == 0
        assert len(set(leaders(log))) == 2
        until(lambda: psutil.Process(leader).num_threads() > 1)


def own_memory(pid: int) -> float:
    """Megabytes that no other process shares."""
    return float(psutil.Process(pid).memory_full_info().uss) / 1024 / 1024


@soak_only
def test_workers_on_other_machines_share_the_tasks(
    server_database: str, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    server = Server(server_database)  # it does not run: its settings are those of the other machines
    registered = "SELECT id FROM tasks.procrastinate_workers"
    killed_before = set(ask(server_database, registered))
    command = [sys.executable, "-m", "flask", "tasks", "work"]
    began = time.monotonic()
    with (tmp_path / "log").open("ab") as log:
        workers = [subprocess.Popen(command, cwd=ROOT, env=server.variables, stdout=log, stderr=log) for _ in range(2)]
    try:
        until(lambda: len(leaders(tmp_path / "log")) == 2)
        seconds = time.monotonic() - began
        assert server.flask("tasks", "selftest", "40").returncode == 0
        memory = max(own_memory(worker.pid) for worker in workers)
        for worker in workers:
            worker.terminate()
        assert [worker.wait(10) for worker in workers] == [0, 0]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert set(ask(server_database, registered)) <= killed_before
    measured(f"two `flask tasks work` at once: both work after {seconds:.1f} s, with {memory:.0f} MB of their own")


def test_one_process_of_a_server_works_and_pays_for_it(
    server_database: str, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    log = tmp_path / "log"
    with Server(server_database, environ=WORKED, log=log) as server:
        until(lambda: len(leaders(log)) == 1)
        assert server.process is not None
        master = psutil.Process(server.process.pid)
        until(lambda: len(master.children()) == 2)
        loaded = {one.pid for one in master.children() if any("psycopg_binary" in m.path for m in one.memory_maps())}
        assert loaded == set(leaders(log))
        [leader], [other] = loaded, {one.pid for one in master.children()} - loaded
        own = f"{own_memory(leader):.0f} MB of its own, the other {own_memory(other):.0f}"
        measured(f"of a server's two processes the one that works has {own}")
