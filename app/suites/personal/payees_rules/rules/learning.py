"""Categories that are learned from the choices of people: by payee, else by words, and only where it is clear.

Counts are per book. A choice by hand or an accepted suggestion counts 1, a choice by a rule or by a guess nothing: a
program that learns from its own guesses confirms them.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.suites.personal.payees_rules.rules.words import payee_key, plain_amount, words_of

HALF_LIFE_DAYS = 90
"""Days in which the weight of a choice for the share of its category halves."""
LEAST_OF_PAYEE, LEAST_SHARE, MOST_ENTROPY = 2, 0.8, 0.9
LEAST_OF_TOKEN = 3
CHOICES_OF_WORDS = 2
"""Choices of a payee for which its words count."""
LEAST_POSTERIOR, LEAST_RATIO = 0.8, 4.0
_ALPHA = 0.1
_PAYEE, _WORD, _PAIR, _SIGN, _ACCOUNT, _AMOUNT = "p=", "w=", "b=", "s=", "a=", "m="
_TELLING = (_PAYEE, _WORD, _PAIR)
"""Kinds of tokens that come from a text: without one that is known well there is no answer."""
_MOST_WORDS = 12
LONGEST_TOKEN = 200


class Basis(StrEnum):
    """Ground of a guess."""

    PAYEE = "payee"
    WORDS = "words"


class Guess(NamedTuple):
    """A category, and how sure it is."""

    category_id: int
    confidence: float
    basis: Basis


class Weight(NamedTuple):
    """Weight of choices as it is on the day of the last of them."""

    weight: float
    last: date


@dataclass(slots=True)
class Share:
    """Weight of the choices of a category, as it was on the day of the last of them."""

    weight: float
    last: date

    def at(self, day: date) -> float:
        """The weight on a later day."""
        return self.weight * _decay(self.last, day)


@dataclass(slots=True)
class LearnedCounts:
    """Times that tokens came with categories: of all tokens of a book, or of those that some texts need."""

    tokens: dict[str, dict[int, int]] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    """Tokens of each category together."""
    vocabulary: int = 0
    """Different tokens."""
    shares: dict[int, Share] = field(default_factory=dict)

    def learn(self, tokens: Collection[str], category_id: int, day: date) -> None:
        """Count a choice of a person."""
        counted = counted_tokens(tokens, self._times_of_payee(tokens, category_id))
        for token in counted:
            found = self.tokens.setdefault(token, {})
            self.vocabulary += not found
            found[category_id] = found.get(category_id, 0) + 1
        self.totals[category_id] = self.totals.get(category_id, 0) + len(counted)
        known = self.shares.get(category_id)
        if known is None:
            self.shares[category_id] = Share(1.0, day)
        elif day >= known.last:
            self.shares[category_id] = Share(known.at(day) + 1, day)
        else:
            known.weight += _decay(day, known.last)

    def forget(self, tokens: Collection[str], category_id: int, day: date) -> None:
        """Take back a choice that a person changed."""
        removed = 0
        for token in counted_tokens(tokens, self._times_of_payee(tokens, category_id) - 1):
            found = self.tokens.get(token, {})
            if found.get(category_id):
                removed += 1
                found[category_id] -= 1
                if not found[category_id]:
                    del found[category_id]
                if not found:
                    del self.tokens[token]
                    self.vocabulary -= 1
        self.totals[category_id] = max(0, self.totals.get(category_id, 0) - removed)
        if removed and (known := self.shares.get(category_id)) is not None:
            known.weight = max(0.0, known.weight - _decay(day, known.last))

    def copy(self) -> "LearnedCounts":
        """A copy, which changes by itself."""
        tokens = {token: dict(found) for token, found in self.tokens.items()}
        shares = {category: Share(one.weight, one.last) for category, one in self.shares.items()}
        return LearnedCounts(tokens, dict(self.totals), self.vocabulary, shares)

    def _times_of_payee(self, tokens: Iterable[str], category_id: int) -> int:
        payee = _payee_in(tokens)
        return self.tokens.get(payee, {}).get(category_id, 0) if payee else 0


def changes_of(before: LearnedCounts, after: LearnedCounts) -> dict[tuple[str, int], int]:
    """Differences of the counts by token and category."""
    found: dict[tuple[str, int], int] = {}
    for token in before.tokens.keys() | after.tokens.keys():
        old, new = before.tokens.get(token, {}), after.tokens.get(token, {})
        for category in old.keys() | new.keys():
            if difference := new.get(category, 0) - old.get(category, 0):
                found[token, category] = difference
    return found


def weight_of(days: Sequence[date]) -> Weight:
    """Weight of choices that were made on these days."""
    last = max(days)
    return Weight(sum(_decay(day, last) for day in days), last)


def counted_tokens(tokens: Iterable[str], times_of_payee: int) -> list[str]:
    """Tokens that a choice counts for, if the payee has been given this category so often.

    The words of a payee count for its first choices only, so that words which several payees share weigh most.
    """
    words = (_WORD, _PAIR)
    return [token for token in tokens if times_of_payee < CHOICES_OF_WORDS or not token.startswith(words)]


def tokens_of(payee: str, text: str, amount: Decimal, account_id: int) -> frozenset[str]:
    """Words and other marks of a transaction."""
    words = words_of(f"{payee} {text}" if payee != text else text)[:_MOST_WORDS]
    tokens = {f"{_WORD}{word}" for word in words}
    if token := payee_token(payee or text):
        tokens.add(token)
    if len(words) > 1:
        tokens.add(f"{_PAIR}{words[0]} {words[1]}")
    tokens |= {f"{_SIGN}{'-' if amount < 0 else '+'}", f"{_ACCOUNT}{account_id}", f"{_AMOUNT}{plain_amount(amount)}"}
    return frozenset(token[:LONGEST_TOKEN] for token in tokens)


def payee_token(name: str) -> str | None:
    """Token of an exact payee; None for a text that names none."""
    key = payee_key(name)
    return f"{_PAYEE}{key}"[:LONGEST_TOKEN] if key else None


def guess(counts: LearnedCounts, tokens: Collection[str], day: date) -> Guess | None:
    """The category that people would choose; None where it is not clear."""
    payee = _payee_in(tokens)
    of_payee = counts.tokens.get(payee, {}) if payee else {}
    if sum(of_payee.values()) >= LEAST_OF_PAYEE:
        if _entropy(of_payee.values()) > MOST_ENTROPY:
            return None  # a shop for everything
        if found := _by_payee(of_payee):
            return found
    return _by_words(counts, tokens, day)


def _payee_in(tokens: Iterable[str]) -> str | None:
    return next((token for token in tokens if token.startswith(_PAYEE)), None)


def _by_payee(times: Mapping[int, int]) -> Guess | None:
    category, most = max(times.items(), key=lambda one: (one[1], -one[0]))
    total = sum(times.values())
    if most < LEAST_OF_PAYEE or most < LEAST_SHARE * total:
        return None
    return Guess(category, (most + 1) / (total + 2), Basis.PAYEE)


def _by_words(counts: LearnedCounts, tokens: Iterable[str], day: date) -> Guess | None:
    """Naive Bayes over the known tokens, by how much the other categories lack them."""
    known = {token: counts.tokens[token] for token in sorted(tokens) if token in counts.tokens}
    if not any(token.startswith(_TELLING) and sum(found.values()) >= LEAST_OF_TOKEN for token, found in known.items()):
        return None
    ranked = sorted(_posteriors(counts, known, day).items(), key=lambda one: (-one[1], one[0]))
    if not ranked:
        return None
    (category, first), *others = ranked
    second = others[0][1] if others else 0.0
    if first < LEAST_POSTERIOR or first < LEAST_RATIO * second:
        return None
    return Guess(category, first, Basis.WORDS)


def _posteriors(counts: LearnedCounts, known: Mapping[str, Mapping[int, int]], day: date) -> dict[int, float]:
    everything, smoothing = sum(counts.totals.values()), _ALPHA * max(1, counts.vocabulary)
    weights = {category: share.at(day) for category, share in counts.shares.items() if counts.totals.get(category)}
    sum_of_weights = sum(weights.values()) or 1.0
    scores: dict[int, float] = defaultdict(float)
    for category, weight in weights.items():
        others = everything - counts.totals[category] + smoothing
        lacking = sum(
            math.log((sum(found.values()) - found.get(category, 0) + _ALPHA) / others) for found in known.values()
        )
        scores[category] = math.log((weight + _ALPHA) / (sum_of_weights + _ALPHA * len(weights))) - lacking
    best = max(scores.values(), default=0.0)
    likely = {category: math.exp(score - best) for category, score in scores.items()}
    total = sum(likely.values())
    return {category: one / total for category, one in likely.items()}


def _entropy(times: Iterable[int]) -> float:
    """Uncertainty in bits."""
    counted = [one for one in times if one]
    total = sum(counted)
    return -sum(one / total * math.log2(one / total) for one in counted)


def _decay(first: date, last: date) -> float:
    """Weight that is left of a choice after so many days."""
    return float(0.5 ** (max(0, (last - first).days) / HALF_LIFE_DAYS))
