"""Categories, payees and what else rules say of the rows of a file."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.infra.books import BookAccess
from app.suites.personal.accounts.service import AccountKey
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.imports.rules.names import FileCategories, FoundCategory
from app.suites.personal.imports.service.drafts import Draft
from app.suites.personal.payees_rules.service import Categorised, CategorisingService, PayeeService, Uncategorised
from app.suites.personal.transactions.rules import CategorySource, TransactionStatus, TransactionType
from app.suites.personal.transactions.service import NewTransaction, SplitValues

_LONGEST_DESCRIPTION, _LONGEST_NOTES, _LONGEST_PAYEE = 500, 10_000, 200


class LineValues(NamedTuple):
    """The values of the entry that a row makes, and those without what the file and rules say beside the money."""

    full: NewTransaction
    plain: NewTransaction


class LineCategorising:
    """Finds the values of the entries that rows make: the file first, then rules, payees and what is learned."""

    def __init__(self, access: BookAccess) -> None:
        self.categories = CategoryService(access)
        self.payees = PayeeService(access)
        self.finding = CategorisingService(access)
        self.made_payees: frozenset[int] = frozenset()
        """Payees that were made for the rows."""

    def values(
        self, drafts: Sequence[Draft], accounts: Mapping[int, AccountKey], *, run_rules: bool
    ) -> list[LineValues]:
        """The values of a new entry for each row."""
        if not drafts:
            return []
        names = FileCategories(self.categories.types(), self.categories.names())
        own = [names.find(draft.category, draft.category_id, draft.amount) for draft in drafts]
        lines = [_line(draft, one) for draft, one in zip(drafts, own, strict=True)]
        found = [
            one or Categorised(category_id=line.category_id)
            for one, line in zip(self._found(lines, run_rules=run_rules), lines, strict=True)
        ]
        payees, self.made_payees = self.payees.ensured({one.payee_name for one in found if one.payee_name is not None})
        return [
            _values(draft, one, payees, accounts, names, is_chosen=draft.category_id is not None)
            for draft, one in zip(drafts, found, strict=True)
        ]

    def _found(self, lines: Sequence[Uncategorised], *, run_rules: bool) -> list[Categorised | None]:
        if run_rules:
            return self.finding.categorise(lines)
        known = self.payees.known()
        found: list[Categorised | None] = []
        for line in lines:
            payee = known.find(line.payee) if line.payee else None
            name = line.payee if line.payee and payee is None else None
            payee_id = None if payee is None else payee.id
            found.append(Categorised(category_id=line.category_id, payee_id=payee_id, payee_name=name))
        return found


def with_plan(values: LineValues, planned: NewTransaction | None, draft: Draft) -> LineValues:
    """The values of a row that is a planned occurrence: what is planned, on the day and with the text of the bank.

    A category that a person chose for the row stays, and so does one that was found where none is planned.
    """
    if planned is None:
        return values
    full, plain = values
    said: NewTransaction = {name: value for name, value in planned.items() if value not in (None, (), [])}  # type: ignore[assignment]  # its keys
    kept: NewTransaction = {name: full[name] for name in ("payee_id", "notes", "tags") if name in full}  # type: ignore[assignment]
    own: NewTransaction = {**plain, **kept, **said, "date": draft.date, "status": plain["status"]}
    is_open = planned.get("category_id") is None and not planned.get("splits")
    if (is_open or draft.category_id is not None) and full["type"] is planned["type"] and not full.get("is_refund"):
        own |= {
            "category_id": full.get("category_id"),
            "category_source": full.get("category_source"),
            "confidence": full.get("confidence"),
            "splits": full.get("splits", ()),
        }
    named: NewTransaction = {"recurring_id": planned["recurring_id"], "occurrence": planned["occurrence"]}
    return LineValues(own, {**plain, **named})


def _line(draft: Draft, category: FoundCategory | None) -> Uncategorised:
    return Uncategorised(
        amount=draft.amount,
        account_id=draft.account_id,
        date=draft.date,
        payee=draft.payee[:_LONGEST_PAYEE].strip(),
        description=draft.description[:_LONGEST_DESCRIPTION],
        imported_text=draft.text,
        notes=draft.notes[:_LONGEST_NOTES] or None,
        category_id=None if category is None else category.id,
    )


def _values(
    draft: Draft,
    found: Categorised,
    payees: Mapping[str, int],
    accounts: Mapping[int, AccountKey],
    names: FileCategories,
    *,
    is_chosen: bool,
) -> LineValues:
    plain: NewTransaction = {
        "type": TransactionType.INCOME if draft.amount > 0 else TransactionType.EXPENSE,
        "date": draft.date,
        "amount": abs(draft.amount),
        "account_id": draft.account_id,
        "status": TransactionStatus.PENDING if draft.is_pending else TransactionStatus.CLEARED,
        "description": draft.shown_text[:_LONGEST_DESCRIPTION] or None,
        "notes": draft.notes[:_LONGEST_NOTES] or None,
    }
    values: NewTransaction = {
        **plain,
        "notes": found.notes or plain["notes"],
        "payee_id": found.payee_id if found.payee_name is None else payees.get(found.payee_name),
        "tags": list(found.tags),
        "exclude_from_reports": found.exclude_from_reports,
    }
    transfer = None
    if found.transfer_to_account_id is not None and found.transfer_to_account_id != draft.account_id:
        transfer = _transfer(draft, found.transfer_to_account_id, accounts)
    if transfer is not None:
        return LineValues({**values, **transfer}, plain)
    if found.is_refund or names.is_refund(found.category_id, draft.amount):
        values |= {"type": TransactionType.EXPENSE, "is_refund": True}
    if found.splits:
        values["splits"] = _splits(found)
    elif found.category_id is not None:
        values["category_id"] = found.category_id
        values["category_source"] = CategorySource.MANUAL if is_chosen else found.category_source or CategorySource.FILE
        values["confidence"] = found.confidence
    return LineValues(values, plain)


def _transfer(draft: Draft, other_id: int, accounts: Mapping[int, AccountKey]) -> NewTransaction | None:
    """The values of a transfer to or from another account of the same currency."""
    own, other = accounts[draft.account_id], accounts.get(other_id)
    if other is None or other.currency != own.currency or other.is_closed:
        return None
    sent, received = (other_id, own.id) if draft.amount > 0 else (own.id, other_id)
    transfer: NewTransaction = {
        "type": TransactionType.TRANSFER,
        "account_id": sent,
        "to_account_id": received,
        "is_refund": False,
    }
    return transfer


def _splits(found: Categorised) -> list[SplitValues]:
    return [
        {"amount": part.amount, "category_id": part.category_id, "notes": part.notes, "tags": list(part.tags)}
        for part in found.splits
    ]
