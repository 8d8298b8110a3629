"""Tasks in any state, as the worker leaves them."""

from datetime import UTC, datetime

from sqlalchemy import text

from app.infra.db import db
from tests import factories
from tests.factories import Examples

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATUS = {"waiting": "todo", "running": "doing", "done": "succeeded", "failed": "failed", "cancelled": "cancelled"}


def add_task(
    state: str = "waiting",
    *,
    name: str = "selftest",
    tries: int = 0,
    error: str | None = None,
    key: str | None = None,
    run_at: datetime = NOON,
) -> int:
    """The id of a new task."""
    assert factories.app is not None
    with factories.app.app_context():
        values = {"name": name, "key": key, "run_at": run_at}
        made = text('SELECT tasks.put(:name, \'{"secret": "of the payload"}\', :key, :run_at)')
        task_id = int(db.session.execute(made, values).scalar_one())
        stands = {"id": task_id, "status": STATUS[state], "tries": tries}
        db.session.execute(
            text("UPDATE tasks.procrastinate_jobs SET status = :status, attempts = :tries WHERE id = :id"), stands
        )
        if error is not None:
            db.session.execute(text("SELECT tasks.note_error(:id, :error)"), {"id": task_id, "error": error})
        db.session.commit()
        return task_id


EXAMPLES = Examples(
    rows={"Task": add_task},
    posts={
        "/api/tasks/<id:task_id>/cancel": lambda: (f"/api/tasks/{add_task()}/cancel", {}),
        "/api/tasks/<id:task_id>/retry": lambda: (f"/api/tasks/{add_task('failed')}/retry", {}),
    },
)
