"""A flood of logins may not take every thread."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident, get_native_id
from typing import Any

import bcrypt
import pytest

from app.infra.passwords import LINE, NICENESS, PasswordHasher
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


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
@pytest.mark.parametrize("work", ["hash", "matches"])
def test_others_go_first(monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    seen: list[tuple[int, int]] = []

    def looking(does: Callable[..., Any]) -> Callable[..., Any]:
        def look(*given: bytes) -> Any:
            seen.append((get_ident(), os.getpriority(os.PRIO_PROCESS, get_native_id())))
            return does(*given)

        return look

    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, looking(getattr(bcrypt, name)))
    hasher = PasswordHasher(4)
    own = os.getpriority(os.PRIO_PROCESS, get_native_id())
    stored = hasher.hash("correct horse")
    if work == "matches":
        seen.clear()
        assert hasher.matches("correct horse", stored)
    [(thread, niceness)] = seen
    assert thread != get_ident()
    assert niceness == min(own + NICENESS, 19)
    assert os.getpriority(os.PRIO_PROCESS, get_native_id()) == own


def test_who_fails_leaves_the_line() -> None:
    hasher = PasswordHasher(4)
    for _ in range(LINE + 1):
        with pytest.raises(ValueError, match="salt"):
            hasher.matches("x", "no hash at all")
