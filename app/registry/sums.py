"""The commands `flask sums`."""

import click
from flask.cli import AppGroup
from sqlalchemy import text

from app.infra.db import every_book, transaction
from app.registry import SUMS

group = AppGroup("sums", help="The sums that are kept beside rows.")


@group.command("rebuild")
def rebuild() -> None:
    """Recompute the kept sums from their rows, if `flask verify` reports differences; may take up to an hour."""
    with transaction(request_id="cli:sums-rebuild") as session, every_book(session):
        session.execute(text("SET LOCAL statement_timeout = '1h'"))
        written = {sums.name: sums.rebuild(session) for sums in SUMS}
    for name, rows in written.items():
        click.echo(f"{name}: {rows} written.")
