"""Addresses in `Location`: what a POST made is found there."""

from http import HTTPStatus
from urllib.parse import urljoin

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.web.api import Operation
from app.web.openapi.writer import operations

ELSEWHERE = {"/api/auth/register", "/api/upload"}
"""Requests that make something of another domain."""


def made(app: Flask) -> list[tuple[str, Operation]]:
    """Rules and declarations of what makes something that has an address."""
    found = [(rule, view.operation) for rule, method, view in operations(app) if method == "POST"]
    return [(rule, one) for rule, one in found if one.status == HTTPStatus.CREATED and one.response.sets_location]


def test_each_location_is_an_address_that_answers(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    lost = []
    for rule, declared in made(app):
        start = urljoin(rule, getattr(declared.response, "address", ""))
        last = "text" if getattr(declared.response, "key", "id") != "id" else "1"
        path = "/".join("1" if part.startswith("<") else part for part in f"{start}/{last}".split("/"))
        try:
            adapter.match(path, method="GET")
        except MethodNotAllowed:
            continue  # it is deleted there
        except NotFound:
            lost.append(rule)
    assert set(lost) == ELSEWHERE
