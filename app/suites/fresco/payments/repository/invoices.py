"""Numbers of invoices, each of which belongs to one client."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import String, func, select, text
from sqlalchemy.orm import Session

from app.infra.queries.bulk import rows_of
from app.kernel.errors import Conflict, DomainError
from app.suites.fresco.payments.models import InvoiceNumber
from app.suites.fresco.payments.rules import SERVICE_ENDS_BEFORE

TAKEN = Conflict(
    "The invoice number belongs to another client.",
    code="invoice_number_taken",
    errors={"invoice_number": ["Belongs to another client."]},
)
CONFLICTS: Mapping[str, DomainError] = {
    TAKEN.code: TAKEN,
    "ck_payments_service_ends_after_start": SERVICE_ENDS_BEFORE,
}
"""Errors of what an invoice says; whoever receives a payment stores it, too."""


class SharedNumber(NamedTuple):
    """An invoice number that several clients have since before numbers belonged to one."""

    number: str
    clients: str
    payments: str


class InvoiceNumberRepository:
    """Invoice numbers and their clients, which triggers of payments keep."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def owners(self, numbers: Collection[str]) -> dict[str, int]:
        """The clients of those of these numbers that belong to one."""
        if not numbers:
            return {}
        given = rows_of({"number": (String(), list(numbers))})
        table = InvoiceNumber.__table__.c
        same = (table.number == func.name_key(given.c.number)) & table.inherited.is_(False)
        statement = select(given.c.number, table.client_id).join(InvoiceNumber, same)
        return {row.number: row.client_id for row in self.session.execute(statement)}

    def shared(self) -> list[SharedNumber]:
        """The numbers that several clients have, with these and their payments."""
        return [SharedNumber(*row) for row in self.session.execute(_SHARED)]

    def violations(self) -> list[str]:
        """Messages about numbers that are not as the payments say."""
        found = self.session.execute(_DISAGREEING)
        return [f"invoice number {row.number} of client {row.client_id} is not as the payments say" for row in found]


_SHARED = text(
    """
    SELECT min(p.invoice_number), string_agg(DISTINCT c.name, ', ' ORDER BY c.name),
           string_agg(p.id::text, ', ' ORDER BY p.id)
    FROM payments p JOIN parties c ON c.id = p.client_id
    WHERE name_key(p.invoice_number) IN (SELECT number FROM invoice_numbers WHERE inherited)
    GROUP BY name_key(p.invoice_number) ORDER BY 1
    """
)
_DISAGREEING = text(
    """
    SELECT number, client_id
    FROM (SELECT name_key(invoice_number) AS number, client_id, count(*) AS payments
          FROM payments WHERE name_key(invoice_number) <> '' GROUP BY 1, 2) given
    FULL JOIN invoice_numbers kept USING (number, client_id)
    WHERE given.payments IS DISTINCT FROM kept.payments ORDER BY 1, 2
    """
)
