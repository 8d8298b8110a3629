"""Query parameters."""

import pytest

from tests.factories.clients import ClientFactory
from tests.support import Caller

CLIENTS, USERS, AUDIT = "/api/clients", "/api/users", "/api/audit"

REFUSED = [
    *[(CLIENTS, f"page={value}", "page") for value in ("0", "-1", "abc", "1.5", "1e2", "", "%2B1", "1_0", "٣", "%00")],
    *[(CLIENTS, f"page={value}", "page") for value in (1_000_001, 10**20, 10**100, "9" * 5000)],
    *[(CLIENTS, f"per_page={value}", "per_page") for value in (0, -1, 101, 10**6, 10**20, "abc", "1.5", "")],
    (CLIENTS, "page=1&page=2", "page"),
    (CLIENTS, "q=a&q=a", "q"),
    (CLIENTS, "pages=1", "pages"),
    (CLIENTS, "Page=1", "Page"),
    (CLIENTS, "=1", ""),
    (CLIENTS, "q[]=1", "q[]"),
    (CLIENTS, f"q={'x' * 201}", "q"),
    (CLIENTS, "q=%00", "q"),
    *[(CLIENTS, f"status={value}", "status") for value in ("activo", "Activo%20", "ACTIVE", "Activo,Pausado", "")],
    *[
        (CLIENTS, f"sort={value}", "sort")
        for value in ("", "-", "--name", "+name", "name,", "nope", "Name", "name;drop")
    ],
    *[(CLIENTS, f"sort={value}", "sort") for value in ("-name;drop", "name,name", "name,-name", "clients.name", "%00")],
    *[(CLIENTS, f"sort={value}", "sort") for value in ("name%20desc", "1", "(SELECT%201)", "__class__", "version")],
    (CLIENTS, f"sort={','.join(['name'] * 1000)}", "sort"),
    (CLIENTS, f"sort={'x' * 7000}", "sort"),
    (USERS, "sort=password_hash", "sort"),
    *[(AUDIT, f"sort={value}", "sort") for value in ("id,id", "-id;drop", "id,-id", ",".join(["id"] * 1000))],
    (USERS, "role=admin", "role"),
    *[(AUDIT, f"date_from={value}", "date_from") for value in ("0000-00-00", "2023-02-29", "infinity", "24:00")],
    *[(AUDIT, f"date_to={value}", "date_to") for value in ("10000-01-01", "2201-01-01", "1899-12-31", "today", "")],
    (AUDIT, "date_from=2025-01-02&date_to=2025-01-01", "date_to"),
    *[(AUDIT, f"{name}={value}", name) for name in ("row_id", "user_id") for value in (0, -1, "abc", "1.5", "")],
    (AUDIT, f"table={'x' * 64}", "table"),
    *[(CLIENTS, f"q={value}", "q") for value in ("%FF", "a%C3", "caf%E9", "%ED%A0%80", "%F5%80%80%80")],
    (CLIENTS, "%FF=1", "\ufffd"),
    ("/api/clients/1", "x=%FF", "x"),
    ("/api/clients/1", "x=1", "x"),
    ("/api/auth/me", "x=1", "x"),
    ("/api/jobs/purge-expired/runs", "x=1", "x"),
]


def test_a_wrong_parameter_is_400_and_named(admin: Caller) -> None:
    failures = []
    for path, query, named in REFUSED:
        response = admin.send("GET", f"{path}?{query}")
        if response.status_code != 400 or list(response.json["errors"]) != [named]:
            failures.append((path, query[:200], named, response.text))
    assert failures == []


@pytest.mark.parametrize("query", ["q=%FF", b"q=\xff".decode("latin-1")])
def test_a_query_that_is_not_utf_8_is_refused_as_such(user: Caller, query: str) -> None:
    response = user.send("GET", CLIENTS, environ_overrides={"QUERY_STRING": query})
    assert (response.status_code, response.json["errors"]) == (400, {"q": ["Not UTF-8."]})


def test_utf_8_is_found_percent_encoded_or_not(user: Caller) -> None:
    ClientFactory(name="Café Ñandú")
    for query in ("q=caf%C3%A9%20%C3%B1", "q=Café+Ñ".encode().decode("latin-1")):
        response = user.send("GET", CLIENTS, environ_overrides={"QUERY_STRING": query})
        assert response.json["pagination"]["total"] == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_parameter_that_a_change_does_not_know_is_400(user: Caller, method: str) -> None:
    client = ClientFactory()
    path = "/api/clients" if method == "POST" else f"/api/clients/{client.id}"
    new = {"name": "a", "start_date": "2025-01-01"}
    assert user.send(method, f"{path}?dry_run=true", json=new).status_code == 400
    assert user.get(f"/api/clients/{client.id}")["data"]["name"] == client.name


def test_every_wrong_parameter_is_named(user: Caller) -> None:
    problem = user.get("/api/clients", page=0, per_page=101, status="x", nope=1, expect=400)
    assert set(problem["errors"]) == {"page", "per_page", "status", "nope"}


@pytest.mark.parametrize("value", [2**63, 10**20, 10**30])
def test_an_id_beyond_64_bits_is_not_found(admin: Caller, value: int) -> None:
    admin.get("/api/audit", row_id=value, expect=404)


@pytest.mark.parametrize(("page", "per_page"), [(2, 20), (1_000_000, 100), (1_000_000, 1)])
def test_a_page_past_the_end_is_empty(user: Caller, page: int, per_page: int) -> None:
    ClientFactory()
    answer = user.get("/api/clients", page=page, per_page=per_page)
    assert answer["data"] == []
    assert answer["pagination"] == {"page": page, "per_page": per_page, "total": 1, "pages": 1}


def test_nothing_has_no_pages(user: Caller) -> None:
    answer = user.get("/api/clients")
    assert answer == {"data": [], "pagination": {"page": 1, "per_page": 20, "total": 0, "pages": 0}}


def test_20_are_on_a_page_and_at_most_100(user: Caller) -> None:
    for _ in range(21):
        ClientFactory()
    assert len(user.get("/api/clients")["data"]) == 20
    assert len(user.get("/api/clients", per_page=100)["data"]) == 21


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", [0, 1, 2]), ("-name", [1, 2, 0]), ("-start_date", [1, 2, 0]), ("name,-start_date", [0, 1, 2])],
)
def test_an_order_ends_with_the_id(user: Caller, sort: str, order: list[int]) -> None:
    made = [ClientFactory(name=name, start_date=f"2025-01-0{day}").id for name, day in (("a", 1), ("b", 2), ("b", 2))]
    found = [row["id"] for row in user.get("/api/clients", sort=sort)["data"]]
    assert found == [made[index] for index in order]


def test_nulls_sort_last_in_both_directions(user: Caller) -> None:
    without, with_email = ClientFactory(email=None).id, ClientFactory(email="a@example.com").id
    for sort in ("email", "-email"):
        assert [row["id"] for row in user.get("/api/clients", sort=sort)["data"]] == [with_email, without]
