"""Scopes: what lies outside is not there, and can't be written."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.errors import Forbidden, NotFound
from app.kernel.identity import ALL, Scope
from tests.core.access import visits
from tests.factories.access import RoleFactory
from tests.factories.auth import UserFactory
from tests.own_suite import program_with
from tests.support import Caller, sign_in

VISITS, USERS, ME = "/api/collecting/visits", "/api/users", "/api/auth/me"
NORTH, SOUTH, ELSEWHERE = 1, 2, 3


@pytest.fixture
def program(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The program with one suite more, whose permissions are limited to routes."""
    with program_with(app, monkeypatch, visits) as made:
        with made.app_context():
            for route in (NORTH, SOUTH, ELSEWHERE):
                db.session.execute(text("INSERT INTO visit_routes VALUES (:route)"), {"route": route})
            rows = [{"route": route, "place": f"Casa {number}"} for route in (NORTH, SOUTH) for number in range(3)]
            db.session.execute(text("INSERT INTO visits (route_id, place) VALUES (:route, :place)"), rows)
            db.session.commit()
        yield made


@pytest.fixture
def admin(program: Flask) -> Caller:
    """Caller with the role admin, whom no scope limits."""
    return sign_in(Caller(program.test_client()), "admin")


@pytest.fixture
def collector(program: Flask) -> Caller:
    """Caller who may write visits, and has no route yet."""
    return sign_in(Caller(program.test_client()), "user")


def own_address(caller: Caller) -> str:
    return f"{USERS}/{caller.get(ME)['data']['id']}/scopes"


def give(admin: Caller, to: Caller, *routes: int) -> None:
    admin.put(own_address(to), [{"kind": visits.KIND, "id": route} for route in routes])


def routes_seen(caller: Caller) -> set[int]:
    """Routes of the rows of all pages, whose number must be the total."""
    first = caller.get(VISITS, per_page=2)
    rows = [row for page in range(1, first["pagination"]["pages"] + 1) for row in read(caller, page)]
    assert len(rows) == first["pagination"]["total"]
    return {row["route_id"] for row in rows}


def read(caller: Caller, page: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = caller.get(VISITS, per_page=2, page=page, sort="place")["data"]
    return rows


def test_lists_and_totals_have_the_rows_within_the_scope_at_once(admin: Caller, collector: Caller) -> None:
    assert routes_seen(admin) == {NORTH, SOUTH}
    assert routes_seen(collector) == set()
    give(admin, collector, NORTH)
    assert routes_seen(collector) == {NORTH}
    assert collector.send("GET", VISITS, query_string={"format": "csv"}).get_data(as_text=True).count("Casa") == 3
    give(admin, collector, NORTH, SOUTH, ELSEWHERE)
    assert routes_seen(collector) == {NORTH, SOUTH}
    give(admin, collector)
    assert routes_seen(collector) == set()


def test_a_row_outside_is_404_by_its_id_for_every_method(admin: Caller, collector: Caller) -> None:
    give(admin, collector, NORTH)
    foreign, own = (
        f"{VISITS}/{admin.post(VISITS, {'route_id': route, 'place': 'x'})['data']['id']}" for route in (SOUTH, NORTH)
    )
    for place, status in ((foreign, 404), (own, 200)):
        collector.get(place, status)
        collector.put(place, {"place": "y"}, status)
        collector.delete(place, status)
    assert admin.get(foreign)["data"]["place"] == "x"


def test_a_stale_version_of_a_row_outside_tells_nothing(admin: Caller, collector: Caller) -> None:
    give(admin, collector, NORTH)
    foreign = f"{VISITS}/{admin.post(VISITS, {'route_id': SOUTH, 'place': 'x'})['data']['id']}"
    collector.put(foreign, {"place": "y"}, 404, If_Match='"x"')


def test_writing_into_a_foreign_scope_is_403(admin: Caller, collector: Caller) -> None:
    give(admin, collector, NORTH)
    assert collector.post(VISITS, {"route_id": SOUTH, "place": "x"}, 403)["code"] == "outside_scope"
    own = f"{VISITS}/{collector.post(VISITS, {'route_id': NORTH, 'place': 'x'})['data']['id']}"
    assert collector.put(own, {"route_id": SOUTH}, 403)["code"] == "outside_scope"
    assert collector.get(own)["data"]["route_id"] == NORTH
    give(admin, collector)
    collector.get(own, 404)


def test_the_statements_of_a_repository_stay_within_the_scope(program: Flask) -> None:
    with program.app_context():
        limited = visits.VisitRepository(db.session(), Scope(frozenset({NORTH})))
        [foreign, *_] = [one.id for one in db.session.query(visits.Visit).filter_by(route_id=SOUTH)]
        own = limited.insert({"route_id": NORTH, "place": "x"}).id
        with pytest.raises(Forbidden):
            limited.insert({"route_id": SOUTH, "place": "x"})
        with pytest.raises(Forbidden):
            limited.update_versioned(own, {"route_id": SOUTH})
        with pytest.raises(NotFound):
            limited.update_versioned(foreign, {"place": "x"})
        limited.delete_where(visits.Visit.id > 0)
        assert {one.route_id for one in db.session.query(visits.Visit)} == {SOUTH}


def test_a_role_may_have_all_scopes_of_a_kind(program: Flask, admin: Caller) -> None:
    role = RoleFactory(permissions=["visits:read", "account:read"])
    caller = sign_in(Caller(program.test_client()), role.code)
    assert routes_seen(caller) == set()
    admin.put(f"/api/roles/{role.code}", {"all_scopes": [visits.KIND]})
    assert routes_seen(caller) == {NORTH, SOUTH}
    assert admin.get("/api/roles/admin")["data"]["all_scopes"] == [visits.KIND]
    listed = {row["name"]: row["scoped"] for row in admin.get("/api/permissions")["data"]}
    assert (listed["visits:read"], listed["clients:read"]) == (True, False)


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ([{"kind": "moon", "id": NORTH}], {"0": {"kind": ["There is no such kind."]}}),
        (
            [{"kind": visits.KIND, "id": NORTH}, {"kind": visits.KIND, "id": 99}],
            {"1": {"id": ["There is no such row."]}},
        ),
        ([{"kind": visits.KIND, "id": "x"}], {"0": {"id": ["Not a valid whole number."]}}),
        ([{"kind": visits.KIND}], {"0": {"id": ["Missing data for required field."]}}),
        ({"kind": visits.KIND, "id": NORTH}, {"_schema": ["Must be a list."]}),
    ],
)
def test_an_unknown_kind_or_row_is_400(admin: Caller, given: Any, errors: dict[str, Any]) -> None:
    assert admin.put(own_address(admin), given, 400)["errors"] == errors


