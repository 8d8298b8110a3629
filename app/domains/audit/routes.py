"""/api/audit."""

from typing import Any

from flask import current_app

from app.domains.audit.schemas import AccessListQuery, AccessRefusalSchema, AuditEntrySchema, AuditListQuery
from app.domains.audit.service import AccessService, AuditService
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


@namespace.route("/access")
class Access(Resource):
    @operation(
        "audit:read",
        Listed(AccessRefusalSchema, title="Accesos rechazados"),
        query=AccessListQuery,
        name="listAccessRefusals",
    )
    def get(self, query: ListRequest) -> Page[Any]:
        """Who failed to log in or was refused, newest first.

        Kept for 90 days. Of an address that is refused more than 60 times a minute, the rest of a minute is one row.
        """
        return AccessService(db.session(), current_app.config["TIMEZONE"]).page(query.page, **query.filters)
