"""Terms of a loan, as its row has them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.suites.credito.productos.rules.condiciones import Condiciones as Condiciones  # noqa: PLC0414 - they are of this domain, too
from app.suites.credito.productos.rules.condiciones import Frecuencia as Frecuencia  # noqa: PLC0414 - they are of this domain, too

_CONOCIDOS = 1_000
"""Number of different terms that are remembered."""


def terminos_de(stored: Mapping[str, Any]) -> Condiciones:
    """The terms that a loan stores; loans of one type have the same ones, which are read once."""
    return _leidos(tuple(stored.items()))


@lru_cache(maxsize=_CONOCIDOS)
def terminos_de_texto(stored: str) -> Condiciones:
    """The terms that a text of JSON has; the text of each type is parsed once."""
    return Condiciones.from_json(json.loads(stored))


@lru_cache(maxsize=_CONOCIDOS)
def _leidos(stored: tuple[tuple[str, Any], ...]) -> Condiciones:
    return Condiciones.from_json(dict(stored))
