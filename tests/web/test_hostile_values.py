"""Every field and every parameter of every operation against everything that ever broke a program."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from marshmallow import Schema, fields
from sqlalchemy import Numeric, text

from app import create_app
from app.infra.db import Base, db
from app.web.api import Operation
from app.web.decimals import MoneyAmount
from app.web.fields import Day, EmailAddress, Flag, WebAddress
from app.web.openapi import operations
from tests import conftest
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.soak import SOAK
from tests.support import Caller, sign_in

ALLOWED = {200, 201, 400, 401, 403, 404, 409, 412, 413, 415, 422, 429}
PLACE = re.compile(r"<[^>]*>")
MARK = "hostile-9f3b"
TEXTS = [
    *("NaN", "Infinity", "-Infinity", "1e400", "1_000", "٣", "", " ", "0", "-1", "null", "true", "\x00", "a\x00b"),
    *("x" * 10_000, "9" * 5000, "1" * 100, "\u202eabc", "' OR 1=1--", "%", "_", "\\", "a%' --", "<script>alert(1)"),
    *("{{7*7}}", "${7*7}", "=cmd|' /C calc'!A0", "../../etc/passwd", "a\r\nX: y", "\ufeff", "\uffff", "😀" * 100),
    *(
        "9223372036854775807",
        "9223372036854775808",
        "2147483648",
        "0000-00-00",
        "2023-02-29",
        "infinity",
        "10000-01-01",
    ),
    *("e\u0301", "\u0000" * 50, "İ" * 100, "ß" * 199, "http://[", "http://a.co:99999", "a@b@c", "@", f"{MARK}-text"),
]
SCALARS = [
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "1e99999999999999999999", "1e10", "-0", "-5", "0"),
    *("0.001", "1.005", "12.5", "1e3", "true", "false", "null", "[]", "{}", "[[]]", '[{"a": 1}]', '{"a": {"b": 1}}'),
    *("2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616", "9" * 100),
    *("9" * 5000, "0." + "1" * 5000, r'"\ud800"', r'"a\udfff"', r'["\ud800"]', r'{"\ud800": 1}', r'{"a": "\ud800"}'),
    *("[" * 31 + "]" * 31, "[" * 100 + "]" * 100, '{"a": 1, "a": 2}', f'["{MARK}-list"]', f'{{"x": "{MARK}-object"}}'),
]
HOSTILE = SCALARS + [json.dumps(text) for text in TEXTS]
BYTES = ["%ff", "%ed%a0%80", "%c0%80"]
PARAMETERS = [*map(quote, TEXTS), *BYTES, "%", "%u0031", "1&{0}=2", "+1"]
ADDRESSES = [*(quote(text, safe="") for text in TEXTS), *BYTES, "%2e%2e", "..", "1;2"]
ALL = list(operations(create_app(conftest.testing_config("postgresql://nobody@/unused"))))
PLACES = {(rule, method): place for place, (rule, method, _) in enumerate(ALL)}


@pytest.fixture(scope="module")
def company(app: Flask) -> Iterator[Caller]:
    """An admin of a company that has one of everything, made once; each test's own changes are taken back."""
    with conftest.taken_back(app):
        for factory in (PaymentFactory, ExpenseFactory, IncomeFactory, AccruedExpenseFactory):
            factory()
        RateFactory(date=date(2025, 6, 15))
        yield sign_in(Caller(app.test_client()), "admin")


@pytest.fixture
def caller(company: Caller, database: None) -> Caller:
    return company


def sample(field: fields.Field[Any]) -> Any:
    """A value that the field takes, so that only the hostile one is wrong."""
    if isinstance(field, fields.Nested):
        return [valid(field.schema)] if field.many else valid(field.schema)
    if isinstance(field, fields.List):
        return [sample(field.inner)]
    if isinstance(field, fields.Enum):
        return next(iter(field.enum)).value
    by_kind = {
        Day: "2025-06-15",
        EmailAddress: "ana@example.com",
        WebAddress: "https://example.com/",
        Flag: True,
        MoneyAmount: "12.50",
        fields.Number: 1,
    }
    return next((value for kind, value in by_kind.items() if isinstance(field, kind)), "a sample text")


def valid(schema: Schema) -> dict[str, Any]:
    """A body that the schema takes."""
    taken = {name: field for name, field in schema.load_fields.items() if not field.dump_only}
    return {field.data_key or name: sample(field) for name, field in taken.items()}


def address(caller: Caller, rule: str) -> str:
    """The address with the id of the newest row of the list above it, or 1 where there is none."""
    above, bracket, _ = rule.partition("/<")
    if not bracket:
        return rule
    rows = (caller.send("GET", above, query_string={"per_page": 100}).get_json() or {}).get("data", [])
    newest = max((row.get("id", row.get("name", row.get("month"))) for row in rows), default=1)
    return PLACE.sub("1", PLACE.sub(str(newest), rule, count=1))


