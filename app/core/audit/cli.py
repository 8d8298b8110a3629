"""flask audit."""

import click
from flask.cli import AppGroup

from app.core.audit.service import SealService
from app.infra.context import make_context
from app.infra.db import db

group = AppGroup("audit", help="The audit log.")


@group.command("head")
def head() -> None:
    """Print the newest seal, to be kept elsewhere: `flask verify --seal DIGEST` compares it later."""
    service = SealService(make_context(db.session()))
    found, unsealed = service.head(), service.count_unsealed()
    if not found:
        raise click.ClickException("Nothing is sealed yet: flask jobs run seal-audit")
    click.echo(f"{found['digest']}  entries up to {found['until']}, sealed {found['sealed_at']}; {unsealed} since then")
