"""/api/auth and /api/users."""

from datetime import timedelta
from functools import partial
from typing import TypedDict

from flask import current_app

from app.core.identity.models import AccountRecord, User, UserRecord
from app.core.identity.rules import LoginLimits
from app.core.identity.schemas import (
    AccessTokenSchema,
    AccountSchema,
    ChangePasswordSchema,
    EraseAccountSchema,
    LoginAnswerSchema,
    LoginSchema,
    OwnAccountSchema,
    PlannedErasureSchema,
    UserListQuery,
    UserSchema,
    UserScopeSchema,
)
from app.core.identity.service import (
    Challenge,
    ErasureService,
    GivenScope,
    LoginRequest,
    NewUser,
    OpenedLogin,
    OwnChanges,
    PasswordChange,
    RotationService,
    ScopeService,
    SessionService,
    SessionSettings,
    UserScopes,
    UserService,
    UserUpdate,
    added_fields,
)
from app.kernel.paging import Page
from app.manifest import AccountAnswer
from app.web import cookies
from app.web.added_fields import AccountResponse, UnwrappedAnswer
from app.web.api import PUBLIC, Namespace, Resource, changes, operation
from app.web.auth import access_token, current_identity, refresh_generation, refresh_token
from app.web.context import context
from app.web.query import ListRequest
from app.web.refusals import name_tried
from app.web.responses import Listed, Message, One, Parts, Unwrapped

auth_namespace = Namespace("auth", path="/auth")
users_namespace = Namespace("users", path="/users")


class Erasing(TypedDict):
    """The current password, and the word that confirms."""

    password: str
    confirm: str


def session_service() -> SessionService:
    """The service of this request."""
    config = current_app.config
    limits = LoginLimits(
        tries=config["LOGIN_TRIES_PER_MINUTE"],
        failures=config["LOGIN_FAILURES_PER_MINUTE"],
        account_failures=config["ACCOUNT_FAILURES_PER_MINUTE"],
        address_failures=config["ADDRESS_FAILURES_PER_MINUTE"],
    )
    lifetimes = config["REFRESH_TOKEN_LIFETIME"], config["ACCESS_TOKEN_LIFETIME"]
    settings = SessionSettings(limits, config["SECRET_KEY"], *lifetimes)
    return SessionService(context(), settings)


def login_answer(opened: OpenedLogin | Challenge, answer: AccountAnswer = AccountAnswer.LOGIN) -> dict[str, object]:
    """The answer to a login: the tokens, or the token with which the second factor is sent."""
    if isinstance(opened, Challenge):
        return opened._asdict()
    access, refresh = access_token(opened.identity), refresh_token(opened.identity)
    cookies.keep(access, refresh, opened.identity.sid)
    return {
        "access_token": access,
        "refresh_token": refresh,
        "device_token": opened.device_token,
        "user": opened.user,
        **({} if opened.user.erase_on is None else {"erase_on": opened.user.erase_on}),
        **added_fields(context(), answer, opened.user.id),
    }


def user_service() -> UserService:
    """The service of this request."""
    return UserService(context())


@auth_namespace.route("/login")
class Login(Resource):
    @operation(
        PUBLIC,
        UnwrappedAnswer(LoginAnswerSchema, AccountAnswer.LOGIN),
        body=LoginSchema,
        errors=(401, 429),
        name="login",
        accepts_key=False,
        hashes_password=True,
    )
    def post(self, body: LoginRequest) -> dict[str, object]:
        """Open a session, or ask for the second factor.

        A user with two factors gets no tokens here but a `two_factor_token`, to be sent to `/api/auth/login/2fa`.
        """
        name_tried(body["username"])
        return login_answer(session_service().login(body["username"], body["password"], body.get("device_token")))


@auth_namespace.route("/refresh")
class Refresh(Resource):
    @operation(
        "account:read",
        Unwrapped(AccessTokenSchema),
        errors=(429,),
        refresh=True,
        name="refresh",
        accepts_key=False,
    )
    def post(self) -> dict[str, str]:
        """A new access token and the next refresh token, for a refresh token.

        The one that was sent stays good until the next one has been used; sent again more than 30 seconds after that,
        it ends the session (401 `refresh_reused`).
        """
        identity = current_identity()
        issue = partial(refresh_token, identity)
        replaced = RotationService(context()).refresh(identity, refresh_generation(), issue)
        access = access_token(identity)
        cookies.keep(access, replaced, identity.sid)
        return {"access_token": access, "refresh_token": replaced}


@auth_namespace.route("/logout")
class Logout(Resource):
    @operation(
        "account:write",
        Message("Logout successful"),
        name="logout",
        accepts_key=False,
        before_second_factor=True,
    )
    def post(self) -> None:
        """End the session and both its tokens."""
        session_service().logout(current_identity())
        cookies.forget()


