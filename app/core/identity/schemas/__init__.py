"""Schemas of users and of what they sign in with."""

from app.core.identity.schemas.mailed import (
    ChangeEmailSchema,
    ForgotPasswordSchema,
    InvitationSchema,
    RegistrationSchema,
    ResetPasswordSchema,
    VerifyEmailSchema,
)
from app.core.identity.schemas.second_factors import (
    CodeSchema,
    RecoveryCodesSchema,
    RemovalSchema,
    SecondStepSchema,
    SetUpSchema,
)
from app.core.identity.schemas.sessions import SessionListQuery, SessionSchema
from app.core.identity.schemas.sso import IdTokenSchema, NonceSchema
from app.core.identity.schemas.tokens import ApiTokenListQuery, ApiTokenSchema, NewApiTokenSchema
from app.core.identity.schemas.users import (
    AccessTokenSchema,
    AccountSchema,
    ChangePasswordSchema,
    EraseAccountSchema,
    LoginAnswerSchema,
    LoginSchema,
    OwnAccountSchema,
    PlannedErasureSchema,
    TokensSchema,
    UserListQuery,
    UserSchema,
    UserScopeSchema,
)

__all__ = [
    "AccessTokenSchema",
    "AccountSchema",
    "ApiTokenListQuery",
    "ApiTokenSchema",
    "ChangeEmailSchema",
    "ChangePasswordSchema",
    "CodeSchema",
    "EraseAccountSchema",
    "ForgotPasswordSchema",
    "IdTokenSchema",
    "InvitationSchema",
    "LoginAnswerSchema",
    "LoginSchema",
    "NewApiTokenSchema",
    "NonceSchema",
    "OwnAccountSchema",
    "PlannedErasureSchema",
    "RecoveryCodesSchema",
    "RegistrationSchema",
    "RemovalSchema",
    "ResetPasswordSchema",
    "SecondStepSchema",
    "SessionListQuery",
    "SessionSchema",
    "SetUpSchema",
    "TokensSchema",
    "UserListQuery",
    "UserSchema",
    "UserScopeSchema",
    "VerifyEmailSchema",
]
