"""Finding and storing the insights and subscriptions of a book."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.languages import Language
from app.suites.personal.books.service import book_version
from app.suites.personal.categories.rules import CategoryFlag
from app.suites.personal.insights.models import LONGEST_TITLE, InsightRecord, StateRecord, SubscriptionRecord
from app.suites.personal.insights.repository import InsightRepository, StateRepository, SubscriptionRepository
from app.suites.personal.insights.rules.balances import of_balances, shortfall_ahead
from app.suites.personal.insights.rules.charged import of_series, possible_duplicate, unusual_transaction
from app.suites.personal.insights.rules.insight import Insight, InsightCode
from app.suites.personal.insights.rules.planned import of_budgets, of_goals
from app.suites.personal.insights.rules.spending import of_months
from app.suites.personal.insights.rules.subscriptions import Series, SeriesKey, find_series
from app.suites.personal.insights.rules.unusual import charged_twice, unusual_charges
from app.suites.personal.insights.service.facts import Charges, Facts

RULES = "2"
"""Version of the rules: what was found by others is found anew."""
RECENT = timedelta(days=45)
"""Days of which charges are told."""
MOST = 200
"""Insights of a book."""
_ANSWERED = frozenset({InsightCode.SUBSCRIPTION_FOUND})


class InsightFinder:
    """Finds the insights and subscriptions of a book anew when the book or the day is another."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.states = StateRepository(access)
        self.insights = InsightRepository(access)
        self.subscriptions = SubscriptionRepository(access)

    def refresh(self) -> bool:
        """Find everything anew unless it is of this version of the book, and of today; returns whether it was."""
        known = self.states.find()
        if known is not None and known == self._wanted():
            return False
        locked = self.states.lock(self.access.today, is_new=known is None)
        wanted = self._wanted()  # somebody else may have found it meanwhile
        if locked == wanted:
            return False
        self._find()
        self.states.put(wanted)
        return True

    def _wanted(self) -> StateRecord:
        return StateRecord(self.access.book_id, f"{RULES}:{book_version(self.access)}", self.access.today)

    def _find(self) -> None:
        facts = Facts(self.access)
        charges = facts.charges()
        series = find_series(charges.charges, facts.flagged(CategoryFlag.GROCERIES))
        subscriptions = self._store_subscriptions(series, charges.names)
        found = [
            *self._of_charges(facts, charges, series, subscriptions),
            *of_budgets(facts.budgets(), self.access.today),
            *of_goals(facts.goals(), self.access.today),
            *map(shortfall_ahead, facts.shortages()),
        ]
        figures = facts.figures()
        if figures is not None:
            found += [*of_months(figures), *of_balances(figures, facts.held())]
        self._store_insights(found[:MOST])

    def _of_charges(
        self,
        facts: Facts,
        charges: Charges,
        series: Sequence[Series],
        subscriptions: Mapping[SeriesKey, SubscriptionRecord],
    ) -> Iterable[Insight]:
        today = self.access.today
        told = [one for one in series if not subscriptions[one.key].is_dismissed]
        ids = {key: one.id for key, one in subscriptions.items()}
        confirmed = {one.id for one in subscriptions.values() if one.is_confirmed or one.recurring_id is not None}
        for insight in of_series(told, ids, charges.names, today):
            if insight.code not in _ANSWERED or insight.evidence["subscription_id"] not in confirmed:
                yield insight
        names = facts.names
        for unusual in unusual_charges(charges.charges, today - RECENT, today):
            name = charges.names.get(unusual.charge.payee) or names.get(unusual.charge.category_id or 0, "")
            yield unusual_transaction(unusual, name)
        known = {charge.id for one in series for charge in one.charges}
        for pair in charged_twice(charges.charges, today - RECENT, today, known):
            yield possible_duplicate(pair, charges.names[pair.charge.payee])

    def _store_subscriptions(
        self, series: Sequence[Series], names: Mapping[str, str]
    ) -> dict[SeriesKey, SubscriptionRecord]:
        """Store what was found, and return it by its keys."""
        before = {_key(one): one for one in self.subscriptions.all()}
        rows = [_subscription(one, names, before.get(one.key), self.access.today) for one in series]
        keys = {one.key for one in series}
        changed = [
            row
            for one, row in zip(series, rows, strict=True)
            if (known := before.get(one.key)) is None or _differs(known, row)
        ]
        ended = [one.id for key, one in before.items() if key not in keys and one.is_current]
        if not changed and not ended:
            return before
        self.subscriptions.store(changed, ended)
        return {_key(one): one for one in self.subscriptions.all()}

    def _store_insights(self, found: Sequence[Insight]) -> None:
        before = {(one.code, one.subject, one.period): one for one in self.insights.all()}
        rows = {(one.code, one.subject, one.period): _insight(one, self.access.today) for one in found}
        changed = [
            row
            for key, row in rows.items()
            if (known := before.get(key)) is None or _differs(known, {**row, "found_on": known.found_on})
        ]
        ended = [one.id for key, one in before.items() if key not in rows and one.is_current]
        self.insights.store(changed, ended)


def _key(one: SubscriptionRecord) -> SeriesKey:
    return SeriesKey(one.payee, one.account_id, one.part)


def _differs(known: InsightRecord | SubscriptionRecord, row: Mapping[str, object]) -> bool:
    return any(getattr(known, name) != value for name, value in row.items())


def _insight(one: Insight, today: date) -> dict[str, object]:
    return {
        **one._asdict(),
        "subject": one.subject[:200],
        "title": one.title.text(Language.ENGLISH)[:LONGEST_TITLE],
        "detail": one.detail.text(Language.ENGLISH),
        "title_es": one.title.text(Language.SPANISH)[:LONGEST_TITLE],
        "detail_es": one.detail.text(Language.SPANISH),
        "evidence": {name: _plain(value) for name, value in one.evidence.items()},
        "found_on": today,
        "is_current": True,
    }


def _plain(value: object) -> object:
    """A fact as JSON has it; amounts have at most four decimals."""
    if isinstance(value, Decimal):
        rounded = round(value, 4)
        return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _subscription(
    one: Series, names: Mapping[str, str], known: SubscriptionRecord | None, today: date
) -> dict[str, object]:
    """The columns of a series; a recurring transaction that was made of it stays."""
    last, amounts = one.charges[-1], [charge.amount for charge in one.charges]
    recurring_id = last.recurring_id if known is None or known.recurring_id is None else known.recurring_id
    history = [
        {
            "amount": _plain(price.amount),
            "since": price.since.isoformat(),
            "until": price.until.isoformat(),
            "charges": price.charges,
        }
        for price in one.prices
    ]
    return {
        **one.key._asdict(),
        "name": names[one.key.payee][:200],
        "payee_id": last.payee_id,
        "category_id": last.category_id,
        "kind": one.kind,
        "status": one.status(today),
        "is_possible": one.is_possible,
        "frequency": one.every.frequency,
        "interval": one.every.interval,
        "currency": one.currency,
        "amount": one.amount,
        "min_amount": min(amounts),
        "max_amount": max(amounts),
        "yearly_cost": one.yearly_cost,
        "charges": len(amounts),
        "first_date": one.charges[0].day,
        "last_date": one.last_date,
        "next_date": one.next_date,
        "price_history": history,
        "last_transaction_id": last.id,
        "recurring_id": recurring_id,
        "is_current": True,
    }
