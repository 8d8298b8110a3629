"""Responses to malformed bodies."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from flask import Flask

from tests.architecture.routes import protected
from tests.support import Caller

LOGIN = "/api/auth/login"
MEGABYTE = 1024 * 1024
SECRET = "a-very-secret-password"


def send(caller: Caller, raw: bytes, kind: str | None = "application/json", path: str = LOGIN) -> Any:
    """A POST of these bytes."""
    return caller.send("POST", path, data=raw, headers={} if kind is None else {"Content-Type": kind})


def nested(levels: int) -> bytes:
    """A login with an unknown field that makes the body this deep."""
    return b'{"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


MALFORMED = {
    "empty": b"",
    "cut off": b'{"username":',
    "NaN": b'{"username": NaN}',
    "Infinity": b'{"username": Infinity}',
    "duplicate key": b'{"username": "a", "username": "b", "password": "c"}',
    "byte order mark": b'\xef\xbb\xbf{"username": "a", "password": "b"}',
    "UTF-16": '{"username": "a", "password": "b"}'.encode("utf-16"),
    "latin-1": '{"username": "é", "password": "b"}'.encode("latin-1"),
    "33 deep": nested(33),
    "a megabyte of [": b"[" * MEGABYTE,
    "a megabyte of pairs": b"[],{}," * (MEGABYTE // 6),
    "5,000 digits": b'{"username": ' + b"9" * 5000 + b"}",
    "an exponent beyond Decimal": b'{"username": 1e99999999999999999999}',
    "surrogate in a key": rb'{"\ud800": 1}',
    "raw NUL": b'{"username": "\x00"}',
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_400(anonymous: Caller, raw: bytes) -> None:
    response = send(anonymous, raw)
    assert (response.status_code, response.json["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b"1.5", b'"text"', b"true", b"[[]]", b'[{"username": "a"}]'])
def test_a_body_that_is_no_object_is_400(anonymous: Caller, raw: bytes) -> None:
    response = send(anonymous, raw)
    assert (response.status_code, response.json["code"]) == (400, "validation_failed")


@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize("text", [r"\ud800", r"a\udfffb", r"\u0000", r"a\u0000b", r"\udc00\ud800"])
def test_text_that_cant_be_stored_is_400(anonymous: Caller, field: str, text: str) -> None:
    whole = {"username": "ana", "password": SECRET, field: "@"}
    raw = f'{{"username": "{whole["username"]}", "password": "{whole["password"]}"}}'.replace("@", text)
    response = send(anonymous, raw.encode())
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]


def test_32_levels_are_read(anonymous: Caller) -> None:
    problem = send(anonymous, nested(32)).json
    assert problem["code"] == "validation_failed"
    assert problem["errors"]["x"] == ["Unknown field."]


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "json",
    ],
)
def test_another_media_type_is_415(anonymous: Caller, kind: str | None) -> None:
    response = send(anonymous, b"{}", kind)
    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind",
    ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF8"'],
)
def test_json_in_utf8_is_read(anonymous: Caller, kind: str) -> None:
    assert send(anonymous, b"{}", kind).json["code"] == "validation_failed"


def test_no_body_is_an_empty_object_where_nothing_in_it_is_required(app: Flask, admin: Caller) -> None:
    optional = [route for route in protected(app) if route.operation.body and not route.operation.needs_body]
    assert "/api/credito/prestamos/<id:prestamo_id>/aprobar" in {route.path for route in optional}
    assert {route.method for route in optional} == {"POST"}
    for route in (one for one in optional if one.operation.upload is None):
        none, empty = admin.send("POST", route.address), admin.send("POST", route.address, json={})
        assert none.status_code == empty.status_code != 415, route.name
        assert send(admin, b"{}", "text/plain", route.address).status_code == 415, route.name


def test_no_body_is_415_where_something_is_required(anonymous: Caller) -> None:
    assert anonymous.send("POST", LOGIN).status_code == 415


@pytest.mark.parametrize("size", [MEGABYTE + 1, 10 * MEGABYTE])
def test_more_than_a_megabyte_is_413(anonymous: Caller, size: int) -> None:
    response = send(anonymous, b'"' + b"x" * (size - 2) + b'"')
    assert (response.status_code, response.json["code"]) == (413, "too_large")


def test_a_megabyte_is_read(anonymous: Caller) -> None:
    assert send(anonymous, b'"' + b"x" * (MEGABYTE - 2) + b'"').status_code == 400


class Connection(io.BytesIO):
    """A body on a connection that stays open: whoever reads more than was sent would wait for ever."""

    def read(self, size: int | None = -1) -> bytes:
        assert self.tell() < len(self.getvalue()), "read past the end of the body"
        return super().read(size)


def test_a_body_that_was_read_is_not_read_again(anonymous: Caller) -> None:
    body = Connection(b'{"username": "nobody", "password": "%s"}' % SECRET.encode())
    length = {"Content-Length": str(len(body.getvalue())), "Content-Type": "application/json"}
    assert anonymous.send("POST", LOGIN, input_stream=body, headers=length).status_code == 401


def test_an_unread_body_is_discarded(anonymous: Caller) -> None:
    body = Connection(b"x" * 1000)
    anonymous.send("POST", "/api/nowhere", input_stream=body, headers={"Content-Length": "1000"})
    assert body.tell() == 1000


def test_a_get_with_a_body_answers_as_without(user: Caller) -> None:
    response = user.send("GET", "/api/clients", data=b"[" * 100, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_unknown_fields_are_named(user: Caller) -> None:
    new = {"name": "a", "start_date": "2025-01-01", "nombre": "b", "": 1}
    assert set(user.post("/api/clients", new, expect=400)["errors"]) == {"nombre", ""}


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_a_read_only_field_is_ignored(user: Caller, field: str) -> None:
    before = user.post("/api/clients", {"name": "a", "start_date": "2025-01-01"})["data"]
    after = user.put(f"/api/clients/{before['id']}", {field: "1999-01-01T00:00:00Z"})["data"]
    assert after == before


@pytest.mark.parametrize("field", ["version", "password_hash", "permissions"])
def test_unknown_fields_cant_be_assigned(admin: Caller, field: str) -> None:
    me = admin.get("/api/auth/me")["data"]["id"]
    assert list(admin.put(f"/api/users/{me}", {field: 1}, expect=400)["errors"]) == [field]


class Unread(io.RawIOBase):
    """A body that arrives slowly, for many requests; counts how many read it at once."""

    def __init__(self) -> None:
        self.guard, self.readers, self.most = Lock(), 0, 0

    def read(self, size: int = -1, /) -> bytes:
        with self.guard:
            self.readers += 1
            self.most = max(self.most, self.readers)
        time.sleep(0.02)
        with self.guard:
            self.readers -= 1
        return b"x" * size


@pytest.mark.parametrize(("addresses", "most"), [(1, 1), (20, 2)])
def test_few_large_bodies_that_nobody_reads_are_dropped_at_a_time(app: Flask, addresses: int, most: int) -> None:
    body = Unread()

    def refused(number: int) -> int:
        environ = {"wsgi.input": body, "CONTENT_LENGTH": "1000000", "REMOTE_ADDR": f"192.0.2.{number % addresses}"}
        status: int = app.test_client().post("/api/nothing", environ_overrides=environ).status_code
        return status

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(refused, range(20))) == [404] * 20
    assert body.most == most
