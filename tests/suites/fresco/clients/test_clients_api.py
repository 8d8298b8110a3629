"""Clients over the API."""

import pytest

from tests.factories.clients import ClientFactory
from tests.support import Caller

NEW = {"name": "Café Altura S.A.S.", "start_date": "2025-03-01"}


def test_a_client_is_created_with_defaults_and_a_location(user: Caller) -> None:
    response = user.send("POST", "/api/clients", json=NEW)
    created = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/clients/{created['id']}"
    assert created["status"] == "Activo"
    assert created["contact_name"] is None
    assert user.get(response.headers["Location"])["data"] == created


def test_a_response_may_be_sent_back(user: Caller) -> None:
    created = user.post("/api/clients", NEW)["data"]
    changed = user.put(f"/api/clients/{created['id']}", {**created, "id": 999, "notes": "VIP"})["data"]
    assert changed["id"] == created["id"]
    assert changed["notes"] == "VIP"


def test_a_put_changes_the_fields_that_are_sent_and_no_others(user: Caller) -> None:
    client = ClientFactory(phone="+57 1", email="a@b.co")
    changed = user.put(f"/api/clients/{client.id}", {"phone": None})["data"]
    assert (changed["phone"], changed["email"]) == (None, "a@b.co")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \t"),
        ("name", None),
        ("name", "x" * 201),
        ("name", 5),
        ("name", "a\x00b"),
        ("email", "nobody"),
        ("email", ""),
        ("start_date", None),
        ("start_date", "2025-02-29"),
        ("start_date", "infinity"),
        ("start_date", "01/02/2025"),
        ("start_date", "1899-12-31"),
        ("status", "activo"),
        ("status", ["Activo"]),
        ("notes", "x" * 10_001),
        ("nombre", "typo"),
    ],
)
def test_a_wrong_field_is_named(user: Caller, field: str, value: object) -> None:
    problem = user.post("/api/clients", {**NEW, field: value}, expect=400)
    assert list(problem["errors"]) == [field]
    assert problem["code"] == "validation_failed"


def test_name_and_start_date_are_required(user: Caller) -> None:
    assert set(user.post("/api/clients", {}, expect=400)["errors"]) == {"name", "start_date"}


def test_clients_are_filtered_by_status(user: Caller) -> None:
    ClientFactory(status="Activo")
    paused = ClientFactory(status="Pausado")
    assert [row["id"] for row in user.get("/api/clients", status="Pausado")["data"]] == [paused.id]


@pytest.mark.parametrize("q", ["nandu", "ÑANDÚ", "ñand", "N\u0303andu\u0301"])
def test_search_ignores_case_and_accents(user: Caller, q: str) -> None:
    found = ClientFactory(name="Hacienda Ñandú")
    ClientFactory(name="Hacienda Nadie")
    assert [row["id"] for row in user.get("/api/clients", q=q)["data"]] == [found.id]


@pytest.mark.parametrize("q", ["%", "_", "\\"])
def test_search_takes_wildcards_for_what_they_are(user: Caller, q: str) -> None:
    ClientFactory(name="plain")
    found = ClientFactory(name=f"a{q}b")
    assert [row["id"] for row in user.get("/api/clients", q=q)["data"]] == [found.id]


def test_names_sort_as_in_a_telephone_book(user: Caller) -> None:
    for name in ("Zeta", "ábaco", "Beta", "Ábaco", "abad"):
        ClientFactory(name=name)
    names = [row["name"] for row in user.get("/api/clients", sort="name")["data"]]
    assert names == ["ábaco", "Ábaco", "abad", "Beta", "Zeta"]


def test_pages_neither_overlap_nor_skip(user: Caller) -> None:
    made = {ClientFactory(name="same").id for _ in range(7)}
    pages = [user.get("/api/clients", sort="name", page=page, per_page=3) for page in (1, 2, 3, 4)]
    seen = [row["id"] for page in pages for row in page["data"]]
    assert sorted(seen) == sorted(made)
    assert pages[0]["pagination"] == {"page": 1, "per_page": 3, "total": 7, "pages": 3}
    assert pages[3]["data"] == []


def test_a_deleted_client_is_gone(user: Caller) -> None:
    client = ClientFactory()
    assert user.delete(f"/api/clients/{client.id}") == {"message": "Client deleted"}
    assert user.get(f"/api/clients/{client.id}", expect=404)["code"] == "not_found"


@pytest.mark.parametrize("row_id", ["0", "-1", "abc", "1.5", "9223372036854775808", "99999999999999999999", "٣"])
def test_an_impossible_id_is_not_found(user: Caller, row_id: str) -> None:
    user.get(f"/api/clients/{row_id}", expect=404)


def test_a_viewer_reads_and_does_not_write(viewer: Caller) -> None:
    client = ClientFactory()
    viewer.get(f"/api/clients/{client.id}")
    assert viewer.post("/api/clients", NEW, expect=403)["code"] == "forbidden"
    viewer.put(f"/api/clients/{client.id}", {"name": "x"}, expect=403)
    viewer.delete(f"/api/clients/{client.id}", expect=403)


@pytest.mark.parametrize("q", ["900.123.456", "900123456", "900 123 456-7", "9001234567", "123.4"])
@pytest.mark.parametrize("stored", ["900123456-7", "900.123.456-7", "9001234567"])
def test_a_tax_id_is_found_however_it_is_written(user: Caller, stored: str, q: str) -> None:
    found = ClientFactory(tax_id=stored)
    ClientFactory(tax_id="800.555.444-1")
    ClientFactory()
    assert [row["id"] for row in user.get("/api/clients", q=q)["data"]] == [found.id]


def test_signs_alone_find_no_tax_id(user: Caller) -> None:
    ClientFactory(tax_id="900123456-7")
    assert user.get("/api/clients", q=".,.")["data"] == []
