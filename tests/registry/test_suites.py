"""Suites are switched on by a setting: their routes, jobs, permissions and documents."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from flask import Flask

from app import create_app, registry
from app.web.openapi import document, operations
from config import SUITES
from tests.conftest import testing_config as settings_for
from tests.openid_issuer import CLIENT_ID
from tests.support import Caller, logs_kept

ORIGINAL = (
    "auth/register POST / auth/login POST / auth/logout POST / auth/user GET / transactions GET POST"
    " / transactions/1 GET PUT DELETE / categories GET POST / categories/1 PUT DELETE / budgets GET POST"
    " / budgets/1 GET PUT DELETE / goals GET POST / goals/1 PUT DELETE / goals/1/contribute POST"
    " / reports/summary GET / reports/monthly GET / reports/category GET / reports/trends GET / insights GET"
    " / import POST / export GET / recurring GET POST"
)
"""The 32 addresses below `/api` that a suite for people must have, with their methods."""


@pytest.fixture
def core_alone(app: Flask) -> Iterator[Flask]:
    """An application without any suite."""
    with logs_kept():
        yield create_app(replace(settings_for(app.config["SQLALCHEMY_DATABASE_URI"]), suites=()))


def packages(app: Flask) -> set[str]:
    return {view.__module__.rsplit(".", 2)[0] for _, _, view in operations(app)}


def test_without_a_suite_there_are_the_routes_and_words_of_the_core(core_alone: Flask) -> None:
    assert {package.split(".")[1] for package in packages(core_alone)} == {"core"}
    assert "/api/clients" not in document(core_alone, "3.1.0")["paths"]
    assert core_alone.test_client().get("/api/clients").status_code == 404


OWN_JOBS = {"mark-overdue", "generate-payments", "accrue-expenses", "mark-overdue-expenses", "remind-clients"} | {
    "post-recurring",
    "contribute-to-goals",
    "budget-alerts",
    "find-insights",
    "purge-archives",
    "credito-cierre-diario",
    "credito-cierre-semanal",
    "credito-recordatorios",
    "credito-vencer-aprobados",
}


def test_without_a_suite_its_jobs_commands_and_permissions_are_gone(core_alone: Flask, app: Flask) -> None:
    names = [{job.name for job in registry.jobs(one.config)} for one in (core_alone, app)]
    assert names[1] - names[0] == OWN_JOBS
    declared = set(core_alone.config["CATALOG"].permissions)
    assert {"users:write", "company:write"} <= declared
    assert not {"clients:read", "payments:write"} & declared


def test_no_two_suites_share_an_address(app: Flask) -> None:
    owners = defaultdict(set)
    for path, method, view in operations(app):
        owners[path, method].add(view.__module__.removeprefix("app.suites.").split(".")[0])
    assert [address for address, of in owners.items() if len(of) > 1] == []


@pytest.mark.parametrize("pair", list(combinations(SUITES, 2)), ids="-".join)
def test_of_any_two_suites_each_has_its_own_addresses_and_the_cores(app: Flask, pair: tuple[str, str]) -> None:
    with logs_kept():
        both = create_app(replace(settings_for(app.config["SQLALCHEMY_DATABASE_URI"]), suites=pair))
    owners = defaultdict(set)
    for path, method, view in operations(both):
        owners[path, method].add(view.__module__.split(".")[2 if ".suites." in view.__module__ else 1])
    assert [address for address, of in owners.items() if len(of) > 1] == []
    assert set.union(*owners.values()) == {"core", *pair}
    assert both.test_client().get("/api/openapi.json?suite=erp").status_code == 400
    for name in pair:
        paths = both.test_client().get(f"/api/openapi.json?suite={name}").get_json()["paths"]
        other = next(one for one in pair if one != name)
        found = {of for (path, _), owned in owners.items() if path in paths for of in owned}
        assert name in found
        assert other not in found


@pytest.fixture
def alone(app: Flask) -> Flask:
    """The application with the suite personal alone."""
    with logs_kept():
        return create_app(replace(settings_for(app.config["SQLALCHEMY_DATABASE_URI"]), suites=("personal",)))


def test_a_suite_for_people_alone_has_the_addresses_that_it_must_have(alone: Flask) -> None:
    adapter = alone.url_map.bind("localhost")
    for address in ORIGINAL.split(" / "):
        path, *methods = address.split()
        for method in methods:
            assert adapter.test(f"/api/{path}", method=method), f"{method} {path}"


def test_a_suite_alone_serves_its_addresses_also_where_the_core_has_such_ones(app: Flask, alone: Flask) -> None:
    serving: dict[tuple[str, str], str] = {}
    for path, method, view in operations(alone):
        serving.setdefault((path, method), view.__module__)
    own = {
        (path.replace("/api/personal/", "/api/"), method)
        for path, method, view in operations(app)
        if path.startswith("/api/personal/")
    }
    assert {address for address in own if not serving[address].startswith("app.suites.personal.")} == set()
    assert "book_id" in str(document(alone, "3.1.0")["paths"]["/api/imports"]["get"]["parameters"])
    adapter = alone.url_map.bind("localhost")
    rule, _ = adapter.match("/api/imports/1", method="DELETE", return_rule=True)
    assert alone.view_functions[rule.endpoint].view_class.__module__.startswith("app.suites.personal.")


def test_the_document_of_a_suite_has_the_core_and_that_suite(anonymous: Caller) -> None:
    for name in SUITES:
        paths = anonymous.client.get(f"/api/openapi.json?suite={name}").get_json()["paths"]
        assert {"/api/auth/login", "/api/company"} <= set(paths)


@pytest.mark.parametrize("address", ["/api/openapi.json", "/api/swagger.json"])
def test_a_document_of_an_unknown_suite_is_refused(anonymous: Caller, address: str) -> None:
    response = anonymous.client.get(f"{address}?suite=erp")
    assert (response.status_code, list(response.get_json()["errors"])) == (400, ["suite"])


def test_settings_for_a_frontend_need_no_token(anonymous: Caller) -> None:
    assert anonymous.get("/api/meta")["data"] == {
        "name": "Control Fresco",
        "version": "1.0",
        "suites": [
            {"name": "fresco", "prefix": "/api"},
            {"name": "personal", "prefix": "/api/personal"},
            {"name": "credito", "prefix": "/api/credito"},
        ],
        "currencies": ["COP", "USD"],
        "timezone": "America/Bogota",
        "registration": "closed",
        "sso": [{"name": "google", "client_id": CLIENT_ID}],
    }


@pytest.mark.parametrize("path", ["/api/clients", "/api/meta", "/api/health/live"])
def test_addresses_answer_with_and_without_a_final_slash(viewer: Caller, path: str) -> None:
    assert [viewer.client.get(path + end, headers=viewer.headers).status_code for end in ("", "/")] == [200, 200]
