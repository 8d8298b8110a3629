"""One caller with many clients, each of which asks again as soon as it is answered, and what others notice of it."""

import contextlib
import http.client
import itertools
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import PASSWORD
from tests.support import Server

Attack = Callable[[int], int]
"""Function from the number of a request to the status of its answer."""

NEW = {"name": "Altura", "start_date": "2025-01-01"}
PATIENCE = 30.0
LIVE, LIST = "/api/health/live", "/api/clients"
_PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'


@cache
def upload() -> bytes:
    """Body of some 9 MB that takes long to judge."""
    return _PART + b"<a " + b" ".join(b'k%d="v"' % n for n in range(700_000)) + b"/>\r\n--x--\r\n"


@dataclass
class Noticed:
    """Seconds that others waited for each answer, by path, and the answers that the attackers got."""

    seconds: dict[str, list[float]]
    statuses: Counter[int]
    attack: str

    def worst(self, path: str) -> float:
        return max(self.seconds[path])

    def most(self, path: str) -> float:
        """Seconds within which 95 of 100 answers came."""
        ordered = sorted(self.seconds[path])
        return ordered[int(0.95 * (len(ordered) - 1))]

    def __str__(self) -> str:
        waits = [f"{path} {self.most(path):.3f} s, {self.worst(path):.3f} s at most" for path in (LIVE, LIST)]
        return f"{self.attack}: 95 of 100 {'; '.join(waits)}; attackers {dict(sorted(self.statuses.items()))}"


def noticed(name: str, attack: Attack, site: Server, token: dict[str, str], clients: int, seconds: float) -> Noticed:
    """Attack for so long; a process of its own asks for other things meanwhile."""
    numbers, statuses = itertools.count(), Counter[int]()

    def keep_asking(until: float) -> None:
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                statuses[attack(next(numbers))] += 1

    with watched(site.port, token) as waits, ThreadPoolExecutor(clients) as pool:
        list(pool.map(keep_asking, [time.monotonic() + seconds] * clients))
    return Noticed(waits, statuses, name)


@contextmanager
def watched(port: int, token: Mapping[str, str]) -> Iterator[dict[str, list[float]]]:
    """While the block runs: how long answers of LIVE and LIST take, filled in when it ends."""
    found: dict[str, list[float]] = {}
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_watch, args=(port, dict(token), theirs), daemon=True)
    process.start()
    assert ours.recv() == "ready"
    try:
        yield found
    finally:
        ours.send("stop")
        found |= ours.recv()
        process.join()


def _watch(port: int, token: dict[str, str], parent: Any) -> None:
    site, found = Server("", port=port), {LIVE: list[float](), LIST: list[float]()}
    site.send("GET", LIST, headers=token)
    parent.send("ready")
    while not parent.poll(0.05):
        for path in (LIVE, LIST):
            began, answered = time.monotonic(), False
            with contextlib.suppress(OSError, http.client.HTTPException):
                answered = site.send("GET", path, headers=token, timeout=PATIENCE).status == 200
            found[path].append(time.monotonic() - began if answered else PATIENCE)
    parent.send(found)


# The attacks


def logins(site: Server, token: dict[str, str]) -> Attack:
    """Names that nobody has, so that no limit of an account stops them."""
    return lambda number: _status(site, "/api/auth/login", {"username": f"guess-{number}", "password": "wrong"}, {})


def logins_under_one_key(site: Server, token: dict[str, str]) -> Attack:
    """Send wrong passwords under one key: a failure keeps no key, so each has to be checked."""
    key = {"Idempotency-Key": "one"}
    return lambda number: _status(site, "/api/auth/login", {"username": f"guess-{number}", "password": "no"}, key)


def changed_passwords(site: Server, token: dict[str, str]) -> Attack:
    body = {"current_password": PASSWORD, "new_password": PASSWORD}
    return lambda _number: _status(site, "/api/auth/change-password", body, token)


def uploads_under_one_key(site: Server, token: dict[str, str]) -> Attack:
    return lambda _number: _status(site, "/api/upload", None, {**token, "Idempotency-Key": "one"}, upload())


def uploads(site: Server, token: dict[str, str]) -> Attack:
    return lambda _number: _status(site, "/api/upload", None, token, upload())


def refused_bodies(site: Server, token: dict[str, str]) -> Attack:
    """Nobody reads what comes without a token, but it has to be dropped."""
    return lambda _number: _status(site, "/api/upload", None, {}, upload())


def exports(site: Server, token: dict[str, str]) -> Attack:
    return lambda _number: (
        site.send("GET", "/api/payments", headers=token, query={"format": "xlsx"}, timeout=PATIENCE).status
    )


def _status(site: Server, path: str, body: Any, headers: Mapping[str, str], file: bytes | None = None) -> int:
    if file is None:
        return site.send("POST", path, body, headers=headers, timeout=PATIENCE).status
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.request("POST", path, file, {**headers, "Content-Type": "multipart/form-data; boundary=x"})
        return connection.getresponse().status


@contextmanager
def locked_row(site: Server, token: dict[str, str]) -> Iterator[Attack]:
    """Changes of a row that somebody else has locked."""
    path = site.send("POST", "/api/clients", NEW, headers=token).headers["Location"]
    engine = create_engine(site.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT 1 FROM clients WHERE id = :id FOR UPDATE"), {"id": int(path.split("/")[-1])})
        yield lambda number: site.send("PUT", path, {"notes": f"{number}"}, headers=token, timeout=PATIENCE).status
