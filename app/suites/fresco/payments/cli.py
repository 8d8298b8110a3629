"""flask payments."""

import click
from flask.cli import AppGroup

from app.infra.context import make_context
from app.infra.db import transaction
from app.suites.fresco.payments.service import PaymentService

group = AppGroup("payments", help="Payments of clients.")


@group.command("shared-invoices")
def shared_invoices() -> None:
    """List the invoice numbers that several clients have since before numbers belonged to one."""
    with transaction(request_id="cli:payments-shared-invoices") as session:
        found = PaymentService(make_context(session)).shared_invoices()
    for one in found:
        click.echo(f"{one.number}: {one.clients} (payments {one.payments})")
    if not found:
        click.echo("Every invoice number belongs to one client.")
