"""flask users."""

import sys

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from app.core.identity.schemas import UserSchema
from app.core.identity.service import UserService
from app.infra.context import make_context
from app.infra.db import transaction
from app.kernel.errors import DomainError
from app.manifest import USER

group = AppGroup("users", help="Users.")


@group.command("create")
@click.argument("name")
@click.argument("email")
@click.option("--role", default=USER, help="Code of a role, such as admin, user, viewer.", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(name: str, email: str, role: str, password_stdin: bool) -> None:
    """Create a user; the password is prompted for unless it comes from standard input."""
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    given = {"username": name, "email": email, "role": role, "password": password}
    try:
        values = UserSchema().load(given)
        with transaction(request_id="cli:users-create") as session:
            user = UserService(make_context(session)).create(**values)
            user_id = user.id
    except ValidationError as error:
        raise click.ClickException(_listed(error.normalized_messages())) from None
    except DomainError as error:
        raise click.ClickException(_listed(error.errors) or error.message) from None
    click.echo(f"User {user_id} {name} ({role}) created.")


def _listed(errors: object) -> str:
    if not isinstance(errors, dict):
        return str(errors)
    return "; ".join(f"{field}: {' '.join(map(str, messages))}" for field, messages in errors.items())
