"""/api/categories."""

from app.infra.queries.names import NameUse
from app.suites.fresco.categories.schemas import CategoryQuery, CategoryUsesSchema, MergedSchema, MergeSchema
from app.suites.fresco.categories.service import CategoriesService, KindRequest, MergeRequest
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Unwrapped

namespace = Namespace("categories", path="/categories")


def service() -> CategoriesService:
    """The service of this request."""
    return CategoriesService(context())


@namespace.route("")
class Categories(Resource):
    @operation("categories:read", Unwrapped(CategoryUsesSchema), query=CategoryQuery, name="listCategories")
    def get(self, query: KindRequest) -> dict[str, list[NameUse]]:
        """Categories of expenses, or types of incomes, with the number of rows and the last day of each."""
        return {"data": service().uses(**query)}


@namespace.route("/merge")
class MergedCategories(Resource):
    @operation("categories:write", Unwrapped(MergedSchema), body=MergeSchema, name="mergeCategories")
    def post(self, body: MergeRequest) -> dict[str, str | int]:
        """Replace names by another one in all rows that have them, recurring expenses included."""
        changed = service().merge(**body)
        return {"message": f"{changed} changed", "changed": changed}
