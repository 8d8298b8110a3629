"""/api/suppliers."""

from app.kernel.paging import Page
from app.suites.fresco.suppliers.models import Supplier, SupplierRecord
from app.suites.fresco.suppliers.schemas import SupplierListQuery, SupplierSchema
from app.suites.fresco.suppliers.service import NewSupplier, SupplierChanges, SupplierService
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("suppliers", path="/suppliers")


def service() -> SupplierService:
    """The service of this request."""
    return SupplierService(context())


@namespace.route("")
class Suppliers(Resource):
    @operation("suppliers:read", Listed(SupplierSchema, title="Proveedores"), query=SupplierListQuery)
    def get(self, query: ListRequest) -> Page[SupplierRecord]:
        """List suppliers."""
        return service().page(query.page, **query.filters)

    @operation("suppliers:write", One(SupplierSchema), body=SupplierSchema, status=201)
    def post(self, body: NewSupplier) -> Supplier:
        """Create a supplier."""
        return service().create(**body)


@namespace.route("/<id:supplier_id>")
class OneSupplier(Resource):
    @operation("suppliers:read", One(SupplierSchema), errors=(404,))
    def get(self, supplier_id: int) -> SupplierRecord:
        """One supplier."""
        return service().get(supplier_id)

    @operation("suppliers:write", One(SupplierSchema), body=changes(SupplierSchema), errors=(404,))
    def put(self, supplier_id: int, body: SupplierChanges) -> Supplier:
        """Change the fields of a supplier that are sent."""
        return service().update(supplier_id, **body)

    @operation("suppliers:write", Message("Supplier deleted"), errors=(404, 409))
    def delete(self, supplier_id: int) -> None:
        """Delete a supplier without expenses."""
        service().delete(supplier_id)
