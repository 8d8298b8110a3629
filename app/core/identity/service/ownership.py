"""Accounts of people who have books: nobody else changes their passwords, addresses and second factors."""

from app.infra.context import Context
from app.kernel.errors import Conflict


def has_books(context: Context, user_id: int) -> bool:
    """Whether the user owns or shares a book, in a suite that is switched off, too."""
    return any(found(context, user_id) for found in context.settings.book_finders)


def check_not_owned(context: Context, user_id: int) -> None:
    """Raise Conflict if the account is another's who has books."""
    identity = context.identity
    if identity is not None and identity.user_id != user_id and has_books(context, user_id):
        message = "Only the user changes this account's password, e-mail and two factors; a reset link can be sent."
        raise Conflict(message, code="owned_account")
