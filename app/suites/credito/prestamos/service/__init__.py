"""Services of loans."""

from app.suites.credito.prestamos.models import (
    TODOS,
    CargoRecord,
    CuotaRecord,
    Pago,
    Prestamo,
    PrestamoRecord,
    TipoCierre,
    Tramo,
)
from app.suites.credito.prestamos.queries import (
    AvalSugerido,
    PrestamoRepository,
    avales_de,
    avance_de,
    bloquear_prestamos,
    cambiar_saldos,
    cortar_tramo,
    dias_cerrados,
    insertar_cargos,
    insertar_pagos,
    registrar_cierre,
    renglones_de,
    reservar_pagos,
)
from app.suites.credito.prestamos.service.avales import AvalesRequest, AvalService, NuevoAvalRequest
from app.suites.credito.prestamos.service.cargos import CargoService, CondonacionRequest
from app.suites.credito.prestamos.service.castigos import CastigoService
from app.suites.credito.prestamos.service.cierres import CierreDeDia, CierreService, aparte, cerrar_por_tramos
from app.suites.credito.prestamos.service.cotizaciones import (
    CotizacionRecord,
    CotizacionRequest,
    CotizacionService,
    LiquidacionRequest,
)
from app.suites.credito.prestamos.service.decisiones import AprobacionRequest, DecisionService, MotivoRequest
from app.suites.credito.prestamos.service.desembolsos import DesembolsoRequest, DesembolsoService
from app.suites.credito.prestamos.service.fechas import TASK, FechaService, mover_por_tramos, terminar_cambios
from app.suites.credito.prestamos.service.moras import MoraService
from app.suites.credito.prestamos.service.prestamos import CuotasDe, PrestamoFilters, PrestamoReader
from app.suites.credito.prestamos.service.reestructuras import ReestructuraRequest, ReestructuraService
from app.suites.credito.prestamos.service.saldos import (
    Libro,
    NuevoPago,
    Recalculo,
    SaldoService,
    condonado_en_json,
)
from app.suites.credito.prestamos.service.solicitudes import (
    NewPrestamo,
    PrestamoChanges,
    RenovacionRequest,
    SolicitudesRequest,
    SolicitudService,
)
from app.suites.credito.prestamos.service.verificacion import violations

__all__ = [
    "TASK",
    "TODOS",
    "AprobacionRequest",
    "AvalService",
    "AvalSugerido",
    "AvalesRequest",
    "CargoRecord",
    "CargoService",
    "CastigoService",
    "CierreDeDia",
    "CierreService",
    "CondonacionRequest",
    "CotizacionRecord",
    "CotizacionRequest",
    "CotizacionService",
    "CuotaRecord",
    "CuotasDe",
    "DecisionService",
    "DesembolsoRequest",
    "DesembolsoService",
    "FechaService",
    "Libro",
    "LiquidacionRequest",
    "MoraService",
    "MotivoRequest",
    "NewPrestamo",
    "NuevoAvalRequest",
    "NuevoPago",
    "Pago",
    "Prestamo",
    "PrestamoChanges",
    "PrestamoFilters",
    "PrestamoReader",
    "PrestamoRecord",
    "PrestamoRepository",
    "Recalculo",
    "ReestructuraRequest",
    "ReestructuraService",
    "RenovacionRequest",
    "SaldoService",
    "SolicitudService",
    "SolicitudesRequest",
    "TipoCierre",
    "Tramo",
    "aparte",
    "avales_de",
    "avance_de",
    "bloquear_prestamos",
    "cambiar_saldos",
    "cerrar_por_tramos",
    "condonado_en_json",
    "cortar_tramo",
    "dias_cerrados",
    "insertar_cargos",
    "insertar_pagos",
    "mover_por_tramos",
    "registrar_cierre",
    "renglones_de",
    "reservar_pagos",
    "terminar_cambios",
    "violations",
]