def dealt(values: Sequence[str], place: int, hands: int) -> Sequence[str]:
    """The values for the field in this place: in a soak all, else its hand of them, another than its neighbours get."""
    hands = min(hands, len(values))
    return values if SOAK else values[place % hands :: hands]


def places(rule: str, method: str) -> Iterator[int]:
    """Places of the fields of an operation, from another one on than its neighbours': each value is of some hand."""
    return itertools.count(7 * PLACES[rule, method])


def hostile_bodies(schema: Schema, fields_at: Iterator[int]) -> Iterator[tuple[str, str]]:
    """(field, body) with one hostile value in an otherwise valid body."""
    body = valid(schema)
    for place, name in zip(fields_at, [*body, "unknown"], strict=False):
        for value in dealt(HOSTILE if name in body else SCALARS, place, hands=80):
            yield name, json.dumps({**body, name: MARK}).replace(json.dumps(MARK), value)


def is_secret(name: str) -> bool:
    """Whether what was sent there must not come back."""
    return "password" in name or "token" in name


def wrong(response: Any, *, secret: bool) -> str | None:
    """Message about a wrong response to a hostile request, or None."""
    if response.status_code not in ALLOWED:
        return f"status {response.status_code}"
    if response.status_code >= 400 and response.content_type != "application/problem+json":
        return "no problem+json"
    if secret and (MARK in response.text or "<script>" in response.text):
        return "sends a secret back"
    return None


def numeric_columns() -> Iterator[tuple[str, str]]:
    """(table, its columns of decimals)."""
    for table in Base.metadata.tables.values():
        if columns := [column.name for column in table.columns if isinstance(column.type, Numeric)]:
            yield table.name, ", ".join(columns)


ODD = text(
    " UNION ALL ".join(
        f"SELECT '{table}', ARRAY[{columns}]::text[] FROM {table}"  # noqa: S608 - names of the models
        f" WHERE ARRAY[{columns}]::numeric[] && '{{NaN, Infinity, -Infinity}}'::numeric[]"
        for table, columns in numeric_columns()
    )
)
"""Rows with NaN or infinity: by one statement, as there are hundreds of such columns and of tests that ask."""


def named(wanted: Callable[[str, Any], bool]) -> pytest.MarkDecorator:
    """A test for each operation of which this is true, so that new routes are covered by being there."""
    found = [(rule, method, view.operation) for rule, method, view in ALL if wanted(rule, view.operation)]
    return pytest.mark.parametrize(
        ("rule", "method", "declared"), found, ids=[f"{method} {rule}" for rule, method, _ in found]
    )


@named(lambda _rule, declared: declared.body is not None)
def test_no_hostile_value_in_a_body_breaks_anything(
    app: Flask, caller: Caller, rule: str, method: str, declared: Operation
) -> None:
    path, failures = address(caller, rule), []
    for number, (name, body) in enumerate(hostile_bodies(declared.body, places(rule, method))):
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"{number}"}
        response = caller.send(method, path, data=body.encode(), headers=headers)
        if problem := wrong(response, secret=is_secret(name)):
            failures.append((name, body[:200], problem))
    assert failures == []
    with app.app_context():
        assert db.session.execute(ODD).all() == []


@named(lambda _rule, _declared: True)
def test_no_hostile_parameter_breaks_anything(caller: Caller, rule: str, method: str, declared: Operation) -> None:
    path, failures = address(caller, rule), []
    known = [*declared.query.load_fields, *(["format"] if len(declared.response.formats) > 1 else [])]
    for place, name in zip(places(rule, method), [*known, "unknown"], strict=False):
        for value in dealt(PARAMETERS if name in known else BYTES, place, hands=32):
            response = caller.send(method, f"{path}?{name}={value.replace('{0}', name)}")
            if problem := wrong(response, secret=False):
                failures.append((name, value[:200], problem))
    assert failures == []


@named(lambda rule, _declared: "<" in rule)
def test_no_hostile_address_breaks_anything(caller: Caller, rule: str, method: str, declared: Operation) -> None:
    failures = []
    for value in dealt(ADDRESSES, PLACES[rule, method], hands=16):
        path = PLACE.sub(lambda _match, value=value: value, rule)
        response = caller.send(method, path, json={})
        if path.endswith("/") and response.status_code == 405:
            continue  # without an id it is the address of the list
        if problem := wrong(response, secret=False):
            failures.append((path[:200], problem))
    assert failures == []
