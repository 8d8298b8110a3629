"""/api/parties, and clients as parties."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.parties.rules import PartyKind
from app.infra.db import db
from app.manifest import Catalog, PartyRole, ScopeKind
from tests.factories.access import RoleFactory
from tests.factories.auth import UserScopeFactory
from tests.factories.clients import ClientFactory
from tests.factories.parties import PartyFactory
from tests.factories.projects import ProjectFactory
from tests.support import Caller, sign_in

PARTIES = "/api/parties"
NIT = {"document_type": "NIT", "document_number": "900.373.913-4"}


def ids(caller: Caller, **query: Any) -> list[int]:
    """Ids of the parties that are listed."""
    return [row["id"] for row in caller.get(PARTIES, **query)["data"]]


def path(party_id: int) -> str:
    return f"{PARTIES}/{party_id}"


@pytest.fixture
def roles(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the roles of parties."""
    return lambda *found: monkeypatch.setitem(app.config, "PARTY_ROLES", found)


def test_a_client_is_a_party_of_the_same_id(user: Caller) -> None:
    made = user.post("/api/clients", {"name": "Altura", "phone": "1", "start_date": "2026-01-01"})["data"]
    party = user.get(path(made["id"]))["data"]
    assert (party["name"], party["kind"], party["phone"]) == ("Altura", "company", "1")
    assert {name: party[name] for name in ("created_at", "updated_at")} == {
        name: made[name] for name in ("created_at", "updated_at")
    }


def test_a_tax_id_is_never_copied_to_the_document(user: Caller) -> None:
    new = {"name": "Altura", "start_date": "2026-01-01", "tax_id": "900.373.913-4"}
    first, second = (user.post("/api/clients", new)["data"]["id"] for _ in range(2))
    assert user.get(path(first))["data"]["document_number"] is None
    user.put(path(second), NIT)
    assert user.get(f"/api/clients/{second}")["data"]["tax_id"] == "900.373.913-4"


def test_a_change_of_a_party_is_a_new_version_of_its_client(user: Caller) -> None:
    client = f"/api/clients/{ClientFactory().id}"
    before = user.send("GET", client).headers["ETag"]
    user.put(client.replace("clients", "parties"), {"name": "Otra", "kind": "person"})
    answer = user.send("GET", client)
    assert answer.json["data"]["name"] == "Otra"
    user.put(client, {"status": "Pausado"}, 412, If_Match=before)
    user.put(client, {"status": "Pausado"}, If_Match=answer.headers["ETag"])


@pytest.mark.parametrize("change", [{"status": "Pausado"}, {"contact_name": "Ana"}, {"name": "x", "tax_id": "1"}])
def test_each_change_of_a_client_is_one_version_more(user: Caller, change: dict[str, Any]) -> None:
    client = f"/api/clients/{ClientFactory().id}"
    before = user.send("GET", client)
    after = user.send("PUT", client, json=change)
    assert int(after.headers["ETag"].strip('"').split("-")[1]) == 2
    assert after.json["data"]["updated_at"] > before.json["data"]["updated_at"]
    assert user.send("PUT", client, json=change).headers["ETag"] == after.headers["ETag"]


def test_a_document_has_the_country_of_the_company_by_default(user: Caller) -> None:
    party = path(ClientFactory().id)
    user.put(party, NIT)
    assert user.get(party)["data"].items() >= {**NIT, "document_country": "CO"}.items()
    user.put(party, {"document_country": "PE", "document_type": "RUC", "document_number": " 20512333797 "})
    assert user.get(party)["data"]["document_number"] == "20512333797"
    user.put(party, {"document_type": None, "document_number": None})
    assert user.get(party)["data"]["document_country"] is None


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**NIT, "document_number": "900.373.913-5"}, "document_number"),
        ({**NIT, "document_country": "PE"}, "document_type"),
        ({**NIT, "document_country": "XX"}, "document_country"),
        ({"document_number": "1"}, "document_type"),
        ({"document_type": "CC"}, "document_number"),
        ({"document_country": "CO"}, "document_country"),
        ({"document_type": "CC", "document_number": " "}, "document_number"),
        ({"document_type": "cc", "document_number": "1"}, "document_type"),
    ],
)
def test_a_wrong_document_is_refused_by_the_name_of_the_field(
    user: Caller, document: dict[str, Any], field: str
) -> None:
    assert list(user.put(path(ClientFactory().id), document, 400)["errors"]) == [field]


