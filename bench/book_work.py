"""Work on a book that takes seconds: a statement brought into it, rules applied, and an export."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask.testing import FlaskClient

from bench.requests import PERSONAL as PATH
from bench.statements import bring, peak, reset_peak

LIMITS = {
    "import of 10,000 rows": (6.0, 150.0),
    "the same rows again": (6.0, 150.0),
    "import taken back": (6.0, 150.0),
    "a rule tried on all": (10.0, 150.0),
    "a rule changes a tenth": (10.0, 150.0),
    "change of 1,000 at once": (6.0, 150.0),
    "export as CSV": (40.0, 50.0),
    "insights anew": (30.0, 150.0),
}
"""Seconds and MB, whatever the size of the book. Insights are for books of 20,000, where they take 0.3 s at most."""

Headers = dict[str, str]


class Work(NamedTuple):
    """The seconds that something took, and by how many MB the process grew meanwhile."""

    name: str
    seconds: float
    megabytes: float


def measured(client: FlaskClient, headers: Headers, book_id: int, account_id: int) -> Iterator[Work]:
    """Do each of these once."""
    steps: tuple[tuple[str, Callable[[], int]], ...] = (
        ("insights anew", lambda: client.get(f"{PATH}/insights?book_id={book_id}", headers=headers).status_code),
        ("export as CSV", lambda: _export(client, headers, book_id)),
        ("a rule tried on all", lambda: _apply(client, headers, book_id, dry_run=True)),
        ("a rule changes a tenth", lambda: _apply(client, headers, book_id, dry_run=False)),
        ("change of 1,000 at once", lambda: _bulk(client, headers, book_id)),
        ("import of 10,000 rows", lambda: bring(client, headers, book_id, account_id)),
        ("the same rows again", lambda: bring(client, headers, book_id, account_id)),
        ("import taken back", lambda: _take_back(client, headers, book_id)),
    )
    for name, step in steps:
        before, started = reset_peak(), time.perf_counter()
        status = step()
        found = Work(name, time.perf_counter() - started, peak() - before)
        if status >= 300:
            raise SystemExit(f"{name}: {status}, the figures mean nothing")
        yield found


def _export(client: FlaskClient, headers: Headers, book_id: int) -> int:
    path = f"{PATH}/export?format=csv&include=transactions&book_id={book_id}"
    response = client.get(path, headers=headers, buffered=False)
    sent = sum(map(len, response.iter_encoded()))
    response.close()
    return response.status_code if sent else 500


def _apply(client: FlaskClient, headers: Headers, book_id: int, *, dry_run: bool) -> int:
    """Make a rule and apply it, until nothing more is to be changed."""
    path, name = f"{PATH}/rules", "tried" if dry_run else "applied"
    rule = {
        "name": name,
        "conditions": [{"field": "description", "op": "starts", "value": "Market"}],
        "actions": [{"type": "tags", "value": [name]}],
    }
    made = client.post(f"{path}?book_id={book_id}", json=rule, headers=headers)
    if made.status_code >= 300:
        return made.status_code
    address = f"{path}/{made.get_json()['data']['id']}/apply?book_id={book_id}"
    while True:
        done = client.post(address, json={"dry_run": dry_run}, headers=headers)
        if done.status_code >= 300 or dry_run or not done.get_json()["data"]["more"]:
            return done.status_code


def _bulk(client: FlaskClient, headers: Headers, book_id: int) -> int:
    ids: list[int] = []
    for page in range(1, 11):
        path = f"{PATH}/transactions?per_page=100&page={page}&book_id={book_id}"
        ids += [one["id"] for one in client.get(path, headers=headers).get_json()["data"]]
    changes = {"ids": ids, "changes": {"add_tags": ["bulk"]}}
    return client.post(f"{PATH}/transactions/bulk?book_id={book_id}", json=changes, headers=headers).status_code


def _take_back(client: FlaskClient, headers: Headers, book_id: int) -> int:
    found = client.get(f"{PATH}/imports?book_id={book_id}", headers=headers).get_json()["data"]
    newest = next(one["id"] for one in found if one["imported"])
    return client.delete(f"{PATH}/imports/{newest}?book_id={book_id}", headers=headers).status_code
