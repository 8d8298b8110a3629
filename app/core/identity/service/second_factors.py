"""Second factors: set up, confirmed by a code, and removed."""

from io import BytesIO
from typing import NamedTuple, TypedDict

import pyotp
import segno

from app.core.access.service import RoleService
from app.core.identity.models import UserRecord
from app.core.identity.repository import SecondFactorRepository, UserRepository
from app.core.identity.service.codes import CodeChecker, hash_of, new_recovery_codes
from app.core.identity.service.ownership import check_not_owned
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.identity import Identity


class Code(TypedDict):
    """A code of the authenticator."""

    code: str


class Removal(TypedDict):
    """The password and a code, which confirm the caller."""

    password: str
    code: str


class SetUp(NamedTuple):
    """A new secret, for an authenticator to store."""

    secret: str
    otpauth_uri: str
    qr_svg: str


class RecoveryCodes(NamedTuple):
    """New recovery codes, shown once."""

    recovery_codes: list[str]


class SecondFactorService:
    """Sets up and removes second factors."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.clock = context.clock
        self.company = context.company
        self.sealer = context.sealer
        self.roles = RoleService(context)
        self.users = UserRepository(context.session)
        self.factors = SecondFactorRepository(context.session)
        self.codes = CodeChecker(context)

    def set_up(self, identity: Identity) -> SetUp:
        """Make a secret, which counts once a code confirms it; another one that was not confirmed is replaced."""
        user, secret = self.users.get(identity.user_id), pyotp.random_base32()
        if not self.factors.begin(user.id, self.sealer.seal(secret)):
            raise _is_on()
        uri = self._uri(user, secret)
        return SetUp(secret, uri, _qr_svg(uri))

    def confirm(self, identity: Identity, code: str) -> RecoveryCodes:
        """Switch the second factor on by a code of the new secret."""
        attempt = self.codes.count_try(identity.user_id)
        factor = self.factors.find(identity.user_id)
        if factor is None:
            raise Conflict("Set up a second factor first.", code="two_factor_not_set_up")
        if factor.confirmed_at is not None:
            raise _is_on()
        step = self.codes.step_of(factor, code)
        if step is None:
            raise Invalid.field("code", "Wrong code.")
        if not self.factors.confirm(identity.user_id, factor.secret, step, self.clock.now()):
            raise _is_on()
        self.codes.mark_succeeded(attempt)
        return self._new_codes(identity.user_id)

    def renew_codes(self, identity: Identity) -> RecoveryCodes:
        """New recovery codes; those of before are void."""
        self._require_on(identity.user_id)
        return self._new_codes(identity.user_id)

    def disable(self, identity: Identity, code: str) -> None:
        """Switch the caller's second factor off; the password is checked before."""
        self._require_on(identity.user_id)
        if self.roles.get(identity.role).two_factor_required:
            raise Conflict("Your role requires two factors.", code="two_factor_required")
        attempt = self.codes.count_try(identity.user_id)
        if not self.codes.use(identity.user_id, code):
            raise Invalid.field("code", "Wrong code.")
        self.codes.mark_succeeded(attempt)
        self.factors.remove(identity.user_id)

    def remove(self, user_id: int) -> None:
        """Remove the second factor of another user, if there is one."""
        user = self.users.get_for_update(user_id)
        self.roles.check_may_give(user.role)  # without the factor, whoever knows the password has all that it gives
        check_not_owned(self.context, user_id)
        self.factors.remove(user.id)

    def _require_on(self, user_id: int) -> None:
        if not self.factors.is_on(user_id):
            raise Conflict("Two factors are not switched on.", code="two_factor_off")

    def _new_codes(self, user_id: int) -> RecoveryCodes:
        made = new_recovery_codes()
        self.factors.replace_codes(user_id, map(hash_of, made))
        return RecoveryCodes(made)

    def _uri(self, user: UserRecord, secret: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=self.company.name)


def _qr_svg(text: str) -> str:
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", xmldecl=False, nl=False, scale=4)
    return picture.getvalue().decode()


def _is_on() -> Conflict:
    return Conflict("Two factors are switched on already.", code="two_factor_on")