@pytest.mark.parametrize("other", ["900373913-4", "900373913", "9003739134"])
def test_a_document_belongs_to_one_party_however_it_is_written(user: Caller, other: str) -> None:
    user.put(path(ClientFactory().id), NIT)
    second = path(ClientFactory().id)
    assert user.put(second, {**NIT, "document_number": other}, 409)["code"] == "document_in_use"
    user.put(second, {**NIT, "document_country": "CO", "document_type": "CC"})  # of another type


def test_parties_are_found_by_words_and_by_numbers_with_and_without_dots(user: Caller) -> None:
    found = ClientFactory(name="Peñón Andino S.A.S.", email="hola@andino.example", phone="+57 300 555 0001").id
    ClientFactory(name="Otra")
    user.put(path(found), NIT)
    for q in ("penon", "AND pen", "hola@and", "900.373", "900373913-4", "9003739134", "573005550001", "+57 300"):
        assert ids(user, q=q) == [found], q
    for q in ("andino nada", "eñon", "3739", " . "):
        assert ids(user, q=q) == [], q


def test_parties_are_filtered_by_kind_and_sorted(user: Caller) -> None:
    person, company = ClientFactory(name="B", kind=PartyKind.PERSON).id, ClientFactory(name="a").id
    assert ids(user, kind="person") == [person]
    assert ids(user, sort="name") == [company, person]
    assert user.get(PARTIES, per_page=1)["pagination"]["total"] == 2


# Who sees and changes which


def test_a_party_without_a_role_shows_to_nobody(admin: Caller) -> None:
    alone, client = PartyFactory().id, ClientFactory().id
    assert ids(admin) == [client]
    admin.get(path(alone), 404)
    admin.put(path(alone), {"name": "x"}, 404)


def test_a_party_shows_to_who_may_read_one_of_its_roles(viewer: Caller, roles: Any) -> None:
    client = ClientFactory().id
    roles(PartyRole("clients", read="users:read", write="users:write"))
    assert ids(viewer) == []
    viewer.get(path(client), 404)
    roles(
        PartyRole("projects", read="users:read", write="users:write"),
        PartyRole("clients", read="clients:read", write="users:write"),
    )
    assert ids(viewer) == [client]


def test_a_party_is_changed_by_who_may_write_one_of_its_roles(user: Caller, roles: Any) -> None:
    client = ClientFactory().id
    roles(PartyRole("clients", read="clients:read", write="users:write"))
    user.put(path(client), {"name": "x"}, 403)
    roles(PartyRole("clients", read="users:read", write="clients:write"))
    user.put(path(client), {"name": "x"}, 404)
    roles(PartyRole("clients", read="clients:read", write="clients:write"))
    user.put(path(client), {"name": "x"})


def test_without_the_suite_its_parties_are_gone(admin: Caller, roles: Any) -> None:
    client = ClientFactory().id
    roles()
    assert ids(admin) == []
    admin.get(path(client), 404)


# Deleting


def stored(app: Flask, party_id: int) -> bool:
    with app.app_context():
        return bool(db.session.scalar(text("SELECT count(*) FROM parties WHERE id = :id"), {"id": party_id}))


def test_a_party_goes_with_its_last_role(app: Flask, user: Caller) -> None:
    client = ClientFactory().id
    user.delete(f"/api/clients/{client}")
    assert not stored(app, client)


def supply(app: Flask, *party_ids: int) -> None:
    """Give parties another role."""
    with app.app_context():
        ids = {"ids": [*party_ids]}
        db.session.execute(text("INSERT INTO suppliers (id) SELECT unnest(CAST(:ids AS bigint[]))"), ids)
        db.session.commit()


