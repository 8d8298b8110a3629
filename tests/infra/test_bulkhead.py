"""Few requests of a process work at once; no kind of work and no caller takes all places."""

import contextlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock

import pytest

from app.infra import bulkhead
from app.infra.bulkhead import MOST, WAITING, Bulkhead, Work
from app.infra.user_locks import UserLocks
from app.kernel.errors import TooManyAttempts, Unavailable
from tests.support import ROOT, until

LONG = (Work.WRITE, Work.PASSWORD, Work.UPLOAD, Work.EXPORT)


class Crowd:
    """Requests that work until they are told to end."""

    def __init__(self, bulkhead: Bulkhead) -> None:
        self.bulkhead = bulkhead
        self.pool = ThreadPoolExecutor(200)
        self.over, self.guard = Event(), Lock()
        self.working = Counter[Work]()
        self.sent: list[Future[bool]] = []

    def send(self, work: Work, count: int, caller: Callable[[int], str] = "caller {}".format) -> None:
        """Send so many more, each of another caller unless it is said of whom."""
        self.sent += [self.pool.submit(self._do, work, caller(number)) for number in range(count)]

    def _do(self, work: Work, caller: str) -> bool:
        """Whether it was served."""
        try:
            with self.bulkhead.place(work, caller):
                with self.guard:
                    self.working[work] += 1
                self.over.wait(30)
        except (Unavailable, TooManyAttempts):
            return False
        return True

    def settled(self) -> Counter[Work]:
        """Wait until nothing changes any more; returns how many work."""
        until(self._is_settled)
        return Counter(self.working)

    def _is_settled(self) -> bool:
        before = self.working.total(), sum(one.done() for one in self.sent)
        time.sleep(0.2)
        return before == (self.working.total(), sum(one.done() for one in self.sent))

    def end(self) -> Counter[bool]:
        """Let all go on; returns how many were served, and how many refused."""
        self.over.set()
        return Counter(one.result(30) for one in self.sent)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """Requests to a process with eight places."""
    made = Crowd(Bulkhead(8, UserLocks(tmp_path / "locks")))
    yield made
    made.over.set()
    made.pool.shutdown()


@pytest.mark.parametrize(
    ("work", "at_once"), [(Work.READ, 8), (Work.WRITE, 6), (Work.PASSWORD, 4), (Work.UPLOAD, 3), (Work.EXPORT, 2)]
)
def test_each_kind_of_work_has_its_share_of_the_places(crowd: Crowd, work: Work, at_once: int) -> None:
    crowd.send(work, 20)
    assert crowd.settled() == {work: at_once}
    served = crowd.end()
    assert served == ({True: 20} if work is not Work.EXPORT else {True: 2, False: 18})


@pytest.mark.parametrize(
    ("work", "at_once"), [(Work.READ, 6), (Work.WRITE, 5), (Work.PASSWORD, 3), (Work.UPLOAD, 2), (Work.EXPORT, 1)]
)
def test_one_caller_leaves_some_of_each_share_to_others(crowd: Crowd, work: Work, at_once: int) -> None:
    crowd.send(work, 20, lambda _number: "the one")
    assert crowd.settled() == {work: at_once}
    crowd.send(work, 1, lambda _number: "another")
    assert crowd.settled() == {work: at_once + 1}


def test_all_long_work_together_leaves_a_quarter_of_the_places_to_reads(crowd: Crowd) -> None:
    for work in LONG:
        crowd.send(work, 10)
    assert crowd.settled().total() == 6
    crowd.send(Work.READ, 10)
    found = crowd.settled()
    assert (found.total(), found[Work.READ]) == (8, 2)


@pytest.mark.parametrize("places", [1, 2, 3, 4, 5, 7, 16])
def test_with_any_number_of_places_each_kind_of_work_is_done(tmp_path: Path, places: int) -> None:
    made = Bulkhead(places, UserLocks(tmp_path / "locks"))
    for work in Work:
        for _ in range(2):
            with made.place(work, "caller"):
                pass


