"""Kind of task by which many loans follow a change of the calendar."""

from datetime import timedelta

from app.infra.tasks import Begin, Payload, TaskKind
from app.suites.credito.prestamos.service import TASK, mover_por_tramos


def _mover(begin: Begin, payload: Payload) -> None:
    mover_por_tramos(begin, payload["cambio"])


KINDS = {TASK: TaskKind(_mover, time_limit=timedelta(hours=1))}
