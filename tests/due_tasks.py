"""A worker that runs the tasks that are due."""

from datetime import datetime

from flask import Flask
from sqlalchemy import text

from app.infra import clock
from app.infra.db import db
from app.infra.tasks.running import Run, Runner

_DUE = text("""
    UPDATE tasks.procrastinate_jobs SET status = 'succeeded' WHERE id = (
        SELECT min(id) FROM tasks.procrastinate_jobs
        -- Those without a time have the real one, whatever the clock of the test says.
        WHERE status = 'todo' AND (scheduled_at <= :now OR scheduled_at BETWEEN now() - interval '1 hour' AND now())
    ) RETURNING id, task_name, args
""")


class Worker:
    """Runs due tasks in the transaction of the test, at the time of its clock."""

    def __init__(self, app: Flask) -> None:
        self.runner = Runner(app, app.extensions["task_kinds"])

    def work(self, at: datetime) -> int:
        """Run the tasks due at a time, and those that they enqueue for then; returns the number of runs."""
        runs = 0
        with clock.frozen(at):
            while (task := self._next(at)) is not None:
                self.runner.run(task)
                runs += 1
                assert runs < 100, "it never ends"
        return runs

    def _next(self, at: datetime) -> Run | None:
        with self.runner.app.app_context():
            row = db.session.execute(_DUE, {"now": at}).first()
            db.session.commit()
            return None if row is None else Run(row.id, row.task_name, 0, row.args["payload"])
