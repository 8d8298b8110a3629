"""Importing payments from a file."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from app.core.imports.service import Importer
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.rows import EnteredRow, Values, check_taxes, plain_name
from app.suites.fresco.payments.repository import KnownPayment
from app.suites.fresco.payments.rules import SERVICE_ENDS_BEFORE, PaymentStatus
from app.suites.fresco.payments.service.payments import PaymentService, PaymentValues, resolved_status


class PaymentImporter(Importer):
    """Payments of a file: known by project, type, number, day and amount.

    Of a status a file tells only whether it is paid: unpaid ones are pending or overdue by today's date.
    """

    kind: ClassVar = "payments"
    permission: ClassVar = "payments:write"
    day: ClassVar = "date"
    booked: ClassVar = ("date", "paid_date")

    def __init__(self, context: Context) -> None:
        self.today = context.clock.today()
        self.payments = PaymentService(context)
        self.known: list[KnownPayment] = []

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        self.payments.projects.resolve(rows)

    def check(self, rows: Sequence[EnteredRow]) -> None:
        """Set client and status, and look for numbers that are taken."""
        check_taxes(rows)
        _check_services(rows)
        self.payments.projects.set_owners(rows)
        for row in rows:
            if row.values.get("status") is not PaymentStatus.PAID and row.values.get("paid_date") is None:
                row.values.pop("status", None)
            try:
                status, paid_date = resolved_status(PaymentValues(**row.values), row.values["date"], self.today)  # type: ignore[typeddict-item]  # loaded by the shape of a POST
            except Invalid as problem:
                row.errors |= problem.errors
            else:
                row.values |= {"status": status, "paid_date": paid_date}
        self.known = self.payments.payments.known_of({row.values["project_id"] for row in rows}) if rows else []
        self._check_numbers(rows)
        self._check_invoices(rows)

    def key(self, values: Values) -> Hashable:
        return *_number(values), values["date"], values["amount"], values["currency"]

    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for payment in self.known:
            found[self.key(payment._asdict())].append(payment.id)
        return found

    def create(self, rows: Sequence[Values]) -> list[int]:
        return self.payments.create_many([PaymentValues(**values) for values in rows])  # type: ignore[typeddict-item]  # loaded by the shape of a POST

    def _check_numbers(self, rows: Sequence[EnteredRow]) -> None:
        """Refuse a number that another payment of the project and type has, stored or in the file."""
        taken = {_number(payment._asdict()): self.key(payment._asdict()) for payment in self.known}
        seen: dict[Hashable, int] = {}
        for row in rows:
            number = _number(row.values)
            if row.values.get("installment_number") is None:
                continue
            if taken.get(number, self.key(row.values)) != self.key(row.values):
                row.errors["installment_number"] = ["Already exists for this project and type."]
            elif number in seen:
                row.errors["installment_number"] = [f"Is that of row {seen[number]}, too."]
            seen.setdefault(number, row.number)

    def _check_invoices(self, rows: Sequence[EnteredRow]) -> None:
        """Refuse an invoice number of another client, stored or in the file; payments that are stored keep it."""
        given = [row for row in rows if row.values.get("invoice_number") and "client_id" in row.values]
        owners = self.payments.invoices.owners({row.values["invoice_number"] for row in given})
        known = {self.key(payment._asdict()) for payment in self.known}
        seen: dict[str, int] = {}
        for row in given:
            number, client_id = row.values["invoice_number"], row.values["client_id"]
            owner = owners.get(number) or seen.setdefault(plain_name(number).replace(" ", ""), client_id)
            if owner != client_id and self.key(row.values) not in known:
                row.errors["invoice_number"] = ["Belongs to another client."]


def _check_services(rows: Sequence[EnteredRow]) -> None:
    """Refuse service that ends before it starts, as the constraint of the table does."""
    for row in rows:
        first, last = row.values.get("service_from"), row.values.get("service_to")
        if first is not None and last is not None and last < first:
            row.errors |= SERVICE_ENDS_BEFORE.errors


def _number(values: Values) -> tuple[Hashable, ...]:
    return values["project_id"], values["type"], values.get("installment_number")
