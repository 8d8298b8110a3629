"""Learning of categories from the choices of people."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import ClassVar

from app.infra.books import BookAccess
from app.suites.personal.books.service import InBookService
from app.suites.personal.payees_rules.models import LearnedToken
from app.suites.personal.payees_rules.queries import PayeeRepository
from app.suites.personal.payees_rules.repository import LearnedCategoryRepository, LearnedTokenRepository
from app.suites.personal.payees_rules.rules.learning import (
    LearnedCounts,
    Share,
    Weight,
    changes_of,
    payee_token,
    tokens_of,
    weight_of,
)
from app.suites.personal.transactions.events import Choice


class LearningService(InBookService):
    """Counts the choices of people in a book."""

    model: ClassVar = LearnedToken

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.tokens = LearnedTokenRepository(access)
        self.categories = LearnedCategoryRepository(access)

    def change(self, made: Sequence[Choice], undone: Sequence[Choice]) -> None:
        """Count choices, and take back others."""
        names = self._names({one.payee_id for one in (*made, *undone) if one.payee_id is not None})
        before = self._numbers({token for one in (*made, *undone) for token in _tokens(one, names)})
        after = before.copy()
        for one in undone:
            after.forget(_tokens(one, names), one.category_id, one.date)
        for one in made:
            after.learn(_tokens(one, names), one.category_id, one.date)
        self.tokens.add_counts(changes_of(before, after))
        taken, added = _weights(undone), _weights(made)
        if taken != added:  # of a choice that stays in its category on its day, nothing is to be written
            self.categories.take_weights(taken)
            self.categories.add_weights(added)

    def counts(self, tokens: Collection[str]) -> LearnedCounts:
        """Counts of these tokens, and of how much is known of each category."""
        found = self._numbers(tokens)
        found.totals = {one.category_id: one.n for one in self.tokens.totals()}
        found.vocabulary = self.tokens.vocabulary()
        found.shares = {one.category_id: Share(one.weight, one.last) for one in self.categories.all()}
        return found

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Count the choices of one category as those of another, or forget them."""
        self.tokens.move_category(category_id, move_to)
        self.categories.move_category(category_id, move_to)

    def rename_payee(self, name: str, new_name: str) -> None:
        """Count the choices for a payee as those for the one that it became."""
        old, new = payee_token(name), payee_token(new_name)
        if old and new and old != new:
            self.tokens.copy_token(old, new)

    def _numbers(self, tokens: Collection[str]) -> LearnedCounts:
        found = LearnedCounts()
        for one in self.tokens.of(tokens) if tokens else ():
            found.tokens.setdefault(one.token, {})[one.category_id] = one.n
        return found

    def _names(self, payee_ids: Collection[int]) -> dict[int, str]:
        if not payee_ids:
            return {}
        payees = PayeeRepository(self.access)
        return {one.id: one.name for one in payees.names_of(payee_ids)}


def _tokens(choice: Choice, names: dict[int, str]) -> frozenset[str]:
    payee = "" if choice.payee_id is None else names.get(choice.payee_id, "")
    return tokens_of(payee, choice.description, choice.signed_amount, choice.account_id)


def _weights(choices: Iterable[Choice]) -> dict[int, Weight]:
    days: dict[int, list[date]] = {}
    for one in choices:
        days.setdefault(one.category_id, []).append(one.date)
    return {category_id: weight_of(found) for category_id, found in days.items()}
