"""Expenses of cuts, and cash from the office."""

from sqlalchemy import select

from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Repository
from app.suites.credito.caja.models import Entrega, EntregaRecord, Gasto, GastoRecord


class GastoRepository(Repository[Gasto, GastoRecord]):
    """Expenses."""

    model = Gasto
    record = GastoRecord

    def of_cut(self, corte_id: int) -> list[GastoRecord]:
        """Expenses of a cut, in their order."""
        own = select(*columns_of(GastoRecord, Gasto.__table__)).where(Gasto.corte_id == corte_id).order_by(Gasto.id)
        return reader(GastoRecord)(self.session.execute(own))

    def cut_with_file(self, file_id: int) -> int | None:
        """Id of the cut of which an expense has this file, or None."""
        return self.session.scalar(select(Gasto.corte_id).where(Gasto.comprobante_id == file_id).limit(1))


class EntregaRepository(Repository[Entrega, EntregaRecord]):
    """Cash from the office."""

    model = Entrega
    record = EntregaRecord

    def of_cut(self, corte_id: int) -> list[EntregaRecord]:
        """Cash from the office for a cut, in its order."""
        columns = columns_of(EntregaRecord, Entrega.__table__)
        own = select(*columns).where(Entrega.corte_id == corte_id).order_by(Entrega.id)
        return reader(EntregaRecord)(self.session.execute(own))
