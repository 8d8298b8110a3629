"""Files are read by the readers of their rows; unattached ones by their uploaders, or the company's people."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import Base, db
from app.registry import MANIFESTS
from tests.access import ROLE_PERMISSIONS
from tests.architecture.routes import routes
from tests.core.files.conftest import OpenBook
from tests.factories.access import RoleFactory
from tests.factories.clients import ClientFactory
from tests.factories.documents import add_document, upload
from tests.factories.files import PDF, SAMPLES, form, form_of, part
from tests.support import Caller, sign_in

OWN_ADDRESSES = {
    "GET /api/company/logo",
    "GET /api/credito/clientes/<id:cliente_id>/comprobante",
    "GET /api/credito/clientes/<id:cliente_id>/ine",
    "GET /api/credito/clientes/<id:cliente_id>/pagare",
    "GET /api/credito/cortes/<id:corte_id>/gastos/<id:gasto_id>/comprobante",
    "GET /api/credito/visitas/<id:visita_id>/foto",
}
"""Routes of rows that serve their own files, whose readers the tests of their domains walk."""
SERVING = {"GET /api/files/<id:file_id>", "GET /api/files/<stored:path>"} | OWN_ADDRESSES
INCOME = {
    "description": "Aporte",
    "date": "2026-01-05",
    "amount": 10,
    "currency": "COP",
    "type": "Otro",
    "payment_method": "Efectivo",
}
EXPENSE = {
    "description": "Café",
    "date": "2026-01-05",
    "amount": 10,
    "currency": "COP",
    "category": "Oficina",
    "payment_method": "Efectivo",
}
READERS = frozenset({"admin", "user", "viewer"})
NO_FILES = "no-files"
"""A role of people who work here and may do everything but read files."""


@pytest.fixture
def callers(program: Flask) -> dict[str, Caller]:
    """A caller of each role."""
    able = sorted(ROLE_PERMISSIONS["admin"] - {"files:read"} | {"pages:write"})
    RoleFactory(code=NO_FILES, permissions=able)
    anonymous = Caller(program.test_client())
    return {role: sign_in(anonymous, role) for role in (*ROLE_PERMISSIONS, NO_FILES)}


def page(caller: Caller, book_id: int, content: bytes = PDF, expect: int = 201) -> dict[str, Any]:
    """A new page of a book, with its file."""
    response = caller.send("POST", f"/api/diaries/pages/{book_id}/uploaded", **form(content))
    assert response.status_code == expect, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()
    return answer


def addresses(file: dict[str, Any]) -> list[str]:
    return [f"/api/files/{file['id']}", f"/api/files/{file['file_path']}"]


def status_of(response: Any) -> int:
    response.close()
    return int(response.status_code)


def readers_of(file: dict[str, Any], callers: dict[str, Caller]) -> set[str]:
    """Roles whose caller gets the file, by each address, method and condition; all others learn nothing."""
    readers = set()
    for role, caller in callers.items():
        statuses = {
            status_of(caller.send(method, address, headers=headers))
            for method in ("GET", "HEAD")
            for address in addresses(file)
            for headers in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-0"})
        }
        if statuses == {200, 304, 206}:
            readers.add(role)
        else:
            assert statuses == {404}, (role, statuses)
            absent = caller.send("GET", "/api/files/987654321").get_json()
            refused = caller.send("GET", addresses(file)[0]).get_json()
            assert {**refused, "request_id": ""} == {**absent, "request_id": ""}
    return readers


def uploaded_by(role: str, callers: dict[str, Caller]) -> dict[str, Any]:
    return upload(callers[role])


def document_of(callers: dict[str, Caller]) -> dict[str, Any]:
    made = add_document(callers["user"], f"clients/{ClientFactory().id}")
    return {"id": made["file_url"].rpartition("/")[2], "file_path": made["file_path"]}


def with_receipt(path: str, body: dict[str, Any], callers: dict[str, Caller]) -> dict[str, Any]:
    sent = form_of({**body, "receipt": part(PDF, "recibo.pdf")})
    made = callers["user"].send("POST", path, **sent).get_json()["data"]
    return {"id": id_of(callers, made["receipt_path"]), "file_path": made["receipt_path"]}


def with_receipt_path(path: str, body: dict[str, Any], callers: dict[str, Caller]) -> dict[str, Any]:
    file = upload(callers["user"])
    callers["user"].post(path, {**body, "receipt_path": file["file_path"]})
    return file


def id_of(callers: dict[str, Caller], path: str) -> int:
    with callers["admin"].client.application.app_context():
        return int(db.session.scalar(text("SELECT id FROM stored_files WHERE path = :path"), {"path": path}) or 0)


def logo_of(callers: dict[str, Caller]) -> dict[str, Any]:
    response = callers["admin"].send("POST", "/api/upload", **form(SAMPLES["logo.png"], "logo.png"))
    file: dict[str, Any] = response.get_json()
    callers["admin"].put("/api/company", {"logo": file["id"]})
    return file


def test_the_walk_knows_every_route_that_serves_a_file(app: Flask) -> None:
    assert {route.name for route in routes(app) if route.operation.response.is_download} == SERVING


@pytest.mark.parametrize(
    ("made", "readers"),
    [
        (lambda callers: uploaded_by("admin", callers), READERS),
        (lambda callers: uploaded_by("user", callers), READERS),
        (lambda callers: uploaded_by("person", callers), {"person"}),
        (document_of, READERS),
        (lambda callers: with_receipt("/api/incomes", INCOME, callers), READERS),
        (lambda callers: with_receipt("/api/expenses", EXPENSE, callers), READERS),
        (lambda callers: with_receipt_path("/api/incomes", INCOME, callers), READERS),
        (logo_of, READERS),
    ],
    ids=["admin's", "user's", "person's", "document", "income", "expense", "attached income", "logo"],
)
def test_every_role_reads_what_it_may_and_nothing_else(
    program: Flask, callers: dict[str, Caller], made: Callable[[dict[str, Caller]], dict[str, Any]], readers: set[str]
) -> None:
    file = made(callers)
    assert readers_of(file, callers) == readers
    for address in addresses(file):
        assert Caller(program.test_client()).send("GET", address).status_code == 401


def test_the_logo_alone_needs_no_token(program: Flask, callers: dict[str, Caller]) -> None:
    logo_of(callers)
    assert Caller(program.test_client()).send("GET", "/api/company/logo").data == SAMPLES["logo.png"]


@pytest.mark.parametrize("writer", ["user", "person"])
def test_the_files_of_a_book_are_its_members(callers: dict[str, Caller], book: OpenBook, writer: str) -> None:
    own = book(callers[writer], callers["viewer"])
    assert readers_of(page(callers[writer], own), callers) == {writer, "viewer"}
    attached = upload(callers[writer])
    callers[writer].post(f"/api/diaries/pages/{own}", {"file_path": attached["file_path"]})
    assert readers_of(attached, callers) == {writer, "viewer"}


def test_a_suite_that_is_switched_off_shows_no_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch, program: Flask, callers: dict[str, Caller], book: OpenBook
) -> None:
    file = page(callers["admin"], book(callers["admin"]))
    readers = {name: reads for name, reads in program.config["FILE_READERS"].items() if name != "diaries.diaries"}
    monkeypatch.setitem(program.config, "FILE_READERS", readers)
    assert readers_of(file, callers) == set()


def test_nobody_attaches_a_file_that_they_may_not_read(callers: dict[str, Caller], book: OpenBook) -> None:
    secret = upload(callers["person"])["file_path"]
    for path, body in (("/api/incomes", INCOME), ("/api/expenses", EXPENSE)):
        assert list(callers["user"].post(path, {**body, "receipt_path": secret}, 400)["errors"]) == ["receipt_path"]
        made = callers["user"].post(path, body)["data"]["id"]
        if path == "/api/expenses":
            callers["user"].put(f"{path}/{made}", {"receipt_path": secret}, 400)
    logo = callers["person"].send("POST", "/api/upload", **form(SAMPLES["logo.png"], "logo.png")).get_json()["id"]
    assert list(callers["admin"].put("/api/company", {"logo": logo}, 400)["errors"]) == ["logo"]


def test_a_book_takes_only_what_its_uploader_brings(callers: dict[str, Caller], book: OpenBook) -> None:
    own, other = book(callers["user"]), book(callers["user"])
    pages, colleagues = f"/api/diaries/pages/{own}", upload(callers["admin"])["file_path"]
    callers["user"].post(pages, {"file_path": colleagues}, 400)
    callers["user"].post(pages, {"file_path": page(callers["user"], other)["file_path"]}, 400)
    callers["user"].post(pages, {"file_path": page(callers["user"], own)["file_path"]})


def test_a_receipt_that_stays_is_not_looked_at_again(program: Flask, callers: dict[str, Caller]) -> None:
    """Somebody who may write expenses, and not read files, sends a whole expense back."""
    file = with_receipt_path("/api/expenses", EXPENSE, callers)
    made = callers[NO_FILES].get("/api/expenses")["data"][0]["id"]
    callers[NO_FILES].put(f"/api/expenses/{made}", {**EXPENSE, "receipt_path": file["file_path"]})


def test_every_domain_whose_rows_refer_to_files_says_who_may_read_them() -> None:
    referring = {
        mapper.class_.__module__.partition(".models")[0]
        for mapper in Base.registry.mappers
        for key in mapper.local_table.foreign_keys
        if key.target_fullname.startswith("stored_files.")
    }
    assert {f"app.suites.fresco.{name}" for name in ("documents", "expenses", "incomes", "payments")} < referring
    assert {name for name in referring if MANIFESTS[name].may_read_file is None} == set()
