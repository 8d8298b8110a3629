"""Receipts: numbers under the clave of who took the money, given out in blocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TAMANO_BLOQUE = 200
"""Receipts of a block."""
RESERVA = 50
"""A device gets a second block when fewer than these are left."""
EN_LINEA = "en linea"
"""Name that stands for a device where the server numbers a receipt itself."""
LONGEST_RECIBO, LONGEST_DISPOSITIVO = 40, 100

_FORMA = re.compile(r"([A-Z0-9]{2,6})-([0-9]{6,12})", re.ASCII)


def recibo_de(clave: str, numero: int) -> str:
    """A receipt: the clave and six digits or more."""
    return f"{clave}-{numero:06}"


def numero_de(recibo: str, clave: str) -> int | None:
    """Number of a receipt of a clave, or None for another text."""
    found = _FORMA.fullmatch(recibo)
    if found is None or found[1] != clave:
        return None
    numero = int(found[2])
    return numero if recibo_de(clave, numero) == recibo else None


@dataclass(frozen=True, slots=True)
class Bloque:
    """A block of receipts, with the highest number that was used."""

    desde: int
    usado_hasta: int
    """One less than `desde` while none was."""

    @property
    def hasta(self) -> int:
        """The last number."""
        return self.desde + TAMANO_BLOQUE - 1

    @property
    def quedan(self) -> int:
        """Numbers above the highest that was used."""
        return self.hasta - self.usado_hasta

    def incluye(self, numero: int) -> bool:
        """Whether a number is in it."""
        return self.desde <= numero <= self.hasta


def necesita_otro(bloques: Sequence[Bloque]) -> bool:
    """Whether a device with these blocks is to get another."""
    return sum(bloque.quedan for bloque in bloques) < RESERVA


def desde_siguiente(ultimo: int | None) -> int:
    """First number of a person's next block, after that of the last one."""
    return 1 if ultimo is None else ultimo + TAMANO_BLOQUE
