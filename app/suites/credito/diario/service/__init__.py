"""Services of the journal and of open cuts, for every act that moves money."""

from app.suites.credito.diario.service.cortes import CorteService, NewCorte
from app.suites.credito.diario.service.diario import Diario, DiarioReader
from app.suites.credito.diario.service.flujo import violations

__all__ = ["CorteService", "Diario", "DiarioReader", "NewCorte", "violations"]
