"""A payment that is dated back into a loan with many."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.context import make_context
from app.infra.db import transaction
from app.suites.credito.cobranza.rules.valores import MetodoPago, OrigenPago, Pagador
from app.suites.credito.cobranza.service.registro import Registro
from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.service import NuevoPago, Prestamo

CUOTAS, PAGOS, ROUNDS, LIMIT = 52, 60, 15, 5
_LENGTHEN = """
    DELETE FROM credito_cargos WHERE prestamo_id = :loan;
    DELETE FROM credito_faltas WHERE prestamo_id = :loan;
    DELETE FROM credito_pagos WHERE prestamo_id = :loan;
    DELETE FROM credito_cuotas WHERE prestamo_id = :loan;
    INSERT INTO credito_cuotas (prestamo_id, numero, fecha_original, fecha_vencimiento, monto, capital, interes, iva)
    SELECT :loan, n, CAST(:first AS date) + 7 * n, CAST(:first AS date) + 7 * n, 100, 70, 30, 0
    FROM generate_series(1, 52) n;
    UPDATE credito_prestamos SET fecha_desembolso = :first, primera_fecha = CAST(:first AS date) + 7,
        fecha_vencimiento = CAST(:first AS date) + 364, monto = 3640, interes_total = 1560, total_a_pagar = 5200,
        cuota = 100, numero_pagos = 52, saldo = 5200, saldo_capital = 3640, saldo_interes = 1560, saldo_cargos = 0,
        pagado = 0, vence_mas_antiguo = CAST(:first AS date) + 7, faltas = 0, estado = 'atrasado'
    WHERE id = :loan
"""
_FREE = """
    SELECT max(id) FROM credito_prestamos loan WHERE estado IN ('activo', 'atrasado') AND NOT EXISTS (
        SELECT FROM credito_llaves JOIN credito_pagos payment ON payment.id = pago_id WHERE prestamo_id = loan.id
    )
"""
"""A loan of which no payment came from a device: such a payment is never deleted."""


def measure(app: Flask) -> Iterator[tuple[str, float, float, float]]:
    """Allocate 52 installments and 60 payments anew: in memory, and with the writes for one that is dated back."""
    with app.app_context(), transaction(request_id="bench") as session:
        registro = Registro(make_context(session))
        loan, first = _lengthened(session, registro.today)
        for number in range(PAGOS):
            registro.registrar(loan, _payment(number, first + timedelta(days=5 * number + 7)), "banco")
        libro = registro.saldos.libro(loan)
        pagos = [pago.asignable for pago in libro.pagos]
        orden = libro.condiciones.orden_aplicacion
        yield (
            "allocation of 52 installments, 60 payments",
            *_timed(lambda _: asignar(libro.vigentes, [], pagos, orden)),
            LIMIT,
        )
        early = first + timedelta(days=8)
        times = _timed(lambda number: registro.registrar(loan, _payment(PAGOS + 1 + number, early), "banco"))
        yield "the same with what it reads and writes", *times, 4 * LIMIT
        session.rollback()


def _lengthened(session: Session, today: date) -> tuple[Prestamo, date]:
    """A loan of 52 weeks that nothing was paid of, and the day on which it was handed over."""
    loan_id = session.scalar(text(_FREE))
    first = today - timedelta(weeks=CUOTAS)
    for statement in _LENGTHEN.split(";"):
        values = {"loan": loan_id, "first": first}
        wanted = text(statement).compile().params
        session.execute(text(statement), {name: values[name] for name in wanted})
    return session.get_one(Prestamo, loan_id, populate_existing=True), first


def _payment(number: int, day: date) -> NuevoPago:
    return {
        "recibo": f"BENCH-{number:06}",
        "fecha": day,
        "registrado_en": datetime.fromisoformat(f"{day}T18:00:00+00:00"),
        "monto": Decimal(37 + number % 20),
        "metodo": MetodoPago.TRANSFERENCIA,
        "origen": OrigenPago.BANCO,
        "pagador": Pagador.TITULAR,
        "senales": [],
    }


def _timed(act) -> tuple[float, float]:  # type: ignore[no-untyped-def]  # of two kinds
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - began) * 1000)
    return min(times), statistics.median(times)
