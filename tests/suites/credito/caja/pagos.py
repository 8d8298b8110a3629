"""Payments as collection enters them, with their posting."""

from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.diario.rules import Cuenta, debe, efectivo, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.prestamos.models import Pago
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago
from tests.suites.credito.prestamos.conftest import Sucursal


def cobrar(
    sucursal: Sucursal,
    loan: Any,
    monto: Any,
    metodo: MetodoPago = MetodoPago.EFECTIVO,
    estado: EstadoPago = EstadoPago.VALIDO,
    corte_id: int | None = None,
) -> None:
    """Enter a payment to the titular of the group; in cash it is a line of the cut."""
    cash = metodo is MetodoPago.EFECTIVO
    own = {"cobrador_id": sucursal.persona.id, "corte_id": (corte_id or sucursal.corte.id) if cash else None}
    if loan is not None:
        sucursal.pagar(loan, monto, metodo=metodo, n=corte_id, **own)
    with sucursal.app.app_context():
        context = make_context(db.session())
        today = clock.today(context.settings.credito_timezone)
        if loan is None:
            row = {"recibo": f"R-{monto}", "fecha": today, "monto": Decimal(monto), "metodo": metodo, **own}
            db.session.execute(
                insert(Pago).values(**row, origen=OrigenPago.CAMPO, estado=estado, duda=Duda.RECIBO_REPETIDO)
            )
        account = efectivo("ANA") if cash else Cuenta.BANCO
        number = db.session.query(Pago.id).order_by(Pago.id.desc()).limit(1).scalar()
        lines = (debe(account, Decimal(monto)), haber(Cuenta.CARTERA, Decimal(monto)))
        Diario(context).asentar(today, "pago", "credito.pagos", number, lines)
        db.session.commit()
