"""Documents that are not what an export wrote: each is refused, naming the row, and nothing of it is brought."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.conftest import taken_back
from tests.factories.currencies import RateFactory
from tests.factories.personal import Household, Person, open_book, person
from tests.factories.personal_imports import IMPORT, form
from tests.suites.personal.exports.test_documents import bring, document, furnish, ids, new_book, post
from tests.support import Caller

pytestmark = pytest.mark.long

Document = dict[str, Any]
Change = Callable[[Document], object]
VALUES: tuple[object, ...] = (
    None,
    "",
    "x" * 20_000,
    "\x00",
    "2026-02-30",
    -1,
    0,
    10**12,
    1.123456789,
    True,
    [],
    [None],
    [0],
    {},
    {"id": 1},
)


@pytest.fixture(scope="module")
def furnished_once(app: Flask) -> Iterator[tuple[Caller, Document]]:
    """A document with some of everything, and the person whose it is; each test's own changes are taken back."""
    with taken_back(app):
        ana = person(Caller(app.test_client()))
        RateFactory(date=date(2026, 1, 1), rate=Decimal(4000))
        book_id = open_book(ana.user_id, name="Completo").id
        furnish(ana.caller, book_id)
        found: Document = json.loads(document(ana.caller, book_id))
        yield ana.caller, found


@pytest.fixture
def furnished(furnished_once: tuple[Caller, Document], database: None) -> tuple[Caller, Document]:
    caller, found = furnished_once
    return caller, copied(found)


def copied(given: Document) -> Document:
    found: Document = json.loads(json.dumps(given))
    return found


def sent(caller: Caller, book_id: int, given: Document, expect: int = 400) -> Any:
    return bring(caller, book_id, json.dumps(given).encode(), expect)


CHANGES: dict[str, tuple[Change, str]] = {
    "another schema": (lambda one: one.update(schema="control-fresco-personal/9"), "schema"),
    "no schema": (lambda one: one.pop("schema"), "schema"),
    "an unknown section": (lambda one: one.update(secrets=[]), "secrets"),
    "no book": (lambda one: one.pop("book"), "book"),
    "an unknown zone": (lambda one: one["book"][0].update(timezone="Mars"), "book"),
    "a section that is no list": (lambda one: one.update(payees={}), "payees"),
    "a row that is none": (lambda one: one["payees"].append(5), "payees"),
    "an unknown field": (lambda one: one["payees"][0].update(id=5), "payees"),
    "a number that is not that of the row": (lambda one: one["accounts"][1].update(number=1), "accounts"),
    "an unknown account": (lambda one: one["transactions"][0].update(account=99), "transactions"),
    "an unknown payee": (lambda one: one["transactions"][0].update(payee=99), "transactions"),
    "an unknown refund": (lambda one: one["transactions"][0].update(refund_of=99), "transactions"),
    "splits that do not add up": (lambda one: _split(one)["splits"][0].update(amount=8), "transactions"),
    "an unknown category of a split": (lambda one: _split(one)["splits"][0].update(category=999), "transactions"),
    "a category of the other type": (lambda one: one["transactions"][0].update(type="income"), "transactions"),
    "another currency": (lambda one: one["transactions"][0].update(currency="USD"), "transactions"),
    "an amount of too many decimals": (lambda one: one["transactions"][0].update(amount=1.234), "transactions"),
    "an amount below zero": (lambda one: one["transactions"][0].update(amount=-5), "transactions"),
    "a status that is none": (lambda one: one["transactions"][0].update(status="done"), "transactions"),
    "a child before its parent": (lambda one: one["categories"][0].update(parent=5), "categories"),
    "a parent of the other type": (lambda one: _expense(one).update(type="income"), "categories"),
    "names that are equal": (lambda one: _expense(one).update(name=_sibling(one)["name"]), "categories"),
    "a color that is none": (lambda one: one["accounts"][0].update(color="green"), "accounts"),
    "an alert of nothing": (lambda one: one["budgets"][0].update(alerts=[0]), "budgets"),
    "an amount of no period": (lambda one: one["budgets"][0]["amounts"][0].pop("from_period_start"), "budgets"),
    "the same category twice": (
        lambda one: one["budgets"][0]["categories"].extend([*one["budgets"][0]["categories"]]),
        "budgets",
    ),
    "a milestone of zero": (lambda one: one["goals"][0].update(milestones=[0]), "goals"),
    "an unknown transaction": (lambda one: one["goals"][0]["contributions"][0].update(transaction=999), "goals"),
    "a day that the frequency has not": (lambda one: one["recurring"][1].update(day=31), "recurring"),
    "more handled than there can be": (lambda one: one["recurring"][0].update(handled=2**31 - 1), "recurring"),
    "a pattern that is none": (
        lambda one: one["rules"][0].update(conditions=[{"field": "description", "op": "regex", "value": "("}]),
        "rules",
    ),
    "a rule with an unknown payee": (lambda one: one["rules"][0]["conditions"][0].update(value=99), "rules"),
    "a target without its values": (lambda one: one["targets"][1].update(by_month=None), "targets"),
    "a report with another's parameters": (
        lambda one: one["saved_reports"][0]["params"].update(depth=2),
        "saved_reports",
    ),
    "a report of an unknown account": (
        lambda one: one["saved_reports"][0]["params"].update(accounts=[99]),
        "saved_reports",
    ),
    "columns that are none": (lambda one: one["import_mappings"][0].update(mapping={"x": 1}), "import_mappings"),
    "a rate of nothing": (lambda one: one["rates"][0].update(rate=0), "rates"),
    "a month in its middle": (lambda one: one["assignments"][0].update(month="2026-03-02"), "assignments"),
    "too many rows": (lambda one: one.update(goals=one["goals"] * 200), "goals"),
}
"""Changes of a document, each with the section that the refusal names."""


