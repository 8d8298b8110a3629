"""The benchmark's floor responds and stores the same as the program; otherwise figures could not be compared."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, text

from app import create_app
from app.infra import clock
from app.infra.db import db
from bench.floor import database
from bench.floor.application import create_floor
from bench.requests import LOGIN, Request, Subjects, requests
from tests import conftest
from tests.conftest import DEMO_DAY
from tests.conftest import testing_config as settings
from tests.support import violations_in

SUBJECTS = Subjects(client=2, project=3, projects=1, payment=2, payments=1, today=DEMO_DAY)
MEASURED = {one.name: one for one in requests(SUBJECTS)}
READS = [one for one in MEASURED.values() if not one.writes]
PAGES = [Request("a later page", "/api/payments?page=3"), Request("clients' plan", "/api/projects/6")]
OWN = {"id", "payment_id", "receipt_id", "row_id", "request_id", "session_id", "user_id", "sid"}
OWN |= {"at", "created_at", "updated_at", "expires_at", "last_used_at"}
"""Columns that differ between two equal rows stored one after the other."""
SUMS = ("movement_day_sums", "movement_party_sums", "movement_due_sums", "open_item_sums", "open_item_party_sums")
_IDS = (("audit", "audit_log"), *((name, name) for name in SUMS))
LAST = f"SELECT {', '.join(f'(SELECT max(id) FROM {table}) AS {name}' for name, table in _IDS)}"  # noqa: S608 - constants
_RECORDED = "SELECT row_id FROM audit_log a WHERE a.id > :audit AND a.table_name"
STORED = {
    "audit": "SELECT to_jsonb(t) FROM audit_log t WHERE id > :audit ORDER BY id",
    **{name: f"SELECT to_jsonb(t) FROM {name} t WHERE id > :{name} ORDER BY id" for name in SUMS},  # noqa: S608 - constants
    "payments": f"SELECT to_jsonb(t) FROM payments t WHERE id IN ({_RECORDED} = 'payments')",  # noqa: S608 - constants
    "receipts": f"SELECT to_jsonb(t) FROM payment_receipts t WHERE id IN ({_RECORDED} = 'payment_receipts')",  # noqa: S608 - constants
    "sessions": f"SELECT to_jsonb(t) FROM sessions t WHERE id IN ({_RECORDED} = 'sessions')",  # noqa: S608 - constants
}

OWN_IN_BODY = re.compile(rb'"(id|payment_id|created_at|updated_at)":("[^"]*"|\d+)')
EACH_TIME = ("iat", "nbf", "exp", "jti", "csrf", "sid")
ENTERED = {"project_id": 3, "amount": "450000.5", "currency": "COP", "date": "2026-05-01", "type": "Recurrente"}

OWN_OF_PAYMENT = {"id", "recibo", "registrado_en", "monto", "aplicado", "saldo_despues", "created_at", "updated_at"}

Stored = Callable[[], dict[str, list[Any]]]
Sides = tuple[FlaskClient, FlaskClient]


@pytest.fixture(scope="module")
def program(cluster: str, template: str, server_database: str) -> Iterator[Flask]:
    """The program over a database with the demo company."""
    with clock.frozen(datetime.combine(DEMO_DAY, time(17), UTC)):
        conftest.recreate(cluster, str(make_url(server_database).database), conftest.demo_of_today(cluster, template))
        made = create_app(settings(server_database))
        yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def sides(program: Flask, server_database: str) -> Iterator[Sides]:
    """Clients of the program and of the floor, with the same session."""
    floor = create_floor(settings(server_database))
    token = program.test_client().post("/api/auth/login", json=LOGIN).get_json()["access_token"]
    clients = program.test_client(), floor.test_client()
    for client in clients:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    dearer = {"payment_plan": {"recurring_fee_amount": 2_750_000}}
    assert clients[0].put("/api/projects/3", json=dearer).status_code == 200  # recurring revenue moves by it
    yield clients
    database.close()


@pytest.fixture
def stored(program: Flask) -> Stored:
    """Audit entries and sums since the last call, and their payments and sessions."""
    with program.app_context(), db.engine.connect() as connection:
        last = dict(connection.execute(text(LAST)).mappings().one())

    def newly() -> dict[str, list[Any]]:
        with program.app_context(), db.engine.connect() as connection:
            found = {name: connection.scalars(text(statement), last).all() for name, statement in STORED.items()}
            last.update(connection.execute(text(LAST)).mappings().one())
        return {name: _plain(list(rows)) for name, rows in found.items()}

    return newly


def _plain(value: Any) -> Any:
    """Row without the values that are its own; their presence is kept."""
    if isinstance(value, Mapping):
        return {key: (one is not None) if key in OWN else _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _own_left_out(response: Any) -> bytes:
    """Body without the values that are each row's own."""
    return OWN_IN_BODY.sub(rb'"\1":null', response.get_data())


def _sent(client: FlaskClient, request: Request, number: int) -> Any:
    path, body = (part.replace("{n}", str(number)) for part in (request.path, request.text))
    return client.open(path, method=request.method, data=body, content_type="application/json")


