"""Records show the number of the version that their ETag is of; domains join by their EXAMPLES."""

from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema

from tests.factories.personal import Person
from tests.suites.personal.test_isolation import NO_BOOK_ID, of_suite, request_of
from tests.suites.personal.transactions.test_transactions_api import TRANSACTIONS, enter

WITHOUT_A_BOOK = {"BookSchema", "BookAuditSchema", "ReportRunSchema"}
"""A book itself, its history, which is read by its address, and the result of a saved report."""
LISTS = ("transactions", "accounts", "budgets", "budget-templates")


def shown_schemas(app: Flask) -> dict[str, type[Schema]]:
    """Schemas of the records in answers of the suite, by name."""
    shown = (getattr(one.operation.response, "schema", None) for one in of_suite(app))
    return {one.__name__: one for one in shown if one is not None}


def etag_in(record: dict[str, Any]) -> str:
    """The ETag by what a record shows: a month of envelopes has its month in place of an id."""
    row_id = record["id"] if "id" in record else record["month"].replace("-", "")
    return f'"{row_id}-{record["version"]}"'


def test_every_record_shows_the_version_of_its_etag(app: Flask, ana: Person) -> None:
    for route in of_suite(app):
        if "ETag" not in route.operation.response.headers or route.operation.response.is_download:
            continue
        address, options = request_of(route, ana.caller)
        if not route.path.startswith(NO_BOOK_ID):
            options["query_string"] = {"book_id": ana.book_id}
        answer = ana.caller.send(route.method, address, **options)
        assert answer.status_code < 300, route.name
        assert etag_in(answer.get_json()["data"]) == answer.headers["ETag"], route.name


def test_every_record_with_the_time_of_its_last_change_shows_its_version(app: Flask) -> None:
    shown = shown_schemas(app).items()
    lacking = [name for name, one in shown if {"updated_at", "version"} & one().dump_fields.keys() == {"updated_at"}]
    assert lacking == []


def test_every_record_of_a_book_names_it(app: Flask) -> None:
    shown = shown_schemas(app).items()
    lacking = {name for name, one in shown if {"id", "book_id"} & one().dump_fields.keys() == {"id"}}
    assert lacking == WITHOUT_A_BOOK


def test_a_row_of_a_list_is_changed_if_it_is_still_of_the_version_that_it_shows(ana: Person) -> None:
    enter(ana)
    [row] = ana.caller.get(TRANSACTIONS)["data"]
    address, condition = f"{TRANSACTIONS}/{row['id']}", etag_in(row)
    changed = ana.caller.put(address, {"description": "Pan"}, If_Match=condition)["data"]
    assert changed["version"] == row["version"] + 1
    ana.caller.put(address, {"description": "Vino"}, expect=412, If_Match=condition)
    assert ana.caller.get(TRANSACTIONS)["data"][0]["version"] == changed["version"]


def test_templates_of_the_program_are_of_one_version(ana: Person) -> None:
    assert {one["version"] for one in ana.caller.get("/api/personal/budget-templates")["data"]} == {1}


@pytest.mark.parametrize("name", LISTS)
def test_files_of_lists_have_a_column_of_versions(ana: Person, name: str) -> None:
    head = ana.caller.send("GET", f"/api/personal/{name}", query_string={"format": "csv"}).get_data(as_text=True)
    assert "Versión" in head.splitlines()[0].split(",")


def test_a_version_that_is_sent_is_ignored_as_all_that_is_read_only(ana: Person) -> None:
    made = enter(ana)
    assert ana.caller.put(f"{TRANSACTIONS}/{made['id']}", {"version": 7})["data"]["version"] == made["version"]
