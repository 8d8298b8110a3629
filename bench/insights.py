"""Measure what is learned from a book: `python -m bench.insights [--write]`. Exits 1 if a target is missed.

Categories: each payment of a generated household is guessed before its category is learned, in the order of days.
Insights: subscriptions and unusual charges that were planted in these households are looked for. Balances: those of
the days ahead are compared with the intervals that were forecast.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from app.suites.personal.payees_rules.rules.learning import Guess, LearnedCounts, guess, tokens_of
from bench import balances, charges
from bench.household import CATEGORIES, MONTHS, household
from bench.processes import circumstances
from bench.tables import Table, write

SEEDS = range(1, 21)
RANGES = ((1, 50), (51, 200), (201, 1_000), (1_001, None))
"""Numbers of the categories that a person has chosen by then."""
TARGETS = {201: (0.70, 0.95), 1_001: (0.80, 0.96)}
"""Least share of answers, and of right ones among them, by the first number of a range."""
MOST_WRONG_OF_NEW = 0.02
TEXTS, OF_CATEGORIES = 1_000, len(CATEGORIES)


class Guessed(NamedTuple):
    """A payment with its number, what was guessed before and chosen then."""

    number: int
    guess: Guess | None
    category_id: int
    is_new: bool
    """Whether it is the first of its payee."""

    @property
    def is_right(self) -> bool:
        """Whether the guess is the choice."""
        return self.guess is not None and self.guess.category_id == self.category_id


def main() -> int:
    """Measure as a command."""
    return measure(keep=_arguments().write)


def measure(*, keep: bool) -> int:
    """Measure, print the tables, and name the missed targets; with `keep`, write the tables into the document."""
    found = [prequential(seed) for seed in SEEDS]
    lines, missed = _categories(found)
    speed = _speed()
    print(speed)
    charged, missed_charges = charges.table()
    ahead, missed_balances = balances.table()
    missed += [*missed_charges, *missed_balances]
    print(*missed, sep="\n")
    if keep:
        write("insights", [circumstances(), "", *charged, "", *(f"- Missed: {one}" for one in missed_charges)])
        write("balances", [circumstances(), "", *ahead, "", *(f"- Missed: {one}" for one in missed_balances)])
        write("categories", [circumstances(), "", *lines, "", speed])
    return int(bool(missed))


def prequential(seed: int) -> list[Guessed]:
    """The payments of a household, each guessed before it is learned."""
    counts, found, seen = LearnedCounts(), [], set()
    for number, payment in enumerate(household(seed), 1):
        tokens = tokens_of("", payment.text, payment.amount, payment.account_id)
        category_id = CATEGORIES[payment.category]
        found.append(Guessed(number, guess(counts, tokens, payment.day), category_id, payment.payee not in seen))
        counts.learn(tokens, category_id, payment.day)
        seen.add(payment.payee)
    return found


def coverage(guessed: list[Guessed]) -> float:
    """Share of payments with an answer."""
    return sum(one.guess is not None for one in guessed) / len(guessed)


def precision(guessed: list[Guessed]) -> float:
    """Share of right answers."""
    answered = [one for one in guessed if one.guess is not None]
    return sum(one.is_right for one in answered) / len(answered) if answered else 1.0


def wrong_of_new(guessed: list[Guessed]) -> float:
    """Share of wrong answers among the first payments of payees."""
    new = [one for one in guessed if one.is_new]
    return sum(one.guess is not None and not one.is_right for one in new) / len(new)


def within(guessed: Iterable[Guessed], first: int, last: int | None) -> list[Guessed]:
    """Payments with numbers from the first to the last."""
    return [one for one in guessed if one.number >= first and (last is None or one.number <= last)]


def _categories(found: list[list[Guessed]]) -> tuple[list[str], list[str]]:
    everything = [one for guessed in found for one in guessed]
    said = (
        f"Seeds {SEEDS[0]} to {SEEDS[-1]}, {MONTHS} months each, {len(everything):,} payments; shares of all of them, "
        "and of the worst household."
    )
    print(said)
    table, missed = Table(("choices so far", "answered", "worst", "right", "worst"), 16), []
    for first, last in RANGES:
        own = within(everything, first, last)
        parts = [within(guessed, first, last) for guessed in found]
        shares = coverage(own), min(map(coverage, parts)), precision(own), min(map(precision, parts))
        table.add(f"{first:,} to {last:,}" if last else f"{first:,} and more", *(f"{share:.1%}" for share in shares))
        least = TARGETS.get(first, (0.0, 0.0))
        if shares[0] < least[0] or shares[2] < least[1]:
            missed.append(f"From choice {first} on: {least[0]:.0%} answered and {least[1]:.0%} right are wanted.")
    wrong = wrong_of_new(everything)
    new = f"Of the first payments of payees {wrong:.1%} get a wrong category; {MOST_WRONG_OF_NEW:.0%} may."
    print(new)
    if wrong > MOST_WRONG_OF_NEW:
        missed.append(new)
    return [said, "", *table.lines, "", new], missed


def _speed() -> str:
    counts, payments = LearnedCounts(), [payment for seed in SEEDS for payment in household(seed)]
    began = time.process_time()
    texts = [tokens_of("", payment.text, payment.amount, payment.account_id) for payment in payments]
    for payment, tokens in zip(payments, texts, strict=True):
        counts.learn(tokens, CATEGORIES[payment.category], payment.day)
    learned = time.process_time() - began
    began = time.process_time()
    for tokens in texts[-TEXTS:]:
        guess(counts, tokens, date(2026, 1, 1))
    guessed = time.process_time() - began
    return (
        f"Learning {len(payments):,} texts takes {learned:.2f} s of CPU time, guessing {TEXTS:,} among {OF_CATEGORIES} "
        f"categories {guessed:.2f} s."
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
