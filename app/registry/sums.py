"""The commands `flask sums`."""

import click
from flask.cli import AppGroup

from app.infra.db import every_book, transaction
from app.registry import SUMS

group = AppGroup("sums", help="The sums that are kept beside rows.")


@group.command("rebuild")
def rebuild() -> None:
    """Recompute the kept sums from their rows, if `flask verify` reports differences."""
    with transaction(request_id="cli:sums-rebuild") as session, every_book(session):
        written = {sums.name: sums.rebuild(session) for sums in SUMS}
    for name, rows in written.items():
        click.echo(f"{name}: {rows} written.")
