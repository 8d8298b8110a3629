"""Tables of loans: their installments, charges, guarantors and payments."""

from app.suites.credito.prestamos.models.cierres import (
    TODOS,
    ULTIMO_ID,
    Cierre,
    Foto,
    FotoDeProducto,
    TipoCierre,
    Tramo,
)
from app.suites.credito.prestamos.models.cuotas import Cargo, CargoRecord, Cuota, CuotaRecord
from app.suites.credito.prestamos.models.pagos import Pago, PagoValido
from app.suites.credito.prestamos.models.prestamos import (
    LONGEST_REASON,
    OPEN,
    PENDING,
    SHORTEST_REASON,
    Aval,
    Prestamo,
    PrestamoRecord,
    not_negative,
    ultimo_atrasado,
)
from app.suites.credito.prestamos.models.propuestas import Propuesta, PropuestaRecord

__all__ = [
    "LONGEST_REASON",
    "OPEN",
    "PENDING",
    "SHORTEST_REASON",
    "TODOS",
    "ULTIMO_ID",
    "Aval",
    "Cargo",
    "CargoRecord",
    "Cierre",
    "Cuota",
    "CuotaRecord",
    "Foto",
    "FotoDeProducto",
    "Pago",
    "PagoValido",
    "Prestamo",
    "PrestamoRecord",
    "Propuesta",
    "PropuestaRecord",
    "TipoCierre",
    "Tramo",
    "not_negative",
    "ultimo_atrasado",
]