def test_scopes_are_read_as_they_were_given_and_have_the_users_version(admin: Caller, collector: Caller) -> None:
    address = own_address(collector)
    before = admin.send("GET", address)
    assert (before.get_json(), before.headers["ETag"]) == (
        {"data": []},
        admin.send("GET", address.removesuffix("/scopes")).headers["ETag"],
    )
    given = [{"kind": visits.KIND, "id": NORTH}, {"kind": visits.KIND, "id": SOUTH}]
    changed = admin.send("PUT", address, json=[*given[::-1], given[0]], headers={"If-Match": before.headers["ETag"]})
    assert (changed.status_code, changed.get_json()["data"]) == (200, given)
    assert admin.get(address)["data"] == given
    admin.put(address, [], 412, If_Match=before.headers["ETag"])
    entry = admin.get("/api/audit", table="user_scopes")["data"][0]
    assert (entry["action"], entry["after"]["kind"]) == ("insert", visits.KIND)
    admin.get(f"{USERS}/987654321/scopes", 404)
    admin.put(f"{USERS}/987654321/scopes", [], 404)


def test_nobody_gives_a_row_that_they_do_not_have(program: Flask, admin: Caller) -> None:
    role = RoleFactory(permissions=["users:read", "users:write", "roles:read", "roles:write", "account:read"])
    clerk = sign_in(Caller(program.test_client()), role.code)
    give(admin, clerk, NORTH)
    other = f"{USERS}/{UserFactory(role='person').id}/scopes"
    clerk.put(other, [{"kind": visits.KIND, "id": NORTH}])
    assert clerk.put(other, [{"kind": visits.KIND, "id": SOUTH}], 403)["code"] == "scope_not_held"
    clerk.put(own_address(clerk), [{"kind": visits.KIND, "id": SOUTH}], 403)
    assert clerk.put(f"/api/roles/{role.code}", {"all_scopes": [visits.KIND]}, 403)["code"] == "permission_not_held"


def test_jobs_and_commands_have_all_rows_and_an_undeclared_kind_is_a_mistake(program: Flask) -> None:
    with program.app_context():
        context = make_context(db.session())
        assert context.scope(visits.KIND) is ALL
        with pytest.raises(KeyError):
            context.scope("moon")


def test_a_scope_of_ids_includes_those_and_all_includes_any() -> None:
    assert [Scope(frozenset({NORTH})).includes(route) for route in (NORTH, SOUTH)] == [True, False]
    assert ALL.includes(SOUTH)
