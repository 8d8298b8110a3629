"""A flood of logins may not take every thread."""

import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import bcrypt
import pytest

from app.infra.passwords import LINE, NICE, PasswordHasher
from app.kernel.errors import Unavailable

CROWD = 3 * LINE


def test_only_so_many_wait_and_the_others_are_told_to_come_back() -> None:
    hasher, together = PasswordHasher(10), Barrier(CROWD)
    stored = PasswordHasher(4).hash("correct horse")

    def try_it(_number: int) -> str:
        together.wait()
        try:
            hasher.matches("some password", None)
        except Unavailable as refused:
            return f"come back in {refused.retry_after} s"
        return "served"

    with ThreadPoolExecutor(CROWD) as pool:
        found = Counter(pool.map(try_it, range(CROWD)))
    assert found == {"served": LINE, "come back in 1 s": CROWD - LINE}
    assert hasher.matches("correct horse", stored)


def test_who_fails_leaves_the_line() -> None:
    hasher = PasswordHasher(4)
    for _ in range(LINE + 1):
        with pytest.raises(ValueError, match="salt"):
            hasher.matches("x", "no hash at all")


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_who_hashes_steps_back_for_those_that_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    check = bcrypt.checkpw

    def watched(*given: bytes) -> bool:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return check(*given)

    monkeypatch.setattr(bcrypt, "checkpw", watched)
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert not PasswordHasher(4).matches("some password", None)
    assert seen == [max(before, NICE)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
