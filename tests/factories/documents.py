"""Documents, made over the API, so that their bytes are where they belong."""

from functools import partial
from typing import Any

import factory

from app.suites.fresco.documents.models import Document
from app.suites.fresco.documents.rules import DocumentType
from tests.factories import Examples, RowFactory, Sent
from tests.factories.clients import ClientFactory
from tests.factories.files import PDF, StoredFileFactory, form, form_of, part
from tests.factories.projects import ProjectFactory
from tests.support import Caller


def add_document(caller: Caller, owner: str, content: bytes = PDF, /, **fields: Any) -> dict[str, Any]:
    """A new document of `clients/1` or the like."""
    sent = form(content, **{"name": "Contrato marco", "type": "Contrato", **fields})
    response = caller.send("POST", f"/api/{owner}/documents", **sent)
    assert response.status_code == 201, response.get_data(as_text=True)
    made: dict[str, Any] = response.get_json()["data"]
    return made


def upload(caller: Caller, content: bytes = PDF, name: str = "contrato.pdf", expect: int = 201) -> dict[str, Any]:
    """Response of an upload."""
    response = caller.send("POST", "/api/upload", **form(content, name))
    assert response.status_code == expect, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()
    return answer


class DocumentFactory(RowFactory):
    """A document of a client, without bytes."""

    class Meta:
        model = Document

    class Params:
        file = factory.LazyFunction(StoredFileFactory)

    client_id = factory.LazyFunction(lambda: ClientFactory().id)
    file_path = factory.LazyAttribute(lambda document: document.file.path)
    file_id = factory.LazyAttribute(lambda document: document.file.id)
    name = "RUT"
    type = DocumentType.RUT


_OWNERS = {"client": ClientFactory, "project": ProjectFactory}


def _list(owner: str, caller: Caller) -> str:
    """Address of the documents of a new owner, of which there is one."""
    path = f"{owner}s/{_OWNERS[owner]().id}"
    add_document(caller, path)
    return f"/api/{path}/documents"


def _one(owner: str, caller: Caller) -> str:
    path = f"{owner}s/{_OWNERS[owner]().id}"
    return f"/api/{path}/documents/{add_document(caller, path)['id']}"


def _new(owner: str) -> Sent:
    sent = form_of({"name": "Contrato", "type": "Contrato", "file": part(PDF)})
    return f"/api/{owner}s/{_OWNERS[owner]().id}/documents", sent


EXAMPLES = Examples(
    rows={"Document": lambda: DocumentFactory().id},
    existing={
        "/api/clients/<id:client_id>/documents": partial(_list, "client"),
        "/api/clients/<id:client_id>/documents/<id:document_id>": partial(_one, "client"),
        "/api/projects/<id:project_id>/documents": partial(_list, "project"),
        "/api/projects/<id:project_id>/documents/<id:document_id>": partial(_one, "project"),
    },
    posts={
        "/api/clients/<id:client_id>/documents": partial(_new, "client"),
        "/api/projects/<id:project_id>/documents": partial(_new, "project"),
    },
)
