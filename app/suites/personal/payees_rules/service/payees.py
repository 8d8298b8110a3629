"""Payees: making, changing, merging and deleting them, and finding them by their names."""

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar, NamedTuple, TypedDict, Unpack

from app.infra.books import BookAccess
from app.infra.queries.records import Item
from app.infra.texts import encrypted_texts
from app.kernel.batches import batched
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.rows import name_key
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.events import PayeeLeaving
from app.suites.personal.payees_rules.models import PayeeRecord, PayeeUse
from app.suites.personal.payees_rules.queries import PayeeFilter, PayeeRepository, TransactionLabels
from app.suites.personal.payees_rules.rules.payees import MOST_ALIASES, Payees, with_aliases
from app.suites.personal.payees_rules.service.rules import RuleService
from app.suites.personal.transactions.rules import words_of

BY_NAME = (Sort("name"),)
CHUNK = 1_000
"""Payees that are read at once for a file."""


class PayeeChanges(TypedDict, total=False):
    """The values of a payee that may change."""

    name: str
    aliases: list[str]
    default_category_id: int | None
    is_hidden: bool


class NewPayee(PayeeChanges, total=False):
    """The values of a new payee, of which it has at least the name."""


class PayeeFilters(TypedDict, total=False):
    """The criteria of a list of payees."""

    q: str
    include_hidden: bool


PayeeItem = Item[PayeeRecord]


class EnsuredPayees(NamedTuple):
    """Payees by names, and the ids of those that were made for them."""

    ids: dict[str, int]
    made: frozenset[int]


class PayeeService(InBookService):
    """Makes, changes, merges and deletes the payees of a book."""

    model: ClassVar = PayeeRepository.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.payees = PayeeRepository(access)
        self.labels = TransactionLabels(access)

    def page(self, request: PageRequest, **filters: Unpack[PayeeFilters]) -> Page[PayeeItem]:
        """One page of payees with their use, by name unless another order is given."""
        criteria = self._criteria(filters)
        ordered = PageRequest(request.page, request.per_page, request.sort or self.payees.usual_sort(BY_NAME))
        found = self.payees.page(criteria, ordered.unpaged() if request.whole else ordered)
        items = (item for chunk in batched(found.items, CHUNK) for item in self._shown(chunk))
        return Page(items if request.whole else list(items), found.total, request)

    def get(self, payee_id: int) -> PayeeItem:
        """One payee with its use."""
        return self._shown([self.payees.get(payee_id)])[0]

    def known(self) -> Payees:
        """All payees of the book, to find them by their names."""
        return Payees.of(self.payees.names())

    def names(self, payee_ids: Collection[int]) -> dict[int, str]:
        """Names of these payees by their ids."""
        return {one.id: one.name for one in self.payees.names_of(payee_ids)} if payee_ids else {}

    def create(self, **values: Unpack[NewPayee]) -> PayeeItem:
        """Make a payee."""
        self.access.require_writer()
        self._check(values, values["name"], None)
        return self.get(self.payees.make(values))

    def ensure(self, names: Iterable[str]) -> dict[str, int]:
        """Ids of the payees of these names, which are made where there are none, by a few statements."""
        return self.ensured(names).ids

    def ensured(self, names: Iterable[str]) -> EnsuredPayees:
        """Ids of the payees of these names, and which of them were made."""
        wanted = {name: name_key(name) for name in names if name_key(name)}
        known = self.known().names
        missing = {key: name for name, key in reversed(wanted.items()) if key not in known}
        if missing:
            self.payees.add_missing([*missing.values()])
            known = self.known().names
        ids = {name: known[key] for name, key in wanted.items() if key in known}
        return EnsuredPayees(ids, frozenset(known[key] for key in missing if key in known))

    def forget_unused(self, payee_ids: Collection[int]) -> int:
        """Delete those of the payees that nobody changed and that neither transactions nor rules name; how many."""
        found = RuleService(self.access).unnamed_payees(payee_ids)
        return self.payees.delete_unused(found) if found else 0

    def update(self, payee_id: int, **changes: Unpack[PayeeChanges]) -> PayeeItem:
        """Change the given values."""
        payee = self.payees.get_for_update(payee_id)
        self._check(changes, changes.get("name", payee.name), payee_id)
        self.payees.change(payee, changes)
        return self.get(payee_id)

    def delete(self, payee_id: int) -> None:
        """Delete a payee that nothing names."""
        payee = self.payees.get_for_update(payee_id)
        if RuleService(self.access).names_payee(payee_id):
            raise Conflict("The payee is used in rules.", code="payee_in_use")
        self.payees.delete(payee)

    def merge(self, payee_id: int, into: int) -> PayeeItem:
        """Give another payee all that names one, its names too, and delete the one."""
        if payee_id == into:
            raise Invalid.field("into", "Must be another payee.")
        self.payees.lock_all([payee_id, into])
        source = self.payees.get_for_update(payee_id)
        [target] = self.payees.lock_all([into])
        aliases = with_aliases(target.name, [*target.aliases, source.name, *source.aliases])
        if len(aliases) > MOST_ALIASES:
            raise Conflict(f"A payee has at most {MOST_ALIASES} aliases.", code="too_many_aliases")
        category = target.default_category_id or source.default_category_id
        self.labels.replace_payee(payee_id, into)
        self.context.publish(PayeeLeaving(self.access.book_id, payee_id, into, source.name, target.name))
        self.payees.delete(source)
        self.payees.change(target, {"aliases": aliases, "default_category_id": category})
        return self.get(into)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category by default, or none, the payees that have one."""
        self.payees.move_category(category_id, move_to)

    def _criteria(self, filters: PayeeFilters) -> PayeeFilter:
        """The criteria of a list; where names are encrypted, payees are found by whole words of their names."""
        q, is_hidden = filters.get("q"), None if filters.get("include_hidden") else False
        if q is None or encrypted_texts(self.access.session) is None:
            return PayeeFilter(q, is_hidden)
        wanted = {*words_of(q)}
        found = (one.id for one in self.payees.names() if wanted <= {*words_of(" ".join((one.name, *one.aliases)))})
        return PayeeFilter(None, is_hidden, list(found) if wanted else [])

    def _check(self, values: PayeeChanges, name: str, payee_id: int | None) -> None:
        """Refuse a category of another book, and aliases by which another payee is known."""
        category_id = values.get("default_category_id")
        if category_id is not None and category_id not in CategoryService(self.access).types():
            raise NotFound(f"Category {category_id} does not exist.")
        if "aliases" not in values and "name" not in values:
            return
        if "aliases" in values:
            values["aliases"] = with_aliases(name, values["aliases"])
        known = self.known().names
        for alias in values.get("aliases", []):
            if known.get(name_key(alias), payee_id) != payee_id:
                raise Conflict(
                    f"{alias} is another payee.", code="alias_taken", errors={"aliases": [f"{alias} is another payee."]}
                )
        if known.get(name_key(name), payee_id) != payee_id:
            raise Conflict("There is a payee of this name.", code="name_taken")

    def _shown(self, records: Sequence[PayeeRecord]) -> list[PayeeItem]:
        uses = self.payees.uses([one.id for one in records]) if records else {}
        unused = PayeeUse(0, 0, None)
        return [
            Item(one, {"transactions": use.transactions, "last_used": use.last_used})
            for one, use in ((one, uses.get(one.id, unused)) for one in records)
        ]