def test_a_party_with_two_roles_is_one(app: Flask, user: Caller, roles: Any) -> None:
    client, supplier = ClientFactory().id, PartyFactory().id
    supply(app, client, supplier)
    roles(
        PartyRole("clients", read="clients:read", write="clients:write"),
        PartyRole("suppliers", read="clients:read", write="users:write"),
    )
    for query in ({}, {"kind": "company"}):
        found = user.get(PARTIES, **query)
        assert ([row["id"] for row in found["data"]], found["pagination"]["total"]) == ([client, supplier], 2)
    user.put(path(supplier), {"name": "x"}, 403)
    user.put(path(client), {"name": "x"})


def test_a_party_stays_while_another_table_refers_to_it(app: Flask, user: Caller) -> None:
    client = ClientFactory(name="Altura").id
    supply(app, client)
    user.delete(f"/api/clients/{client}")
    user.get(f"/api/clients/{client}", 404)
    assert stored(app, client)


def test_a_client_that_may_not_be_deleted_keeps_its_party(app: Flask, user: Caller) -> None:
    client = ProjectFactory().client_id
    assert user.delete(f"/api/clients/{client}", 409)["code"] == "client_has_projects"
    assert stored(app, client)


# Stored documents


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE parties SET document_number = '900.373.913-5'", "The check digit of the NIT is wrong."),
        ("UPDATE parties SET document_country = 'PE'", "NIT is a document of CO, not of PE."),
        ("UPDATE parties SET document_key = '1'", "is not stored under the number by which it is compared."),
    ],
)
def test_verify_names_documents_that_break_a_rule(app: Flask, user: Caller, change: str, told: str) -> None:
    client = ClientFactory().id
    user.put(path(client), NIT)
    with app.app_context():
        db.session.execute(text(change))
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 1
    assert f"party {client}: " in result.output
    assert told in result.output


SCOPE = "tests.client"
LIMITED = PartyRole("clients", "clients:read", "clients:write", scope=SCOPE, scoped_by="id")


@pytest.fixture
def scoped(app: Flask, monkeypatch: pytest.MonkeyPatch, roles: Any) -> None:
    """Clients show to who was given them, one by one."""
    kind = ScopeKind(SCOPE, "Cliente", "clients", frozenset({"clients:read", "clients:write"}))
    monkeypatch.setitem(app.config, "CATALOG", Catalog(app.config["CATALOG"].permissions, {SCOPE: kind}))
    roles(LIMITED)


@pytest.mark.usefixtures("scoped")
def test_parties_of_a_scoped_role_show_within_the_scope_only(user: Caller, viewer: Caller) -> None:
    own, also, foreign = (ClientFactory(name="Altura").id for _ in range(3))
    for client in (own, also):
        UserScopeFactory(user_id=user.get("/api/auth/me")["data"]["id"], kind=SCOPE, row_id=client)
    for query in ({}, {"kind": "company"}, {"q": "alt"}):
        found = user.get(PARTIES, **query)
        assert ({row["id"] for row in found["data"]}, found["pagination"]["total"]) == ({own, also}, 2)
    assert user.get(path(own))["data"]["name"] == "Altura"
    user.put(path(own), {"name": "Bajura"})
    user.get(path(foreign), 404)
    user.put(path(foreign), {"name": "Bajura"}, 404)
    assert ids(viewer) == []
    viewer.get(path(own), 404)


@pytest.mark.usefixtures("scoped")
def test_a_role_that_no_scope_limits_sees_all_parties(anonymous: Caller) -> None:
    client = ClientFactory().id
    RoleFactory(code="all-of-them", permissions=["clients:read", "parties:read"], all_scopes=[SCOPE])
    assert ids(sign_in(anonymous, "all-of-them")) == [client]


@pytest.mark.usefixtures("scoped")
def test_a_party_shows_by_another_role_that_is_not_limited(app: Flask, user: Caller, roles: Any) -> None:
    client, other = ClientFactory().id, ClientFactory().id
    supply(app, client)
    assert ids(user) == []
    roles(LIMITED, PartyRole("suppliers", "suppliers:read", "suppliers:write"))
    assert ids(user) == [client]
    user.get(path(client))
    user.get(path(other), 404)
