"""Which requests under a key are the same, and how their answers are sealed."""

import hashlib
import io
import json
from base64 import urlsafe_b64encode
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from app.kernel.files import JudgedFile
from app.web.idempotency import _fingerprint, _seal

SECRET = "a secret of tests, and of nothing else"


@pytest.fixture
def flask() -> Flask:
    made = Flask(__name__)
    made.config["SECRET_KEY"] = SECRET
    return made


def fingerprint(flask: Flask, query: str = "", content: Any = None, file: JudgedFile | None = None) -> bytes:
    with flask.test_request_context(f"/?{query}"):
        return _fingerprint(content, file)


def file(content: bytes, name: str = "a.pdf") -> JudgedFile:
    digest = hashlib.sha256(content).hexdigest()
    return JudgedFile("file", name, io.BytesIO(content), "application/pdf", len(content), digest)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"query": "x=1"}, {"query": "x=2"}),
        ({"query": "x=1"}, {"query": "y=1"}),
        ({"query": "x=1&x=2"}, {"query": "x=1&x=3"}),
        ({"content": {"a": 1}}, {"content": {"a": 2}}),
        ({"content": {"a": Decimal("1.0")}}, {"content": {"a": Decimal("1.5")}}),
        ({"content": ["a", "b"]}, {"content": ["b", "a"]}),
        ({"content": None}, {"content": {}}),
        ({"content": {}}, {"content": {}, "file": file(b"")}),
        ({"file": file(b"a")}, {"file": file(b"b")}),
        ({"file": file(b"a")}, {"file": file(b"a", "b.pdf")}),
    ],
)
def test_requests_that_differ_have_other_fingerprints(flask: Flask, one: Any, other: Any) -> None:
    assert fingerprint(flask, **one) != fingerprint(flask, **other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"query": "a=1&b=2"}, {"query": "b=2&a=1"}),
        ({"content": {"a": 1, "b": Decimal("0.10")}}, {"content": {"b": Decimal("0.10"), "a": 1}}),
        ({"file": file(b"a")}, {"file": file(b"a")}),
    ],
)
def test_the_same_request_has_one_fingerprint_however_it_is_spelled(flask: Flask, one: Any, other: Any) -> None:
    assert fingerprint(flask, **one) == fingerprint(flask, **other)


def test_the_fingerprint_is_keyed_by_the_hash_of_the_secret(flask: Flask) -> None:
    """Written out, for an answer that was kept before an upgrade must be found after it."""
    known = [[["x", "1"]], {"a": 1}, f"a.pdf:{hashlib.sha256(b'content').hexdigest()}"]
    keyed = hashlib.blake2b(json.dumps(known).encode(), key=hashlib.sha256(SECRET.encode()).digest())
    assert fingerprint(flask, "x=1", {"a": 1}, file(b"content")) == keyed.digest()


def test_answers_are_sealed_with_a_key_of_their_own_made_of_the_secret(flask: Flask) -> None:
    ours = Fernet(urlsafe_b64encode(hashlib.sha256(f"idempotency:{SECRET}".encode()).digest()))
    with flask.app_context():
        assert ours.decrypt(_seal().encrypt(b"an answer")) == b"an answer"
