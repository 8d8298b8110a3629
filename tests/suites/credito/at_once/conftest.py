"""A branch over a database of the module's own, where all commits are real."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.infra import clock
from app.infra.db import db
from tests import conftest, factories
from tests.factories.credito import ClienteFactory, CorteFactory, GrupoFactory, PersonalFactory, RutaFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.conftest import enter
from tests.support import Caller

MARTES = datetime(2026, 3, 3, 18, tzinfo=UTC)
"""Tuesday 3 March 2026, noon in Mexico City."""
ROOT = "/api/credito"
PRESTAMOS, PAGOS = f"{ROOT}/prestamos", f"{ROOT}/pagos"


@dataclass
class Branch:
    """Two people with cash, who approves, a group, and a loan type without guarantors."""

    app: Flask
    titular: Caller
    cajero: Caller
    director: Caller
    supervisor: Caller
    """One who holds no cash."""
    grupo: Any
    tipo: Any

    def client(self, **values: Any) -> Any:
        """A client of the group."""
        with self.app.app_context():
            made = ClienteFactory(grupo_id=self.grupo, **values).id
            db.session.commit()
            return made

    def request(self, client: int, monto: Any = 3000) -> dict[str, Any]:
        """Body of a request of a loan."""
        return {"cliente_id": client, "tipo_prestamo_id": self.tipo, "monto": monto}

    def approved(self, client: int | None = None, monto: Any = 3000) -> Any:
        """An approved loan."""
        found = self.titular.post(PRESTAMOS, self.request(client or self.client(), monto))["data"]
        self.director.post(f"{PRESTAMOS}/{found['id']}/aprobar", {}, expect=200)
        return found["id"]

    def open(self, monto: Any = 3000) -> Any:
        """An open loan."""
        loan = self.approved(monto=monto)
        self.titular.post(f"{PRESTAMOS}/{loan}/desembolsar", {"medio": "efectivo"}, expect=200)
        return loan

    def get(self, loan: int) -> Any:
        """A loan as it is now."""
        return self.director.get(f"{PRESTAMOS}/{loan}")["data"]

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement, as they are committed."""
        with self.app.app_context():
            found = [tuple(row) for row in db.session.execute(text(statement), values).all()]
            db.session.rollback()
            return found

    def at_once(self, *acts: Callable[[Caller], Any]) -> list[Any]:
        """Responses of acts that begin in the same moment; each has a connection of its own."""
        start = Barrier(len(acts))

        def run(act: Callable[[Caller], Any]) -> Any:
            with self.app.app_context():
                start.wait(20)
                return act(Caller(self.app.test_client()))

        with ThreadPoolExecutor(len(acts)) as pool:
            return [one.result(60) for one in [pool.submit(run, act) for act in acts]]


def posting(of: Caller, path: str, body: Any) -> Callable[[Caller], Any]:
    """An act that posts as a caller, with a client of its own."""
    return lambda own: own.with_headers(**of.headers).send("POST", path, json=body)


def statuses(responses: Sequence[Any]) -> list[tuple[int, str | None]]:
    """Statuses of responses, each with the code of its problem, in order."""
    return sorted((one.status_code, (one.get_json() or {}).get("code")) for one in responses)


@pytest.fixture(scope="module")
def branch(server_database: str) -> Iterator[Branch]:
    """A branch on 3 March 2026."""
    app, before = create_app(conftest.testing_config(server_database)), factories.app
    factories.app = app
    with clock.frozen(MARTES):
        with app.app_context():
            people = {name: PersonalFactory(puesto=name) for name in ("titular", "cajero", "director", "supervisor")}
            own = {name: (one.id, one.user_id) for name, one in people.items()}
            ruta = RutaFactory(supervisor_id=own["supervisor"][0]).id
            grupo = GrupoFactory(ruta_id=ruta, titular_id=own["titular"][0], dia_reunion=1).id
            tipo = TipoPrestamoFactory(redondeo=Decimal(1)).id
            for name in ("titular", "cajero"):
                CorteFactory(personal_id=own[name][0])
            db.session.commit()
            callers = {name: enter(Caller(app.test_client()), one) for name, one in people.items()}
        yield Branch(
            app, callers["titular"], callers["cajero"], callers["director"], callers["supervisor"], grupo, tipo
        )
    factories.app = before
    with app.app_context():
        db.engine.dispose()
