"""Many who change, delete, pay and read the same things at once, over HTTP, and what must be true all along.

What is shown elsewhere is not shown again: the same key, the same version, generating, jobs (docs/reliability.md has
the list). FRESCO_SOAK=1 makes the runs long.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import PASSWORD
from tests.soak import SOAK
from tests.support import Reply, Server

pytestmark = pytest.mark.server

SEED = 20260131
SECONDS = 60.0 if SOAK else 0.8
INCOME = {
    "description": "Venta",
    "date": "2026-01-05",
    "amount": 10,
    "currency": "COP",
    "type": "Otro",
    "client": "Ana",
    "payment_method": "Efectivo",
}


@dataclass
class User:
    """Somebody who calls."""

    server: Server
    headers: dict[str, str]

    def send(self, method: str, path: str, json: Any = None, **query: Any) -> Reply:
        return self.server.send(method, path, json, headers=self.headers, query=query or None, timeout=15)

    def create(self, path: str, json: Any) -> str:
        reply = self.send("POST", path, json)
        assert reply.status == 201, reply.body
        return reply.headers["Location"]


@pytest.fixture(scope="module")
def user(server: Server) -> User:
    return User(server, server.login("user", PASSWORD))


def ask(url: str, question: str, **values: Any) -> Sequence[Any]:
    """Rows that are committed."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(question), values)
        return result.all() if result.returns_rows else []


def at_once(count: int, act: Callable[[int], Reply]) -> list[Reply]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


@contextmanager
def meanwhile(*acts: Callable[[random.Random], Any]) -> Iterator[None]:
    """Each act over and over in a thread of its own; what one raises is raised at the end."""
    over = threading.Event()

    def repeat(number: int, act: Callable[[random.Random], Any]) -> None:
        chance = random.Random(SEED + number)
        while not over.is_set():
            act(chance)

    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(repeat, number, act) for number, act in enumerate(acts)]
        try:
            yield
        finally:
            over.set()
        for one in running:
            one.result()


def test_marking_an_accrued_expense_as_paid_fifty_times_at_once_pays_it_once(user: User, server_database: str) -> None:
    ((number,),) = ask(
        server_database,
        "INSERT INTO accrued_expenses (description, amount, currency, category, payment_method, due_date, status)"
        " VALUES ('Arriendo', 10, 'COP', 'Oficina', 'Efectivo', '2025-03-10', 'vencido') RETURNING id",
    )
    replies = at_once(50, lambda _n: user.send("POST", f"/api/expenses/accrued/{number}/mark-as-paid", {}))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: 49}
    question = (
        "SELECT count(*) FROM audit_log WHERE table_name = 'accrued_expenses' AND row_id = :id AND action = 'update'"
    )
    assert ask(server_database, question, id=number) == [(1,)]
    movements = user.send("GET", "/api/cashflow", type="expense", category="Oficina").json
    assert movements["pagination"]["total"] == 1


def test_changing_and_deleting_the_same_rows_in_any_order_ends_well(
    user: User, server: Server, measured: Callable[[str], None]
) -> None:
    places = [user.create("/api/incomes", INCOME) for _ in range(6)]
    statuses: Counter[int] = Counter()
    slowest = 0.0
    lock = threading.Lock()

    def act(chance: random.Random) -> None:
        nonlocal slowest
        place, began = chance.choice(places), time.monotonic()
        kind = chance.choice(["PUT", "PUT", "DELETE", "POST"])
        if kind == "POST":
            new = user.create("/api/incomes", INCOME)
            with lock:
                places[chance.randrange(len(places))] = new
            return
        reply = user.send(kind, place, {"amount": chance.randint(1, 99)} if kind == "PUT" else None)
        with lock:
            statuses[reply.status] += 1
            slowest = max(slowest, time.monotonic() - began)

    with meanwhile(*[act] * 8):
        time.sleep(SECONDS)
    assert set(statuses) <= {200, 404}, statuses
    assert statuses[200] > 5
    assert slowest < 5
    measured(f"{dict(statuses)}, the slowest after {slowest:.2f} s")
    if SOAK:
        assert server.flask("verify").returncode == 0


