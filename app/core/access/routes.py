"""/api/roles and /api/permissions."""

from app.core.access.models import RoleRecord
from app.core.access.schemas import PermissionListQuery, PermissionSchema, RoleListQuery, RoleSchema
from app.core.access.service import NewRole, RoleChanges, RoleService
from app.kernel.paging import Page
from app.manifest import ListedPermission
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

roles_namespace = Namespace("roles", path="/roles")
permissions_namespace = Namespace("permissions", path="/permissions")

ANSWER = One(RoleSchema, key="code")


def service() -> RoleService:
    """The service of this request."""
    return RoleService(context())


@roles_namespace.route("")
class Roles(Resource):
    @operation("roles:read", Listed(RoleSchema, title="Roles"), query=RoleListQuery)
    def get(self, query: ListRequest) -> Page[RoleRecord]:
        """List roles."""
        return service().page(query.page)

    @operation("roles:write", ANSWER, body=RoleSchema, status=201, errors=(409,))
    def post(self, body: NewRole) -> RoleRecord:
        """Create a role, with permissions that the caller has."""
        return service().create(**body)


@roles_namespace.route("/<code:code>")
class OneRole(Resource):
    @operation("roles:read", ANSWER, errors=(404,))
    def get(self, code: str) -> RoleRecord:
        """One role."""
        return service().get(code)

    @operation("roles:write", ANSWER, body=changes(RoleSchema), errors=(404, 409))
    def put(self, code: str, body: RoleChanges) -> RoleRecord:
        """Change the fields of a role that are sent; its users have the new permissions at once.

        A caller can add only permissions that they have. The code never changes, and nothing of the role `admin`.
        """
        return service().update(code, **body)

    @operation("roles:write", Message("Role deleted"), errors=(404, 409))
    def delete(self, code: str) -> None:
        """Delete a role that is not built in and that no user has."""
        service().delete(code)


@permissions_namespace.route("")
class Permissions(Resource):
    @operation("roles:read", Listed(PermissionSchema, title="Permisos"), query=PermissionListQuery)
    def get(self, query: ListRequest) -> Page[ListedPermission]:
        """List the permissions that a role may give."""
        return service().page_of_permissions(query.page)
