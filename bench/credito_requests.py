"""Requests of collectors, and reports, of the suite credito, in this process."""

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.infra import clock
from app.infra.db import db
from bench import limits
from bench.databases import config_of, url_of
from bench.floor import database
from bench.floor.application import create_floor
from bench.requests import LOGIN, log_in

ROUNDS, PAIRS = 9, 30
ROOT = "/api/credito"
MOST_BYTES = 40_000


@dataclass(frozen=True)
class Collector:
    """A collector of two groups who is signed in, with the loans of both."""

    client: FlaskClient
    headers: dict[str, str]
    clave: str
    loans: list[int]
    group: int
    of_group: list[int]


def measure(app: Flask) -> Iterator[tuple[str, float, float, float]]:
    """Requests of collectors."""
    who = collector(app, 3)
    yield _timed("POST /pagos", lambda: pay(who), 60)
    yield _beside_the_floor(app, who)
    yield _timed("POST /grupos/{id}/pagos, 20 loans", lambda: _sheet(who), 60)
    other = collector(app, 5)
    yield _timed("POST /cobranza/sincronizar, 100", lambda: _sync(other, 100), 300)
    yield _timed("POST /cobranza/sincronizar, 500", lambda: _sync(other, 500), 1500)
    idle = collector(app, 7)
    day = f"{ROOT}/cobranza/dia"
    yield _timed(f"GET /cobranza/dia, {len(idle.loans)} loans", lambda: _get(idle, day), 30)
    answer = idle.client.get(day, headers=idle.headers)
    since = f"{day}?desde_version={answer.get_json()['data']['version']}"
    yield _timed("GET /cobranza/dia?desde_version=, 304", lambda: _get(idle, since, 304), 8)
    size = float(len(gzip.compress(answer.data)))
    yield "size of it, gzipped, in bytes", size, size, MOST_BYTES


def _beside_the_floor(app: Flask, who: Collector) -> tuple[str, float, float, float]:
    """Time of a payment as a multiple of that of the floor, measured in turns."""
    floor = create_floor(config_of(url_of(app)))
    floor.config["SECRET_KEY"] = app.config["SECRET_KEY"]
    beside = replace(who, client=floor.test_client())
    pairs = [(_once(lambda: pay(who)), _once(lambda: pay(beside))) for _ in range(1 + PAIRS)]
    database.close()
    times = statistics.median(ours / least for ours, least in pairs[1:])
    return "POST /pagos, times its floor", times, times, 1 / limits.LOWER_RATIOS["a payment of a loan"]


REPORTS = {
    "/reportes/par": 15,
    "/reportes/par?fecha={past}": 300,
    "/reportes/cartera": 15,
    "/reportes/cartera?fecha={past}": 300,
    "/reportes/general": 30,
    "/reportes/general?semana={past}": 30,
}
"""Limits of reports of the day and of an earlier one, by address."""


def reports(app: Flask, morning: datetime) -> Iterator[tuple[str, float, float, float]]:
    """Reports as they are read on the morning after a Sunday that is closed."""
    with clock.frozen(morning):
        client = app.test_client()
        headers = log_in(client)
        past = morning.date() - timedelta(weeks=3, days=1)  # a Sunday: of these the loaded data has snapshots
        for path, limit in REPORTS.items():
            yield _timed(f"GET {path}", partial(_report, client, headers, path.format(past=past)), limit)


def _report(client: FlaskClient, headers: dict[str, str], path: str) -> None:
    _check(client.get(ROOT + path, headers=headers), 200)


def collector(app: Flask, number: int) -> Collector:
    """The collector of that number, from 1."""
    with app.app_context():
        row = db.session.execute(text(_COLLECTOR), {"place": number}).one()
        loans = db.session.execute(text(_LOANS), {"personal_id": row.id}).all()
        db.session.rollback()
    client = app.test_client()
    given = {**LOGIN, "username": row.username}
    token = _check(client.post("/api/auth/login", json=given), 200).get_json()["access_token"]
    first = loans[0].grupo_id
    of_group = [loan.id for loan in loans if loan.grupo_id == first]
    headers = {"Authorization": f"Bearer {token}"}
    return Collector(client, headers, row.clave, [loan.id for loan in loans], first, of_group)


_COLLECTOR = """
    SELECT p.id, p.clave, u.username FROM credito_personal p JOIN users u ON u.id = p.user_id
    WHERE u.username LIKE 'carga-cobrador-%' ORDER BY p.id OFFSET :place LIMIT 1
"""
_LOANS = """
    SELECT loan.id, loan.grupo_id FROM credito_asignaciones own JOIN credito_prestamos loan USING (grupo_id)
    WHERE own.cobrador_id = :personal_id AND loan.estado IN ('desembolsado', 'activo', 'atrasado') AND loan.saldo > 1000
    ORDER BY loan.grupo_id, loan.id
"""
_turns, _batches = count(1), count(1)
"""Numbers by which amounts and receipts differ: equal ones of a day would be doubtful."""


def _amount(turn: int, place: int = 0) -> Decimal:
    return Decimal(100 + turn * 10 + place) / 100


def pay(who: Collector) -> None:
    """Enter a payment of one of the collector's loans."""
    _post(who, f"{ROOT}/pagos", {"prestamo_id": who.loans[-1], "monto": str(_amount(0, next(_turns)))}, 201)


def _sheet(who: Collector) -> None:
    amount = _amount(next(_turns))
    lines = [{"prestamo_id": loan, "monto": str(amount)} for loan in who.of_group[:20]]
    body = {"total": str(amount * len(lines)), "pagos": lines}
    _post(who, f"{ROOT}/grupos/{who.group}/pagos", body, 201)


def _sync(who: Collector, items: int) -> None:
    turn, now = next(_batches), clock.now() - timedelta(hours=1)
    sent = [
        {
            "local_id": str(uuid4()),
            "prestamo_id": who.loans[place % len(who.loans)],
            "monto": str(_amount(turn, place // len(who.loans))),
            "hora_local": (now + timedelta(seconds=place)).isoformat(timespec="milliseconds"),
            "recibo": f"{who.clave}-{turn * 1_000 + place + 100_000:06}",
        }
        for place in range(items)
    ]
    answer = _post(who, f"{ROOT}/cobranza/sincronizar", {"dispositivo": "bench", "pagos": sent}, 200)
    outcomes = {(one["resultado"], one.get("codigo")) for one in answer["data"]}
    if outcomes != {("creado", None)}:
        raise SystemExit(f"payments were {outcomes}, the figures mean nothing")


def _post(who: Collector, path: str, body: object, status: int) -> dict[str, list[dict[str, object]]]:
    answer: dict[str, list[dict[str, object]]] = _check(
        who.client.post(path, json=body, headers=who.headers), status
    ).get_json()
    return answer


def _get(who: Collector, path: str, status: int = 200) -> None:
    _check(who.client.get(path, headers=who.headers), status)


def _check(response: TestResponse, status: int) -> TestResponse:
    if response.status_code != status:
        raise SystemExit(f"{response.status_code}: {response.get_data(as_text=True)[:500]}; the figures mean nothing")
    return response


def _timed(name: str, act: Callable[[], object], limit: float) -> tuple[str, float, float, float]:
    act()
    times = [_once(act) for _ in range(ROUNDS)]
    return name, min(times), sorted(times)[ROUNDS // 2], limit


def _once(act: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
