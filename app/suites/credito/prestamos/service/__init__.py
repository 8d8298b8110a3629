"""Services of loans."""

from app.suites.credito.prestamos.models import Pago, Prestamo
from app.suites.credito.prestamos.queries import PrestamoRepository, avales_de, insertar_pagos, reservar_pagos
from app.suites.credito.prestamos.service.avales import AvalesRequest, AvalService
from app.suites.credito.prestamos.service.cierres import CierreService
from app.suites.credito.prestamos.service.cotizaciones import (
    CotizacionRecord,
    CotizacionRequest,
    CotizacionService,
    LiquidacionRequest,
)
from app.suites.credito.prestamos.service.decisiones import AprobacionRequest, DecisionService, MotivoRequest
from app.suites.credito.prestamos.service.desembolsos import DesembolsoRequest, DesembolsoService
from app.suites.credito.prestamos.service.prestamos import CuotasDe, PrestamoFilters, PrestamoReader
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
    "AprobacionRequest",
    "AvalService",
    "AvalesRequest",
    "CierreService",
    "CotizacionRecord",
    "CotizacionRequest",
    "CotizacionService",
    "CuotasDe",
    "DecisionService",
    "DesembolsoRequest",
    "DesembolsoService",
    "Libro",
    "LiquidacionRequest",
    "MotivoRequest",
    "NewPrestamo",
    "NuevoPago",
    "Pago",
    "Prestamo",
    "PrestamoChanges",
    "PrestamoFilters",
    "PrestamoReader",
    "PrestamoRepository",
    "Recalculo",
    "RenovacionRequest",
    "SaldoService",
    "SolicitudService",
    "SolicitudesRequest",
    "avales_de",
    "condonado_en_json",
    "insertar_pagos",
    "reservar_pagos",
    "violations",
]
