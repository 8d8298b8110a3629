"""Places that all workers of a server share."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError

import pytest

from app.infra.turns import Turns

_HOLD = "import fcntl, sys, time; fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX, 1, 0); print(flush=True); time.sleep(60)"


@contextmanager
def other_worker(turns: Turns) -> Iterator[subprocess.Popen[bytes]]:
    """A process that inherited the places, and is in the first."""
    fd = turns.file
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(fd)], pass_fds=[fd], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def meet(turns: Turns) -> bool:
    """Whether two threads are inside together."""
    inside = Barrier(2)

    def enter(_number: int) -> bool:
        with turns.turn():
            try:
                inside.wait(0.3)
            except BrokenBarrierError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        return all(pool.map(enter, range(2)))


@pytest.mark.parametrize(("places", "together"), [(1, False), (2, True)])
def test_a_worker_may_have_every_place(places: int, *, together: bool) -> None:
    assert meet(Turns(places)) is together


def test_what_another_worker_has_is_left_to_it() -> None:
    turns = Turns(2)
    with other_worker(turns):
        assert not meet(turns)
    assert meet(turns)


def test_who_is_killed_leaves_its_place() -> None:
    turns = Turns(1)
    with other_worker(turns) as process, ThreadPoolExecutor(1) as pool:

        def enter() -> float:
            with turns.turn():
                return time.monotonic()

        waiting = pool.submit(enter)
        time.sleep(0.2)
        assert not waiting.done()
        killed = time.monotonic()
        process.kill()
        assert waiting.result(5) >= killed


def test_who_fails_leaves_its_place() -> None:
    turns = Turns(1)
    for _ in range(2):
        with pytest.raises(ValueError, match="inside"), turns.turn():
            raise ValueError("inside")