def _split(found: Document) -> Document:
    return next(one for one in found["transactions"] if one["splits"])


def _expense(found: Document) -> Document:
    return next(one for one in found["categories"] if one["parent"])


def _sibling(found: Document) -> Document:
    own = _expense(found)
    return next(one for one in found["categories"] if one["parent"] == own["parent"] and one is not own)


def test_a_document_with_a_wrong_value_is_refused_and_names_it(furnished: tuple[Caller, Document]) -> None:
    caller, given = furnished
    other = new_book(caller)
    before = document(caller, other)
    for name, (change, section) in CHANGES.items():
        changed = copied(given)
        change(changed)
        assert list(sent(caller, other, changed)["errors"]) == [section], name
    assert document(caller, other) == before
    sent(caller, other, given, expect=201)


def test_the_refusal_names_row_and_field(furnished: tuple[Caller, Document]) -> None:
    caller, given = furnished
    given["budgets"][1]["period"] = "hourly"
    errors = sent(caller, new_book(caller), given)["errors"]
    assert errors == {"budgets": {"2": {"period": ["Not one of the words that it may be."]}}}


def test_no_value_whatever_it_is_breaks_an_import(furnished: tuple[Caller, Document]) -> None:
    caller, given = furnished
    chance = random.Random(7)
    places = [
        (name, number, field)
        for name, rows in given.items()
        if isinstance(rows, list)
        for number, row in enumerate(rows[:3])
        for field in row
    ]
    for name, number, field in chance.sample(places, 25):
        changed = copied(given)
        changed[name][number][field] = chance.choice(VALUES)
        book_id = new_book(caller)
        response = bring_any(caller, book_id, changed)
        assert response in (201, 400), (name, number, field, changed[name][number][field])
        assert document(caller, book_id)
        caller.send("DELETE", f"/api/personal/books/{book_id}")


def bring_any(caller: Caller, book_id: int, given: Document) -> int:
    content = json.dumps(given).encode()
    return caller.send("POST", IMPORT, query_string={"book_id": book_id}, **form(content, "book.json")).status_code


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"schema": "control-fresco-personal/1"',
        b'{"schema": 1, "schema": 2}',
        b'{"schema": NaN}',
        b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"a": 1e999999999999999999999}',
        b'{"a": "\xff"}',
    ],
    ids=str,
)
def test_broken_json_is_refused(ana: Person, content: bytes) -> None:
    assert bring(ana.caller, ana.book_id, content, 400)["code"] == "unreadable_file"


def test_a_document_is_known_by_its_form_or_by_its_first_sign(ana: Person) -> None:
    content = document(ana.caller, ana.book_id)
    for given, fields in ((b"\xef\xbb\xbf  " + content, {}), (content, {"format": "json"})):
        assert bring(ana.caller, new_book(ana.caller), given, **fields)["format"] == "json"
    assert bring(ana.caller, ana.book_id, b"a;b\n", 400, format="json")["code"] == "unreadable_file"
    assert list(bring(ana.caller, ana.book_id, content, 400, options={"mode": "preview"})["errors"]) == ["options"]


def test_a_book_that_has_transactions_is_not_replaced(ana: Person) -> None:
    content = document(ana.caller, ana.book_id)
    spent = {"type": "expense", "amount": 5, "date": "2026-03-01"}
    made = post(ana.caller, ana.book_id, "transactions", spent)["id"]
    assert bring(ana.caller, ana.book_id, content, 409)["code"] == "book_not_empty"
    ana.caller.send("DELETE", f"/api/personal/transactions/{made}")
    bring(ana.caller, ana.book_id, content)


def test_only_an_owner_brings_a_book(home: Household) -> None:
    content = document(home.owner.caller, home.book_id)
    assert bring(home.viewer.caller, home.book_id, content, 403)["code"] == "viewer_only"
    assert bring(home.editor.caller, home.book_id, content, 403)["code"] == "owner_only"
    bring(home.owner.caller, home.book_id, content)


def test_numbers_of_accounts_are_in_the_documents_of_owners_only(home: Household) -> None:
    post(home.owner.caller, home.book_id, "accounts", {"name": "B", "type": "checking", "account_number": "77-1234"})
    assert b"77-1234" in document(home.owner.caller, home.book_id)
    assert b"1234" not in document(home.viewer.caller, home.book_id)


def test_a_book_that_was_brought_can_be_used(furnished: tuple[Caller, Document]) -> None:
    caller, given = furnished
    other = new_book(caller)
    sent(caller, other, given, expect=201)
    accounts = ids(caller, other, "accounts", include_closed="true")
    assert len(accounts) == len(given["accounts"])
    found = caller.get("/api/personal/transactions", book_id=other, q="secreto")["data"]
    assert found == []
    for path in (
        "budgets",
        "goals",
        "recurring",
        "rules",
        "targets",
        "envelopes/2026-03",
        "insights",
        "reports/summary",
    ):
        caller.get(f"/api/personal/{path}", book_id=other)
