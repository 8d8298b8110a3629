"""Suppliers with the values of their parties."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, String, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra import clock
from app.infra.db.columns import containing, containing_number
from app.infra.queries.bulk import rows_of
from app.infra.queries.records import fields_of, reader
from app.infra.queries.repository import Filter, Repository
from app.suites.fresco.suppliers.models import Supplier, SupplierRecord


class NamedSupplier(NamedTuple):
    """A supplier by a name that a file gives."""

    given: str
    id: int


def named_suppliers(session: Session, names: Collection[str]) -> list[NamedSupplier]:
    """The suppliers of these names, whatever their case, accents and spaces."""
    given = rows_of({"given": (String(), sorted(names))})
    same = func.name_key(Party.name) == func.name_key(given.c.given)
    found = select(given.c.given, Supplier.id).join(Party, same).join(Supplier, Supplier.id == Party.id)
    return reader(NamedSupplier)(session.execute(found.order_by(Supplier.id)))


@dataclass(frozen=True, slots=True)
class SupplierFilter(Filter):
    """Criteria of suppliers."""

    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        if self.q is None:
            return []
        # Each table is searched by itself: a join of both, row by row, takes longer.
        of_party = select(Party.id).where(containing(self.q, Party.name, Party.email, Party.notes))
        known = or_(
            containing(self.q, Supplier.contact_name, Supplier.tax_id), containing_number(self.q, Supplier.tax_id)
        )
        return [Supplier.id.in_(union_all(of_party, select(Supplier.id).where(known)))]


class SupplierRepository(Repository[Supplier, SupplierRecord]):
    """Suppliers of the company."""

    model = Supplier
    record = SupplierRecord
    joined_columns: ClassVar = {
        "name": Party.name,
        "email": Party.email,
        "created_at": Party.created_at,
        "updated_at": Party.updated_at,
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        own, party = Supplier.__table__, Party.__table__
        columns = (own.c[name] if name in own.c else party.c[name] for name in fields_of(SupplierRecord))
        # Every supplier has its party; of an outer join PostgreSQL leaves out the part of which no column is needed.
        return select(*columns).select_from(own.outerjoin(party, own.c.id == party.c.id))

    def change(self, row: Supplier, changes: Mapping[str, object]) -> Supplier:
        """Set the given attributes; a change of any is a new version of the party."""
        for name, value in changes.items():
            setattr(row, name, value)
        if self.session.is_modified(row):
            row.party.updated_at = clock.now()
        self.flush()
        return row
