"""Services of suppliers."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NotRequired, TypedDict, Unpack

from app.core.parties.service import PartyService
from app.infra.context import Context
from app.infra.queries.references import existing
from app.kernel.paging import Page, PageRequest
from app.kernel.rows import EnteredRow, given_id
from app.suites.fresco.suppliers.models import Supplier, SupplierRecord
from app.suites.fresco.suppliers.queries import SupplierFilter, SupplierRepository, named_suppliers

OWN_VALUES = {"contact_name", "tax_id"}
"""Values of a supplier that are not its party's."""


class SupplierChanges(TypedDict, total=False):
    """The values of a supplier that a caller may change."""

    name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    tax_id: str | None
    notes: str | None


class NewSupplier(TypedDict):
    """The values of a new supplier."""

    name: str
    contact_name: NotRequired[str | None]
    email: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[str | None]
    tax_id: NotRequired[str | None]
    notes: NotRequired[str | None]


class SupplierFilters(TypedDict, total=False):
    """The criteria of a list of suppliers."""

    q: str


class SupplierService:
    """Creates, changes and deletes suppliers."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.suppliers = SupplierRepository(context.session)
        self.parties = PartyService(context)

    def get(self, supplier_id: int) -> SupplierRecord:
        """One supplier."""
        return self.suppliers.get(supplier_id)

    def page(self, request: PageRequest, **filters: Unpack[SupplierFilters]) -> Page[SupplierRecord]:
        """One page of suppliers."""
        return self.suppliers.page(SupplierFilter(**filters), request)

    def create(self, **values: Unpack[NewSupplier]) -> Supplier:
        """Create a supplier, and a party for it."""
        party = self.parties.create(
            name=values["name"],
            email=values.get("email"),
            phone=values.get("phone"),
            address=values.get("address"),
            notes=values.get("notes"),
        )
        own = {name: value for name, value in values.items() if name in OWN_VALUES}
        return self.suppliers.add(Supplier(party=party, **own))

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        """Set the suppliers of rows of a file by their name, and look for those that are given by id; adds errors."""
        names = {row.names["supplier_name"] for row in rows if "supplier_name" in row.names}
        found: dict[str, list[int]] = defaultdict(list)
        for one in named_suppliers(self.session, names) if names else ():
            found[one.given].append(one.id)
        ids = {supplier_id for row in rows if (supplier_id := given_id(row, "supplier_id")) is not None}
        stored = existing(self.session, Supplier, ids)
        for row in rows:
            if "supplier_name" in row.names:
                _set_supplier(row, found[row.names["supplier_name"]])
            elif (supplier_id := given_id(row, "supplier_id")) is not None and supplier_id not in stored:
                row.errors["supplier_id"] = ["The supplier does not exist."]

    def update(self, supplier_id: int, **changes: Unpack[SupplierChanges]) -> Supplier:
        """Change the given values and leave the others."""
        return self.suppliers.change(self.suppliers.get_for_update(supplier_id), changes)

    def delete(self, supplier_id: int) -> None:
        """Delete a supplier without expenses, and its party if nothing else refers to that."""
        self.suppliers.delete(self.suppliers.get_for_update(supplier_id))
        self.parties.discard(supplier_id)


def _set_supplier(row: EnteredRow, found: Sequence[int]) -> None:
    """Set the supplier that has the name; of several, the one whose id is given beside it."""
    given = row.given.pop("supplier_id", None)
    same = [supplier_id for supplier_id in found if str(supplier_id) == str(given)]
    if len(same or found) == 1:
        row.given["supplier_id"] = (same or found)[0]
    elif found:
        row.errors["supplier_name"] = ["More than one supplier has this name; give its id beside it."]
    else:
        row.errors["supplier_name"] = ["No supplier has this name."]
