"""Commands of exchange rates: `flask rates`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.currencies.rules import RateKind
from app.core.currencies.service import CurrencyService, TrmSource, rates_in_csv
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.kernel.errors import DomainError
from app.kernel.money import Currency
from app.kernel.periods import DateRange

MAX_PROBLEMS = 20
"""Invalid lines that are reported one by one; the others are only counted."""

DAY = click.DateTime(["%Y-%m-%d"])
SIDE = click.Choice([one.value for one in RateKind])
CODE = click.Choice([one.value for one in Currency])

group = AppGroup("rates", help="Exchange rates.")


@group.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--base", type=CODE, default=Currency.USD.value, show_default=True, help="Whose price it is.")
@click.option("--quote", type=CODE, default=Currency.COP.value, show_default=True, help="What the price is in.")
@click.option("--kind", type=SIDE, default=RateKind.MID.value, show_default=True)
def import_file(file: BinaryIO, base: str, quote: str, kind: str) -> None:
    """Store the rates of a CSV file (date,rate or fecha,valor). If a line is invalid, nothing is stored."""
    if base == quote:
        raise click.BadParameter("must be another currency than the base.", param_hint="--quote")
    with _domain_errors_reported():
        rates = rates_in_csv(file.read())
        with transaction(request_id="cli:rates-import") as session:
            pair = (Currency(base), Currency(quote))
            stored = CurrencyService(make_context(session)).store(rates, "file", pair, RateKind(kind))
    click.echo(f"{stored.new} new, {stored.replaced} replaced.")


@group.command("fetch")
@click.option("--from", "first", type=DAY, help="Default: the day after the last rate, or the last 30 days.")
@click.option("--to", "last", type=DAY, help="Default: today.")
def fetch(first: datetime | None, last: datetime | None) -> None:
    """Store Colombia's official rate of each day from the service at TRM_URL."""
    with _domain_errors_reported():
        source = TrmSource(current_app.config["TRM_URL"])
        days = _days(first, last)
        if days is None:
            click.echo("Nothing to fetch: the last day already has a rate.")
            return
        rates = source.rates(days)  # outside of a transaction: a slow service must not keep one open
        with transaction(request_id="cli:rates-fetch") as session:
            stored = CurrencyService(make_context(session)).store(rates, source.name)
    click.echo(f"{days.start} to {days.end}: {stored.new} new, {stored.replaced} replaced.")


def _days(first: datetime | None, last: datetime | None) -> DateRange | None:
    end = last.date() if last else make_context(db.session()).clock.today()
    if first is not None:
        if first.date() > end:
            raise click.BadParameter("must not be after the last day.", param_hint="--from")
        return DateRange(first.date(), end)
    with transaction(request_id="cli:rates-fetch") as session:
        return CurrencyService(make_context(session)).days_to_fetch(end)


@contextmanager
def _domain_errors_reported() -> Iterator[None]:
    """Turn a domain error into a message of the command, with one line for each invalid field or line."""
    try:
        yield
    except DomainError as error:
        lines = [f"{name}: {' '.join(messages)}" for name, messages in error.errors.items()]
        more = [f"... and {len(lines) - MAX_PROBLEMS} more."] if len(lines) > MAX_PROBLEMS else []
        raise click.ClickException("\n".join([error.message, *lines[:MAX_PROBLEMS], *more])) from None
