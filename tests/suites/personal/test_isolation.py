"""No address of the suite shows or changes what is in another's book; domains join by their EXAMPLES."""

import re
from typing import Any

import pytest
from flask import Flask

from app.kernel.books import BookRole
from tests.architecture.routes import Route, routes
from tests.examples import EXAMPLES
from tests.factories.personal import BOOKS, Household, Person, join, person
from tests.support import Caller

pytestmark = pytest.mark.long

OF_A_PERSON = {BOOKS, *(f"/api/personal/privacy/{name}" for name in ("export", "processing", "consents", "shares"))}
"""Addresses about the caller, not about a book."""
OWNERS_ONLY = {f"{BOOKS}/<id:book_id>/audit", f"{BOOKS}/<id:book_id>/invitations"}
"""Addresses of which only owners of a book see anything."""
OF_BOTH_SIDES = (
    "/api/personal/invitations/",
    "/api/personal/contributions",
    "/api/personal/privacy/",
    "/api/personal/shared/",
)
"""Start of the addresses about two people or two books; they have tests of their own for viewers."""
NO_BOOK_ID = (BOOKS, *OF_BOTH_SIDES)
"""Start of the addresses that name their book themselves."""


def of_suite(app: Flask) -> list[Route]:
    return [route for route in routes(app) if route.operation.origin.suite == "personal"]


def request_of(route: Route, caller: Caller) -> tuple[str, dict[str, Any]]:
    """Address and options of a request about something of the caller's."""
    if route.method == "POST":
        return EXAMPLES.own_posts[route.path](caller)
    address = EXAMPLES.existing[route.path](caller) if "<" in route.path else route.path
    options = {"json": EXAMPLES.changes[route.path]} if route.path in EXAMPLES.changes else {}
    return address, options if route.method in {"PUT", "PATCH"} else {}


def book_of(address: str, owner: Person) -> int:
    """The book that an address names, or else the owner's first."""
    named = re.match(f"{BOOKS}/([0-9]+)", address)
    return int(named[1]) if named else owner.book_id


def test_nobody_reaches_what_is_in_anothers_book(app: Flask, anonymous: Caller, ana: Person) -> None:
    others = [person(anonymous, role) for role in ("person", "admin")]
    for route in of_suite(app):
        address, options = request_of(route, ana.caller)
        if route.path not in OF_A_PERSON:
            if not route.path.startswith(NO_BOOK_ID):
                options["query_string"] = {"book_id": ana.book_id}
            for other in others:
                assert other.caller.send(route.method, address, **options).status_code == 404, route.name
        assert ana.caller.send(route.method, address, **options).status_code < 300, route.name


def test_viewers_read_everything_and_write_nothing(app: Flask, home: Household) -> None:
    for route in of_suite(app):
        if route.path in OF_A_PERSON or route.path.startswith(OF_BOTH_SIDES):
            continue
        address, options = request_of(route, home.owner.caller)
        book_id = book_of(address, home.owner)
        if book_id not in {one["id"] for one in home.viewer.caller.get(BOOKS, per_page=100)["data"]}:
            join(book_id, home.viewer.user_id, BookRole.VIEWER)
        if not route.path.startswith(NO_BOOK_ID):
            options["query_string"] = {"book_id": book_id}
        expected = 403 if route.method != "GET" or route.path in OWNERS_ONLY else 200
        assert home.viewer.caller.send(route.method, address, **options).status_code == expected, route.name


def test_every_address_about_a_book_declares_which(app: Flask) -> None:
    lacking = [
        route.name
        for route in of_suite(app)
        if not route.path.startswith(NO_BOOK_ID) and "book_id" not in route.operation.query.fields
    ]
    assert lacking == []


def test_the_suite_reads_in_transactions(app: Flask) -> None:
    assert app.config["SUITES_OF_BOOKS"] == {"personal"}
