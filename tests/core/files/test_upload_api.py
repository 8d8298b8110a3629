"""Uploads over the API."""

import hashlib
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.files.models import StoredFile
from app.infra.db import db
from app.infra.storage import LocalStorage
from tests.factories import files
from tests.factories.documents import upload
from tests.factories.files import PDF, SAMPLES, form, form_of, part
from tests.support import Caller

BOUNDARY = "----fresco"


def rows(app: Flask) -> int:
    """Number of rows of files."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredFile)) or 0


def bytes_kept(store: LocalStorage) -> list[str]:
    """All paths in the store."""
    return sorted(path for path, _ in store.listing())


def nothing_kept(app: Flask, store: LocalStorage) -> bool:
    """Whether neither a row nor a content was stored."""
    return (rows(app), bytes_kept(store)) == (0, [])


def test_an_upload_answers_where_the_file_is(user: Caller, app: Flask, store: LocalStorage) -> None:
    response = user.send("POST", "/api/upload", **form())
    answer = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == answer["file_url"] == f"/api/files/{answer['id']}"
    assert bytes_kept(store) == [answer["file_path"]]
    assert b"".join(store.read(answer["file_path"], 0, 10_000)) == PDF
    with app.app_context():
        row = db.session.get(StoredFile, answer["id"])
        assert row is not None
        assert (row.original_name, row.content_type) == ("contrato.pdf", "application/pdf")
        assert (row.size, row.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
        assert row.uploaded_by is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_is_taken_and_comes_back_as_it_was(user: Caller, name: str) -> None:
    answer = upload(user, SAMPLES[name], name)
    assert user.send("GET", answer["file_url"]).data == SAMPLES[name]


def test_the_stored_name_reveals_nothing_of_the_original(user: Caller) -> None:
    answer = upload(user, PDF, "nómina secreta.PDF")
    assert re.fullmatch(r"\d{4}/\d{2}/[0-9a-f]{32}\.pdf", answer["file_path"])
    assert answer["original_name"] == "nómina secreta.PDF"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("发票.pdf", "发票.pdf"),
        ("Acta 3.2 final.pdf", "Acta 3.2 final.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        ("abc\u202etxt.pdf", "abctxt.pdf"),
        ("a\x7f\x01b\u200b.pdf", "ab.pdf"),
        ("CON.pdf", "CON.pdf"),
        ("a.pdf. ", "a.pdf"),
        ("x" * 251 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_kept_for_display_without_paths_and_tricks(
    user: Caller, store: LocalStorage, given: str, shown: str
) -> None:
    answer = upload(user, PDF, given)
    assert answer["original_name"] == shown
    assert bytes_kept(store) == [answer["file_path"]]


@pytest.mark.parametrize(
    "name",
    [
        "contrato",
        "contrato.exe",
        "contrato.pdf.exe",
        "contrato.pdf.html",
        "foto.svg",
        "datos.zip",
        "macro.docm",
        "CON",
        ".htaccess",
        ".pdf",
        "../../x",
        "..\\x",
        "fac\u202efdp.exe",
        "发票",
        "x" * 300 + ".pdf",
    ],
)
def test_a_name_of_another_kind_is_refused(user: Caller, app: Flask, store: LocalStorage, name: str) -> None:
    assert list(upload(user, PDF, name, expect=400)["errors"]) == ["file"]
    assert nothing_kept(app, store)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", b"%"),
        ("a.pdf", b"<html></html>"),
        ("a.png", files.huge_png(20_000)),
        ("a.jpg", SAMPLES["logo.png"]),
        ("a.txt", b"#!/bin/sh\n"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00"),
        ("a.docx", files.archive({"a.txt": b"a"})),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        ("a.html.pdf", b"<html></html>"),
    ],
)
def test_content_that_contradicts_its_name_is_refused(
    user: Caller, app: Flask, store: LocalStorage, name: str, content: bytes
) -> None:
    assert list(upload(user, content, name, expect=400)["errors"]) == ["file"]
    assert nothing_kept(app, store)


def raw(user: Caller, body: bytes, **headers: str) -> Any:
    """An upload, spelled out."""
    sent = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    return user.send("POST", "/api/upload", data=body, headers=sent)


def one_part(disposition: bytes, content: bytes = PDF, more: bytes = b"", boundary: str = BOUNDARY) -> bytes:
    """A form of one part."""
    line = f"--{boundary}".encode()
    head = b'Content-Disposition: form-data; name="file"; ' + disposition + b"\r\n" + more
    return line + b"\r\n" + head + b"\r\n" + content + b"\r\n" + line + b"--\r\n"


@pytest.mark.parametrize(
    "disposition",
    [b'filename="a.pdf\x00.html"', b'filename="a\x00.pdf"', b"filename*=UTF-8''a.pdf%00.html"],
)
def test_a_name_with_a_nul_is_refused(user: Caller, disposition: bytes) -> None:
    assert raw(user, one_part(disposition)).status_code == 400


def test_a_declared_type_is_not_believed(user: Caller) -> None:
    lie = b"Content-Type: text/html\r\n\tX-Evil: yes\r\n"
    answer = raw(user, one_part(b'filename="a.pdf"', more=lie))
    assert answer.status_code == 201
    assert answer.get_json()["content_type"] == "application/pdf"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no form at all",
        one_part(b'filename="a.pdf"')[:-30],
        one_part(b"")[:-30],
        one_part(b'filename=""'),
        one_part(b""),
        f"--{BOUNDARY}--\r\n".encode(),
        b"\x00" * 1000,
    ],
)
def test_a_broken_form_is_a_refusal(user: Caller, app: Flask, store: LocalStorage, body: bytes) -> None:
    assert raw(user, body).status_code == 400
    assert nothing_kept(app, store)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_only_a_form_is_taken(user: Caller, content_type: str) -> None:
    response = user.send("POST", "/api/upload", data=b"{}", headers={"Content-Type": content_type})
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "file"),
        ({"file": "text"}, "file"),
        ({"file": part(PDF), "name": "more"}, "name"),
        ({"file": part(PDF), "other": part(PDF)}, "other"),
        ({"file": [part(PDF), part(PDF)]}, "file"),
    ],
)
def test_a_form_holds_one_file_and_nothing_else(
    user: Caller, app: Flask, store: LocalStorage, data: dict[str, Any], named: str
) -> None:
    response = user.send("POST", "/api/upload", **form_of(data))
    assert response.status_code == 400
    assert named in response.get_json()["errors"]
    assert nothing_kept(app, store)


@pytest.mark.parametrize(
    "data",
    [
        {f"field{n}": "x" for n in range(2_000)},
        {f"field{n}": part(b"x", "x.txt") for n in range(2_000)},
        {"field": "x" * 600_000},
    ],
    ids=["2,000 fields", "2,000 files", "600 kB field"],
)
def test_a_form_without_measure_is_too_large(user: Caller, data: dict[str, Any]) -> None:
    response = user.send("POST", "/api/upload", **form_of(data))
    assert (response.status_code, response.get_json()["code"]) == (413, "too_large")


def text_of(size: int) -> bytes:
    """A text file."""
    return b"ten bytes\n" * (size // 10) + b"x" * (size % 10)


@pytest.mark.parametrize(("over", "status"), [(0, 201), (1, 413), (2 * 1024 * 1024, 413)])
def test_the_limit_is_exact(user: Caller, app: Flask, store: LocalStorage, over: int, status: int) -> None:
    answer = upload(user, text_of(10 * 1024 * 1024 + over), "a.txt", expect=status)
    assert (status == 413) == ("10 MB" in answer.get("detail", ""))
    assert nothing_kept(app, store) == (status == 413)


def test_a_viewer_reads_and_does_not_upload(user: Caller, viewer: Caller) -> None:
    answer = upload(user)
    assert viewer.send("GET", answer["file_url"]).data == PDF
    assert upload(viewer, expect=403)["code"] == "forbidden"


def test_without_a_token_nothing_is_taken_or_given(user: Caller, anonymous: Caller, store: LocalStorage) -> None:
    answer = upload(user)
    assert anonymous.send("GET", answer["file_url"]).status_code == 401
    upload(anonymous, expect=401)
    assert bytes_kept(store) == [answer["file_path"]]


def test_the_same_key_and_file_is_uploaded_once_however_it_is_spelled(
    user: Caller, app: Flask, store: LocalStorage
) -> None:
    keyed = user.with_headers(Idempotency_Key="k")
    first = keyed.send("POST", "/api/upload", **form())
    second = keyed.send(
        "POST",
        "/api/upload",
        data=one_part(b'filename="contrato.pdf"', boundary="another"),
        headers={"Content-Type": "multipart/form-data; boundary=another"},
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.get_json() == first.get_json()
    assert second.headers["Location"] == first.headers["Location"]
    assert (rows(app), len(bytes_kept(store))) == (1, 1)


@pytest.mark.parametrize(("content", "name"), [(PDF + b"\n", "contrato.pdf"), (PDF, "other.pdf")])
def test_the_same_key_for_another_file_is_refused(user: Caller, app: Flask, content: bytes, name: str) -> None:
    keyed = user.with_headers(Idempotency_Key="k")
    upload(keyed)
    assert upload(keyed, content, name, expect=422)["code"] == "idempotency_key_reused"
    assert rows(app) == 1


def test_the_same_file_twice_is_two_files(user: Caller, app: Flask, store: LocalStorage) -> None:
    first, second = upload(user), upload(user)
    assert first["file_path"] != second["file_path"]
    assert (rows(app), len(bytes_kept(store))) == (2, 2)
