"""The close of days and weeks in a process of its own, which dies after so many statements."""

import os
import signal
import sys
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, event, text

from app import create_app
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.service import semana
from app.suites.credito.prestamos.queries import cierres
from app.suites.credito.prestamos.service import CierreService
from tests import conftest
from tests.suites.credito.prestamos.cartera import en

POR_TRAMO, JUZGADOS = 7, 3
"""Loans in a slice, and those of it that are judged at once, so that few loans have many slices."""
_LIMIT = text("SET LOCAL idle_in_transaction_session_timeout = '15min'")
"""Limit of the transaction of a job, which waits while its slices are closed in others."""


def close_all(day: date) -> None:
    """Close all days before a day, and then the weeks, as the jobs do in the night to it."""
    with en(day, 8):
        close_before(day)


def close_before(day: date) -> None:
    """Close as `close_all`, with the clock as it is: threads that close at once are under one stopped clock."""
    for close in (
        lambda context: CierreService(context).cerrar_hasta(day - timedelta(days=1)),
        lambda context: semana.CierreSemanalService(context).cerrar(),
    ):
        db.session.execute(_LIMIT)
        close(make_context(db.session()))
        db.session.commit()


def die_after(statements: int) -> None:
    """Kill this process when it has sent so many statements."""
    left = statements

    def count(*_arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)


def main(url: str, day: str, statements: int) -> None:
    """Close all that is due on a day; with a number of statements, die after them."""
    app = create_app(conftest.testing_config(url))
    cierres.POR_TRAMO, semana.JUZGADOS_POR_TRAMO = POR_TRAMO, JUZGADOS
    with app.app_context():
        if statements:
            die_after(statements)
        close_all(date.fromisoformat(day))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
