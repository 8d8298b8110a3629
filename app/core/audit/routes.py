"""/api/audit."""

from app.core.audit.models import AccessRefusalRecord, AuditEntryRecord
from app.core.audit.schemas import AccessListQuery, AccessRefusalSchema, AuditEntrySchema, AuditListQuery
from app.core.audit.service import AccessService, AuditService
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed

namespace = Namespace("audit", path="/audit")


@namespace.route("")
class AuditLog(Resource):
    @operation(
        "audit:read",
        Listed(AuditEntrySchema, title="Auditoría"),
        query=AuditListQuery,
        name="listAuditEntries",
    )
    def get(self, query: ListRequest) -> Page[AuditEntryRecord]:
        """List changes of rows: who, when, before and after; newest first.

        Clients are parties: `table=clients` lists the changes of their rows in `parties`, too.
        """
        return AuditService(context()).page(query.page, **query.filters)


@namespace.route("/access")
class Access(Resource):
    @operation(
        "audit:read",
        Listed(AccessRefusalSchema, title="Accesos rechazados"),
        query=AccessListQuery,
        name="listAccessRefusals",
    )
    def get(self, query: ListRequest) -> Page[AccessRefusalRecord]:
        """List failed logins and refused requests, newest first.

        Kept for 90 days. Of an address that is refused more than 60 times a minute, the rest of a minute is one row.
        """
        return AccessService(context()).page(query.page, **query.filters)