@pytest.mark.parametrize("request_", [*READS, *PAGES], ids=lambda one: one.name)
def test_the_floor_answers_byte_for_byte_as_the_program(request_: Request, sides: Sides) -> None:
    ours, floor = (client.get(request_.path) for client in sides)
    assert ours.status_code == floor.status_code == 200
    assert ours.get_data() == floor.get_data()
    assert ours.content_type == floor.content_type


def test_the_floor_enters_a_payment_as_the_program_does(sides: Sides, stored: Stored) -> None:
    ours, floor = ((_sent(client, MEASURED["a payment entered"], 3), stored()) for client in sides)
    assert ours[0].status_code == floor[0].status_code == 201
    assert _own_left_out(ours[0]) == _own_left_out(floor[0])
    assert ours[1] == floor[1]
    assert len(ours[1]["payments"]) == len(ours[1]["audit"]) == 1


def test_the_floor_pays_as_the_program_does(sides: Sides, stored: Stored) -> None:
    entered = [client.post("/api/payments", json=ENTERED).get_json()["data"]["id"] for client in sides]
    for day in ("2026-05-02", "2026-05-03"):
        pay = replace(MEASURED["a payment paid"], body={"status": "Pagado", "paid_date": day})
        stored()
        ours, floor = ((_sent(client, pay, one), stored()) for client, one in zip(sides, entered, strict=True))
        assert ours[0].status_code == floor[0].status_code == 200
        assert _own_left_out(ours[0]) == _own_left_out(floor[0])
        assert ours[1] == floor[1]
        assert [len(ours[1][name]) for name in SUMS] in ([1, 1, 1, 1, 1], [2, 2, 2, 0, 0])


def test_the_floor_enters_a_payment_of_a_loan_as_the_program_does(program: Flask, sides: Sides, stored: Stored) -> None:
    login = sides[0].post("/api/auth/login", json=LOGIN | {"username": "cobrador"}).get_json()
    headers = {"Authorization": f"Bearer {login['access_token']}"}
    loans = sides[0].get("/api/credito/prestamos?estado=activo", headers=headers).get_json()["data"]
    loan, broken = max(loans, key=lambda one: one["saldo"]), violations_in(program)
    stored()
    found = []
    for client, amount in zip(sides, (400, 401), strict=True):  # interest and capital of two installments
        body = {"prestamo_id": loan["id"], "monto": amount}
        reply = client.post("/api/credito/pagos", json=body, headers=headers)
        assert reply.status_code == 201, reply.get_data()
        answer = json.loads(reply.get_data(), parse_float=Decimal)["data"]
        found.append((answer, {(one["table_name"], one["action"]) for one in stored()["audit"]}))
    (ours, written), (floors, written_by_floor) = found
    assert written == written_by_floor
    assert list(ours) == list(floors)
    assert {name for name in ours if ours[name] != floors[name]} <= OWN_OF_PAYMENT
    assert floors["saldo_despues"] == ours["saldo_despues"] - floors["monto"]
    assert sum(floors["aplicado"].values()) == floors["monto"]
    assert violations_in(program) == broken


def test_the_floor_logs_in_as_the_program_does(sides: Sides, stored: Stored) -> None:
    ours, floor = ((_sent(client, MEASURED["login"], 1), stored()) for client in sides)
    assert ours[0].status_code == floor[0].status_code == 200
    assert ours[1] == floor[1]
    assert (len(ours[1]["sessions"]), len(ours[1]["audit"])) == (1, 2)  # the session, and that somebody signed in
    answers = [reply.get_json() for reply, _ in (ours, floor)]
    for name in ("access_token", "refresh_token"):
        claims = [jwt.decode(one.pop(name), options={"verify_signature": False}) for one in answers]
        lifetimes = [claim["exp"] - claim["iat"] for claim in claims]
        assert lifetimes[0] == lifetimes[1]
        ours_, floors = ({**claim, **dict.fromkeys(EACH_TIME)} for claim in claims)
        assert ours_ == floors
    devices = [one.pop("device_token") for one in answers]
    assert len(devices[0]) == len(devices[1])
    assert answers[0] == answers[1]


@pytest.mark.parametrize("side", [0, 1], ids=["program", "floor"])
def test_both_ask_for_a_session_that_goes_on_and_a_role_that_may(sides: Sides, side: int) -> None:
    ours, client = sides[0], sides[side]
    tokens = ours.post("/api/auth/login", json=LOGIN | {"username": "demo-viewer"}).get_json()
    viewer = {"Authorization": f"Bearer {tokens['access_token']}"}
    refresh = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    assert client.get("/api/projects/3", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/api/projects/3", headers=refresh).status_code == 401
    assert client.post("/api/payments", json=ENTERED, headers=viewer).status_code == 403
    assert client.get("/api/projects/3", headers=viewer).status_code == 200
    ours.post("/api/auth/logout", headers=viewer)
    assert client.get("/api/projects/3", headers=viewer).status_code == 401
