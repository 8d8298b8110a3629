"""`flask migration`: migrations written from the models."""

import re
import subprocess
import sys
from pathlib import Path

import click
import flask_migrate
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import AppGroup

from app.infra.db.migrations import refuse_empty

HEAD_FILE = ".current-head"
"""Beside the folder of the versions: two branches that both add a migration meet in it."""

_MARKS = re.compile(r"^ *# ###.*\n", re.MULTILINE)
"""Comments of alembic around what it writes."""

group = AppGroup("migration", help="Migrations, written from the models.")


@group.command("new")
@click.argument("changes")
@click.option("--by-hand", is_flag=True, help="Compare nothing: what it does is written by hand.")
def new(changes: str, by_hand: bool) -> None:
    """Write the next migration; CHANGES, in a few words, are its title and its file's name."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Migrations are written where they are developed; production only runs them.")
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    if not by_hand:
        flask_migrate.upgrade()  # the models are compared with the newest tables
    try:
        path = _write(config, changes, by_hand)
    except CommandError as error:
        raise click.ClickException(f"{error} One written by hand: --by-hand.") from error
    click.echo(f"{path} is written. Read it, then: flask db upgrade")


def _write(config: Config, changes: str, by_hand: bool) -> Path:
    """The new migration, formatted, and its number in the head's file."""
    scripts = ScriptDirectory.from_config(config)
    number = f"{int(scripts.get_current_head() or 0) + 1:04}"
    check = None if by_hand else refuse_empty
    title = changes[:1].upper() + changes[1:]
    script = command.revision(config, title, autogenerate=not by_hand, rev_id=number, process_revision_directives=check)
    if not isinstance(script, Script):
        raise CommandError("Nothing was written.")
    path = Path(script.path)
    path.write_text(_MARKS.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    # What is written by hand will use the imports.
    for arguments in (("check", "--fix", "--unfixable=F401", "--silent"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, path], check=False)
    (Path(scripts.dir) / HEAD_FILE).write_text(f"{number}\n", encoding="utf-8")
    return path
