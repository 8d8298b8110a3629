"""`flask sums`."""

import click
from flask.cli import AppGroup

from app.domains.cashflow.service import DailySumService
from app.infra.db import transaction

group = AppGroup("sums", help="The daily sums of movements.")


@group.command("rebuild")
def rebuild() -> None:
    """Write the daily sums anew from the movements, should `flask verify` say that they differ."""
    with transaction(request_id="cli:sums-rebuild") as session:
        rows = DailySumService(session).rebuild()
    click.echo(f"{rows} daily sums written.")
