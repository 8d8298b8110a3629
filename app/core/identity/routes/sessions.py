"""/api/auth/sessions, and the sessions of another user."""

from app.core.identity.routes.users import auth_namespace, users_namespace
from app.core.identity.schemas import SessionListQuery, SessionSchema
from app.core.identity.service import OpenSession, OpenSessionService
from app.kernel.paging import Page
from app.web.api import Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message


@auth_namespace.route("/sessions")
class Sessions(Resource):
    @operation("account:read", Listed(SessionSchema, title="Sesiones"), query=SessionListQuery)
    def get(self, query: ListRequest) -> Page[OpenSession]:
        """List my open sessions, by default the last used one first."""
        return OpenSessionService(context()).page(current_identity(), query.page)


@auth_namespace.route("/sessions/<session_id>")
class OneSession(Resource):
    @operation("account:write", Message("Session ended"), errors=(404,))
    def delete(self, session_id: str) -> None:
        """End one of my sessions; its tokens become invalid at once."""
        OpenSessionService(context()).end(current_identity(), session_id)


@users_namespace.route("/<id:user_id>/sessions")
class UserSessions(Resource):
    @operation("users:write", Message("Sessions ended"), errors=(404,))
    def delete(self, user_id: int) -> None:
        """End all sessions of a user."""
        OpenSessionService(context()).end_all(user_id)
