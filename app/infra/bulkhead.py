"""Bulkhead: few requests of a process work at once, the others wait their turn, and no kind of work takes all places.

WEB_THREADS requests work at a time. gunicorn has WAITING threads more, in which requests wait for a working place
without a connection, so that what needs no place (/api/health/live) is always answered. Callers take turns. Work that
takes long or waits for locks leaves a quarter of the places to reads, and one caller a quarter of what there is to
others. All of it is counted in this process.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum, auto

from app.infra.fair_lock import FairLock, LockFull
from app.infra.user_locks import UserLocks
from app.kernel.errors import TooManyAttempts, Unavailable

MOST = {"writes": 100, "passwords": 64, "uploads": 64, "exports": 2}
"""Requests of each kind in a process that work or wait; what comes beyond them is refused at once."""
WAITING = 272
"""Threads of a process beyond those that work; reads have what the kinds above leave, which is 50."""
WAIT_SECONDS = 15
"""The longest that a request waits for a place to write, hash or upload; an export does not wait."""
_HASHING, _UPLOADING = 4, 3
"""Requests at once with passwords, and with files: as many as the lines of bcrypt and of the judge of files take."""
_NEXT_EXPORT_SECONDS = 5


class Work(Enum):
    """Kind of work that a request does."""

    READ = auto()
    WRITE = auto()
    PASSWORD = auto()
    UPLOAD = auto()
    EXPORT = auto()


class Bulkhead:
    """The working places of a process."""

    def __init__(self, places: int, exporting: UserLocks) -> None:
        self._exporting = exporting
        long, half = _most_of(places), max(1, places // 2)
        hashing, uploading = min(_HASHING, half), min(_UPLOADING, half)
        self._places = FairLock(None, places, long)
        # All work but reads waits here; work other than writes waits in a shorter line of its own first.
        long_work = FairLock(max(MOST["writes"], long), long, _most_of(long))
        passwords = FairLock(MOST["passwords"], hashing, _most_of(hashing))
        uploads = FairLock(MOST["uploads"], uploading, _most_of(uploading))
        self._exports = FairLock(MOST["exports"], MOST["exports"], 1)
        self._lines = {
            Work.READ: (),
            Work.WRITE: (long_work,),
            Work.PASSWORD: (passwords, long_work),
            Work.UPLOAD: (uploads, long_work),
            Work.EXPORT: (self._exports, long_work),
        }

    @contextmanager
    def place(self, work: Work, caller: str) -> Iterator[None]:
        """Wait for a working place and have it for the block; Unavailable or TooManyAttempts where too many wait."""
        deadline = time.monotonic() + WAIT_SECONDS
        with ExitStack() as held:
            try:
                for line in self._lines[work]:
                    left = 0 if line is self._exports else max(0.0, deadline - time.monotonic())
                    held.enter_context(line.hold(caller, left))
            except LockFull:
                raise _refusal(work) from None
            held.enter_context(self._places.hold(caller))
            yield

    @contextmanager
    def export(self, user_id: int) -> Iterator[None]:
        """One export of a user at a time, whichever process of this machine makes it."""
        with self._exporting.held(user_id) as held:
            if not held:
                raise _refusal(Work.EXPORT)
            yield


def _most_of(places: int) -> int:
    """All but a quarter of them, and one at least."""
    return max(1, places - max(1, places // 4))


def _refusal(work: Work) -> Unavailable | TooManyAttempts:
    if work is Work.EXPORT:
        return TooManyAttempts(
            "An export of yours is running, or as many of others as may; try again when it is done.",
            code="too_many_exports",
            retry_after=_NEXT_EXPORT_SECONDS,
        )
    return Unavailable("Too many others are served at this moment; try again.", code="busy", retry_after=1)
