"""Limit of the cash that a person may hold."""

from decimal import Decimal

AVISO = Decimal("0.8")
"""Part of the limit from which on a payment brings a notice."""
VECES = 3
"""A payment over so many times the limit is flagged."""


def pasa_del_limite(limite: Decimal | None, efectivo: Decimal, monto: Decimal) -> bool:
    """Whether a payment would take the cash of a person over the limit."""
    return limite is not None and efectivo + monto > limite


def cerca_del_limite(limite: Decimal | None, efectivo: Decimal) -> bool:
    """Whether the cash of a person has come to 80 % of the limit."""
    return limite is not None and efectivo >= limite * AVISO


def es_desmedido(limite: Decimal | None, monto: Decimal) -> bool:
    """Whether an amount is over three times the limit."""
    return limite is not None and monto > limite * VECES
