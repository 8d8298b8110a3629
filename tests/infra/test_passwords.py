"""A flood of logins may not take every thread."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.infra.passwords import LINE, PasswordHasher
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