@auth_namespace.route("/me")
class Me(Resource):
    @operation("account:read", One(AccountSchema), before_second_factor=True, while_being_erased=True)
    def get(self) -> AccountRecord:
        """Get my account and my permissions."""
        return user_service().account(current_identity())


@auth_namespace.route("/user")
class OwnUser(Resource):
    @operation("account:read", AccountResponse(AccountSchema), name="getOwnUser")
    def get(self) -> dict[str, object]:
        """Get my account and my permissions as `/api/auth/me` does, and the fields that suites add."""
        return _own_account()

    @operation(
        "account:write",
        AccountResponse(AccountSchema),
        body=changes(OwnAccountSchema),
        errors=(409,),
        name="updateOwnUser",
    )
    def put(self, body: OwnChanges) -> dict[str, object]:
        """Change my user name, my full name, and what suites keep of me; the e-mail has an address of its own."""
        user_service().update_own(current_identity(), **body)
        return _own_account()

    @operation(
        "account:write",
        Unwrapped(PlannedErasureSchema),
        body=EraseAccountSchema,
        status=202,
        errors=(409, 429),
        name="eraseOwnUser",
        accepts_key=False,
        hashes_password=True,
        while_being_erased=True,
    )
    def delete(self, body: Erasing) -> dict[str, object]:
        """Have my account erased with all that is only mine; all sessions end.

        Until the day that is answered, a login opens a session that can only look at the account, restore it
        (`POST /api/auth/restore`) or ask again; all else is 403 `being_erased`. 409 `transfer_ownership_first` names
        the shared books that would have no owner. An employee's account stays, and what is personal goes.
        """
        identity = current_identity()
        session_service().confirm_password(identity, body["password"], "password")
        grace = timedelta(days=current_app.config["ERASE_GRACE_DAYS"])
        return {"erase_on": ErasureService(context()).ask(identity.user_id, grace)}


def _own_account() -> dict[str, object]:
    account = user_service().account(current_identity())
    return {**account._asdict(), **added_fields(context(), AccountAnswer.USER, account.id)}


@auth_namespace.route("/restore")
class RestoreAccount(Resource):
    @operation(
        "account:write",
        Message("The account stays"),
        name="restoreOwnUser",
        accepts_key=False,
        while_being_erased=True,
    )
    def post(self) -> None:
        """Take back that my account is to be erased."""
        ErasureService(context()).restore(current_identity().user_id)


@auth_namespace.route("/change-password")
class ChangePassword(Resource):
    @operation(
        "account:write",
        Message("Password changed"),
        body=ChangePasswordSchema,
        errors=(429,),
        name="changePassword",
        accepts_key=False,
        hashes_password=True,
        before_second_factor=True,
    )
    def post(self, body: PasswordChange) -> None:
        """Change my password; all my sessions end."""
        session_service().change_password(current_identity(), body["current_password"], body["new_password"])


@users_namespace.route("")
class Users(Resource):
    @operation("users:read", Listed(UserSchema, title="Usuarios"), query=UserListQuery)
    def get(self, query: ListRequest) -> Page[UserRecord]:
        """List users."""
        return user_service().page(query.page)

    @operation("users:write", One(UserSchema), body=UserSchema, status=201, hashes_password=True)
    def post(self, body: NewUser) -> User:
        """Create a user."""
        return user_service().create(**body)


@users_namespace.route("/<id:user_id>")
class OneUser(Resource):
    @operation("users:read", One(UserSchema), errors=(404,))
    def get(self, user_id: int) -> UserRecord:
        """One user."""
        return user_service().get(user_id)

    @operation("users:write", One(UserSchema), body=changes(UserSchema), errors=(404, 409), hashes_password=True)
    def put(self, user_id: int, body: UserUpdate) -> User:
        """Change a user; 409 `owned_account` for the password or e-mail of another who has books."""
        return user_service().update(user_id, **body)

    @operation("users:write", Message("User deleted"), errors=(404, 409))
    def delete(self, user_id: int) -> None:
        """Delete a user; 409 `has_books` for one who has books."""
        user_service().delete(user_id)


@users_namespace.route("/<id:user_id>/scopes")
class Scopes(Resource):
    @operation("users:read", Parts(UserScopeSchema), errors=(404,), name="getUserScopes")
    def get(self, user_id: int) -> UserScopes:
        """The rows to which the permissions of a user are limited."""
        return ScopeService(context()).get(user_id)

    @operation(
        "users:write", Parts(UserScopeSchema), body=UserScopeSchema(many=True), errors=(404,), name="updateUserScopes"
    )
    def put(self, user_id: int, body: list[GivenScope]) -> UserScopes:
        """Replace all of them; only rows within the caller's own scope can be given."""
        return ScopeService(context()).replace(user_id, body)
