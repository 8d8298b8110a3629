"""Tags of a book: those of its transactions and their splits."""

from typing import ClassVar

from app.infra.books import BookAccess
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.service import InBookService
from app.suites.personal.payees_rules.events import TagRenamed
from app.suites.personal.payees_rules.models import TagUse
from app.suites.personal.payees_rules.queries import SplitLabels, TransactionLabels


class TagService(InBookService):
    """Lists the tags of a book, and renames them."""

    model: ClassVar = TransactionLabels.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.labels = TransactionLabels(access)
        self.splits = SplitLabels(access)

    def page(self, request: PageRequest) -> Page[TagUse]:
        """One page of the tags with their use."""
        found = self.labels.tags()
        for key in reversed(request.sort):
            found.sort(key=lambda one: getattr(one, key.field), reverse=key.descending)
        return Page(found[request.span], len(found), request)

    def get(self, name: str) -> TagUse:
        """One tag with its use."""
        found = next((one for one in self.labels.tags() if one.name == name), None)
        if found is None:
            raise NotFound(f"There is no tag {name}.")
        return found

    def rename(self, name: str, new_name: str) -> TagUse:
        """Give all that has a tag another in its place, and whatever had that one before keeps it."""
        self.access.require_writer()
        found = self.get(name)
        self.labels.refuse_versions()
        if name == new_name:
            return found
        self.labels.rename_tag(name, new_name)
        self.splits.rename_tag(name, new_name)
        self.context.publish(TagRenamed(self.access.book_id, name, new_name))
        return self.get(new_name)
