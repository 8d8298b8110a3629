"""Ctrl-C in a terminal: the whole process group is interrupted, the master tells its workers as well."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.reliability.harness import Cluster, stopped
from tests.soak import SOAK, soak_only
from tests.support import ROOT, Server, until

STOPS = 40 if SOAK else 2
SECONDS = 5
SCHEDULED = {"SCHEDULER_ENABLED": "true", "SCHEDULER_POLL_SECONDS": "1"}
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def serving(database: str, log: Path) -> Iterator[Server]:
    """The production command with jobs, as by `make run`."""
    with Server(database, environ=SCHEDULED, log=log) as server:
        yield server


def press_ctrl_c(server: Server) -> float:
    """Seconds until the master ended."""
    assert server.process is not None
    began = time.monotonic()
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(60) == 0
    return time.monotonic() - began


def leaders(log: Path) -> list[int]:
    return [int(pid) for pid in re.findall(r"this worker leads .*pid=(\d+)", log.read_text(encoding="utf-8"))]


@contextmanager
def half_a_request(server: Server) -> Iterator[None]:
    """A thread of some worker waits for the rest of it."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(
            b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        time.sleep(0.5)
        yield


def both_workers(server: Server) -> list[psutil.Process]:
    """The two worker processes, waited for: the server answers as soon as one of them is there."""
    assert server.process is not None
    master = psutil.Process(server.process.pid)
    until(lambda: len(master.children()) == 2)
    return master.children()


def stop(database: str, log: Path, *, while_leading: bool) -> float:
    """Start, press Ctrl-C at once or when jobs run."""
    with serving(database, log) as server:
        if while_leading:
            until(lambda: leaders(log))
        return press_ctrl_c(server)


@pytest.mark.server
def test_every_ctrl_c_ends_the_server_within_five_seconds(server_database: str, tmp_path: Path) -> None:
    took = [stop(server_database, tmp_path / f"log-{number}", while_leading=number % 2 == 1) for number in range(STOPS)]
    print(f"{STOPS} stops: the longest took {max(took):.1f} s")  # noqa: T201 - for docs/reliability.md
    assert max(took) < SECONDS
    logs = [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()]
    assert not [log for log in logs if "SIGKILL" in log or "Traceback" in log]


def has_interrupt(pid: int, mask: str) -> bool:
    """Whether SIGINT is among the signals that a process ignores (SigIgn) or blocks (SigBlk)."""
    found = re.search(rf"{mask}:\s+([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return found is not None and bool(int(found[1], 16) >> (signal.SIGINT - 1) & 1)


@pytest.mark.server
@linux_only
def test_a_worker_ignores_the_terminals_interrupt_as_its_master_stops_it(server_database: str, tmp_path: Path) -> None:
    with serving(server_database, tmp_path / "log") as server:
        for worker in both_workers(server):
            until(partial(has_interrupt, worker.pid, "SigIgn"))
            assert not has_interrupt(worker.pid, "SigBlk")


@soak_only
@pytest.mark.server
def test_ctrl_c_does_not_wait_for_a_request_that_never_ends(server_database: str, tmp_path: Path) -> None:
    with serving(server_database, tmp_path / "log") as server, half_a_request(server):
        assert press_ctrl_c(server) < SECONDS


HOLDING = f"""
exec(compile(open({str(ROOT / "gunicorn.conf.py")!r}).read(), "gunicorn.conf.py", "exec"))

def when_accepting(worker):
    worker.tpool._shutdown_lock.acquire()  # as in the middle of `submit`
    worker.log.info("holds it")

post_worker_init = when_accepting
"""


@pytest.mark.server
def test_ctrl_c_does_not_wait_for_the_lock_of_the_thread_pool(server_database: str, tmp_path: Path) -> None:
    log, conf = tmp_path / "log", tmp_path / "holding.py"
    conf.write_text(HOLDING, encoding="utf-8")
    server = Server(server_database, log=log, arguments=("-c", str(conf)))
    server.launch()
    try:
        until(lambda: log.read_text(encoding="utf-8").count("holds it") == 2)
        assert press_ctrl_c(server) < SECONDS
    finally:
        server.kill()


@soak_only
@pytest.mark.server
def test_ctrl_c_does_not_wait_for_a_database_that_hangs(durable: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(durable.database("hangs_while_stopping"), log) as server:
        until(lambda: leaders(log))
        with stopped(durable.processes()):
            time.sleep(1.5)  # the leader asks whether it still leads
            assert press_ctrl_c(server) < SECONDS


@soak_only
@pytest.mark.server
@linux_only
def test_a_worker_that_is_stopping_never_leads(server_database: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(server_database, log) as server:
        assert server.process is not None
        until(lambda: len(leaders(log)) == 1)
        [leader] = leaders(log)
        [other] = [worker.pid for worker in both_workers(server) if worker.pid != leader]
        os.kill(leader, signal.SIGSTOP)  # so that the request comes to the other
        try:
            with half_a_request(server):
                os.kill(other, signal.SIGTERM)  # it waits for the rest of the request
                time.sleep(1)
                with stopped([server.process.pid]):  # for a while no new worker comes that would be the first to try
                    os.kill(leader, signal.SIGKILL)
                    time.sleep(3)
                until(lambda: len(leaders(log)) == 2)
                assert psutil.pid_exists(other)
                assert other not in leaders(log)
        finally:
            server.kill()


@pytest.mark.server
def test_a_port_that_is_taken_is_said_in_one_line_and_at_once(server_database: str, tmp_path: Path) -> None:
    with serving(server_database, tmp_path / "first") as first:
        second = Server(server_database, port=first.port, log=tmp_path / "second")
        assert second.launch().wait(20) == 1
        said = (tmp_path / "second").read_text(encoding="utf-8")
    assert said.count(str(first.port)) == 1
    assert "is in use by another program. Choose another: make run PORT=" in said
    assert "Retrying" not in said
