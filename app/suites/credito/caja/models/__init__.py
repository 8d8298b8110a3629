"""Tables of cash: lines of cuts, shortages and bonuses."""

from app.suites.credito.caja.models.bonos import Bono, BonoGanado, BonoGanadoRecord, BonoRecord
from app.suites.credito.caja.models.cortes import Entrega, EntregaRecord, Gasto, GastoRecord
from app.suites.credito.caja.models.devoluciones import Devolucion, DevolucionRecord
from app.suites.credito.caja.models.faltantes import Abono, Faltante, FaltanteRecord
from app.suites.credito.caja.models.seguros import Seguro, SeguroRecord

__all__ = [
    "Abono",
    "Bono",
    "BonoGanado",
    "BonoGanadoRecord",
    "BonoRecord",
    "Devolucion",
    "DevolucionRecord",
    "Entrega",
    "EntregaRecord",
    "Faltante",
    "FaltanteRecord",
    "Gasto",
    "GastoRecord",
    "Seguro",
    "SeguroRecord",
]
