"""/api/auth/tokens."""

from app.core.identity.models import ListedApiToken
from app.core.identity.routes.users import auth_namespace
from app.core.identity.schemas import ApiTokenListQuery, ApiTokenSchema, NewApiTokenSchema
from app.core.identity.service import ApiTokenService, NewApiToken
from app.kernel.paging import Page
from app.web.api import Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One


def service() -> ApiTokenService:
    """The service of this request."""
    return ApiTokenService(context())


@auth_namespace.route("/tokens")
class ApiTokens(Resource):
    @operation("account:read", Listed(ApiTokenSchema, title="Tokens de API"), query=ApiTokenListQuery)
    def get(self, query: ListRequest) -> Page[ListedApiToken]:
        """List my API tokens, by default the newest first."""
        return service().page(current_identity(), query.page)

    @operation("account:write", One(NewApiTokenSchema), body=ApiTokenSchema, status=201, accepts_key=False)
    def post(self, body: NewApiToken) -> ListedApiToken:
        """Make an API token with some of my permissions.

        The token is in this answer alone. It is sent as `Authorization: Bearer ...`, and can manage neither users,
        roles and accounts nor sessions and tokens.
        """
        return service().create(current_identity(), **body)


@auth_namespace.route("/tokens/<id:token_id>")
class OneApiToken(Resource):
    @operation("account:read", One(ApiTokenSchema), errors=(404,))
    def get(self, token_id: int) -> ListedApiToken:
        """One of my API tokens."""
        return service().get(current_identity(), token_id)

    @operation("account:write", Message("API token revoked"), errors=(404,))
    def delete(self, token_id: int) -> None:
        """Revoke one of my API tokens."""
        service().revoke(current_identity(), token_id)
