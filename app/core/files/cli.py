"""flask files."""

import click
from flask.cli import AppGroup

from app.core.files.service import FileService
from app.infra.context import make_context
from app.infra.db import transaction
from app.kernel.errors import Conflict

group = AppGroup("files", help="Stored files.")


@group.command("sweep")
def sweep() -> None:
    """Delete contents older than a day without a row."""
    try:
        with transaction(request_id="cli:files-sweep") as session:
            counts = FileService(make_context(session)).sweep()
    except Conflict as refusal:
        raise click.ClickException(refusal.message) from None
    click.echo(f"{counts['removed']} stray files removed.")
