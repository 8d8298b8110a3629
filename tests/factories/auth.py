"""Users."""

from functools import cache
from typing import Any

import factory

from app.domains.auth.models import User
from app.domains.auth.rules import Role
from app.infra.passwords import PasswordHasher
from tests.factories import RowFactory

PASSWORD = "correct horse battery"


@cache
def hashed(password: str, rounds: int = 4) -> str:
    """A hash of it, cheap unless told otherwise, made once."""
    return PasswordHasher(rounds).hash(password, "tests")


class UserFactory(RowFactory):
    """A user with a known password."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    role = Role.USER
    is_active = True

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("password_hash", hashed(kwargs.pop("password", PASSWORD)))
        kwargs["role"] = Role(kwargs["role"])
        return super()._create(model_class, *args, **kwargs)
