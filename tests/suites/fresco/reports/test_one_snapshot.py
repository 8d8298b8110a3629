"""The parts of a report agree while others write."""

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.infra.db import psycopg2_url
from tests.conftest import PASSWORD
from tests.support import Server


@pytest.mark.server
def test_a_summary_is_of_one_moment(server: Server, server_database: str) -> None:
    done = threading.Event()

    def write() -> None:
        engine = create_engine(psycopg2_url(server_database), poolclass=NullPool)
        entry = text(
            "INSERT INTO incomes (description, date, amount, currency, type, client, payment_method)"
            " VALUES ('x', :day, 10, 'COP', 'Cliente', 'Banco', 'Efectivo')"
        )
        with engine.connect() as connection:
            while not done.is_set():
                connection.execute(entry, {"day": date(2026, 5, 4)})
                connection.commit()
        engine.dispose()

    token = server.login("admin", PASSWORD)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [_revenues(server, token) for _ in range(40)]
    finally:
        done.set()
        writer.join()
    assert [revenues for revenues in seen if len(set(revenues)) > 1] == []
    assert len(set(seen)) > 10  # somebody did write meanwhile


def _revenues(server: Server, token: dict[str, str]) -> tuple[Any, ...]:
    """Revenue according to three parts of the report, each read by its own statement."""
    address = "/api/reports/summary?date_from=2026-05-01&date_to=2026-05-31"
    answer = server.send("GET", address, headers=token).json
    [month], [trend] = answer["monthly_revenue_expenses"], answer["cash_flow_trend"]
    return month["revenue"], sum(client["revenue"] for client in answer["client_revenue"]), trend["balance"]
