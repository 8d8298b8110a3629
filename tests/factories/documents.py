"""Documents, made over the API, so that their bytes are where they belong."""

from typing import Any

from tests.factories.files import PDF, form
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
