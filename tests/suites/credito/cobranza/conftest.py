"""The branch of the tests of loans, and what its people collect."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.equipo.models import Ruta
from app.suites.credito.prestamos.service.verificacion import violations
from tests.factories.credito import CorteFactory, GrupoFactory
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today
from tests.support import Caller

__all__ = ["sucursal", "today"]

PAGOS, SINCRONIZAR, DIA = "/api/credito/pagos", "/api/credito/cobranza/sincronizar", "/api/credito/cobranza/dia"
JOURNAL = text(
    "SELECT a.code, sum(l.amount) FROM lines l JOIN accounts a ON a.id = l.account_id JOIN books b ON b.id = a.book_id"
    " WHERE b.code = 'credito' GROUP BY a.code HAVING sum(l.amount) <> 0 ORDER BY a.code"
)


def journal(place: Sucursal) -> dict[str, Decimal]:
    """Balances of the accounts of the journal."""
    with place.app.app_context():
        return dict(map(tuple, db.session.execute(JOURNAL)))


def broken(place: Sucursal) -> list[str]:
    """Violations that `flask verify` finds of the loans."""
    with place.app.app_context():
        return list(violations(make_context(db.session())))


def rows(place: Sucursal, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement, as they are committed."""
    with place.app.app_context():
        return [tuple(row) for row in db.session.execute(text(statement), values).all()]


def pagar(caller: Caller, loan: Mapping[str, Any], monto: Any, expect: int = 201, **values: Any) -> Any:
    """Enter a payment over HTTP."""
    return caller.post(PAGOS, {"prestamo_id": loan["id"], "monto": monto, **values}, expect=expect)


def item(loan_id: int, monto: Any, hora: str, **values: Any) -> dict[str, Any]:
    """A payment as a device sends it."""
    key = str(values.pop("local_id", uuid4()))
    receipt = values.pop("recibo", f"ANA-{int(key[:6], 16) + 1_000_000}")
    return {
        "local_id": key,
        "prestamo_id": loan_id,
        "monto": monto,
        "hora_local": hora,
        "recibo": receipt,
        **values,
    }


def sincronizar(caller: Caller, pagos: list[dict[str, Any]], expect: int = 200, **values: Any) -> Any:
    """Send a batch of payments; its outcomes."""
    body = {"dispositivo": "tel-1", "pagos": pagos, **values}
    found = caller.post(SINCRONIZAR, body, expect=expect)
    return found["data"] if expect == 200 else found


def supervisar(place: Sucursal, person: Any) -> None:
    """Make a person the supervisor of the branch's route."""
    with place.app.app_context():
        db.session.get_one(Ruta, place.grupo.ultima_ruta_id).supervisor_id = person.id
        db.session.commit()


@pytest.fixture
def supervisor(sucursal: Sucursal, hire: Hire) -> Caller:
    """The supervisor of the branch's route."""
    caller, person = hire("supervisor")
    supervisar(sucursal, person)
    return caller


@pytest.fixture
def cobradora(sucursal: Sucursal, hire: Hire) -> tuple[Caller, Any, Any]:
    """A collector with a group of her own in the branch's route and an open cut: caller, person, group."""
    caller, person = hire("cobrador", clave="LUZ")
    group = GrupoFactory(ruta_id=sucursal.grupo.ultima_ruta_id, titular_id=sucursal.persona.id, cobrador_id=person.id)
    CorteFactory(personal_id=person.id)
    return caller, person, group
