"""Credit of clients that was paid out."""

from app.infra.queries.repository import Repository
from app.suites.credito.caja.models import Devolucion, DevolucionRecord


class DevolucionRepository(Repository[Devolucion, DevolucionRecord]):
    """Credit that was paid out."""

    model = Devolucion
    record = DevolucionRecord
