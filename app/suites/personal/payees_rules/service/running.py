"""Running of rules over the transactions that are there."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from time import monotonic
from typing import ClassVar, NamedTuple

from app.infra.books import BookAccess
from app.kernel.batches import batched
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import FIRST_DAY
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.payees_rules.queries import Entered, EnteredQueries
from app.suites.personal.payees_rules.repository import RuleRepository
from app.suites.personal.payees_rules.rules.actions import MOST_TAGS, ActionType
from app.suites.personal.payees_rules.rules.engine import OF_CATEGORY, Outcome, Rule, Ruleset, Setting
from app.suites.personal.payees_rules.rules.lines import Portion
from app.suites.personal.payees_rules.rules.subjects import Subject
from app.suites.personal.payees_rules.rules.suggesting import Choices, Suggestion, suggestions
from app.suites.personal.payees_rules.service.payees import PayeeService
from app.suites.personal.payees_rules.service.rules import RuleService, typed
from app.suites.personal.payees_rules.service.setting import setting_of
from app.suites.personal.transactions.rules import MOST_IN_BULK, CategorySource, ChangeOrigin, TransactionType
from app.suites.personal.transactions.service import (
    BulkChanges,
    BulkResult,
    BulkService,
    ChangeRecorder,
    RowProblem,
    SplitValues,
)

SHOWN = 50
"""Transactions that a preview shows."""
MOST_SECONDS = 20.0
"""Time after which no further transactions are changed, so that a request ends."""
_DECIDED = frozenset({CategorySource.MANUAL, CategorySource.FILE, CategorySource.RECURRING})


class Difference(NamedTuple):
    """Changes that rules would make of a transaction; null is no change."""

    transaction_id: int
    date: date
    signed_amount: Decimal
    account_id: int
    description: str | None
    category_id: int | None
    splits: tuple[Portion, ...]
    transfer_to_account_id: int | None
    payee_id: int | None
    payee_name: str | None
    tags: list[str] | None
    notes: str | None
    exclude_from_reports: bool | None

    @property
    def is_any(self) -> bool:
        """Whether anything would change."""
        return any(value is not None and value != () for value in self[5:])


class Preview(NamedTuple):
    """Number of transactions that a rule is about, and of those that it would change, with some of these."""

    matched: int
    changed: int
    items: list[Difference]
    stopped: bool
    """Whether its patterns took too long, so that not all was looked at."""


class Applied(NamedTuple):
    """Number of transactions that a rule is about, and of those that it changed, or would change."""

    matched: int
    changed: int
    change_set: int | None
    """Id of the change set, by which it is undone; None if nothing was changed."""
    errors: list[RowProblem]
    """Transactions that could not be changed, some of them."""
    more: bool
    """Whether there is more to change, by the same request once more."""
    stopped: bool


class RuleRunner(InBookService):
    """Tries rules on the transactions of a book, and suggests rules."""

    model: ClassVar = RuleRepository.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.rules = RuleService(access)
        self.entered = EnteredQueries(access.session, access.book_id)

    def preview(self, rule: Rule, first: date | None = None) -> Preview:
        """The transactions since a day that a rule would change, some of the last ones; it changes none."""
        self.access.require_writer()
        rules = Ruleset([rule], setting_of(self.access))
        matched, changed, last = 0, 0, deque[Difference](maxlen=SHOWN)
        for difference in self.differences(rules, first):
            matched += 1
            if difference.is_any:
                changed += 1
                last.appendleft(difference)
        return Preview(matched, changed, [*last], bool(rules.exhausted))

    def apply(self, rule_id: int, first: date | None = None, *, dry_run: bool = False) -> Applied:
        """Apply a rule to all transactions since a day, in a change set that can be undone; or only count them."""
        self.access.require_writer()
        stored = self.rules.get(rule_id)
        rules = Ruleset([typed(stored)], setting_of(self.access))
        recorder = ChangeRecorder(self.access, ChangeOrigin.RULES, stored.name)
        matched, changed, errors, more = 0, 0, list[RowProblem](), False
        deadline = monotonic() + MOST_SECONDS
        for chunk in batched(self.differences(rules, first), MOST_IN_BULK):
            if changed and not dry_run and monotonic() > deadline:
                more = True
                break
            matched += len(chunk)
            differing = [one for one in chunk if one.is_any]
            if dry_run or not differing:
                changed += len(differing)
                continue
            result = self._change(differing, recorder)
            changed += result.changed
            errors += result.errors
        return Applied(matched, changed, recorder.change_set_id, errors[:SHOWN], more, bool(rules.exhausted))

    def differences(self, rules: Ruleset, first: date | None) -> Iterator[Difference]:
        """Changes of all transactions that the rules are about, even where there are none."""
        for chunk in self.entered.chunks(first or FIRST_DAY):
            for one in chunk:
                found = rules.run(_subject(one, rules.setting), partial(_locked, one))
                if found is not None:
                    yield _difference(one, found, rules.setting)

    def _change(self, differing: Sequence[Difference], recorder: ChangeRecorder) -> BulkResult:
        names = {one.payee_name for one in differing if one.payee_name is not None}
        payees = PayeeService(self.access).ensure(sorted(names)) if names else {}
        changes = {one.transaction_id: _changes(one, payees) for one in differing}
        return BulkService(self.access).change(changes, recorder)

    def suggestions(self, request: PageRequest) -> Page[Suggestion]:
        """Rules that would repeat what people do by hand, and that neither a rule nor a payee does already."""
        setting = setting_of(self.access)
        rules = Ruleset(self.rules.active(), setting)
        chosen = [one for one in self.entered.chosen() if one.category_id in setting.types]
        choices = (Choices(one.payee_id, one.description or "", one.category_id, one.times) for one in chosen)
        found = [one for one in suggestions(choices) if not _is_done(one, rules, self.access.today)]
        return Page(found[request.span], len(found), request)


def _subject(one: Entered, setting: Setting) -> Subject:
    payee = setting.payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    return Subject(
        amount=one.signed_amount,
        account_id=one.account_id,
        date=one.date,
        type=one.type,
        payee=payee.name if payee else "",
        payee_id=one.payee_id,
        description=one.description or "",
        imported_text=one.description or "",
        tags=tuple(one.tags),
    )


def _locked(one: Entered) -> frozenset[ActionType]:
    """Actions that would replace what a person, or the file, says of a transaction."""
    decided = one.category_source in _DECIDED or one.is_split or one.type is TransactionType.TRANSFER
    found = set(OF_CATEGORY) if decided else set[ActionType]()
    if one.payee_id is not None:
        found.add(ActionType.PAYEE)
    if one.notes:
        found.add(ActionType.NOTE)
    return frozenset(found)


def _difference(one: Entered, found: Outcome, setting: Setting) -> Difference:
    """The changes of a transaction; tags that are more than it may have are left out."""
    is_refund = found.is_refund(setting.types, one.signed_amount)
    fits = is_refund is one.is_refund  # else the type would change
    tags = [*dict.fromkeys((*one.tags, *found.tags))][:MOST_TAGS]
    return Difference(
        transaction_id=one.id,
        date=one.date,
        signed_amount=one.signed_amount,
        account_id=one.account_id,
        description=one.description,
        category_id=found.category_id if fits and found.category_id != one.category_id else None,
        splits=found.splits if fits else (),
        transfer_to_account_id=found.transfer_to,
        payee_id=found.payee_id,
        payee_name=found.payee_name,
        tags=tags if tags != one.tags else None,
        notes=found.note,
        exclude_from_reports=True if found.exclude and not one.exclude_from_reports else None,
    )


def _changes(one: Difference, payees: Mapping[str, int]) -> BulkChanges:
    """The values that a transaction gets."""
    found = _category_changes(one)
    if found:
        found |= {"category_source": CategorySource.RULE, "confidence": None}
    payee_id = payees.get(one.payee_name) if one.payee_name is not None else one.payee_id
    if payee_id is not None:
        found["payee_id"] = payee_id
    if one.tags is not None:
        found["tags"] = one.tags
    if one.notes is not None:
        found["notes"] = one.notes
    if one.exclude_from_reports is not None:
        found["exclude_from_reports"] = one.exclude_from_reports
    return found


def _category_changes(one: Difference) -> BulkChanges:
    """The category that a transaction gets, or its parts, or the other account."""
    if one.splits:
        return {"splits": [_split(part) for part in one.splits]}
    other = one.transfer_to_account_id
    if other is None:
        return {} if one.category_id is None else {"category_id": one.category_id}
    if one.signed_amount > 0:
        return {"type": TransactionType.TRANSFER, "account_id": other, "to_account_id": one.account_id}
    return {"type": TransactionType.TRANSFER, "to_account_id": other}


def _split(part: Portion) -> SplitValues:
    return {"amount": part.amount, "category_id": part.category_id, "notes": part.notes, "tags": [*part.tags]}


def _is_done(one: Suggestion, rules: Ruleset, today: date) -> bool:
    """Whether the payee has the category by default, or a rule gives it."""
    payee = rules.setting.payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    if payee is not None and payee.default_category_id == one.category_id:
        return True
    is_income = rules.setting.types[one.category_id] is CategoryType.INCOME
    sample = Subject(
        amount=Decimal(1 if is_income else -1),
        account_id=0,
        date=today,
        type=TransactionType.INCOME if is_income else TransactionType.EXPENSE,
        payee=payee.name if payee else "",
        payee_id=one.payee_id,
        description=one.example,
        imported_text=one.example,
    )
    found = rules.run(sample)
    return found is not None and found.category_id == one.category_id
