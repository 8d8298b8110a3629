"""Tables of collection: visits, missed weeks, blocks of receipts, keys of what devices sent."""

from app.suites.credito.cobranza.models.faltas import Falta, FaltaRecord
from app.suites.credito.cobranza.models.pagos import PagoRecord
from app.suites.credito.cobranza.models.recibos import BloqueRecibos, Llave
from app.suites.credito.cobranza.models.visitas import Visita, VisitaRecord

__all__ = ["BloqueRecibos", "Falta", "FaltaRecord", "Llave", "PagoRecord", "Visita", "VisitaRecord"]
