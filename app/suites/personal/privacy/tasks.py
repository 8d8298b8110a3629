"""Kind of task that makes an archive."""

from datetime import timedelta

from app.infra.tasks import Begin, Payload, TaskKind
from app.suites.personal.privacy.service import TASK, make_archive


def _make(begin: Begin, payload: Payload) -> None:
    make_archive(begin, payload["book"], payload["archive"])


KINDS = {TASK: TaskKind(_make, time_limit=timedelta(hours=1))}
