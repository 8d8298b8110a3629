"""/api/company and /api/meta."""

from app.core.company.models import Company, CompanyRecord
from app.core.company.schemas import CompanySchema, MetaSchema
from app.core.company.service import CompanyChanges, CompanyService, Meta
from app.core.files.service import Download
from app.web.api import PUBLIC, Namespace, Resource, changes, operation
from app.web.context import context
from app.web.downloads import Binary
from app.web.openapi import VERSION
from app.web.responses import Computed, One

namespace = Namespace("company", path="/company")
meta_namespace = Namespace("meta", path="/meta")


def service() -> CompanyService:
    """The service of this request."""
    return CompanyService(context())


@namespace.route("")
class TheCompany(Resource):
    @operation("company:read", One(CompanySchema), name="getCompany")
    def get(self) -> CompanyRecord:
        """The company's settings."""
        return service().get()

    @operation("company:write", One(CompanySchema), body=changes(CompanySchema), errors=(409,), name="updateCompany")
    def put(self, body: CompanyChanges) -> Company:
        """Change the fields of the company that are sent."""
        return service().update(**body)


@namespace.route("/logo")
class Logo(Resource):
    @operation(PUBLIC, Binary(), errors=(404, 416), name="downloadLogo")
    def get(self) -> Download:
        """Download the logo; no token is needed."""
        return service().logo()


@meta_namespace.route("")
class OneMeta(Resource):
    @operation(PUBLIC, Computed(MetaSchema), name="getMeta")
    def get(self) -> Meta:
        """Facts that a frontend needs before anybody is logged in."""
        return service().meta(VERSION)
