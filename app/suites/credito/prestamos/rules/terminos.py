"""Terms of a loan, as its row has them."""

from collections.abc import Mapping
from typing import Any

from app.suites.credito.productos.rules.condiciones import Condiciones as Condiciones  # noqa: PLC0414 - they are of this domain, too
from app.suites.credito.productos.rules.condiciones import Frecuencia as Frecuencia  # noqa: PLC0414 - they are of this domain, too


def terminos_de(stored: Mapping[str, Any]) -> Condiciones:
    """The terms that a loan stores."""
    return Condiciones.from_json(stored)
