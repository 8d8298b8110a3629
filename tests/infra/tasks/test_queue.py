"""Tasks are enqueued in the transaction of the caller, and once for a key."""

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import schema_check
from app.infra.context import Context
from app.infra.db import APP_ROLE, db, read_only_committed, transaction
from app.infra.scheduler import Hourly, Job, run_job
from app.infra.tasks import TaskKind, enqueue
from app.infra.tasks.kinds import check_names
from tests import conftest
from tests.infra.tasks.conftest import Notes, Queue, noting
from tests.pooler import Pooler, needs_pgbouncer
from tests.support import ROOT

_CLIENT = text("INSERT INTO parties (name) VALUES (:name)")
_TASKS = text("SELECT count(*) FROM tasks.procrastinate_jobs WHERE task_name = 'selftest'")
_EVERYTHING = text(
    "SELECT (SELECT count(*) FROM tasks.procrastinate_jobs) + (SELECT count(*) FROM tasks.keys)"
    " + (SELECT count(*) FROM tasks.procrastinate_events)"
)


def test_a_rollback_leaves_nothing(queue: Queue, outside: Connection) -> None:
    with queue.app.app_context():
        assert enqueue(db.session(), "selftest", {"number": 1}, key="k")
        db.session.rollback()
    assert outside.scalar(_EVERYTHING) == 0
    assert queue.put("selftest", key="k") > 0


def test_nothing_is_seen_before_the_commit(queue: Queue, outside: Connection) -> None:
    with queue.app.app_context(), transaction(request_id="test") as session:
        task_id = enqueue(session, "selftest", {"number": 1})
        assert task_id
        assert outside.scalar(_TASKS) == 0
    assert queue.row(task_id)["args"] == {"payload": {"number": 1}}
    assert queue.state(task_id) == "todo"


def test_a_key_that_was_used_makes_no_task_and_does_not_stop_the_caller(queue: Queue, outside: Connection) -> None:
    first = queue.put("selftest", key="k")
    with queue.app.app_context(), transaction(request_id="test") as session:
        assert enqueue(session, "selftest", {}, key="k") is None
        session.execute(_CLIENT, {"name": "of the caller"})
    assert outside.scalar(text("SELECT count(*) FROM parties WHERE name = 'of the caller'")) == 1
    assert outside.execute(text("SELECT key, job_id FROM tasks.keys")).all() == [("k", first)]


