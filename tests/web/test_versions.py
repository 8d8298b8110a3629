"""If-Match with an older version changes nothing."""

import pytest

from app.suites.fresco.clients.models import Client
from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.support import Caller


@pytest.fixture
def client(database: None) -> Client:
    made: Client = ClientFactory(name="before")
    return made


def path_of(client: Client) -> str:
    """Path of the resource."""
    return f"/api/clients/{client.id}"


def etag(caller: Caller, client: Client) -> str:
    """ETag of the resource."""
    value: str = caller.send("GET", path_of(client)).headers["ETag"]
    return value


def put(caller: Caller, client: Client, if_match: str) -> int:
    """The status of a change under this condition."""
    status: int = caller.send(
        "PUT", path_of(client), json={"name": "after"}, headers={"If-Match": if_match}
    ).status_code
    return status


def name_of(caller: Caller, client: Client) -> str:
    """The stored name."""
    name: str = caller.get(path_of(client))["data"]["name"]
    return name


def test_the_current_version_is_changed_and_gets_a_new_tag(user: Caller, client: Client) -> None:
    before = etag(user, client)
    response = user.send("PUT", path_of(client), json={"name": "after"}, headers={"If-Match": before})
    assert response.status_code == 200
    assert response.headers["ETag"] == etag(user, client) != before


def test_a_new_thing_has_the_tag_it_is_read_with(user: Caller) -> None:
    made = user.send("POST", "/api/clients", json={"name": "a", "start_date": "2025-01-01"})
    assert made.headers["ETag"] == user.send("GET", made.headers["Location"]).headers["ETag"]


def test_a_tag_is_strong_and_of_one_row_alone(user: Caller, client: Client) -> None:
    other = etag(user, ClientFactory())
    assert other.startswith('"')
    assert put(user, client, other) == 412


@pytest.mark.parametrize("condition", ["{tag}", "*", '"x", {tag}', '{tag},"x"', ' {tag} , "y"', '"a,b", {tag}'])
def test_a_condition_that_holds_lets_the_change_through(user: Caller, client: Client, condition: str) -> None:
    assert put(user, client, condition.format(tag=etag(user, client))) == 200


@pytest.mark.parametrize(
    "condition",
    ["W/{tag}", 'W/{tag}, "x"', '"x"', '"x", "y"', '"x", *', "", " ", ",", "x", "**", '"', '"*"', "é", "W/*", "null"],
)
def test_a_condition_that_does_not_hold_changes_nothing(user: Caller, client: Client, condition: str) -> None:
    assert put(user, client, condition.format(tag=etag(user, client))) == 412
    assert name_of(user, client) == "before"


def test_a_stale_version_changes_nothing(user: Caller, client: Client) -> None:
    stale = etag(user, client)
    user.put(path_of(client), {"name": "between"})
    problem = user.put(path_of(client), {"name": "after"}, expect=412, If_Match=stale)
    assert problem["code"] == "stale_version"
    assert name_of(user, client) == "between"


def test_a_stale_version_is_not_deleted(user: Caller, client: Client) -> None:
    stale = etag(user, client)
    user.put(path_of(client), {"name": "between"})
    user.delete(path_of(client), expect=412, If_Match=stale)
    user.delete(path_of(client), If_Match=etag(user, client))


def test_without_a_condition_the_change_goes_ahead(user: Caller, client: Client) -> None:
    user.put(path_of(client), {"name": "between"})
    user.put(path_of(client), {"name": "after"})
    user.delete(path_of(client))


def test_a_condition_on_nothing_is_not_found(user: Caller) -> None:
    user.put("/api/clients/999999", {}, expect=404, If_Match="*")


def test_a_change_that_changes_nothing_keeps_the_version(user: Caller, client: Client) -> None:
    before = etag(user, client)
    user.put(path_of(client), {"name": "before"})
    assert etag(user, client) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_users_have_versions_too(admin: Caller, method: str) -> None:
    path = f"/api/users/{UserFactory().id}"
    assert admin.send(method, path, json={"role": "viewer"}, headers={"If-Match": '"0-0"'}).status_code == 412
    assert admin.get(path)["data"]["role"] == "user"
    current = admin.send("GET", path).headers["ETag"]
    assert admin.send(method, path, json={"role": "viewer"}, headers={"If-Match": current}).status_code == 200


def test_a_forgotten_condition_does_not_fall_on_the_next_request(user: Caller, client: Client) -> None:
    user.put("/api/clients/999999", {}, expect=404, If_Match='"0-0"')
    user.put(path_of(client), {"status": "no"}, expect=400, If_Match='"0-0"')
    user.put(path_of(client), {"name": "after"})
