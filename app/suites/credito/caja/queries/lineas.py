"""Expenses of cuts, and cash from the office."""

from sqlalchemy import select

from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Repository
from app.kernel.errors import NotFound
from app.suites.credito.caja.models import Entrega, EntregaRecord, Gasto, GastoRecord


class GastoRepository(Repository[Gasto, GastoRecord]):
    """Expenses."""

    model = Gasto
    record = GastoRecord

    def of_cut(self, corte_id: int) -> list[GastoRecord]:
        """Expenses of a cut, in their order."""
        own = select(*columns_of(GastoRecord, Gasto.__table__)).where(Gasto.corte_id == corte_id).order_by(Gasto.id)
        return reader(GastoRecord)(self.session.execute(own))

    def get_of_cut(self, corte_id: int, gasto_id: int) -> GastoRecord:
        """An expense of a cut; NotFound if it is not one of it."""
        found = self.get(gasto_id)
        if found.corte_id != corte_id:
            raise NotFound(f"Gasto {gasto_id} does not exist.")
        return found

    def lock_of_cut(self, corte_id: int, gasto_id: int) -> Gasto:
        """An expense of a cut, locked; NotFound if it is not one of it."""
        found = self.get_for_update(gasto_id)
        if found.corte_id != corte_id:
            raise NotFound(f"Gasto {gasto_id} does not exist.")
        return found


class EntregaRepository(Repository[Entrega, EntregaRecord]):
    """Cash from the office."""

    model = Entrega
    record = EntregaRecord

    def of_cut(self, corte_id: int) -> list[EntregaRecord]:
        """Cash from the office for a cut, in its order."""
        columns = columns_of(EntregaRecord, Entrega.__table__)
        own = select(*columns).where(Entrega.corte_id == corte_id).order_by(Entrega.id)
        return reader(EntregaRecord)(self.session.execute(own))

    def get_of_cut(self, corte_id: int, entrega_id: int) -> EntregaRecord:
        """Cash from the office for a cut; NotFound if it is not for it."""
        found = self.get(entrega_id)
        if found.corte_id != corte_id:
            raise NotFound(f"Entrega {entrega_id} does not exist.")
        return found

    def lock_of_cut(self, corte_id: int, entrega_id: int) -> Entrega:
        """Cash from the office for a cut, locked; NotFound if it is not for it."""
        found = self.get_for_update(entrega_id)
        if found.corte_id != corte_id:
            raise NotFound(f"Entrega {entrega_id} does not exist.")
        return found