@pytest.mark.parametrize("careful", [False, True], ids=["naive", "with If-Match"])
def test_increments_are_lost_where_the_version_is_not_looked_at_and_nowhere_else(
    user: User, measured: Callable[[str], None], careful: bool
) -> None:
    """Control: without a precondition this test does detect lost updates."""
    place, each = user.create("/api/incomes", {**INCOME, "amount": 1}), 50 if SOAK else 5

    def count_up(_thread: int) -> None:
        counted = 0
        while counted < each:
            seen = user.send("GET", place)
            sender = User(user.server, {**user.headers, "If-Match": seen.headers["ETag"]}) if careful else user
            status = sender.send("PUT", place, {"amount": str(amount_in(seen) + 1)}).status
            assert status in {200, 412}
            counted += status == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(8)))
    lost = 1 + 8 * each - amount_in(user.send("GET", place))
    measured(f"{int(lost)} of {8 * each} increments lost")
    assert (lost == 0) is careful


def amount_in(reply: Reply) -> Decimal:
    return Decimal(str(reply.json["data"]["amount"]))


def test_a_lists_total_is_that_of_its_rows_while_others_write(user: User, measured: Callable[[str], None]) -> None:
    """All rows are on the page, so that they must add up to what is said of all."""
    day = "2024-02-02"
    kept = [user.create("/api/incomes", {**INCOME, "date": day}) for _ in range(10)]

    def write(chance: random.Random) -> None:
        assert user.send("PUT", chance.choice(kept), {"amount": chance.randint(1, 1_000_000)}).status == 200

    def come_and_go(_chance: random.Random) -> None:
        assert user.send("DELETE", user.create("/api/incomes", {**INCOME, "date": day})).status == 200

    seen = []
    with meanwhile(write, write, come_and_go):
        until = time.monotonic() + SECONDS
        while time.monotonic() < until or len(seen) < 20:
            seen.append(user.send("GET", "/api/incomes", date_from=day, date_to=day, per_page=100).json)
    assert [(told(one), added_up(one)) for one in seen if told(one) != added_up(one)] == []
    assert len({told(one) for one in seen}) > 3  # somebody did write meanwhile
    measured(f"{len(seen)} lists read, 0 mismatches")


def told(answer: Any) -> tuple[Decimal, int]:
    return Decimal(str(answer["total"])), answer["pagination"]["total"]


def added_up(answer: Any) -> tuple[Decimal, int]:
    return sum(Decimal(str(row["amount"])) for row in answer["data"]), len(answer["data"])


def test_walking_all_pages_misses_nothing_that_was_there_while_others_add(user: User, server_database: str) -> None:
    count, day = (1000 if SOAK else 60), "2023-03-03"
    ask(
        server_database,
        "INSERT INTO incomes (description, date, amount, currency, type, client, payment_method)"
        " SELECT 'Antes', :day, 10, 'COP', 'Otro', 'Ana', 'Efectivo' FROM generate_series(1, :count)",
        day=day,
        count=count,
    )
    walked: list[Any] = []
    with meanwhile(lambda _chance: user.create("/api/incomes", {**INCOME, "date": day})):
        for page in range(1, 10_000):
            rows = user.send("GET", "/api/incomes", date_from=day, date_to=day, sort="id", per_page=10, page=page).json
            walked += rows["data"]
            if len([row for row in walked if row["description"] == "Antes"]) >= count or not rows["data"]:
                break
    assert len({row["id"] for row in walked if row["description"] == "Antes"}) == count
    assert len({row["id"] for row in walked}) == len(walked)


@pytest.mark.skipif(not SOAK, reason="a part of it is shown daily by tests/web/test_over_http.py")
def test_two_hundred_keys_from_twenty_threads_each_have_one_effect(user: User, server_database: str) -> None:
    for number in range(200):
        keyed = User(user.server, {**user.headers, "Idempotency-Key": f"races-{number}"})
        new = {**INCOME, "description": f"Llave {number}"}
        replies = at_once(20, lambda _n, keyed=keyed, new=new: keyed.send("POST", "/api/incomes", new))
        assert {reply.status for reply in replies} <= {201, 409}
        assert len({reply.body for reply in replies if reply.status == 201}) == 1
    question = "SELECT count(*), count(DISTINCT description) FROM incomes WHERE description LIKE 'Llave %'"
    assert ask(server_database, question) == [(200, 200)]
