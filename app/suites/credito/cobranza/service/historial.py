"""The history of a client."""

from collections.abc import Sequence
from typing import NamedTuple

from app.infra.context import Context
from app.kernel.paging import PageRequest, Sort
from app.suites.credito.clientes.service import ClienteService
from app.suites.credito.cobranza.models import FaltaRecord, PagoRecord
from app.suites.credito.cobranza.service.faltas import FaltaService
from app.suites.credito.cobranza.service.lectura import PagoReader
from app.suites.credito.prestamos.service import PrestamoReader, PrestamoRecord

_ALL = PageRequest(sort=(Sort("id", descending=True),)).unpaged()


class Historial(NamedTuple):
    """Loans, payments and missed weeks of a client, the newest first."""

    cliente_id: int
    prestamos: Sequence[PrestamoRecord]
    pagos: Sequence[PagoRecord]
    faltas: Sequence[FaltaRecord]


class HistorialService:
    """Reads the history of a client."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, cliente_id: int) -> Historial:
        """Loans, payments and missed weeks of a client within the caller's scope."""
        ClienteService(self.context).get(cliente_id)
        return Historial(
            cliente_id,
            list(PrestamoReader(self.context).page(_ALL, cliente_id=cliente_id).items),
            list(PagoReader(self.context).page(_ALL, cliente_id=cliente_id).items),
            list(FaltaService(self.context).page(_ALL, cliente_id=cliente_id).items),
        )
