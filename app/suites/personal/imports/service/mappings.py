"""Memories of files: their columns, and the accounts of numbers."""

from dataclasses import replace
from typing import ClassVar, TypedDict, Unpack

from app.infra.books import BookAccess
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import InBookService
from app.suites.personal.imports.models import ImportMapping, ImportMappingRecord
from app.suites.personal.imports.repository import ImportMappingRepository, MappingFilter
from app.suites.personal.imports.rules.signatures import is_enough
from app.suites.personal.imports.rules.states import DecimalSign, MappingKind
from app.suites.personal.imports.service.reading import all_columns

_NEWEST_FIRST = (Sort("id", descending=True),)


class MappingChanges(TypedDict, total=False):
    """The values of a memory that may change."""

    name: str
    mapping: dict[str, str | None]
    date_format: str | None
    decimal: DecimalSign | None
    account_id: int


class MappingFilters(TypedDict, total=False):
    """The criteria of a list of memories."""

    kind: MappingKind


class ImportMappingService(InBookService):
    """Lists, changes and forgets what is remembered of the files of a book."""

    model: ClassVar = ImportMapping

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.mappings = ImportMappingRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[MappingFilters]) -> Page[ImportMappingRecord]:
        """One page, the newest first."""
        return self.mappings.page(MappingFilter(**filters), replace(request, sort=request.sort or _NEWEST_FIRST))

    def get(self, mapping_id: int) -> ImportMappingRecord:
        """One memory."""
        return self.mappings.get(mapping_id)

    def update(self, mapping_id: int, **changes: Unpack[MappingChanges]) -> ImportMapping:
        """Change the given values: columns of a table, or the account of a number."""
        row = self.mappings.get_for_update(mapping_id)
        other = {"account_id"} if row.kind is MappingKind.COLUMNS else {"mapping", "date_format", "decimal"}
        for name in sorted(other & changes.keys()):
            raise Invalid.field(name, f"A memory of the kind {row.kind} has none.")
        if "account_id" in changes:
            AccountService(self.access).key(changes["account_id"])
        if "mapping" in changes:
            changes["mapping"] = all_columns(changes["mapping"])
            if not is_enough(changes["mapping"]):
                raise Invalid.field("mapping", "Needs the column of the date, and one of amounts.")
        return self.mappings.change(row, changes)

    def delete(self, mapping_id: int) -> None:
        """Forget it."""
        self.mappings.delete(self.mappings.get_for_update(mapping_id))
