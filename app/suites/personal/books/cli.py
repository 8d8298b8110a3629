"""flask keys."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from app.infra.context import Context, make_context
from app.infra.db import transaction
from app.suites.personal.books.service import reencrypt, rewrap

group = AppGroup("keys", help="Data keys of people's books, wrapped by DATA_KEYS.")


@group.command("rotate")
@click.option(
    "--deep", is_flag=True, help="Also give every book a new key, write its values anew, and delete older keys."
)
def rotate(deep: bool) -> None:
    """Wrap the key of every book by the first of DATA_KEYS; afterwards the others are not needed."""
    with _transaction() as context:
        click.echo(f"{rewrap(context)} keys wrapped anew.")
    if deep:
        click.echo(f"{reencrypt(_transaction)} values written anew.")


@contextmanager
def _transaction() -> Iterator[Context]:
    with transaction(request_id="cli:keys-rotate") as session:
        yield make_context(session)
