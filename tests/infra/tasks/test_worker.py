"""A worker of tasks: pauses, limits, stopping, and taking up tasks that others left."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from app.infra import clock, logs
from app.infra.db import transaction
from app.infra.leading import Candidate, Post
from app.infra.tasks import Begin, Payload, TaskKind, enqueue
from app.infra.tasks.running import InterruptedTooOften, Run, Runner
from tests.infra.tasks import working
from tests.infra.tasks.conftest import Notes, Queue, noting, stopwatch
from tests.support import until

SHORT = timedelta(milliseconds=20)
_BACKENDS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'control-fresco-tasks' AND datname = current_database()"
)
_OPEN = text(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'control-fresco' AND xact_start IS NOT NULL"
    " AND datname = current_database()"
)
_WORKERS = text("SELECT count(*) FROM tasks.procrastinate_workers")


def failing(_begin: Begin, _payload: Payload) -> None:
    raise ConnectionError("no luck")


def waiting_for(notes: Notes) -> Callable[[Begin, Payload], None]:
    """A handler that waits until the test lets it go, as one whose other machine says nothing."""

    def run(_begin: Begin, payload: Payload) -> None:
        notes.runs.append(dict(payload))
        notes.held.wait(60)

    return run


def test_a_task_is_done_with_a_context_a_transaction_at_a_time(queue: Queue, outside: Connection) -> None:
    seen: dict[str, Any] = {}

    def run(begin: Begin, payload: Payload) -> None:
        with begin() as context:
            context.session.execute(text("INSERT INTO parties (name) VALUES ('t')"))
            with pytest.raises(RuntimeError, match="open already"), begin():
                pass
        seen["open"] = outside.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'control-fresco' AND xact_start < now()"
                " AND datname = current_database()"
            )
        )
        seen["payload"], seen["request"] = payload, logs.request_id.get()

    queue.declare(add=TaskKind(run))
    task_id = queue.put("add", {"a": [1, None, "ñ"]})
    with queue.worked():
        queue.until(task_id, "succeeded")
    assert seen == {"open": 0, "payload": {"a": [1, None, "ñ"]}, "request": f"task:add:{task_id}"}
    audited = "SELECT request_id FROM audit_log WHERE table_name = 'parties' ORDER BY id DESC LIMIT 1"
    assert outside.scalar(text(audited)) == f"task:add:{task_id}"


def test_a_failed_transaction_is_rolled_back(queue: Queue, outside: Connection) -> None:
    def run(begin: Begin, _payload: Payload) -> None:
        with begin() as context:
            context.session.execute(text("INSERT INTO parties (name) VALUES ('half')"))
            enqueue(context.session, "selftest", {})
            raise ValueError("half-way")

    queue.declare(half=TaskKind(run, tries=1))
    with queue.worked():
        assert queue.until(queue.put("half"), "failed")["error"] == "ValueError: half-way"
    assert outside.scalar(text("SELECT count(*) FROM parties WHERE name = 'half'")) == 0
    assert outside.scalar(text("SELECT count(*) FROM tasks.procrastinate_jobs WHERE task_name = 'selftest'")) == 0


def test_pauses_double_up_to_the_longest() -> None:
    kind = TaskKind(failing, first_pause=timedelta(seconds=10), longest_pause=timedelta(minutes=5))
    assert [kind.pause_after(tries).total_seconds() for tries in range(1, 8)] == [10, 20, 40, 80, 160, 300, 300]
    assert kind.pause_after(10**9) == timedelta(minutes=5)


def test_a_task_that_fails_is_tried_again_after_pauses_and_fails_with_its_last_error(queue: Queue) -> None:
    queue.declare(fail=TaskKind(failing, tries=3, first_pause=SHORT, longest_pause=2 * SHORT))
    task_id = queue.put("fail")
    with queue.worked():
        row = queue.until(task_id, "failed")
    assert (row["tries"], row["error"]) == (3, "ConnectionError: no luck")


def test_between_its_tries_it_waits_until_its_time(queue: Queue) -> None:
    queue.declare(fail=TaskKind(failing, first_pause=timedelta(hours=1), longest_pause=timedelta(hours=9)))
    task_id = queue.put("fail")
    with queue.worked():
        until(lambda: queue.row(task_id)["tries"] == 1)
        row = queue.until(task_id, "todo")
    assert timedelta(minutes=59) < row["run_at"] - queue.database_now() < timedelta(minutes=61)


def test_a_task_waits_for_its_time(queue: Queue, notes: Notes) -> None:
    queue.declare(note=TaskKind(noting(notes)))
    later = queue.put("note", {"n": "later"}, run_at=queue.database_now() + timedelta(seconds=2))
    with queue.worked():
        queue.until(queue.put("note", {"n": "now"}), "succeeded")
        assert queue.state(later) == "todo"
        queue.until(later, "succeeded", 6)
    assert notes.runs == [{"n": "now"}, {"n": "later"}]


def test_a_kind_that_this_program_does_not_know_waits_for_one_that_does(queue: Queue, notes: Notes) -> None:
    with queue.app.app_context(), transaction(request_id="test") as session:
        made = session.scalar(text("SELECT tasks.put('of-a-newer-version', '{}', NULL, NULL)"))
    queue.declare(note=TaskKind(noting(notes)))
    with queue.worked():
        queue.until(queue.put("note"), "succeeded")
        assert queue.state(int(made or 0)) == "todo"


def test_handlers_that_hang_hold_up_no_others_and_are_given_up(queue: Queue, notes: Notes) -> None:
    queue.declare(
        hang=TaskKind(waiting_for(notes), tries=1, time_limit=timedelta(seconds=1)), note=TaskKind(noting(Notes()))
    )
    hanging = [queue.put("hang", {"n": n}) for n in range(queue.app.config["TASKS_CONCURRENCY"])]
    with queue.worked():
        until(lambda: len(notes.runs) == len(hanging))
        queue.until(queue.put("note"), "succeeded", 10)
        rows = [queue.until(task_id, "failed") for task_id in hanging]
    assert {row["error"] for row in rows} == {"It took longer than 1 s."}


def test_a_timeout_of_the_handler_itself_is_reported_as_such(queue: Queue) -> None:
    def run(_begin: Begin, _payload: Payload) -> None:
        raise TimeoutError("the mail server says nothing")

    queue.declare(late=TaskKind(run, tries=1))
    with queue.worked():
        assert queue.until(queue.put("late"), "failed")["error"] == "TimeoutError: the mail server says nothing"


def test_one_that_hangs_leaves_room_for_others(queue: Queue, notes: Notes) -> None:
    queue.declare(hang=TaskKind(waiting_for(notes)), note=TaskKind(noting(Notes())))
    hanging = queue.put("hang")
    with queue.worked():
        until(lambda: notes.runs)
        for _ in range(20):
            queue.until(queue.put("note"), "succeeded", 10)
        assert queue.state(hanging) == "doing"
        notes.held.set()
        queue.until(hanging, "succeeded")


def test_stopping_waits_for_no_task_and_the_next_worker_does_it_at_once(queue: Queue, notes: Notes) -> None:
    queue.declare(hang=TaskKind(waiting_for(notes), tries=1))
    task_id = queue.put("hang")
    with queue.worked() as worker:
        until(lambda: notes.runs)
        assert stopwatch(worker.stop) < 6
    row = queue.row(task_id)
    assert (row["state"], row["error"]) == ("todo", "Its worker was stopped while it ran.")
    notes.held.set()
    with queue.worked():
        queue.until(task_id, "succeeded", 8)
    assert len(notes.runs) == 2


def test_an_idle_worker_stops_at_once_and_leaves_nothing(queue: Queue, outside: Connection) -> None:
    with queue.worked() as worker:
        queue.until(queue.put("selftest", {"batch": str(uuid4()), "number": 1}), "succeeded")
        assert stopwatch(worker.stop) < 2
    assert outside.scalar(_WORKERS) == 0
    assert list(outside.execute(_BACKENDS)) == []


def test_a_worker_that_lives_keeps_its_task_however_long_it_takes(queue: Queue, notes: Notes) -> None:
    queue.declare(hang=TaskKind(waiting_for(notes)), note=TaskKind(noting(Notes())))
    task_id = queue.put("hang")
    with queue.worked(), queue.worked():
        until(lambda: notes.runs)
        time.sleep(2 * working.DEAD_AFTER_SECONDS)
        assert queue.state(task_id) == "doing"
        notes.held.set()
        queue.until(task_id, "succeeded")
    assert len(notes.runs) == 1


def test_a_task_that_ends_its_workers_is_given_up(queue: Queue) -> None:
    notes = Notes()
    runner = Runner(queue.app, {"note": TaskKind(noting(notes), tries=2)}, interruptions=3)
    runner.run(Run(1, "note", 4, {}))
    with pytest.raises(InterruptedTooOften):
        runner.run(Run(1, "note", 5, {}))
    assert notes.runs == [{}]


def test_a_worker_that_lost_its_connections_works_on(queue: Queue, outside: Connection, notes: Notes) -> None:
    queue.declare(note=TaskKind(noting(notes)))
    with queue.worked():
        for number in range(2):
            queue.until(queue.put("note", {"n": number}), "succeeded")
            assert list(outside.scalars(_BACKENDS))
    with queue.worked():
        queue.until(queue.put("note", {"n": 2}), "succeeded")
    assert [run["n"] for run in notes.runs] == [0, 1, 2]


@pytest.fixture
def first_end_is_lost(outside: Connection) -> Iterator[None]:
    """The first statement that records the end of a task fails, as on a connection that breaks."""
    outside.execute(
        text(
            "CREATE SEQUENCE tasks.ends; GRANT USAGE ON tasks.ends TO PUBLIC;"
            " CREATE FUNCTION tasks.break_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF nextval('tasks.ends') = 1 THEN RAISE 'broken'; END IF; RETURN NEW; END $$;"
            " CREATE TRIGGER break_first BEFORE UPDATE ON tasks.procrastinate_jobs FOR EACH ROW"
            " WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION tasks.break_first()"
        )
    )
    yield
    outside.execute(text("DROP FUNCTION tasks.break_first CASCADE; DROP SEQUENCE tasks.ends"))


def test_a_task_whose_end_could_not_be_recorded_is_done_again(
    queue: Queue, notes: Notes, first_end_is_lost: None
) -> None:
    """Otherwise it would stay `running` for as long as its worker lives."""
    queue.declare(note=TaskKind(noting(notes)))
    with queue.worked():
        queue.until(queue.put("note"), "succeeded")
    assert len(notes.runs) == 2


def test_the_worker_has_the_rights_of_the_application_and_no_others(
    queue: Queue, outside: Connection, notes: Notes
) -> None:
    queue.declare(note=TaskKind(noting(notes)))
    task_id = queue.put("note")
    outside.execute(text("REVOKE INSERT ON tasks.procrastinate_workers FROM control_fresco_app"))
    try:
        with queue.worked():
            time.sleep(1.5)
            assert queue.state(task_id) == "todo"
    finally:
        outside.execute(text("GRANT INSERT ON tasks.procrastinate_workers TO control_fresco_app"))
    with queue.worked():
        queue.until(task_id, "succeeded")


def test_no_log_quotes_what_a_task_is_given(
    queue: Queue, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    queue.declare(fail=TaskKind(failing, tries=2, first_pause=SHORT))
    program = logging.getLogger("app")
    program.addHandler(caplog.handler)
    with queue.worked(), caplog.at_level(logging.DEBUG):
        queue.until(queue.put("fail", {"card": "of-the-payload"}), "failed")
    written = caplog.text + "".join(capfd.readouterr()) + str([vars(record) for record in caplog.records])
    assert "no luck" in written
    assert "of-the-payload" not in written


def test_a_leader_that_is_suspended_loses_its_lock(server_database: str, outside: Connection) -> None:
    """PostgreSQL ends its silent connection, so that another leads."""
    led: list[str] = []
    frozen = threading.Event()

    def candidate(name: str, lead: Callable[[Connection], None]) -> Candidate:
        post = Post(server_database, "of-a-test", 0.1, "control-fresco-test", silent_seconds=0.5)
        return Candidate(post, lead=lead, stand_down=lambda: None)

    def suspended(_connection: Connection) -> None:
        led.append("first")
        frozen.wait(10)

    first = candidate("first", suspended)
    second = candidate("second", lambda connection: led.append(f"second {connection.scalar(text('SELECT 1'))}"))
    first.start(lambda: True)
    until(lambda: led == ["first"])
    second.start(lambda: True)
    until(lambda: "second 1" in led, 5)
    frozen.set()
    first.stop()
    second.stop()


def test_a_worker_whose_clock_is_wrong_does_nothing(queue: Queue, notes: Notes) -> None:
    queue.declare(note=TaskKind(noting(notes)))
    task_id = queue.put("note")
    with clock.shifted(timedelta(days=1)), queue.worked():
        time.sleep(1.5)
        assert queue.state(task_id) == "todo"
