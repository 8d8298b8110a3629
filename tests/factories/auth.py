"""Users."""

import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import factory

from app.core.identity.models import User, UserSession
from app.core.identity.rules import Role
from app.infra.passwords import PasswordHasher
from tests.factories import Examples, RowFactory

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


class SessionFactory(RowFactory):
    """A session that lasts a year."""

    class Meta:
        model = UserSession

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    address = "::1"
    created_at = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)
    expires_at = factory.LazyAttribute(lambda session: session.created_at + timedelta(days=365))
    last_used_at = factory.SelfAttribute("created_at")


def _new() -> dict[str, Any]:
    name = uuid.uuid4().hex[:12]
    return {"username": name, "email": f"{name}@example.com", "password": "una frase bien larga"}


EXAMPLES = Examples(
    rows={"User": lambda: UserFactory().id, "UserSession": lambda: SessionFactory().id},
    existing={"/api/users/<id:user_id>": lambda _: f"/api/users/{UserFactory().id}"},
    changes={"/api/users/<id:user_id>": {"is_active": False}},
    posts={"/api/users": lambda: ("/api/users", {"json": _new()})},
)
