"""`flask prepare`: the step of `make run` between installing and serving."""

import os
import shlex
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.infra import listening
from app.infra.context import company_settings
from app.infra.db import db
from app.infra.locks import advisory_lock
from app.registry import demo
from config import ROOT


@click.command("prepare")
@click.option("--demo/--no-demo", "with_demo", default=True, help="Whether an empty database gets demo data.")
@with_appcontext
def prepare(with_demo: bool) -> None:
    """Migrate, load demo data if there is none, and print addresses and logins."""
    if with_demo and current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Demo data has well-known passwords and is refused in production: DEMO=0.")
    with advisory_lock(current_app.config["DIRECT_DATABASE_URI"], "prepare", on_wait=_say_waiting):
        flask_migrate.upgrade()
        if with_demo and demo.load():
            click.echo("Demo data loaded.")
    click.echo("\n".join(["", *_addresses(), *_how_to_log_in(), ""]))


def _say_waiting() -> None:
    click.echo("Another start is migrating this database or loading its demo data; waiting for it ...")


def _addresses() -> list[str]:
    url = listening.url_of(listening.bind_of(os.environ))
    return [f"{company_settings(db.session()).name}   {url}", f"Documentation    {url}/api/docs"] if url else []


def _how_to_log_in() -> list[str]:
    if not db.session.scalar(text("SELECT EXISTS (SELECT FROM users)")):
        return ["There is no user yet. In another terminal, make the first one:", f"  {_first_user()}"]
    if current_app.config["APP_ENV"] == "production":
        return []
    return [f"Demo login       {login.username} / {login.password}" for login in demo.logins()]


def _first_user() -> str:
    """Command to paste, in any folder; it contains no password of a database."""
    instance = os.environ.get("INSTANCE_DIR")
    settings = f"INSTANCE_DIR={shlex.quote(str(Path(instance).resolve()))} " if instance else ""
    flask = f"{settings}.venv/bin/flask"
    return f"cd {shlex.quote(str(ROOT))} && {flask} users create admin admin@example.com --role admin"
