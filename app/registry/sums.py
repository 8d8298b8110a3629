"""The commands `flask sums`."""

import click
from flask.cli import AppGroup

from app.infra.db import transaction
from app.registry import SUMS

group = AppGroup("sums", help="The sums that are kept beside rows.")


@group.command("rebuild")
def rebuild() -> None:
    """Write the kept sums anew from their rows, should `flask verify` say that they differ."""
    with transaction(request_id="cli:sums-rebuild") as session:
        written = {sums.name: sums.rebuild(session) for sums in SUMS}
    for name, rows in written.items():
        click.echo(f"{name}: {rows} written.")