def test_of_many_who_enqueue_under_one_key_at_once_one_does(queue: Queue, outside: Connection) -> None:
    made: list[int] = []
    threads = [threading.Thread(target=lambda: made.append(queue.put("selftest", key="k"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([task for task in made if task > 0]) == 1
    assert outside.scalar(_TASKS) == 1


@pytest.mark.parametrize(("fails", "left"), [(False, 1), (True, 0)])
def test_a_job_hands_over_in_its_own_transaction(queue: Queue, outside: Connection, fails: bool, left: int) -> None:
    def hand_over(context: Context, _today: date) -> dict[str, object]:
        enqueue(context.session, "selftest", {})
        return {"handed over": 1 // (not fails)}

    outside.execute(text("DELETE FROM job_runs"))
    job = Job("hand-over", "For the tests", hand_over, Hourly(0))
    slot = datetime(2026, 3, 1, 8, tzinfo=UTC)
    with queue.app.app_context():
        for _ in range(2):
            with suppress(ZeroDivisionError):
                run_job(job, slot=slot)
    assert outside.scalar(_TASKS) == left


def test_an_undeclared_kind_is_refused(queue: Queue) -> None:
    with pytest.raises(ValueError, match="nonsense is no kind of task"):
        queue.put("nonsense")


@pytest.mark.parametrize("name", ["", "Upper", "a" * 41, "ñ", "a b", "-a"])
def test_a_name_that_can_be_no_channel_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be the name"):
        check_names({name: TaskKind(lambda _begin, _payload: None)})


def test_a_read_only_request_enqueues_nothing(queue: Queue) -> None:
    with queue.app.app_context():
        read_only_committed(db.session())
        with pytest.raises(AssertionError, match="read-only"):
            enqueue(db.session(), "selftest", {})
        db.session.remove()


def test_the_app_enqueues_with_its_own_role_and_search_path(queue: Queue) -> None:
    """procrastinate's functions name tables without a schema, and the caller's path does not lead to them."""
    with queue.app.app_context(), transaction(request_id="test") as session:
        assert session.execute(text("SELECT current_user, current_schemas(false)")).one() == (APP_ROLE, ["public"])
        assert enqueue(session, "selftest", {})


def problems(url: str) -> list[str]:
    """Problems that `flask verify` finds in the schema."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return schema_check.problems(connection)


def test_a_function_without_a_search_path_of_its_own_is_a_violation(
    server_database: str, queue: Queue, outside: Connection
) -> None:
    assert problems(server_database) == []
    outside.execute(text("ALTER FUNCTION tasks.procrastinate_defer_jobs_v1 RESET search_path"))
    try:
        [problem] = problems(server_database)
        assert "procrastinate_defer_jobs_v1" in problem
        with pytest.raises(Exception, match="procrastinate_jobs"):
            outside.execute(text("SELECT tasks.procrastinate_defer_jobs_v1('{}')"))
    finally:
        outside.execute(text("ALTER FUNCTION tasks.procrastinate_defer_jobs_v1 SET search_path = tasks, pg_temp"))


def test_a_lost_right_trigger_or_table_is_a_violation(server_database: str, queue: Queue, outside: Connection) -> None:
    changes = {
        f"REVOKE DELETE ON tasks.keys FROM {APP_ROLE}": f"GRANT DELETE ON tasks.keys TO {APP_ROLE}",
        f"REVOKE USAGE ON SCHEMA tasks FROM {APP_ROLE}": f"GRANT USAGE ON SCHEMA tasks TO {APP_ROLE}",
        "ALTER TABLE tasks.errors RENAME TO error": "ALTER TABLE tasks.error RENAME TO errors",
        "ALTER TABLE tasks.procrastinate_jobs DISABLE TRIGGER USER": (
            "ALTER TABLE tasks.procrastinate_jobs ENABLE TRIGGER USER"
        ),
    }
    for change, undo in changes.items():
        outside.execute(text(change))
        try:
            assert problems(server_database) != [], change
        finally:
            outside.execute(text(undo))
    assert problems(server_database) == []


@needs_pgbouncer
def test_through_a_pooler_tasks_are_enqueued_and_the_worker_passes_it_by(
    server_database: str, queue: Queue, notes: Notes, logs_as_before: None
) -> None:
    with Pooler(server_database) as pooler:
        config = replace(conftest.testing_config(pooler.url), direct_database_url=server_database)
        pooled = Queue(create_app(config), queue.outside)
        pooled.declare(note=TaskKind(noting(notes)))
        with pooled.worked():
            pooled.until(pooled.put("note", {"n": 1}), "succeeded")
            later = pooled.database_now() + timedelta(seconds=0.5)
            pooled.until(pooled.put("note", {"n": 2}, run_at=later), "succeeded")
        with pooled.app.app_context():
            db.engine.dispose()
    assert notes.runs == [{"n": 1}, {"n": 2}]


def test_the_server_loads_the_engine_only_to_work(application: Flask) -> None:
    """The imports cost every process 13 MB and 0.1 s, and one of them works."""
    script = (
        "import sys; from app import create_app; from config import Config;"
        f"create_app(Config(app_env='testing', database_url={application.config['DATABASE_URL']!r}));"
        "print({'procrastinate', 'psycopg', 'asgiref'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr


def test_the_owner_of_a_connection_may_enqueue_by_sql_alone(server_database: str, queue: Queue) -> None:
    """Triggers may do so as well, whatever their search path."""
    connection = psycopg2.connect(server_database.replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tasks.put('selftest', '{\"n\": 1}', NULL, NULL)")
        [task_id] = cursor.fetchone() or (None,)
    connection.close()
    assert queue.row(task_id)["args"] == {"payload": {"n": 1}}
