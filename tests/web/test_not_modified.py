"""If-None-Match with the latest version gets 304."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.factories.documents import upload
from tests.factories.files import storing_in_folder
from tests.support import Caller

MATCHING = ["{tag}", "W/{tag}", "*", '"x", {tag}', 'W/"x", W/{tag}', '{tag},"x"', '"a,b", {tag}']
OTHER = ['"x"', 'W/"x"', '"x", "y"', "", ",", '"*"', "W/*", "é"]


@pytest.fixture(autouse=True)
def _store(app: Flask, tmp_path: Path) -> Iterator[None]:
    """An empty folder for files."""
    with storing_in_folder(app, tmp_path / "files"):
        yield


@pytest.fixture(params=["client", "file", "file by path"])
def path(request: pytest.FixtureRequest, user: Caller) -> str:
    """Path of a versioned resource."""
    if request.param == "client":
        return f"/api/clients/{ClientFactory().id}"
    file = upload(user)
    return str(file["file_url"]) if request.param == "file" else f"/api/files/{file['file_path']}"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("condition", MATCHING)
def test_the_latest_version_is_not_sent_again(user: Caller, path: str, condition: str, method: str) -> None:
    first = user.send("GET", path, buffered=True)
    tag = first.headers["ETag"]
    again = user.send(method, path, headers={"If-None-Match": condition.format(tag=tag)})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert {"Content-Type", "Content-Length", "Content-Disposition"} & set(again.headers.keys()) == set()


@pytest.mark.parametrize("condition", OTHER)
def test_another_version_is_sent_whole(user: Caller, path: str, condition: str) -> None:
    whole = user.send("GET", path, buffered=True)
    found = user.send("GET", path, buffered=True, headers={"If-None-Match": condition.encode().decode("latin-1")})
    assert (found.status_code, found.data) == (200, whole.data)


def test_a_changed_version_is_sent(user: Caller) -> None:
    path = f"/api/clients/{ClientFactory().id}"
    known = user.send("GET", path).headers["ETag"]
    user.put(path, {"name": "after"})
    assert user.get(path)["data"]["name"] == "after"
    assert user.send("GET", path, headers={"If-None-Match": known}).status_code == 200


def test_a_part_of_what_one_has_is_not_sent_either(user: Caller) -> None:
    path = upload(user)["file_url"]
    tag = user.send("GET", path, buffered=True).headers["ETag"]
    for part in ("bytes=0-9", "bytes=99999999-"):
        assert user.send("GET", path, headers={"If-None-Match": tag, "Range": part}).status_code == 304
    other = {"If-None-Match": '"x"', "Range": "bytes=0-9"}
    assert user.send("GET", path, buffered=True, headers=other).status_code == 206


def test_only_authorized_callers_read_the_metrics(anonymous: Caller, viewer: Caller, path: str) -> None:
    any_version = {"If-None-Match": "*"}
    assert viewer.send("GET", path, headers=any_version).status_code == 304
    assert anonymous.send("GET", path, headers=any_version).status_code == 401
    assert viewer.send("GET", f"/api/users/{UserFactory().id}", headers=any_version).status_code == 403
    for missing in ("/api/clients/999999", "/api/files/999999"):
        assert viewer.send("GET", missing, headers=any_version).status_code == 404


def test_changes_go_ahead(user: Caller) -> None:
    client = {"name": "a", "start_date": "2025-01-01"}
    made = user.post("/api/clients", client, If_None_Match="*")["data"]
    path = f"/api/clients/{made['id']}"
    tag = user.send("GET", path).headers["ETag"]
    assert user.put(path, {"name": "b"}, If_None_Match="*")["data"]["name"] == "b"
    user.delete(path, If_None_Match=tag)
    assert user.send("GET", path, headers={"If-None-Match": "*"}).status_code == 404
