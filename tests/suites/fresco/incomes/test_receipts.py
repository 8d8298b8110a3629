"""Receipts of incomes, expenses and paid accrued expenses."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.files import storing_in_folder
from tests.support import Caller

COMMON = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": "1500.50",
    "currency": "COP",
    "payment_method": "Transferencia",
}
NEW = {"/api/incomes": {**COMMON, "type": "Intereses"}, "/api/expenses": {**COMMON, "category": "Software"}}
Stored = Callable[[], list[bytes]]

pytestmark = pytest.mark.parametrize("path", list(NEW))


@pytest.fixture(autouse=True)
def stored(app: Flask, tmp_path: Path) -> Iterator[Stored]:
    """A store of this test's own; tells the contents of all its files."""
    with storing_in_folder(app, tmp_path):
        yield lambda: sorted(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def form(user: Caller, method: str, path: str, fields: dict[str, Any], content: str | None, expect: int) -> Any:
    """Send a form with a receipt."""
    file = {} if content is None else {"receipt": (BytesIO(content.encode()), "recibo.txt")}
    response = user.send(method, path, data={**fields, **file}, content_type="multipart/form-data")
    assert response.status_code == expect, response.get_data(as_text=True)
    return response.get_json()


def upload(user: Caller, content: str) -> str:
    file = (BytesIO(content.encode()), "recibo.txt")
    response = user.send("POST", "/api/upload", data={"file": file}, content_type="multipart/form-data")
    assert response.status_code == 201, response.get_data(as_text=True)
    found: str = response.get_json()["file_path"]
    return found


def test_a_form_brings_the_receipt(user: Caller, stored: Stored, path: str) -> None:
    created = form(user, "POST", path, NEW[path], "recibo", 201)["data"]
    assert created["receipt_path"]
    assert stored() == [b"recibo"]


def test_a_field_left_empty_in_a_form_means_none(user: Caller, path: str) -> None:
    empty = {"notes": "", "client_id": "", "receipt_path": ""}
    created = form(user, "POST", path, {**NEW[path], **empty}, "recibo", 201)["data"]
    assert (created["notes"], created["client_id"], created["amount"]) == (None, None, 1500.5)


def test_a_needed_field_left_empty_in_a_form_is_named(user: Caller, stored: Stored, path: str) -> None:
    problem = form(user, "POST", path, {**NEW[path], "description": "", "amount": ""}, "recibo", 400)
    assert set(problem["errors"]) == {"description", "amount"}
    assert stored() == []


def test_a_form_may_come_without_a_receipt(user: Caller, path: str) -> None:
    assert form(user, "POST", path, NEW[path], None, 201)["data"]["receipt_path"] is None


def test_json_names_a_receipt_that_was_uploaded(user: Caller, path: str) -> None:
    uploaded = upload(user, "recibo")
    assert user.post(path, {**NEW[path], "receipt_path": uploaded})["data"]["receipt_path"] == uploaded


def test_a_file_and_a_path_at_once_are_refused(user: Caller, stored: Stored, path: str) -> None:
    uploaded = upload(user, "one")
    problem = form(user, "POST", path, {**NEW[path], "receipt_path": uploaded}, "two", 400)
    assert list(problem["errors"]) == ["receipt"]
    assert stored() == [b"one"]


def test_a_receipt_of_a_wrong_kind_is_refused_and_nothing_is_stored(user: Caller, stored: Stored, path: str) -> None:
    file = (BytesIO(b"<html><script>x</script></html>"), "recibo.txt")
    data = {**NEW[path], "receipt": file}
    response = user.send("POST", path, data=data, content_type="multipart/form-data")
    assert (response.status_code, list(response.get_json()["errors"])) == (400, ["receipt"])
    assert user.get(path)["pagination"]["total"] == 0
    assert stored() == []


def test_a_new_receipt_takes_the_old_ones_place(user: Caller, stored: Stored, path: str) -> None:
    created = form(user, "POST", path, NEW[path], "old", 201)["data"]
    changed = form(user, "PUT", f"{path}/{created['id']}", {"notes": "n"}, "new", 200)["data"]
    assert changed["receipt_path"] != created["receipt_path"]
    assert (changed["notes"], changed["description"]) == ("n", "Algo")
    assert stored() == [b"new"]


def test_a_receipt_that_is_not_sent_stays(user: Caller, stored: Stored, path: str) -> None:
    created = form(user, "POST", path, NEW[path], "old", 201)["data"]
    changed = user.put(f"{path}/{created['id']}", {"notes": "n"})["data"]
    assert changed["receipt_path"] == created["receipt_path"]
    sent_back = user.put(f"{path}/{created['id']}", changed)["data"]
    assert sent_back["receipt_path"] == created["receipt_path"]
    assert stored() == [b"old"]


def test_a_receipt_that_is_taken_away_goes(user: Caller, stored: Stored, path: str) -> None:
    created = form(user, "POST", path, NEW[path], "old", 201)["data"]
    assert user.put(f"{path}/{created['id']}", {"receipt_path": None})["data"]["receipt_path"] is None
    assert stored() == []


def test_a_deleted_row_takes_its_receipt_along(user: Caller, stored: Stored, path: str) -> None:
    created = form(user, "POST", path, NEW[path], "old", 201)["data"]
    user.delete(f"{path}/{created['id']}")
    assert stored() == []


def test_a_receipt_that_another_row_names_stays(user: Caller, stored: Stored, path: str) -> None:
    uploaded = upload(user, "shared")
    first, _ = (user.post(each, {**NEW[each], "receipt_path": uploaded})["data"] for each in (path, "/api/incomes"))
    user.delete(f"{path}/{first['id']}")
    assert stored() == [b"shared"]


def test_a_payment_brings_its_receipt(user: Caller, stored: Stored, path: str) -> None:
    expense = AccruedExpenseFactory()
    address = f"/api/expenses/accrued/{expense.id}/mark-as-paid"
    paid = form(user, "POST", address, {"payment_date": "2025-03-12", "payment_method": ""}, "recibo", 200)["data"]
    assert (paid["status"], paid["paid_date"], paid["payment_method"]) == ("pagado", "2025-03-12", "Tarjeta")
    assert paid["receipt_path"]
    assert stored() == [b"recibo"]


def test_a_form_with_one_key_is_done_once(user: Caller, stored: Stored, path: str) -> None:
    once = user.with_headers(Idempotency_Key="k-1")
    first = form(once, "POST", path, NEW[path], "recibo", 201)["data"]
    assert form(once, "POST", path, NEW[path], "recibo", 201)["data"] == first
    assert form(once, "POST", path, NEW[path], "another", 422)["code"] == "idempotency_key_reused"
    assert stored() == [b"recibo"]


def test_a_receipt_is_downloaded_from_where_the_list_says(user: Caller, path: str) -> None:
    made = form(user, "POST", path, NEW[path], "el recibo", 201)["data"]
    shown = user.get(path)["data"][0]
    assert shown["receipt_url"] == made["receipt_url"] == f"/api/files/{made['receipt_path']}"
    assert user.send("GET", shown["receipt_url"]).data == b"el recibo"
    without = user.post(path, NEW[path])["data"]
    assert without["receipt_url"] is None
    assert user.send("GET", "/api/files/2026/01/" + "0" * 32 + ".pdf").status_code == 404
