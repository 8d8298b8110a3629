"""/api/audit."""

from typing import Any

from flask import current_app

from app.domains.audit.schemas import AuditEntrySchema, AuditListQuery
from app.domains.audit.service import AuditService
from app.infra.db import db
from app.kernel.paging import Page
from app.web.answers import Listed
from app.web.api import Namespace, Resource, operation
from app.web.query import ListRequest

namespace = Namespace("audit", path="/audit")


@namespace.route("")
class AuditLog(Resource):
    @operation(
        "audit:read",
        Listed(AuditEntrySchema, title="Auditoría"),
        query=AuditListQuery,
        name="listAuditEntries",
    )
    def get(self, query: ListRequest) -> Page[Any]:
        """Who changed what, newest first."""
        return AuditService(db.session(), current_app.config["TIMEZONE"]).page(query.page, **query.filters)
