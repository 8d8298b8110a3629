"""Kind of harmless tasks, with which an operator tests the workers."""

from datetime import timedelta
from uuid import UUID

from app.core.tasks.service import SELFTEST, SelftestService
from app.infra.tasks import Begin, Payload, TaskKind


def _selftest(begin: Begin, payload: Payload) -> None:
    batch, number = UUID(payload["batch"]), payload["number"]
    with begin() as context:
        SelftestService(context).begin(batch, number)
    # A crash between the two is what the test is about.
    with begin() as context:
        SelftestService(context).finish(batch, number)


KINDS = {SELFTEST: TaskKind(_selftest, first_pause=timedelta(seconds=1), longest_pause=timedelta(seconds=10))}
