"""/categories of the suite."""

from typing import Any

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.categories.schemas import (
    CategoryChangeQuery,
    CategoryDeletionQuery,
    PersonalCategoryListQuery,
    PersonalCategorySchema,
)
from app.suites.personal.categories.service import CategoryChanges, CategoryItem, CategoryService, NewCategory
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Listed, Message

namespace = Namespace("categories", path="/categories")
ONE = OneWithFigures(PersonalCategorySchema)


class Merging(BookChoice, total=False):
    """The book, and whether a category with the same name takes what is of this one."""

    merge: bool


@namespace.route("")
class Categories(Resource):
    @operation(
        "personal:read",
        Listed(PersonalCategorySchema, title="Categorías"),
        query=PersonalCategoryListQuery,
        errors=(404,),
        name="listPersonalCategories",
    )
    def get(self, query: BookListRequest) -> Page[CategoryItem]:
        """List the categories of a book with their use, archived ones only with `include_archived`."""
        return CategoryService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=PersonalCategorySchema,
        status=201,
        errors=(404, 409),
        name="createPersonalCategory",
    )
    def post(self, query: BookChoice, body: NewCategory) -> CategoryItem:
        """Make a category, at the top or under another one of its type; the tree has at most four levels."""
        return CategoryService.of_caller(context(), query.get("book_id")).create(**body)


@namespace.route("/<id:category_id>")
class OneCategory(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getPersonalCategory")
    def get(self, query: BookChoice, category_id: int) -> CategoryItem:
        """One category with its use."""
        return CategoryService.of_row(context(), category_id, query.get("book_id")).get(category_id)

    @operation(
        "personal:write",
        ONE,
        query=CategoryChangeQuery,
        body=changes(PersonalCategorySchema),
        errors=(404, 409),
        name="updatePersonalCategory",
    )
    def put(self, query: Merging, category_id: int, body: CategoryChanges) -> CategoryItem:
        """Change the fields of a category that are sent, or move it under another one.

        The type of one that has transactions is 409 `has_transactions`; of another one budgets and the like let go.
        The name of a category beside it is 409 `name_taken`; with `merge` all that is of this one goes to that one,
        which is answered.
        """
        service = CategoryService.of_row(context(), category_id, query.get("book_id"))
        return service.update(category_id, merge=query.get("merge", False), **body)

    @operation(
        "personal:write",
        Message("Category deleted"),
        query=CategoryDeletionQuery,
        errors=(404, 409),
        name="deletePersonalCategory",
    )
    def delete(self, query: dict[str, Any], category_id: int) -> None:
        """Delete a category, or archive it: by default one that has been used is archived.

        With `move_to` all that is of it goes to another category, or to none, and then it is deleted.
        """
        book_id = query.pop("book_id", None)
        CategoryService.of_row(context(), category_id, book_id).delete(category_id, **query)
