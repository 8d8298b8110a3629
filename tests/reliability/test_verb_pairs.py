"""Any two verbs on the same rows at the same moment: one order or the other, and never an error of the server."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import combinations_with_replacement

import pytest

from tests.conftest import PASSWORD
from tests.reliability.harness import ask, broken_rules
from tests.reliability.verbs import FAMILIES, Act, Person
from tests.soak import SOAK
from tests.support import Reply, Server

pytestmark = pytest.mark.server

ORDERLY = {200, 201, 404, 409, 412}
"""Done, not there any more, forbidden by what is stored, changed meanwhile."""
ROUNDS = 5 if SOAK else 1
TURNS = 1 if SOAK else 20
"""Daily, one of so many parts of the pairs is tried, another one each day."""


@pytest.fixture(scope="module")
def person(server: Server) -> Iterator[Person]:
    made = Person(server, server.login("admin", PASSWORD))
    yield made
    assert broken_rules(server.database_url, server.instance_dir) == []


def together(*acts: Act) -> list[Reply]:
    """All of them begun at one moment."""
    start = threading.Barrier(len(acts))

    def act(one: Act) -> Reply:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


@pytest.mark.parametrize("family", FAMILIES)
def test_any_two_verbs_on_the_same_rows_end_orderly(
    person: Person, family: str, measured: Callable[[str], None]
) -> None:
    names = list(FAMILIES[family](person))
    turn = date.today().toordinal() % TURNS  # noqa: DTZ011 - whichever day it is
    pairs = list(combinations_with_replacement(names, 2))[turn::TURNS]
    statuses: Counter[int] = Counter()
    for first, second in pairs:
        for _ in range(ROUNDS):
            verbs = FAMILIES[family](person)
            replies = together(verbs[first], verbs[second])
            statuses.update(reply.status for reply in replies)
            assert {reply.status for reply in replies} <= ORDERLY, (first, second, [reply.body for reply in replies])
    measured(f"{len(pairs)} pairs of verbs, {ROUNDS} times each: {dict(sorted(statuses.items()))}")


@pytest.mark.parametrize(("family", "owner"), [("client", "delete the client"), ("project", "delete the project")])
def test_an_owner_may_go_while_its_documents_go(person: Person, family: str, owner: str) -> None:
    for _ in range(40 if SOAK else 8):
        verbs = FAMILIES[family](person)
        documents = [verbs["delete the first document"], verbs["delete the second document"]]
        gone, *removed = together(verbs[owner], *documents)
        assert gone.status == 200, gone.body
        assert {reply.status for reply in removed} <= {200, 404}


@pytest.mark.parametrize("verbs", [("delete the client", "add a document"), ("delete the client", "add an income")])
def test_nothing_is_added_to_an_owner_that_went(person: Person, verbs: tuple[str, str]) -> None:
    for _ in range(20 if SOAK else 4):
        known = FAMILIES["client"](person)
        gone, added = together(*(known[name] for name in verbs))
        assert (gone.status, added.status) in {(200, 201), (200, 404), (409, 201)}, (gone.body, added.body)
    question = "SELECT count(*) FROM documents WHERE client_id NOT IN (SELECT id FROM clients)"
    assert ask(person.server.database_url, question) == [(0,)]
