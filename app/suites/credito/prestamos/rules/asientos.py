"""Postings of loans in the journal: debits are positive, credits negative."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from app.suites.credito.diario.rules import Cuenta, Linea, debe, haber
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.productos.rules.condiciones import ZERO


class Desembolso(NamedTuple):
    """Amounts of a disbursement as the journal has them."""

    monto: Decimal
    entregado: Decimal
    """Money that is handed over."""
    comision: Decimal
    seguro: Decimal
    comision_aparte: bool
    """Whether the client pays the commission in money, beside the loan."""
    a_favor: Decimal = ZERO
    """Credit of the client that is used."""


def asiento_de_desembolso(desembolso: Desembolso, cuenta: str, liquidado: Aplicado | None = None) -> list[Linea]:
    """Amounts by account of a disbursement.

    `cuenta` is where the money comes from, `liquidado` what was paid of the loan that it renews. A commission that is
    paid apart comes in on the same account.
    """
    apart = desembolso.comision if desembolso.comision_aparte else ZERO
    return [
        debe(Cuenta.CARTERA, desembolso.monto),
        debe(Cuenta.SALDOS_A_FAVOR, desembolso.a_favor),
        haber(cuenta, desembolso.entregado),
        debe(cuenta, apart),
        haber(Cuenta.INGRESOS_COMISION, desembolso.comision),
        haber(Cuenta.SEGURO_POR_PAGAR, desembolso.seguro),
        *([] if liquidado is None else asiento_de_aplicacion(liquidado)),
    ]


def asiento_de_castigo(capital: Decimal) -> list[Linea]:
    """Amounts by account of a write-off: the capital is a loss."""
    return [debe(Cuenta.CASTIGOS, capital), haber(Cuenta.CARTERA, capital)]


def asiento_de_quita(capital: Decimal) -> list[Linea]:
    """Amounts by account of forgiven capital; interest and charges stand in no account before they are paid."""
    return [debe(Cuenta.QUITAS, capital), haber(Cuenta.CARTERA, capital)]


def asiento_de_recuperacion(aplicado: Aplicado) -> list[Linea]:
    """Credits by account of what payments of a written-off loan brought in."""
    return [
        haber(Cuenta.RECUPERACIONES, aplicado.total_pagado),
        haber(Cuenta.SALDOS_A_FAVOR, aplicado.a_favor),
    ]


def asiento_de_recuperacion_deshecha(aplicado: Aplicado) -> list[Linea]:
    """Amounts by account of recoveries that become ordinary payments."""
    return [
        debe(Cuenta.RECUPERACIONES, aplicado.total_pagado),
        *asiento_de_aplicacion(replace(aplicado, a_favor=ZERO)),
    ]


def asiento_de_aplicacion(aplicado: Aplicado) -> list[Linea]:
    """Credits by account of what payments paid; their sum is what came in."""
    return [
        haber(Cuenta.CARTERA, aplicado.capital),
        haber(Cuenta.INGRESOS_INTERES, aplicado.interes),
        haber(Cuenta.IVA, aplicado.iva + aplicado.iva_cargos),
        haber(Cuenta.INGRESOS_MORA, aplicado.cargos - aplicado.iva_cargos),
        haber(Cuenta.SALDOS_A_FAVOR, aplicado.a_favor),
    ]
