"""Services of cash."""

from app.suites.credito.caja.queries.cortes import CorteDeCaja
from app.suites.credito.caja.service.bonos import BonoChanges, BonoGanadoService, BonoService, NewBono
from app.suites.credito.caja.service.bonos_semanales import BonoSemanalService
from app.suites.credito.caja.service.cierres import CierreService, Confirmacion, EntregaDeCorte
from app.suites.credito.caja.service.cortes import CajaService
from app.suites.credito.caja.service.devoluciones import DevolucionRequest, DevolucionService
from app.suites.credito.caja.service.faltantes import AbonoRequest, FaltanteService
from app.suites.credito.caja.service.lineas import EntregaService, GastoService, NewEntrega, NewGasto, may_read_file
from app.suites.credito.caja.service.seguros import NewSeguro, SeguroService
from app.suites.credito.caja.service.verificacion import violations

__all__ = [
    "AbonoRequest",
    "BonoChanges",
    "BonoGanadoService",
    "BonoSemanalService",
    "BonoService",
    "CajaService",
    "CierreService",
    "Confirmacion",
    "CorteDeCaja",
    "DevolucionRequest",
    "DevolucionService",
    "EntregaDeCorte",
    "EntregaService",
    "FaltanteService",
    "GastoService",
    "NewBono",
    "NewEntrega",
    "NewGasto",
    "NewSeguro",
    "SeguroService",
    "may_read_file",
    "violations",
]
