"""Categories for transactions: the caller's own, by rules, by payee, learned, or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from app.infra.books import BookAccess
from app.kernel.batches import batched
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.payees_rules.queries import PayeeRepository
from app.suites.personal.payees_rules.rules.learning import Basis, LearnedCounts, guess, tokens_of
from app.suites.personal.payees_rules.rules.lines import Categorised, Uncategorised, fits
from app.suites.personal.payees_rules.rules.payees import PayeeNames, Payees
from app.suites.personal.payees_rules.service.learning import LearningService
from app.suites.personal.payees_rules.service.payees import PayeeService
from app.suites.personal.transactions.rules import CategorySource

CHUNK = 1_000
"""Transactions whose words are looked up at once."""
_CERTAINTY = Decimal("0.001")


class CategorisingService(InBookService):
    """Finds categories and payees for the transactions of a book; it changes nothing."""

    model: ClassVar = PayeeRepository.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.payees = PayeeService(access)
        self.learning = LearningService(access)
        self.categories = CategoryService(access)

    def categorise(self, lines: Sequence[Uncategorised]) -> list[Categorised | None]:
        """Findings for each of the transactions, in their order; None where there are none."""
        if not lines:
            return []
        payees, types = self.payees.known(), self._types()
        found = [_begun(line, payees) for line in lines]
        return [one if _tells(one) else None for one in self._learned(lines, found, payees, types)]

    def _types(self) -> dict[int, CategoryType]:
        """Types of the categories that are offered."""
        return {one.id: one.type for one in self.categories.categories.list_all() if not one.is_archived}

    def _learned(
        self,
        lines: Sequence[Uncategorised],
        found: Sequence[Categorised],
        payees: Payees,
        types: Mapping[int, CategoryType],
    ) -> Iterator[Categorised]:
        """Add the category of the payee, or else a learned one, where there is none yet."""
        for chunk in batched(zip(lines, found, strict=True), CHUNK):
            by_payee = [(line, _by_payee(line, one, payees, types)) for line, one in chunk]
            open_ones = [(line, _tokens(line, one, payees)) for line, one in by_payee if _is_open(one)]
            counts = self.learning.counts({token for _, tokens in open_ones for token in tokens}) if open_ones else None
            for line, one in by_payee:
                if counts is None or not _is_open(one):
                    yield one
                else:
                    yield _guessed(line, one, counts, _tokens(line, one, payees), types, self.access.today)


def _begun(line: Uncategorised, payees: Payees) -> Categorised:
    """The transaction as it is, with the payee that its name tells."""
    known = _payee_of(line, payees)
    name = line.payee.strip() if known is None else ""
    source = None if line.category_id is None else CategorySource.FILE
    return Categorised(
        category_id=line.category_id,
        category_source=source,
        payee_id=known.id if known else line.payee_id,
        payee_name=name or None,
        tags=line.tags,
        notes=line.notes,
    )


def _payee_of(line: Uncategorised, payees: Payees) -> PayeeNames | None:
    if line.payee_id is not None:
        return payees.by_id.get(line.payee_id)
    return payees.find(line.payee) if line.payee.strip() else payees.find(line.description, line.imported_text)


def _is_open(one: Categorised) -> bool:
    """Whether a category is still sought."""
    return one.category_id is None and not one.splits and one.transfer_to_account_id is None


def _by_payee(line: Uncategorised, one: Categorised, payees: Payees, types: Mapping[int, CategoryType]) -> Categorised:
    """Add the category that its payee has by default."""
    payee = payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    category_id = payee.default_category_id if payee else None
    kind = types.get(category_id) if category_id is not None else None
    if not _is_open(one) or kind is None or not fits(kind, line.amount):
        return one
    return replace(
        one, category_id=category_id, category_source=CategorySource.PAYEE, is_refund=_is_refund(kind, line.amount)
    )


def _tokens(line: Uncategorised, one: Categorised, payees: Payees) -> frozenset[str]:
    known = payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    payee = known.name if known else one.payee_name or ""
    return tokens_of(payee, line.description or line.imported_text, line.amount, line.account_id)


def _guessed(
    line: Uncategorised,
    one: Categorised,
    counts: LearnedCounts,
    tokens: frozenset[str],
    types: Mapping[int, CategoryType],
    today: date,
) -> Categorised:
    """Add a learned category, if it is clear; a refund is known by its exact payee only."""
    found = guess(counts, tokens, today)
    kind = types.get(found.category_id) if found else None
    if found is None or kind is None or not fits(kind, line.amount):
        return one
    is_refund = _is_refund(kind, line.amount)
    if is_refund and found.basis is not Basis.PAYEE:
        return one
    return replace(
        one,
        category_id=found.category_id,
        category_source=CategorySource.LEARNED,
        confidence=Decimal(found.confidence).quantize(_CERTAINTY),
        is_refund=is_refund,
    )


def _is_refund(kind: CategoryType, amount: Decimal) -> bool:
    return kind is CategoryType.EXPENSE and amount > 0


def _tells(one: Categorised) -> bool:
    """Whether anything was found."""
    return one.category_id is not None or one.payee_id is not None or one.payee_name is not None or bool(one.rule_ids)


__all__ = ["Categorised", "CategorisingService", "Uncategorised"]
