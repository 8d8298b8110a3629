"""Insights about single charges and about subscriptions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from app.suites.personal.insights.rules.insight import Action, Insight, InsightCode, Severity
from app.suites.personal.insights.rules.subscriptions import Series, SeriesKey, SubscriptionKind, SubscriptionStatus
from app.suites.personal.insights.rules.unusual import Twice, Unusual
from app.suites.personal.insights.rules.wording import Money, Said, said
from app.suites.personal.recurring.rules import Frequency

TOLD_FOR = timedelta(days=60)
"""Time for which a new price is shown."""
_TENTH = Decimal("0.1")
_PLURALS = {Frequency.WEEKLY: ("weeks", "semanas"), Frequency.MONTHLY: ("months", "meses")}
_SPANISH = {
    Frequency.DAILY: "cada día",
    Frequency.WEEKLY: "cada semana",
    Frequency.BIWEEKLY: "cada dos semanas",
    Frequency.SEMIMONTHLY: "cada quincena",
    Frequency.MONTHLY: "cada mes",
    Frequency.QUARTERLY: "cada trimestre",
    Frequency.SEMIANNUAL: "cada semestre",
    Frequency.YEARLY: "cada año",
}
_PAYEE, _CATEGORY = said("payee", "este beneficiario"), said("category", "esta categoría")


def unusual_transaction(one: Unusual, name: str) -> Insight:
    """A charge much above the usual ones of its payee or category."""
    charge, currency = one.charge, one.charge.currency
    among = "payee" if one.of_payee else "category"
    return Insight(
        InsightCode.UNUSUAL_TRANSACTION,
        Severity.WARNING,
        f"transaction:{charge.id}",
        charge.day.isoformat(),
        said(
            "{amount} for {name} is unusual",
            "{amount} en {name} es inusual",
            amount=Money(charge.amount, currency),
            name=name,
        ),
        said(
            "On {day}: {times} times the median of this {among} over a year, {usual}.",
            "El {day}: {times} veces la mediana de {among} en un año, {usual}.",
            day=charge.day,
            times=(charge.amount / one.usual).quantize(_TENTH),
            among=_PAYEE if one.of_payee else _CATEGORY,
            usual=Money(one.usual, currency),
        ),
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
    apart = (
        said("on the same day", "el mismo día")
        if not days
        else said("{days} day apart", "con {days} día de diferencia", days=days)
        if days == 1
        else said("{days} days apart", "con {days} días de diferencia", days=days)
    )
    return Insight(
        InsightCode.POSSIBLE_DUPLICATE,
        Severity.WARNING,
        f"transaction:{charge.id}",
        charge.day.isoformat(),
        said(
            "{amount} for {name} twice",
            "{amount} en {name} dos veces",
            amount=Money(charge.amount, charge.currency),
            name=name,
        ),
        said(
            "Two charges of the same amount from the same account, {apart}, the second on {day}.",
            "Dos cargos del mismo importe en la misma cuenta, {apart}, el segundo el {day}.",
            apart=apart,
            day=charge.day,
        ),
        charge.amount,
        charge.currency,
        {"transaction_id": charge.id, "other_id": one.before.id, "payee_id": charge.payee_id, "days": days},
        Action.TRANSACTION,
    )


def subscription_found(one: Series, name: str, subscription_id: int) -> Insight | None:
    """A subscription or bill that goes on, is certain, and is no recurring transaction yet."""
    if one.is_possible or one.charges[-1].recurring_id is not None:
        return None
    price = Money(one.amount, one.currency)
    is_bill = one.kind is SubscriptionKind.BILL
    about = said("about {price}", "unos {price}", price=price) if is_bill else price
    return Insight(
        InsightCode.SUBSCRIPTION_FOUND,
        Severity.INFO,
        subject_of(one.key),
        "",
        said("{name} recurs: {about}", "{name} se repite: {about}", name=name, about=about),
        said(
            "{charges} charges since {first}, {every}; {cost} a year. The next one is expected on {next}.",
            "{charges} cargos desde el {first}, {every}; {cost} al año. El próximo se espera el {next}.",
            charges=len(one.charges),
            first=one.charges[0].day,
            every=_every(one),
            cost=Money(one.yearly_cost, one.currency),
            next=one.next_date,
        ),
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
        said("{name} costs {percent} % more", "{name} cuesta {percent} % más", name=name, percent=change.percent),
        said(
            "{new} since {since}, before {old}: {difference} more a year.",
            "{new} desde el {since}, antes {old}: {difference} más al año.",
            new=Money(change.new, one.currency),
            since=change.since,
            old=Money(change.old, one.currency),
            difference=Money(change.yearly_difference, one.currency),
        ),
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
        said("No charge of {name}", "Sin cargo de {name}", name=name),
        said(
            "{amount} was expected on {expected}; the last charge was on {last}.",
            "Se esperaban {amount} el {expected}; el último cargo fue el {last}.",
            amount=Money(one.amount, one.currency),
            expected=one.next_date,
            last=one.last_date,
        ),
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


def _every(one: Series) -> Said:
    frequency, interval = one.every
    if interval == 1:
        return said(str(frequency), _SPANISH[frequency])
    english, spanish = _PLURALS[frequency]
    return said(f"every {{interval}} {english}", f"cada {{interval}} {spanish}", interval=interval)