@pytest.mark.parametrize(
    ("work", "most"), [(Work.WRITE, "writes"), (Work.PASSWORD, "passwords"), (Work.UPLOAD, "uploads")]
)
def test_requests_beyond_the_bound_are_refused_at_once_and_the_rest_are_served(
    crowd: Crowd, work: Work, most: str
) -> None:
    crowd.send(work, MOST[most] + 3, lambda _number: "the one")
    crowd.settled()
    with pytest.raises(Unavailable) as refusal, crowd.bulkhead.place(work, "the one"):
        pass
    assert (refusal.value.code, refusal.value.retry_after) == ("busy", 1)
    assert crowd.end() == {True: MOST[most], False: 3}


def test_another_caller_finds_a_place_though_one_has_filled_the_line(crowd: Crowd) -> None:
    crowd.send(Work.WRITE, MOST["writes"], lambda _number: "the one")
    crowd.settled()
    with crowd.bulkhead.place(Work.WRITE, "another"), crowd.bulkhead.place(Work.READ, "another"):
        pass


def test_a_read_is_never_refused(crowd: Crowd) -> None:
    crowd.send(Work.READ, 150, lambda _number: "the one")
    crowd.settled()
    assert crowd.end() == {True: 150}


def test_all_that_may_wait_to_do_long_work_leaves_threads_for_reads() -> None:
    """Bounds hold with any number of places, for each place has a thread of its own."""
    assert sum(MOST.values()) + 32 <= WAITING


def test_nobody_waits_longer_than_callers_do(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulkhead, "WAIT_SECONDS", 0.3)
    crowd.send(Work.WRITE, 6)
    crowd.settled()
    for work in (Work.WRITE, Work.PASSWORD, Work.UPLOAD):
        began = time.monotonic()
        with pytest.raises(Unavailable), crowd.bulkhead.place(work, "another"):
            pass
        assert 0.3 <= time.monotonic() - began < 5


def test_a_failed_request_gives_its_places_back(crowd: Crowd) -> None:
    for work in Work:
        for _ in range(9):
            with pytest.raises(ZeroDivisionError), crowd.bulkhead.place(work, "caller"):
                raise ZeroDivisionError
    crowd.send(Work.READ, 8)
    assert crowd.settled() == {Work.READ: 8}


def test_an_export_is_told_at_once_that_there_is_no_turn(crowd: Crowd) -> None:
    with crowd.bulkhead.place(Work.EXPORT, "caller"):
        began = time.monotonic()
        with pytest.raises(TooManyAttempts) as refusal, crowd.bulkhead.place(Work.EXPORT, "caller"):
            pass
        assert time.monotonic() - began < 1
    assert (refusal.value.code, refusal.value.retry_after) == ("too_many_exports", 5)


# One export of a user, whichever process makes it

LOCKED = """
import sys, pathlib
from app.infra.user_locks import UserLocks
with UserLocks(pathlib.Path(sys.argv[1])).held(7) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def other_worker(path: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Another process that tries the lock of user 7, and what it says."""
    command = [sys.executable, "-c", LOCKED, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


def test_a_user_has_one_export_at_a_time_and_others_have_theirs(crowd: Crowd) -> None:
    made, running = crowd.bulkhead, pytest.raises(TooManyAttempts, match="export of yours is running")
    with made.export(1), made.export(2), running, made.export(1):
        pass
    with made.export(1):
        pass


def test_the_other_workers_of_a_machine_know_of_it_and_one_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    locks, path = UserLocks(tmp_path / "new" / "locks"), tmp_path / "new" / "locks"
    with locks.held(7) as ours, other_worker(path) as (theirs, _):
        assert (ours, theirs) == (True, "False")
    with other_worker(path) as (theirs, process):
        with locks.held(7) as ours, locks.held(8) as another:
            assert (theirs, ours, another) == ("True", False, True)
        process.kill()
        process.wait()
        with locks.held(7) as ours:
            assert ours
