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
    LoginAnswerSchema,
    LoginSchema,
    OwnAccountSchema,
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
    "ForgotPasswordSchema",
    "IdTokenSchema",
    "InvitationSchema",
    "LoginAnswerSchema",
    "LoginSchema",
    "NewApiTokenSchema",
    "NonceSchema",
    "OwnAccountSchema",
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
