"""Users."""

import uuid
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import factory

from app.core.identity.models import ApiToken, Erasure, SecondFactor, SsoLink, User, UserScope, UserSession
from app.infra import clock
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
    role = "user"
    is_active = True

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("password_hash", hashed(kwargs.pop("password", PASSWORD)))
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


class ErasureFactory(RowFactory):
    class Meta:
        model = Erasure

    day = date(2026, 1, 5)
    user_hmac = factory.LazyFunction(lambda: uuid.uuid4().hex * 2)


class ApiTokenFactory(RowFactory):
    """A token that nobody knows."""

    class Meta:
        model = ApiToken

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    name = "Informe de la noche"
    permissions = ("clients:read",)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)


class SsoLinkFactory(RowFactory):
    """A link to an account of Google."""

    class Meta:
        model = SsoLink

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    provider = "google"
    subject = factory.Sequence(str)
    email = "ana@brisa.example"
    linked_at = datetime(2026, 1, 31, tzinfo=UTC)


class SecondFactorFactory(RowFactory):
    """A second factor that is set up, with a secret that nobody can open."""

    class Meta:
        model = SecondFactor

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    secret = "sealed elsewhere"
    confirmed_at = datetime(2026, 1, 31, tzinfo=UTC)


class UserScopeFactory(RowFactory):
    """A row to which a user is limited."""

    class Meta:
        model = UserScope

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    kind = "credito.ruta"
    row_id = factory.Sequence(lambda n: n + 1)


def _new() -> dict[str, Any]:
    name = uuid.uuid4().hex[:12]
    return {"username": name, "email": f"{name}@example.com", "password": "una frase bien larga"}


def _verified() -> Any:
    return UserFactory(email_verified_at=datetime(2026, 1, 31, tzinfo=UTC))


def _open_session() -> Any:
    return SessionFactory(created_at=datetime.now(UTC))


def _link_of(caller: Any) -> str:
    """Path of the caller's link to an account of Google."""
    SsoLinkFactory(user_id=caller.get("/api/auth/me")["data"]["id"])
    return "/api/auth/sso/google/link"


def _session_of(caller: Any) -> str:
    """Path of the caller's own session."""
    return f"/api/auth/sessions/{caller.get('/api/auth/sessions')['data'][0]['id']}"


def _token_of(caller: Any) -> str:
    """Path of a new API token of the caller."""
    expires = (clock.now() + timedelta(days=1)).isoformat()
    body = {"name": "example", "permissions": ["clients:read"], "expires_at": expires}
    return f"/api/auth/tokens/{caller.post('/api/auth/tokens', body)['data']['id']}"


EXAMPLES = Examples(
    rows={
        "ApiToken": lambda: ApiTokenFactory().id,
        "User": lambda: UserFactory().id,
        "UserSession": lambda: SessionFactory().id,
        "UserScope": lambda: UserScopeFactory().id,
        "Erasure": lambda: ErasureFactory().id,
    },
    existing={
        "/api/auth/user": lambda _: "/api/auth/user",
        "/api/auth/tokens/<id:token_id>": _token_of,
        "/api/auth/sessions/<session_id>": _session_of,
        "/api/auth/sso/google/link": _link_of,
        "/api/users/<id:user_id>": lambda _: f"/api/users/{UserFactory().id}",
        "/api/users/<id:user_id>/2fa": lambda _: f"/api/users/{SecondFactorFactory().user_id}/2fa",
        "/api/users/<id:user_id>/scopes": lambda _: f"/api/users/{UserFactory().id}/scopes",
        "/api/users/<id:user_id>/sessions": lambda _: f"/api/users/{_open_session().user_id}/sessions",
    },
    changes={
        "/api/auth/user": {"full_name": "Lucía Gómez"},
        "DELETE /api/auth/user": {"password": PASSWORD, "confirm": "ERASE"},
        "/api/users/<id:user_id>": {"is_active": False},
        "/api/users/<id:user_id>/scopes": [],
    },
    posts={
        "/api/users": lambda: ("/api/users", {"json": _new()}),
        "/api/users/<id:user_id>/send-reset": lambda: (f"/api/users/{_verified().id}/send-reset", {}),
    },
)
