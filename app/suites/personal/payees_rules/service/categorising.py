"""Categories for transactions: the caller's own, by rules, by payee, learned, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from app.infra.books import BookAccess
from app.kernel.batches import batched
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.payees_rules.repository import RuleRepository
from app.suites.personal.payees_rules.rules.engine import OF_CATEGORY, Outcome, Ruleset, Setting
from app.suites.personal.payees_rules.rules.learning import Basis, LearnedCounts, guess, tokens_of
from app.suites.personal.payees_rules.rules.lines import Categorised, Uncategorised, fits
from app.suites.personal.payees_rules.rules.payees import PayeeNames, Payees
from app.suites.personal.payees_rules.rules.subjects import Subject
from app.suites.personal.payees_rules.service.learning import LearningService
from app.suites.personal.payees_rules.service.rules import RuleService
from app.suites.personal.payees_rules.service.setting import setting_of
from app.suites.personal.transactions.rules import CategorySource, TransactionType

CHUNK = 1_000
"""Transactions whose words are looked up at once."""
_CERTAINTY = Decimal("0.001")


class CategorisingService(InBookService):
    """Finds categories and payees for the transactions of a book; it changes nothing."""

    model: ClassVar = RuleRepository.model

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.learning = LearningService(access)
        self.rules = RuleService(access)

    def categorise(self, lines: Sequence[Uncategorised], *, run_rules: bool = True) -> list[Categorised | None]:
        """Findings for each of the transactions, in their order; None where there are none."""
        if not lines:
            return []
        setting = setting_of(self.access)
        rules = Ruleset(self.rules.active() if run_rules else (), setting)
        found = [_by_rules(line, _begun(line, setting.payees), rules) for line in lines]
        return [one if _tells(one) else None for one in self._learned(lines, found, setting)]

    def _learned(
        self, lines: Sequence[Uncategorised], found: Sequence[Categorised], setting: Setting
    ) -> Iterator[Categorised]:
        """Add the category of the payee, or else a learned one, where there is none yet."""
        for chunk in batched(zip(lines, found, strict=True), CHUNK):
            by_payee = [(line, _by_payee(line, one, setting)) for line, one in chunk]
            tokens = [_tokens(line, one, setting.payees) if _is_open(one) else None for line, one in by_payee]
            sought = {token for some in tokens if some is not None for token in some}
            counts = self.learning.counts(sought) if sought else LearnedCounts()
            for (line, one), some in zip(by_payee, tokens, strict=True):
                yield one if some is None else _guessed(line, one, counts, some, setting, self.access.today)


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


def _by_rules(line: Uncategorised, one: Categorised, rules: Ruleset) -> Categorised:
    """Add what rules make of it; a category that the caller named stays."""
    subject = Subject(
        amount=line.amount,
        account_id=line.account_id,
        date=line.date,
        type=TransactionType.INCOME if line.amount > 0 else TransactionType.EXPENSE,
        payee=_name(one, rules.setting.payees),
        payee_id=one.payee_id,
        description=line.description,
        imported_text=line.imported_text or line.description,
        tags=line.tags,
    )
    found = rules.run(subject, lambda: OF_CATEGORY if line.category_id is not None else ()) if rules else None
    return one if found is None else _changed(line, one, found, rules.setting)


def _changed(line: Uncategorised, one: Categorised, found: Outcome, setting: Setting) -> Categorised:
    changed = replace(
        one,
        rule_ids=tuple(found.rule_ids),
        tags=tuple(dict.fromkeys((*one.tags, *found.tags))),
        notes=one.notes or found.note,
        exclude_from_reports=found.exclude,
    )
    if found.has_payee:
        changed = replace(changed, payee_id=found.payee_id, payee_name=found.payee_name)
    if found.category_id is None and found.transfer_to is None and not found.splits:
        return changed
    return replace(
        changed,
        category_id=found.category_id,
        category_source=CategorySource.RULE,
        splits=found.splits,
        transfer_to_account_id=found.transfer_to,
        is_refund=found.is_refund(setting.types, line.amount),
    )


def _is_open(one: Categorised) -> bool:
    """Whether a category is still sought."""
    return one.category_id is None and not one.splits and one.transfer_to_account_id is None


def _name(one: Categorised, payees: Payees) -> str:
    known = payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    return known.name if known else one.payee_name or ""


def _by_payee(line: Uncategorised, one: Categorised, setting: Setting) -> Categorised:
    """Add the category that its payee has by default."""
    payee = setting.payees.by_id.get(one.payee_id) if one.payee_id is not None else None
    category_id = payee.default_category_id if payee else None
    kind = setting.types.get(category_id) if category_id is not None else None
    if not _is_open(one) or kind is None or not fits(kind, line.amount):
        return one
    is_refund = _is_refund(kind, line.amount)
    return replace(one, category_id=category_id, category_source=CategorySource.PAYEE, is_refund=is_refund)


def _tokens(line: Uncategorised, one: Categorised, payees: Payees) -> frozenset[str]:
    return tokens_of(_name(one, payees), line.description or line.imported_text, line.amount, line.account_id)


def _guessed(
    line: Uncategorised, one: Categorised, counts: LearnedCounts, tokens: frozenset[str], setting: Setting, today: date
) -> Categorised:
    """Add a learned category, if it is clear; a refund is known by its exact payee only."""
    found = guess(counts, tokens, today)
    kind = setting.types.get(found.category_id) if found else None
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
