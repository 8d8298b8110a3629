"""Commands for all domains: demo data, verification, backups."""

import re
import sys

import click
import psycopg2.extensions
import psycopg2.extras
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import text

from app.core.periods.service import PeriodService
from app.infra.context import make_context
from app.infra.db import transaction
from app.infra.owner import analyze, owner_session
from app.kernel.periods import Month
from app.registry import (
    MANIFESTS,
    SUMS,
    backup,
    broken_rules,
    demo,
    enabled,
    migrations,
    new_domain,
    secrets,
    start,
    sums,
)

seed = AppGroup("seed", help="Demo and benchmark data.")


@seed.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing if there is data already.")
def seed_demo(if_empty: bool) -> None:
    """Load a small demo company, with the users admin, demo-user and demo-viewer."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Demo data has well-known passwords and is refused in production.")
    if demo.load():
        click.echo("Demo data loaded. Log in as admin, demo-user or demo-viewer with fresco-demo-2026.")
    elif not if_empty:
        raise click.ClickException("The database has data; demo data is only for an empty one.")


LOADERS = {
    manifest.loaded or package.rsplit(".", 1)[1]: manifest.load
    for package, manifest in MANIFESTS.items()
    if manifest.load is not None
}
"""Creators of many rows, by what they are called."""


LOADED_MONTHS = 61
"""Months before this one in which rows for benchmarks are dated."""


@seed.command(
    "load",
    params=[
        click.Option([f"--{name}"], type=click.IntRange(0), default=0, help=f"Number of {name}.") for name in LOADERS
    ],
)
def seed_load(**counts: int) -> None:
    """Insert many rows for benchmarks; kept sums and statistics are updated as by the nightly jobs."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Rows for benchmarks are refused in production.")
    with transaction(request_id="cli:seed-load-months") as session:
        context = make_context(session)
        periods = PeriodService(context)
        since = Month.of(context.clock.today()).plus(-LOADED_MONTHS)
        periods.reopen_since(periods.company_book(), since, "Rows for benchmarks are dated in them.")
    for name, load in LOADERS.items():
        count = counts[name]
        if count:
            with (
                transaction(request_id=f"cli:seed-load-{name}") as session,
                click.progressbar(length=count, label=f"{count} {name}", file=sys.stderr) as bar,
            ):
                session.execute(text("SET LOCAL statement_timeout = '10min'"))
                context = make_context(session)
                load(context, count, context.clock.today(), bar.update)
    with transaction(request_id="cli:seed-load-morning") as session:
        session.execute(text("SET LOCAL statement_timeout = '10min'"))
        for rollup in SUMS:
            rollup.fold(session)
    with owner_session() as session:
        analyze(session)


def _digests(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    for wrong in (one for one in given if not re.fullmatch("[0-9a-fA-F]{64}", one)):
        raise click.BadParameter(f"{wrong!r} is not a digest of 64 hexadecimal digits")
    return given


@click.command("verify")
@click.option(
    "--seal", "seals", multiple=True, callback=_digests, help="A digest of `flask audit head` kept elsewhere."
)
@with_appcontext
def verify(seals: tuple[str, ...]) -> None:
    """Check every invariant of the stored data; exits 1 with what it found."""
    found = broken_rules(seals)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("Everything holds.")


def init_app(app: Flask) -> None:
    """Register these commands and those of every domain; Ctrl-C also cancels the running statement on the server."""
    if click.get_current_context(silent=True) is not None:
        psycopg2.extensions.set_wait_callback(psycopg2.extras.wait_select)
    app.cli.add_command(seed)
    app.cli.add_command(start.prepare)
    app.cli.add_command(verify)
    app.cli.add_command(backup.group)
    app.cli.add_command(sums.group)
    app.cli.add_command(secrets.group)
    app.cli.add_command(migrations.group)
    app.cli.add_command(new_domain.group)
    for manifest in enabled(app.config).values():
        for group in manifest.commands:
            app.cli.add_command(group)
