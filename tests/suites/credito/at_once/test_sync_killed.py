"""Synchronisation that is repeated, split, reordered and sent by three devices while the server is killed."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.identity.models import User
from app.infra import clock
from app.infra.db import db
from tests import conftest, factories
from tests.factories.auth import PASSWORD
from tests.factories.credito import ClienteFactory, GrupoFactory, PersonalFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.reliability.harness import answer
from tests.soak import SOAK
from tests.suites.credito.conftest import enter
from tests.support import Caller, Server, violations_in

pytestmark = [pytest.mark.server, pytest.mark.long]

ROOT = "/api/credito"
KILLS, LOANS, EACH = (20, 200, 50) if SOAK else (1, 4, 4)
DEVICES = ("tel-1", "tel-2", "tel-3")
LARGEST, MOST = (100, 500) if SOAK else (5, 16)
"""Items of a piece, and of each of the batches that repeat all of them in the end."""
LATEST = 4.0 if SOAK else 0.3
"""Seconds of which a part passes between two kills: in a soak all of them hit devices that still send."""
TIMEOUT = 400.0 if SOAK else 60.0
"""Seconds within which each batch is answered, however often the server is killed meanwhile."""
SEED = 20260711
STORED = """
    SELECT count(*), sum(monto), (SELECT sum(pagado) FROM credito_prestamos),
        sum(monto) FILTER (WHERE corte_id IS NOT NULL), count(DISTINCT corte_id)
    FROM credito_pagos
"""
"""Number and sum of the payments, sums paid of loans and taken into cuts, and the number of cuts."""


@contextmanager
def lent(url: str) -> Iterator[tuple[str, list[int]]]:
    """Open loans of three days ago, and the name of the user who collects them."""
    app, before = create_app(conftest.testing_config(url)), factories.app
    factories.app = app
    try:
        with app.app_context():
            titular, director = PersonalFactory(puesto="titular", clave="ANA"), PersonalFactory(puesto="director")
            group, kind = GrupoFactory(titular_id=titular.id).id, TipoPrestamoFactory().id
            clients = [ClienteFactory(grupo_id=group).id for _ in range(LOANS)]
            name = db.session.get_one(User, titular.user_id).username
            with clock.frozen(clock.now() - timedelta(days=3)):
                own, chief = (enter(Caller(app.test_client()), one) for one in (titular, director))
                own.post(f"{ROOT}/cortes", {"semilla": 0})
                loans = [_open(own, chief, client, kind) for client in clients]
            db.session.remove()
            yield name, loans
            assert violations_in(app) == []
            db.engine.dispose()
    finally:
        factories.app = before


def _open(own: Caller, chief: Caller, client: int, kind: int) -> int:
    asked = {"cliente_id": client, "tipo_prestamo_id": kind, "monto": 3000}
    loan: int = own.post(f"{ROOT}/prestamos", asked)["data"]["id"]
    chief.post(f"{ROOT}/prestamos/{loan}/aprobar", {}, expect=200)
    own.post(f"{ROOT}/prestamos/{loan}/desembolsar", {"medio": "efectivo"}, expect=200)
    return loan


def payments(loans: list[int]) -> list[dict[str, Any]]:
    """Payments of different amounts, taken some minutes apart."""
    now = clock.now()
    pairs = [(loan, turn) for turn in range(EACH) for loan in loans]
    return [
        {
            "local_id": str(uuid4()),
            "prestamo_id": loan,
            "monto": 10 + turn,
            "hora_local": (now - timedelta(minutes=11 * (turn + 1))).isoformat(),
            "recibo": f"ANA-{900_000 + number}",
        }
        for number, (loan, turn) in enumerate(pairs)
    ]


def batches(items: list[dict[str, Any]], chance: random.Random) -> list[list[dict[str, Any]]]:
    """All items in an order of their own, in pieces, of which some are sent again."""
    mixed = chance.sample(items, len(items))
    pieces = []
    while mixed:
        size = chance.randint(1, LARGEST)
        pieces.append(mixed[:size])
        mixed = mixed[size:]
    whole = (items[first : first + MOST] for first in range(0, len(items), MOST))
    return [*pieces, *chance.sample(pieces, len(pieces) // 3), *whole]


def send_all(
    server: Server, headers: dict[str, str], device: str, pieces: list[list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Send each batch until it is answered; all outcomes."""
    found: list[dict[str, Any]] = []
    for piece in pieces:
        body = {"dispositivo": device, "pagos": piece}
        deadline = time.monotonic() + TIMEOUT
        while True:
            reply = answer(lambda sent=body: server.send("POST", f"{ROOT}/cobranza/sincronizar", sent, headers=headers))
            if reply is not None and reply.status == 200:
                break
            assert reply is None or reply.status >= 500, reply.body
            assert time.monotonic() < deadline, "no batch is answered any more"
            time.sleep(0.05)
        found += reply.json["data"]
    return found


def test_no_payment_is_lost_or_double_whatever_is_sent_while_the_server_is_killed(server_database: str) -> None:
    chance = random.Random(SEED)
    lasting = {"ACCESS_TOKEN_MINUTES": "120"}
    with lent(server_database) as (name, loans), Server(server_database, environ=lasting) as server:
        items, found = payments(loans), defaultdict[str, set[Any]](set)
        headers = server.login(name, PASSWORD)
        outcomes: list[list[dict[str, Any]]] = []

        def send(device: str, pieces: list[list[dict[str, Any]]]) -> None:
            outcomes.append(send_all(server, headers, device, pieces))

        threads = [threading.Thread(target=send, args=(one, batches(items, chance))) for one in DEVICES]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, LATEST))
            assert any(thread.is_alive() for thread in threads)
            server.kill()
            server.start()
        for thread in threads:
            thread.join(2 * TIMEOUT)
        assert len(outcomes) == len(threads)
        for one in (one for device in outcomes for one in device):
            found[one["local_id"]].add((one["id"], one["recibo"]))
            assert one["resultado"] in {"creado", "repetido"}, one
        assert {key: len(ids) for key, ids in found.items()} == {item["local_id"]: 1 for item in items}
        with create_engine(server_database, poolclass=NullPool).connect() as connection:
            stored = connection.execute(text(STORED)).one()
        total = sum(item["monto"] for item in items)
        assert tuple(stored) == (len(items), total, total, total, 1)
