"""flask personal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.identity.service import ErasureService
from app.infra.context import Context, make_context
from app.infra.db import act_as, transaction
from app.infra.owner import owner_session
from app.suites.personal.books.service import REQUEST_OF_TEXTS, encrypt_texts

group = AppGroup("personal", help="The suite of people's books.")


@group.command("erasures")
def erasures() -> None:
    """Print the hashes of the accounts that were erased, to be kept beside backups."""
    with transaction(request_id="cli:erasures") as session:
        for one in ErasureService(make_context(session)).hashes():
            click.echo(one)


@group.command("replay-erasures")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(file: Path | None) -> None:
    """Erase again the accounts that a restored backup brought back; FILE has what `flask personal erasures` prints."""
    known = [] if file is None else file.read_text(encoding="utf-8").split()
    with transaction(request_id="cli:replay-erasures") as session:
        counts = ErasureService(make_context(session)).replay(known)
    click.echo(f"{counts['erased']} accounts erased again, {counts['failed']} failed.")
    if counts["failed"]:
        raise click.ClickException("Not all could be erased; the log says why.")


@group.command("encrypt-text")
def encrypt_text() -> None:
    """Encrypt descriptions, payees and what repeats them in all books, before a start with ENCRYPT_TEXT=true.

    To be run while the program does not serve. It may be stopped, and called again. There is no way back.
    """
    click.echo(f"{encrypt_texts(_as_owner)} rows written anew.")


@contextmanager
def _as_owner() -> Iterator[Context]:
    with owner_session() as session:
        act_as(session, user_id=None, request_id=REQUEST_OF_TEXTS)
        yield make_context(session)
