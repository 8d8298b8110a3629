"""The commands `flask secrets`."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Column

from app.infra.db import Base, transaction
from app.infra.sealing import Sealer, reseal, sealed_columns, sealed_values

BATCH = 500
"""Rows of a transaction."""

group = AppGroup("secrets", help="Secrets that are stored, sealed by SECRETS_KEY.")


@group.command("rotate")
def rotate() -> None:
    """Seal every stored secret by the first key of SECRETS_KEY; afterwards the others are not needed."""
    for column in sealed_columns(Base.metadata):
        click.echo(f"{column.table.name}.{column.name}: {_rotated(column)} sealed anew.")


def _rotated(column: Column[str]) -> int:
    """Reseal a column in short transactions, while the program goes on; returns the number of values."""
    sealer: Sealer = current_app.extensions["sealer"]
    done, last = 0, 0
    while True:
        with transaction(request_id="cli:secrets-rotate") as session:
            values = sealed_values(session, column, last, BATCH)
            done += reseal(session, sealer, column, values.items())
        if not values:
            return done
        last = max(values)
