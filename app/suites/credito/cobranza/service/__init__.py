"""Services of collection."""

from app.suites.credito.cobranza.queries.cobranza_real import cobranza_real, faltas_por_grupo
from app.suites.credito.cobranza.queries.documentos import Firmante
from app.suites.credito.cobranza.service.cobros import CobroRequest
from app.suites.credito.cobranza.service.dia import Dia, DiaRequest, DiaService
from app.suites.credito.cobranza.service.documentos import Documento, DocumentoService
from app.suites.credito.cobranza.service.faltas import FaltaService
from app.suites.credito.cobranza.service.historial import Historial, HistorialService
from app.suites.credito.cobranza.service.hoja import Hoja, HojaRequest, HojaService
from app.suites.credito.cobranza.service.lectura import NotasRequest, PagoReader
from app.suites.credito.cobranza.service.pagos import LiquidacionPagada, PagoService, Registrado
from app.suites.credito.cobranza.service.reversos import ReversoService
from app.suites.credito.cobranza.service.revision import ResolucionRequest, RevisionService
from app.suites.credito.cobranza.service.sincronizacion import SincronizacionRequest, SincronizacionService
from app.suites.credito.cobranza.service.visitas import Visitada, VisitaRequest, VisitaService, may_read_file

__all__ = [
    "CobroRequest",
    "Dia",
    "DiaRequest",
    "DiaService",
    "Documento",
    "DocumentoService",
    "FaltaService",
    "Firmante",
    "Historial",
    "HistorialService",
    "Hoja",
    "HojaRequest",
    "HojaService",
    "LiquidacionPagada",
    "NotasRequest",
    "PagoReader",
    "PagoService",
    "Registrado",
    "ResolucionRequest",
    "ReversoService",
    "RevisionService",
    "SincronizacionRequest",
    "SincronizacionService",
    "VisitaRequest",
    "VisitaService",
    "Visitada",
    "cobranza_real",
    "faltas_por_grupo",
    "may_read_file",
]
