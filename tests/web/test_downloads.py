"""Files going out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask

from app.infra.storage import LocalStorage
from tests.factories.clients import ClientFactory
from tests.factories.documents import add_document, upload
from tests.factories.files import PDF, SAMPLES, StoredFileFactory, storing_in_folder
from tests.support import Caller

SIZE = len(PDF)


@pytest.fixture(autouse=True)
def store(app: Flask, tmp_path: Path) -> Iterator[LocalStorage]:
    """An empty folder."""
    with storing_in_folder(app, tmp_path / "files") as empty:
        yield empty


@pytest.fixture
def file(user: Caller) -> dict[str, Any]:
    """An uploaded PDF."""
    return upload(user)


def fetch(caller: Caller, file: dict[str, Any], method: str = "GET", **headers: str) -> Any:
    """The answer for this file."""
    return caller.send(
        method, file["file_url"], buffered=True, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_a_whole_file_comes_with_its_length_and_version(user: Caller, file: dict[str, Any]) -> None:
    response = fetch(user, file)
    assert (response.status_code, response.data) == (200, PDF)
    assert response.headers["Content-Length"] == str(SIZE)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"].strip('"')
    assert fetch(user, file).headers["ETag"] == response.headers["ETag"]
    assert fetch(user, upload(user, PDF + b"\n")).headers["ETag"] != response.headers["ETag"]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-9"}, {"Accept": "text/html"}])
def test_nothing_that_goes_out_can_run_in_a_browser(user: Caller, name: str, asked: dict[str, str]) -> None:
    file = upload(user, SAMPLES[name], name)
    response = fetch(user, file, **asked)
    headers = response.headers
    inline = name.endswith((".pdf", ".png", ".jpg", ".JPEG", ".webp"))
    assert headers["Content-Type"] == file["content_type"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Disposition"].split(";")[0] == ("inline" if inline else "attachment")
    assert response.data == SAMPLES[name][:10] if "Range" in asked else SAMPLES[name]


def test_head_gives_the_headers_alone(user: Caller, file: dict[str, Any]) -> None:
    whole, head = fetch(user, file), fetch(user, file, "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=0-0", 0, 1),
        ("bytes=5-", 5, SIZE),
        ("bytes=-5", SIZE - 5, SIZE),
        ("bytes=-100000", 0, SIZE),
        ("bytes=0-100000", 0, SIZE),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE),
    ],
)
def test_a_requested_range_is_sent(user: Caller, file: dict[str, Any], asked: str, start: int, stop: int) -> None:
    response = fetch(user, file, Range=asked)
    assert (response.status_code, response.data) == (206, PDF[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.headers["ETag"] == fetch(user, file).headers["ETag"]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=99999999999999999999-"])
def test_a_range_behind_the_end_is_refused_with_the_length(user: Caller, file: dict[str, Any], asked: str) -> None:
    response = fetch(user, file, Range=asked)
    assert response.status_code == 416
    assert response.content_type == "application/problem+json"
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"
    assert response.get_json()["status"] == 416


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,3-4",
        "bytes=5-2",
        "bytes=abc",
        "lines=0-1",
        "bytes",
        "",
        "bytes=٣-",
        "bytes=--1",
        "bytes=0x1-",
        "bytes=-0",
    ],
)
def test_a_range_that_is_not_understood_gives_the_whole(user: Caller, file: dict[str, Any], asked: str) -> None:
    response = fetch(user, file, Range=asked.encode().decode("latin-1"))
    assert (response.status_code, response.data) == (200, PDF)


def test_a_range_of_the_known_version_is_given_and_of_another_the_whole(user: Caller, file: dict[str, Any]) -> None:
    etag = fetch(user, file).headers["ETag"]
    assert fetch(user, file, Range="bytes=0-1", If_Range=etag).status_code == 206
    for other in ('"another"', "Wed, 21 Oct 2026 07:28:00 GMT", "nonsense"):
        assert fetch(user, file, Range="bytes=0-1", If_Range=other).data == PDF


@pytest.mark.parametrize(
    "name",
    [
        "发票.pdf",
        "nómina ñandú.pdf",
        'a"; filename="b.exe".pdf',
        "a\r\nSet-Cookie: evil=1.pdf",
        "a\x00\x1f\x7f.pdf",
        "100%41.pdf",
        "a\\b.pdf",
        "a;b,c.pdf",
        "'.pdf",
        "\U0001f4c4.pdf",
    ],
)
def test_no_name_breaks_its_header(user: Caller, file: dict[str, Any], store: LocalStorage, name: str) -> None:
    row = StoredFileFactory(path=f"2026/01/{'0f' * 16}.pdf", original_name=name.replace("\x00", ""))
    (store.root / "2026/01").mkdir(parents=True, exist_ok=True)
    (store.root / row.path).write_bytes(PDF)
    response = user.send("GET", f"/api/files/{row.id}", buffered=True)
    disposition = response.headers["Content-Disposition"]
    parts = re.fullmatch(r"inline; filename=\"[ -~]*\"; filename\*=UTF-8''([\w.%~-]*)", disposition, re.ASCII)
    assert response.status_code == 200
    assert parts is not None
    assert '"' not in disposition.split('"', 1)[1].rsplit('"', 1)[0]
    assert unquote(parts[1]) == row.original_name
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path", ["/api/files/999999", "/api/files/0", "/api/files/abc", "/api/files/", "/api/files/1/.."]
)
def test_a_file_that_is_not_there_is_not_found(user: Caller, path: str) -> None:
    assert user.send("GET", path).status_code == 404


def test_only_who_is_known_may_fetch(anonymous: Caller, viewer: Caller, file: dict[str, Any]) -> None:
    assert fetch(viewer, file).status_code == 200
    refused = fetch(anonymous, file)
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    assert fetch(anonymous, file, "HEAD").status_code == 401
    assert anonymous.send(
        "GET", file["file_url"], query_string={"jwt": viewer.headers["Authorization"]}
    ).status_code in {400, 401}


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-9"}])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_whose_bytes_are_gone_is_not_found(
    user: Caller, file: dict[str, Any], store: LocalStorage, method: str, asked: dict[str, str]
) -> None:
    store.delete(file["file_path"])
    assert fetch(user, file, method, **asked).status_code == 404


def test_a_download_is_completed_though_the_file_is_deleted_meanwhile(user: Caller, store: LocalStorage) -> None:
    content = b"line\n" * 300_000
    owner = f"clients/{ClientFactory().id}"
    document = add_document(user, owner, PDF.replace(b"trailer", content + b"trailer"))
    response = user.send("GET", document["file_url"], buffered=False)
    pieces = response.iter_encoded()
    received = next(pieces)
    user.delete(f"/api/{owner}/documents/{document['id']}")
    assert list(store.listing()) == []
    received += b"".join(pieces)
    assert content in received
    assert len(received) == int(response.headers["Content-Length"])
    assert user.send("GET", document["file_url"]).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_are_only_fetched(user: Caller, file: dict[str, Any], method: str) -> None:
    response = user.send(method, file["file_url"])
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
