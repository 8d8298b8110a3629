"""Insights about single charges and about subscriptions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.suites.personal.insights.rules.insight import (
    Action,
    Insight,
    InsightCode,
    Severity,
    day_name,
    money,
)
from app.suites.personal.insights.rules.subscriptions import Series, SeriesKey, SubscriptionKind, SubscriptionStatus
from app.suites.personal.insights.rules.unusual import Twice, Unusual
from app.suites.personal.recurring.rules import Frequency

TOLD_FOR = timedelta(days=60)
"""Time for which a new price is shown."""
_TENTH = Decimal("0.1")
_PLURALS = {Frequency.WEEKLY: "weeks", Frequency.MONTHLY: "months"}


def unusual_transaction(one: Unusual, name: str) -> Insight:
    """A charge much above the usual ones of its payee or category."""
    charge, currency = one.charge, one.charge.currency
    among = "payee" if one.of_payee else "category"
    return Insight(
        InsightCode.UNUSUAL_TRANSACTION,
        Severity.WARNING,
        f"transaction:{charge.id}",
        charge.day.isoformat(),
        f"{money(charge.amount, currency)} for {name} is unusual",
        f"On {day_name(charge.day)}: {(charge.amount / one.usual).quantize(_TENTH)} times the median of this {among} "
        f"over a year, {money(one.usual, currency)}.",
        charge.amount,
        currency,
        {
            "transaction_id": charge.id,
            "category_id": charge.category_id,
            "payee_id": charge.payee_id,
            "median": one.usual,
            "z": one.z,
            "compared_with": among,
        },
        Action.TRANSACTION,
    )


def possible_duplicate(one: Twice, name: str) -> Insight:
    """A charge that equals another of the same payee within three days."""
    charge, days = one.charge, (one.charge.day - one.before.day).days
    apart = "on the same day" if not days else f"{days} day{'' if days == 1 else 's'} apart"
    return Insight(
        InsightCode.POSSIBLE_DUPLICATE,
        Severity.WARNING,
        f"transaction:{charge.id}",
        charge.day.isoformat(),
        f"{money(charge.amount, charge.currency)} for {name} twice",
        f"Two charges of the same amount from the same account, {apart}, the second on {day_name(charge.day)}.",
        charge.amount,
        charge.currency,
        {"transaction_id": charge.id, "other_id": one.before.id, "payee_id": charge.payee_id, "days": days},
        Action.TRANSACTION,
    )


def subscription_found(one: Series, name: str, subscription_id: int) -> Insight | None:
    """A subscription or bill that goes on, is certain, and is no recurring transaction yet."""
    if one.is_possible or one.charges[-1].recurring_id is not None:
        return None
    cost, price = money(one.yearly_cost, one.currency), money(one.amount, one.currency)
    is_bill = one.kind is SubscriptionKind.BILL
    about = f"about {price}" if is_bill else price
    return Insight(
        InsightCode.SUBSCRIPTION_FOUND,
        Severity.INFO,
        subject_of(one.key),
        "",
        f"{name} recurs: {about}",
        f"{len(one.charges)} charges since {day_name(one.charges[0].day)}, {_every(one)}; {cost} a year. The next "
        f"one is expected on {day_name(one.next_date)}.",
        one.amount,
        one.currency,
        {
            "subscription_id": subscription_id,
            "charges": len(one.charges),
            "yearly_cost": one.yearly_cost,
            "next_date": one.next_date,
            "transactions": [charge.id for charge in one.charges[-3:]],
        },
        Action.CONFIRM,
    )


def price_increase(one: Series, name: str, subscription_id: int, today: date) -> Insight | None:
    """A price that went up in the last sixty days."""
    change = one.change
    if change is None or change.new <= change.old or change.since < today - TOLD_FOR:
        return None
    return Insight(
        InsightCode.PRICE_INCREASE,
        Severity.WARNING,
        subject_of(one.key),
        change.since.isoformat(),
        f"{name} costs {change.percent} % more",
        f"{money(change.new, one.currency)} since {day_name(change.since)}, before {money(change.old, one.currency)}: "
        f"{money(change.yearly_difference, one.currency)} more a year.",
        change.new,
        one.currency,
        {
            "subscription_id": subscription_id,
            "old": change.old,
            "new": change.new,
            "percent": change.percent,
            "since": change.since,
            "yearly_difference": change.yearly_difference,
            "transaction_id": one.charges[-1].id,
        },
        Action.SUBSCRIPTION,
    )


def subscription_missed(one: Series, name: str, subscription_id: int, today: date) -> Insight | None:
    """A charge that was expected and did not come."""
    if one.is_possible or one.status(today) is not SubscriptionStatus.MISSED:
        return None
    return Insight(
        InsightCode.SUBSCRIPTION_MISSED,
        Severity.INFO,
        subject_of(one.key),
        one.next_date.isoformat(),
        f"No charge of {name}",
        f"{money(one.amount, one.currency)} was expected on {day_name(one.next_date)}; the last charge was on "
        f"{day_name(one.last_date)}.",
        one.amount,
        one.currency,
        {"subscription_id": subscription_id, "expected": one.next_date, "last_date": one.last_date},
        Action.SUBSCRIPTION,
    )


def subject_of(key: SeriesKey) -> str:
    """The subject of insights about a series."""
    return f"series:{key.account_id}:{key.part}:{key.payee}"


def of_series(
    series: Sequence[Series], ids: Mapping[SeriesKey, int], names: Mapping[str, str], today: date
) -> Iterable[Insight]:
    """The insights about these series; `names` are those of the payees."""
    for one in series:
        if one.status(today) is SubscriptionStatus.CANCELLED:
            continue
        name, own = names[one.key.payee], ids[one.key]
        told = (
            subscription_found(one, name, own) if one.status(today) is SubscriptionStatus.ACTIVE else None,
            price_increase(one, name, own, today),
            subscription_missed(one, name, own, today),
        )
        yield from (found for found in told if found is not None)


def _every(one: Series) -> str:
    frequency, interval = one.every
    return str(frequency) if interval == 1 else f"every {interval} {_PLURALS[frequency]}"
