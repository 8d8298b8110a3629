"""Receipts: numbers of payments on line, and blocks for devices."""

from collections.abc import Iterable, Sequence

from app.infra.context import Context
from app.suites.credito.cobranza.models import BloqueRecibos
from app.suites.credito.cobranza.queries.pagos import recibos_usados
from app.suites.credito.cobranza.queries.recibos import bloquear_persona, bloques_de, ultimo_desde, usar_siguientes
from app.suites.credito.cobranza.rules.recibos import (
    EN_LINEA,
    Bloque,
    desde_siguiente,
    necesita_otro,
    numero_de,
    recibo_de,
)


class ReciboService:
    """Gives out receipts; the person is locked before any cut."""

    def __init__(self, context: Context) -> None:
        self.session = context.session

    def bloquear(self, personal_id: int) -> None:
        """Let one transaction at a time give out receipts of a person."""
        bloquear_persona(self.session, personal_id)

    def siguientes(self, personal_id: int, clave: str, count: int) -> list[str]:
        """Receipts for payments on line, which nobody wrote by hand before."""
        found: list[str] = []
        while len(found) < count:
            wanted = [recibo_de(clave, number) for number in self._siguientes(personal_id, count - len(found))]
            used = recibos_usados(self.session, wanted)
            found += [one for one in wanted if one not in used]
        return found

    def bloques(self, personal_id: int, dispositivo: str) -> list[Bloque]:
        """Blocks of a device with numbers left; it gets another when fewer than 50 are."""
        self.bloquear(personal_id)
        own = list(bloques_de(self.session, personal_id, dispositivo))
        if necesita_otro([one.bloque for one in own]):
            own.append(self._nuevo(personal_id, dispositivo))
        return [one.bloque for one in own if one.bloque.quedan]

    def usar(self, personal_id: int, dispositivo: str, clave: str, recibos: Iterable[str]) -> None:
        """Note the receipts that a device used; those outside of its blocks are taken all the same."""
        numbers = [found for one in recibos if (found := numero_de(one, clave)) is not None]
        if not numbers:
            return
        for row in bloques_de(self.session, personal_id, dispositivo):
            inside = [one for one in numbers if row.bloque.incluye(one)]
            row.usado_hasta = max([row.usado_hasta, *inside])

    def _siguientes(self, personal_id: int, count: int) -> list[int]:
        """The next numbers of the blocks on line, which are used up one after the other."""
        last = usar_siguientes(self.session, personal_id, EN_LINEA, count)
        return self._de_varios(personal_id, count) if last is None else [*range(last - count + 1, last + 1)]

    def _de_varios(self, personal_id: int, count: int) -> list[int]:
        """The next numbers, of several blocks or of a new one."""
        found: list[int] = []
        rows = [one for one in self._en_linea(personal_id) if one.bloque.quedan]
        while len(found) < count:
            row = rows.pop(0) if rows else self._nuevo(personal_id, EN_LINEA)
            taken = min(row.bloque.quedan, count - len(found))
            found += range(row.usado_hasta + 1, row.usado_hasta + 1 + taken)
            row.usado_hasta += taken
        self.session.flush()
        return found

    def _en_linea(self, personal_id: int) -> Sequence[BloqueRecibos]:
        return bloques_de(self.session, personal_id, EN_LINEA)

    def _nuevo(self, personal_id: int, dispositivo: str) -> BloqueRecibos:
        desde = desde_siguiente(ultimo_desde(self.session, personal_id))
        row = BloqueRecibos(personal_id=personal_id, dispositivo=dispositivo, desde=desde, usado_hasta=desde - 1)
        self.session.add(row)
        self.session.flush()
        return row
