"""Documents of clients and projects over the API."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.files.models import StoredFile
from app.infra.db import db
from app.infra.storage import LocalStorage
from app.suites.fresco.documents.models import Document
from tests.factories.clients import ClientFactory
from tests.factories.documents import add_document
from tests.factories.files import PDF, SAMPLES, form, form_of, part
from tests.support import Caller

KINDS = ("clients", "projects")
FIELDS = {"name": "Contrato marco", "type": "Contrato"}


def new_owner(caller: Caller, kind: str) -> str:
    """Path of a new client or project, like `clients/1`."""
    client = ClientFactory()
    if kind == "clients":
        return f"clients/{client.id}"
    return new_project(caller, client.id)


def new_project(caller: Caller, client_id: int) -> str:
    """Path of a new project of this client."""
    values = {"client_id": client_id, "name": "Portal", "description": "Un portal", "start_date": "2026-01-15"}
    return f"projects/{caller.post('/api/projects', values)['data']['id']}"


@pytest.fixture(params=KINDS)
def owner(request: pytest.FixtureRequest, user: Caller) -> str:
    """A client, and a project."""
    return new_owner(user, request.param)


def kept(app: Flask, store: LocalStorage) -> tuple[int, int, int]:
    """Numbers of documents, rows of files, and files."""
    with app.app_context():
        rows = [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Document, StoredFile)]
    return rows[0], rows[1], len(list(store.listing()))


def send(caller: Caller, owner: str, expect: int, **fields: Any) -> Any:
    """An attempt to add a document; bytes are sent as files, None is left out."""
    given = {**FIELDS, "file": PDF, **fields}
    sent = {
        name: part(value) if isinstance(value, bytes) else value for name, value in given.items() if value is not None
    }
    response = caller.send("POST", f"/api/{owner}/documents", **form_of(sent))
    assert response.status_code == expect, response.get_data(as_text=True)
    return response.get_json()


def test_a_document_is_added_with_its_file(user: Caller, owner: str) -> None:
    response = user.send("POST", f"/api/{owner}/documents", **form(**FIELDS))
    made = response.get_json()["data"]
    kind, owner_id = owner.split("/")
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/{owner}/documents/{made['id']}"
    assert (made["entity_type"], made["entity_id"]) == (kind.removesuffix("s"), int(owner_id))
    assert (made["name"], made["type"]) == ("Contrato marco", "Contrato")
    assert user.send("GET", made["file_url"]).data == PDF


def test_a_document_is_where_its_location_says(user: Caller, owner: str) -> None:
    made = add_document(user, owner)
    response = user.send("GET", f"/api/{owner}/documents/{made['id']}")
    assert response.get_json()["data"] == made
    assert response.headers["ETag"]


def test_the_documents_of_an_owner_are_listed_and_no_others(user: Caller, owner: str) -> None:
    for other in (new_owner(user, "clients"), new_owner(user, "projects")):
        add_document(user, other)
    made = [add_document(user, owner, name=f"{n}") for n in range(3)]
    listed = user.get(f"/api/{owner}/documents")
    assert listed["data"] == made
    assert listed["pagination"] == {"page": 1, "per_page": 100, "total": 3, "pages": 1}


def test_documents_are_paged_and_sorted(user: Caller, owner: str) -> None:
    made = [add_document(user, owner, name=name)["id"] for name in ("B", "á", "C")]
    page = user.get(f"/api/{owner}/documents", sort="name", per_page=2, page=1)
    assert [row["id"] for row in page["data"]] == [made[1], made[0]]
    assert user.get(f"/api/{owner}/documents", per_page=1000)["pagination"]["per_page"] == 1000
    user.get(f"/api/{owner}/documents", per_page=1001, expect=400)
    user.get(f"/api/{owner}/documents", typ="RUT", expect=400)


@pytest.mark.parametrize("kind", ["RUT", "Cámara de Comercio", "NDA", "Contrato", "Factura", "Otro"])
def test_every_type_of_document_is_taken(user: Caller, owner: str, kind: str) -> None:
    assert add_document(user, owner, type=kind)["type"] == kind


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": ["a", "b"]}, "name"),
        ({"type": None}, "type"),
        ({"type": "contrato"}, "type"),
        ({"file": None}, "file"),
        ({"file": b""}, "file"),
        ({"file": SAMPLES["logo.png"]}, "file"),
        ({"client_id": "7"}, "client_id"),
        ({"other": PDF}, "other"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    user: Caller, app: Flask, store: LocalStorage, fields: dict[str, Any], named: str
) -> None:
    owner = new_owner(user, "clients")
    assert named in send(user, owner, 400, **fields)["errors"]
    assert kept(app, store) == (0, 0, 0)


@pytest.mark.parametrize("owner", ["clients/999999", "projects/999999", "clients/9223372036854775808", "clients/0"])
def test_a_file_without_a_row_is_not_found(user: Caller, app: Flask, store: LocalStorage, owner: str) -> None:
    user.get(f"/api/{owner}/documents", expect=404)
    send(user, owner, 404)
    user.get(f"/api/{owner}/documents/1", expect=404)
    user.delete(f"/api/{owner}/documents/1", expect=404)
    assert kept(app, store) == (0, 0, 0)


def test_a_document_is_reached_through_its_own_owner_only(user: Caller, owner: str) -> None:
    document = add_document(user, owner)
    number = owner.split("/")[1]
    for other in (new_owner(user, "clients"), new_owner(user, "projects"), f"clients/{number}", f"projects/{number}"):
        if other != owner:
            user.get(f"/api/{other}/documents/{document['id']}", expect=404)
            user.delete(f"/api/{other}/documents/{document['id']}", expect=404)
    assert user.get(f"/api/{owner}/documents")["data"] == [document]


def test_a_deleted_document_takes_its_file_along(user: Caller, owner: str, app: Flask, store: LocalStorage) -> None:
    gone, stays = add_document(user, owner), add_document(user, owner)
    assert user.delete(f"/api/{owner}/documents/{gone['id']}") == {"message": "Document deleted"}
    user.delete(f"/api/{owner}/documents/{gone['id']}", expect=404)
    assert user.send("GET", gone["file_url"]).status_code == 404
    assert user.send("GET", stays["file_url"]).data == PDF
    assert kept(app, store) == (1, 1, 1)


def test_a_deleted_owner_takes_its_documents_along(user: Caller, owner: str, app: Flask, store: LocalStorage) -> None:
    for _ in range(3):
        add_document(user, owner)
    other = add_document(user, new_owner(user, "clients"))
    user.delete(f"/api/{owner}")
    assert kept(app, store) == (1, 1, 1)
    assert user.send("GET", other["file_url"]).data == PDF


def test_a_client_that_stays_keeps_its_documents(user: Caller, app: Flask, store: LocalStorage) -> None:
    client = new_owner(user, "clients")
    documents = [add_document(user, client) for _ in range(3)]
    new_project(user, int(client.split("/")[1]))
    user.delete(f"/api/{client}", expect=409)
    assert user.get(f"/api/{client}/documents")["data"] == documents
    assert [user.send("GET", document["file_url"]).data for document in documents] == [PDF] * 3
    assert kept(app, store) == (3, 3, 3)


def test_a_stale_deletion_changes_nothing(user: Caller, owner: str, app: Flask, store: LocalStorage) -> None:
    document = add_document(user, owner)
    user.delete(f"/api/{owner}/documents/{document['id']}", expect=412, If_Match='"7"')
    assert kept(app, store) == (1, 1, 1)


def test_a_viewer_reads_and_does_not_write(user: Caller, viewer: Caller, owner: str) -> None:
    document = add_document(user, owner)
    assert viewer.get(f"/api/{owner}/documents")["data"] == [document]
    assert viewer.send("GET", document["file_url"]).data == PDF
    assert send(viewer, owner, 403)["code"] == "forbidden"
    viewer.delete(f"/api/{owner}/documents/{document['id']}", expect=403)


def test_without_a_token_there_is_nothing(user: Caller, anonymous: Caller, owner: str) -> None:
    document = add_document(user, owner)
    anonymous.get(f"/api/{owner}/documents", expect=401)
    send(anonymous, owner, 401)
    anonymous.delete(f"/api/{owner}/documents/{document['id']}", expect=401)


def test_the_same_key_adds_one_document(user: Caller, owner: str, app: Flask, store: LocalStorage) -> None:
    keyed = user.with_headers(Idempotency_Key="k")
    first, second = (keyed.send("POST", f"/api/{owner}/documents", **form(**FIELDS)) for _ in range(2))
    assert first.get_json() == second.get_json()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert kept(app, store) == (1, 1, 1)


@pytest.mark.parametrize("changed", [{"name": "Otro contrato"}, {"file": PDF + b"\n"}])
def test_the_same_key_for_another_document_is_refused(
    user: Caller, app: Flask, store: LocalStorage, changed: dict[str, Any]
) -> None:
    owner = new_owner(user, "clients")
    keyed = user.with_headers(Idempotency_Key="k")
    add_document(keyed, owner)
    assert send(keyed, owner, 422, **changed)["code"] == "idempotency_key_reused"
    assert kept(app, store) == (1, 1, 1)
