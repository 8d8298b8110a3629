"""Services of users and sessions."""

from app.core.identity.service.account_fields import added_fields
from app.core.identity.service.challenges import Challenge
from app.core.identity.service.erasure import ErasureService
from app.core.identity.service.mails import outcome_mail
from app.core.identity.service.open_sessions import OpenSession, OpenSessionService
from app.core.identity.service.purge import purge_expired
from app.core.identity.service.registration import (
    INVITATION_MAIL,
    OUTCOME_MAIL,
    Invitation,
    InvitationService,
    Registration,
    RegistrationService,
)
from app.core.identity.service.reset import FORGOTTEN, RESET_MAIL, PasswordReset, ResetService
from app.core.identity.service.rotation import RotationService
from app.core.identity.service.scopes import GivenScope, ScopeService, UserScopes
from app.core.identity.service.second_factors import Code, RecoveryCodes, Removal, SecondFactorService, SetUp
from app.core.identity.service.sessions import (
    LoginRequest,
    OpenedLogin,
    PasswordChange,
    PresenceService,
    SecondStep,
    SessionService,
    SessionSettings,
)
from app.core.identity.service.sso import Nonce, SsoService
from app.core.identity.service.token_presence import TokenPresenceService
from app.core.identity.service.tokens import ApiTokenService, NewApiToken
from app.core.identity.service.users import NewUser, OwnChanges, UserService, UserUpdate
from app.core.identity.service.verification import VERIFICATION_MAIL, VerificationService

__all__ = [
    "FORGOTTEN",
    "INVITATION_MAIL",
    "OUTCOME_MAIL",
    "RESET_MAIL",
    "VERIFICATION_MAIL",
    "ApiTokenService",
    "Challenge",
    "Code",
    "ErasureService",
    "GivenScope",
    "Invitation",
    "InvitationService",
    "LoginRequest",
    "NewApiToken",
    "NewUser",
    "Nonce",
    "OpenSession",
    "OpenSessionService",
    "OpenedLogin",
    "OwnChanges",
    "PasswordChange",
    "PasswordReset",
    "PresenceService",
    "RecoveryCodes",
    "Registration",
    "RegistrationService",
    "Removal",
    "ResetService",
    "RotationService",
    "ScopeService",
    "SecondFactorService",
    "SecondStep",
    "SessionService",
    "SessionSettings",
    "SetUp",
    "SsoService",
    "TokenPresenceService",
    "UserScopes",
    "UserService",
    "UserUpdate",
    "VerificationService",
    "added_fields",
    "outcome_mail",
    "purge_expired",
]
