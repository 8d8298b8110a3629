"""Response times of other requests during a flood of logins."""

import http.client
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bench.limits import LOGINS_A_SECOND
from bench.requests import LOGIN
from bench.serving import Served

FLOODS: dict[str, Callable[[int], dict[str, str]]] = {
    "the right password": lambda _: LOGIN,
    "a wrong one, ever another name": lambda number: {"username": f"nobody-{number}", "password": "a wrong password"},
}
OTHERS_A_SECOND = 20
_PATIENCE = 10
_UNANSWERED = 0


@dataclass(frozen=True)
class Flood:
    """Logins by status (0: no answer in 10 s), and times of the other requests, in milliseconds."""

    logins: Counter[int]
    others: Counter[int]
    times: list[float]

    def percentile(self, percent: int) -> float:
        """Percentile of the response times of the other requests."""
        return statistics.quantiles(self.times, n=100)[percent - 1]


def flood(served: Served, name: str, path: str, headers: dict[str, str], seconds: int) -> Flood:
    """Send both kinds at fixed rates, however long the responses take."""
    login = FLOODS[name]
    begin = time.monotonic()
    with ThreadPoolExecutor(2) as pacers, ThreadPoolExecutor(1000) as senders:
        kinds: list[tuple[int, Callable[[int], Any]]] = [
            (LOGINS_A_SECOND, lambda number: _ask(served, "POST", "/api/auth/login", {}, login(number))),
            (OTHERS_A_SECOND, lambda _: _ask(served, "GET", path, headers)),
        ]
        paced = [pacers.submit(_pace, senders, begin, *kind, seconds) for kind in kinds]
        logins, others = ([future.result() for future in one.result()] for one in paced)
    return Flood(
        Counter(status for status, _ in logins), Counter(status for status, _ in others), [took for _, took in others]
    )


def _pace(
    senders: ThreadPoolExecutor, begin: float, rate: int, send: Callable[[int], Any], seconds: int
) -> list[Future[Any]]:
    sent = []
    for number in range(rate * seconds):
        time.sleep(max(0.0, begin + number / rate - time.monotonic()))
        sent.append(senders.submit(send, number))
    return sent


def _ask(
    served: Served, method: str, path: str, headers: dict[str, str], body: dict[str, str] | None = None
) -> tuple[int, float]:
    """Status and duration in milliseconds."""
    started = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=_PATIENCE)) as connection:
        try:
            sent = {"Content-Type": "application/json", **headers}
            connection.request(method, path, json.dumps(body) if body else None, sent)
            response = connection.getresponse()
            response.read()
            status = response.status
        except OSError:
            status = _UNANSWERED
    return status, (time.perf_counter() - started) * 1000
