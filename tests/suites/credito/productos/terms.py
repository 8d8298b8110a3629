"""Terms of loan types for tests."""

from decimal import Decimal
from typing import Any

from app.suites.credito.productos.rules.condiciones import Condiciones, Frecuencia, Metodo

D = Decimal


def fijas(n: int, interes: str | Decimal, frecuencia: Frecuencia = Frecuencia.SEMANAL, **more: Any) -> Condiciones:
    """A type with `cuota_fija`."""
    return Condiciones(metodo=Metodo.CUOTA_FIJA, frecuencia=frecuencia, numero_pagos=n, interes=D(interes), **more)


def sobre_saldos(n: int, tasa: str | Decimal, frecuencia: Frecuencia = Frecuencia.MENSUAL, **more: Any) -> Condiciones:
    """A type with `saldos_insolutos`, unless another method is given."""
    method = {"metodo": Metodo.SALDOS_INSOLUTOS} | more
    return Condiciones(frecuencia=frecuencia, numero_pagos=n, tasa_anual=D(tasa), **method)
