"""A titular with an open cut, her group and a client; and who approves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.rules.pagos import MetodoPago, OrigenPago
from app.suites.credito.prestamos.service import SaldoService
from tests.factories.credito import ClienteFactory, CorteFactory, GrupoFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.conftest import Hire, enter
from tests.support import Caller

PRESTAMOS = "/api/credito/prestamos"
MARTES = datetime(2026, 3, 3, 18, tzinfo=UTC)
"""Tuesday 3 March 2026, noon in Mexico City."""


@dataclass
class Sucursal:
    """People, a group and a loan type, on 3 March 2026."""

    app: Flask
    titular: Caller
    persona: Any
    director: Caller
    grupo: Any
    tipo: Any
    corte: Any

    def caller(self, person: Any) -> Caller:
        """A person as a caller, in a session that begins now."""
        return enter(self.director, person)

    def cliente(self, **values: Any) -> Any:
        """A client of the group."""
        return ClienteFactory(**{"grupo_id": self.grupo.id, **values})

    def solicitar(self, cliente: Any = None, monto: Any = 3000, expect: int = 201, **values: Any) -> Any:
        """Request a loan as the titular."""
        body = {"cliente_id": (cliente or self.cliente()).id, "tipo_prestamo_id": self.tipo.id, "monto": monto}
        return self.titular.post(PRESTAMOS, {**body, **values}, expect=expect)["data" if expect == 201 else "code"]

    def aprobar(self, loan: Any, expect: int = 200, caller: Caller | None = None) -> Any:
        """Approve it as the director."""
        return (caller or self.director).post(f"{PRESTAMOS}/{loan['id']}/aprobar", {}, expect=expect)

    def desembolsar(self, loan: Any, expect: int = 200, **values: Any) -> Any:
        """Hand it over in cash."""
        body = {"medio": "efectivo", **values}
        return self.titular.post(f"{PRESTAMOS}/{loan['id']}/desembolsar", body, expect=expect)

    def abierto(self, monto: Any = 3000, **values: Any) -> Any:
        """An open loan."""
        loan = self.solicitar(monto=monto, **values)
        self.aprobar(loan)
        return self.desembolsar(loan)["data"]

    def pagar(self, loan: Any, monto: Any, fecha: Any = None, **values: Any) -> Any:
        """Enter a payment by the allocation of balances; its effect."""
        with self.app.app_context():
            context = make_context(db.session())
            row = db.session.get_one(Prestamo, loan["id"], with_for_update=True)
            today = clock.today(context.settings.credito_timezone)
            pago = {
                "recibo": f"T-{clock.now().timestamp()}-{monto}-{values.pop('n', 0)}",
                "fecha": fecha or today,
                "registrado_en": clock.now(),
                "monto": Decimal(monto),
                "metodo": MetodoPago.EFECTIVO,
                "origen": OrigenPago.CAMPO,
                **values,
            }
            effect = SaldoService(context).recalcular(row, today, nuevo=pago)
            db.session.commit()
            return effect

    def get(self, loan: Any) -> Any:
        """The loan as it is now."""
        return self.titular.get(f"{PRESTAMOS}/{loan['id']}")["data"]


@pytest.fixture
def today() -> Any:
    """The day of the tests."""
    with clock.frozen(MARTES):
        yield


@pytest.fixture
def sucursal(app: Flask, today: None, hire: Hire) -> Sucursal:
    """People, a group and a loan type."""
    titular, persona = hire("titular", clave="ANA")
    grupo = GrupoFactory(titular_id=persona.id, dia_reunion=1)
    tipo = TipoPrestamoFactory(redondeo=Decimal(1), interes=Decimal("0.4"))
    return Sucursal(app, titular, persona, hire("director")[0], grupo, tipo, CorteFactory(personal_id=persona.id))
