"""/payees and /tags of the suite."""

from typing import TypedDict

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.payees_rules.models import TagUse
from app.suites.personal.payees_rules.schemas import (
    PayeeListQuery,
    PayeeMergeSchema,
    PayeeSchema,
    TagListQuery,
    TagSchema,
)
from app.suites.personal.payees_rules.service import NewPayee, PayeeChanges, PayeeItem, PayeeService, TagService
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Computed, Listed, Message

payees = Namespace("payees", path="/payees")
tags = Namespace("tags", path="/tags")
ONE = OneWithFigures(PayeeSchema)


class Target(TypedDict):
    """The payee that another one becomes."""

    into: int


class TagName(TypedDict):
    """The new name of a tag."""

    name: str


@payees.route("")
class Payees(Resource):
    @operation(
        "personal:read",
        Listed(PayeeSchema, title="Beneficiarios"),
        query=PayeeListQuery,
        errors=(404,),
        name="listPayees",
    )
    def get(self, query: BookListRequest) -> Page[PayeeItem]:
        """List the payees of a book with their use, hidden ones only with `include_hidden`."""
        return PayeeService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write", ONE, query=BookQuery, body=PayeeSchema, status=201, errors=(404, 409), name="createPayee"
    )
    def post(self, query: BookChoice, body: NewPayee) -> PayeeItem:
        """Make a payee; no other is known by its name or one of its aliases."""
        return PayeeService.of_caller(context(), query.get("book_id")).create(**body)


@payees.route("/<id:payee_id>")
class OnePayee(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getPayee")
    def get(self, query: BookChoice, payee_id: int) -> PayeeItem:
        """One payee with its use."""
        return PayeeService.of_row(context(), payee_id, query.get("book_id")).get(payee_id)

    @operation("personal:write", ONE, query=BookQuery, body=changes(PayeeSchema), errors=(404, 409), name="updatePayee")
    def put(self, query: BookChoice, payee_id: int, body: PayeeChanges) -> PayeeItem:
        """Change the fields of a payee that are sent."""
        return PayeeService.of_row(context(), payee_id, query.get("book_id")).update(payee_id, **body)

    @operation("personal:write", Message("Payee deleted"), query=BookQuery, errors=(404, 409), name="deletePayee")
    def delete(self, query: BookChoice, payee_id: int) -> None:
        """Delete a payee that nothing names; one that is used is merged or hidden."""
        PayeeService.of_row(context(), payee_id, query.get("book_id")).delete(payee_id)


@payees.route("/<id:payee_id>/merge")
class PayeeMerge(Resource):
    @operation(
        "personal:write",
        Computed(PayeeSchema),
        query=BookQuery,
        body=PayeeMergeSchema,
        errors=(404, 409),
        name="mergePayee",
    )
    def post(self, query: BookChoice, payee_id: int, body: Target) -> PayeeItem:
        """Give another payee all that names this one, with its names as aliases, and delete this one."""
        return PayeeService.of_row(context(), payee_id, query.get("book_id")).merge(payee_id, body["into"])


@tags.route("")
class Tags(Resource):
    @operation(
        "personal:read", Listed(TagSchema, title="Etiquetas"), query=TagListQuery, errors=(404,), name="listTags"
    )
    def get(self, query: BookListRequest) -> Page[TagUse]:
        """List the tags of a book with their use."""
        return TagService.of_caller(context(), query.book_id).page(query.page)


@tags.route("/<string:name>")
class OneTag(Resource):
    @operation("personal:write", Computed(TagSchema), query=BookQuery, body=TagSchema, errors=(404,), name="renameTag")
    def put(self, query: BookChoice, name: str, body: TagName) -> TagUse:
        """Rename a tag in all transactions and splits of a book; if the new name is another tag, both become one."""
        return TagService.of_caller(context(), query.get("book_id")).rename(name, body["name"])
