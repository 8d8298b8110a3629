"""The schedule of payments and the rules of their status: dates and money in, planned payments out."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, StrEnum, auto
from itertools import count
from typing import NamedTuple

from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency, after_discount, equal_parts, round_worth
from app.kernel.periods import LAST_DAY, add_months
from app.kernel.recurrence import Recurrence
from app.suites.fresco.projects.rules import PaymentType as PaymentType  # noqa: PLC0414 - it is of this domain, too
from app.suites.fresco.projects.rules import PlanBasis, Terms
from app.suites.fresco.projects.rules import ScheduledPayment as ScheduledPayment  # noqa: PLC0414 - likewise

MAX_INSTALLMENT_NUMBER = 1_000_000
"""Highest number of a payment entered by hand; numbers of generated payments may continue after it."""
MAX_MONTHS = 120
"""Months that one call may generate payments for."""
_A_DAY = timedelta(days=1)
SERVICE_ENDS_BEFORE = Invalid.field("service_to", "Must not be before service_from.")


class BulkAction(StrEnum):
    """Change of several payments at once."""

    MARK_PAID = "mark-paid"
    UNDO = "undo"
    SET_INVOICE = "set-invoice"
    DELETE = "delete"


class PaymentStatus(StrEnum):
    """Status of a payment."""

    PAID = "Pagado"
    PENDING = "Pendiente"
    OVERDUE = "Vencido"


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A payment due under a payment plan."""

    type: PaymentType
    number: int
    date: date
    amount: Decimal
    currency: Currency


def installments(
    terms: Terms, *, after: date | None = None, include_numbers: Collection[int | None] = ()
) -> list[PlannedPayment]:
    """Installments of the implementation fee: one a month, beginning on the start date.

    What was kept when the version of the plan began is not split again. With `after`, only installments later than that
    day, and those numbered in `include_numbers`.
    """
    fee, basis = terms.fee, terms.basis
    if fee is None or fee.total <= basis.fee_kept:
        return []
    numbers, rest = remaining_installments(fee.installments, basis.fee_kept_numbers), fee.total - basis.fee_kept
    dated = (
        PlannedPayment(PaymentType.IMPLEMENTATION, number, _installment_day(terms, number), amount, fee.currency)
        for number, amount in zip(numbers, equal_parts(rest, len(numbers), fee.currency), strict=True)
        if amount > 0
    )
    possible = [payment for payment in dated if payment.date <= last_day(terms)]
    if after is None:
        return possible
    return [payment for payment in possible if payment.date > after or payment.number in include_numbers]


def remaining_installments(installments: int, kept: Collection[int]) -> list[int]:
    """Numbers of the installments that are not kept: as many as are missing, at least one, an extra one if need be."""
    free = [number for number in range(1, installments + 1) if number not in kept]
    extra = next(number for number in count(installments + 1) if number not in kept)
    return free[: max(1, installments - len(kept))] or [extra]


def _installment_day(terms: Terms, number: int) -> date:
    day = add_months(terms.start, number - 1)
    return max(day, terms.basis.fee_not_before or day)


def calendar_of(terms: Terms) -> Recurrence | None:
    """The calendar of the recurring fee: its first charge has the number `from_number` of the basis."""
    fee = terms.recurring
    if fee is None:
        return None
    begun = Recurrence(terms.start, fee.frequency, fee.day)
    anchor = terms.basis.anchor
    return begun if anchor is None else Recurrence(anchor, fee.frequency, begun.own_day)


def charges(terms: Terms, first: date, last: date) -> Iterator[PlannedPayment]:
    """Charges of the recurring fee from first to last, discounted; none in grace periods, pauses or after the end."""
    fee, calendar, basis = terms.recurring, calendar_of(terms), terms.basis
    if fee is None or calendar is None:
        return
    last, floor = min(last, last_day(terms)), basis.not_before
    if floor is not None and floor > last:
        return
    since = first if floor is None or floor < first else calendar.start
    reduced = after_discount(fee.amount, fee.discount_percentage, fee.currency)
    for k, nominal in calendar.between(since, last):
        number, day = k + basis.from_number, max(nominal, floor or nominal)
        if number <= fee.grace_periods or any(pause.covers(day) for pause in terms.pauses):
            continue
        amount = reduced if number <= fee.grace_periods + fee.discount_periods else fee.amount
        if amount > 0:
            yield PlannedPayment(PaymentType.RECURRING, number, day, amount, fee.currency)


def last_day(terms: Terms) -> date:
    """The last day on which a payment may be due."""
    return terms.end or LAST_DAY


class CalendarChange(Enum):
    """Change of the days on which a project is charged: of the day alone, or of start or frequency."""

    NONE = auto()
    DAY = auto()
    NEW = auto()


@dataclass(frozen=True, slots=True)
class LastCharge:
    """The recurring payment of the highest number that is kept, and whether it was generated."""

    number: int
    date: date
    generated: bool


@dataclass(frozen=True, slots=True)
class KeptFee:
    """The numbered installments that are kept: paid, invoiced, due by today, or entered by hand."""

    numbers: tuple[int, ...] = ()
    amount: Decimal = Decimal(0)
    currencies: frozenset[str] = frozenset()
    last_date: date | None = None


def require_chargeable(before: Terms, after: Terms, kept: KeptFee) -> None:
    """Raise Conflict if a changed implementation fee contradicts the installments that are kept."""
    fee = after.fee
    if fee is None or fee == before.fee:
        return
    if kept.currencies - {fee.currency}:
        raise Conflict(
            f"Installments in {', '.join(sorted(kept.currencies))} are kept, so the fee can't be in {fee.currency}.",
            code="fee_already_charged",
        )
    if fee.total < kept.amount:
        raise Conflict(
            f"Installments of {kept.amount} {fee.currency} are kept, so the fee can't be {fee.total}.",
            code="fee_below_charged",
        )


def basis_after_change(
    before: Terms, after: Terms, *, last: LastCharge | None, removed: int, first_open: date, today: date
) -> PlanBasis:
    """The basis of the changed terms, as far as it concerns the recurring fee.

    A change of start or frequency begins a new version after the `last` kept charge, or anew if none is kept. A change
    of the day alone moves the periods from `first_open` on, each within its own month, half month or week. `removed` is
    the number of charges that were removed.
    """
    kind, old = calendar_change(before, after), calendar_of(before)
    if kind is CalendarChange.NEW or old is None:
        return _anew(before, after, last, removed, today)
    return before.basis if kind is CalendarChange.NONE else _moved(before, after, old, first_open, today)


def calendar_change(before: Terms, after: Terms) -> CalendarChange:
    """Compare the days of charge of two terms."""
    old = calendar_of(replace(before, basis=PlanBasis()))
    new = calendar_of(replace(after, basis=PlanBasis()))
    if old is None or new is None or (old.start, old.frequency) != (new.start, new.frequency):
        return CalendarChange.NEW
    return CalendarChange.NONE if old.own_day == new.own_day else CalendarChange.DAY


def _anew(before: Terms, after: Terms, last: LastCharge | None, removed: int, today: date) -> PlanBasis:
    """A new version: it begins on its first charge date after the last kept period, or at the start if none is kept.

    Of its periods before today at most as many are charged as were removed; they are dated today.
    """
    calendar = calendar_of(replace(after, basis=PlanBasis()))
    if calendar is None or last is None:
        return replace(before.basis, from_number=1, anchor=None, not_before=None)
    first = calendar.index_on_or_after(_day_of_period(before, last) + _A_DAY)
    past = calendar.index_on_or_after(today) - first
    anchor = calendar.occurrence(first + max(0, past - removed))
    return replace(before.basis, from_number=last.number + 1, anchor=anchor, not_before=today)


def _day_of_period(before: Terms, last: LastCharge) -> date:
    """Day on which the last kept charge is due by its plan, even if the payment was moved by hand."""
    calendar, number = calendar_of(before), last.number - before.basis.from_number
    if calendar is None or not last.generated or number < 0:
        return last.date
    try:
        day = max(calendar.occurrence(number), before.basis.not_before or date.min)
    except OverflowError:  # a number that was changed by hand
        return last.date
    return day if day <= LAST_DAY else last.date


def _moved(before: Terms, after: Terms, old: Recurrence, first_open: date, today: date) -> PlanBasis:
    """The periods from `first_open` on, on another day of their own month, half month or week."""
    new = calendar_of(replace(after, basis=PlanBasis()))
    basis, floor, day = before.basis, before.basis.not_before, (new or old).own_day
    coming = 0 if floor is not None and floor >= first_open else old.index_on_or_after(first_open)
    anchor = old.on_day(coming, day)
    if coming + basis.from_number == 1 and anchor < before.start:
        return replace(basis, anchor=None, not_before=today)
    return replace(basis, from_number=coming + basis.from_number, anchor=anchor, not_before=today)


def reach_on_other_day(before: Terms, after: Terms, reached: date) -> date:
    """Day up to which charges reach once their day has changed: no period that was reached is left out."""
    old, new = calendar_of(before), calendar_of(after)
    if old is None or new is None or calendar_change(before, after) is not CalendarChange.DAY:
        return reached
    k = old.index_on_or_after(reached + _A_DAY) - 1 + before.basis.from_number - after.basis.from_number
    return reached if k < 0 else max(reached, new.occurrence(k))


def left_as_they_were(
    removed: Iterable[ScheduledPayment], terms: Terms, first: date, *, begins: bool
) -> Iterator[PlannedPayment]:
    """The removed payments that the changed plan does not make anew, though it does not end them either.

    These are of an older version, or were put off by hand to a day from `first` on. A plan that `begins` anew has none.
    """
    calendar, basis = calendar_of(terms), terms.basis
    made_anew = 0  # number of the first period that is
    if calendar is not None and not begins:
        dated_first = basis.not_before is not None and basis.not_before >= first
        made_anew = basis.from_number + (0 if dated_first else calendar.index_on_or_after(first))
    for one in removed:
        number = one.installment_number
        left = number < made_anew
        if one.type.is_fee:
            left = terms.fee is not None and number in basis.fee_kept_numbers
        if left and one.date <= last_day(terms) and not any(pause.covers(one.date) for pause in terms.pauses):
            yield PlannedPayment(one.type, number, one.date, one.amount, one.currency)


def fee_basis(before: Terms, after: Terms, basis: PlanBasis, kept: KeptFee, today: date) -> PlanBasis:
    """The basis with what is kept of the implementation fee, if that changed; no installment moves before today."""
    if after.fee is None:
        return replace(basis, fee_kept=Decimal(0), fee_kept_numbers=(), fee_not_before=None)
    if after.fee == before.fee:
        earliest = max(today, basis.fee_not_before or today)
        return basis if after.start == before.start else replace(basis, fee_not_before=earliest)
    numbers = remaining_installments(after.fee.installments, kept.numbers)
    earliest = today
    if kept.last_date is not None and numbers[0] > after.fee.installments:
        earliest = max(today, add_months(kept.last_date, 1))
    return replace(basis, fee_kept=kept.amount, fee_kept_numbers=kept.numbers, fee_not_before=earliest)


def unpaid_status(day: date, today: date) -> PaymentStatus:
    """Status of an unpaid payment: overdue from the day after its due date."""
    return PaymentStatus.OVERDUE if day < today else PaymentStatus.PENDING


def status_problem(status: PaymentStatus, day: date, paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The field that contradicts the dates and the message for it, or None."""
    if status is PaymentStatus.PAID:
        return paid_problem(paid_date, today)
    if paid_date is not None:
        return "paid_date", f"Only allowed with status «{PaymentStatus.PAID}»."
    expected = unpaid_status(day, today)
    if status is not expected:
        return "status", f"An unpaid payment due on {day} must be «{expected}»."
    return None


def paid_problem(paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The field of a paid payment that contradicts the dates and the message for it, or None."""
    return ("paid_date", "Must not be in the future.") if paid_date is not None and paid_date > today else None


class Received(NamedTuple):
    """Amount and day of a receipt."""

    amount: Decimal
    date: date


class Settlement(NamedTuple):
    """Status of a payment by its receipts."""

    paid_amount: Decimal
    paid_date: date | None
    status: PaymentStatus
    in_parts: bool


def settlement(amount: Decimal, due: date, receipts: Sequence[Received], today: date) -> Settlement:
    """Settlement of a payment of that amount and due date: paid since its last receipt once they come to the whole."""
    received = sum((one.amount for one in receipts), Decimal(0))
    if received == amount:
        last = max(one.date for one in receipts)
        return Settlement(received, last, PaymentStatus.PAID, in_parts=len(receipts) > 1)
    return Settlement(received, None, unpaid_status(due, today), in_parts=bool(receipts))


class WithholdingType(StrEnum):
    """Tax that a client withholds of a payment."""

    RETEFUENTE = "Retefuente"
    RETEICA = "ReteICA"
    RETEIVA = "ReteIVA"
    OTHER = "Otra"


FROM_CREDIT = "Saldo a favor"
"""Payment method of what is paid by a client's credit."""


class Excess(StrEnum):
    """Use of what is received beyond the balance of a payment."""

    CREDIT = "credit"


class Withholding(NamedTuple):
    """An amount that a client withheld."""

    type: WithholdingType
    amount: Decimal


WITHHELD_COLUMNS = {
    WithholdingType.RETEFUENTE: "retefuente",
    WithholdingType.RETEICA: "reteica",
    WithholdingType.RETEIVA: "reteiva",
    WithholdingType.OTHER: "other_withheld",
}
"""Columns of receipts by what is withheld."""


def withheld_columns(withholdings: Sequence[Withholding]) -> dict[str, Decimal]:
    """Amounts by their columns; Invalid if there are two of a kind."""
    found = {WITHHELD_COLUMNS[one.type]: one.amount for one in withholdings}
    if len(found) < len(withholdings):
        raise Invalid.field("withholdings", "Name each type once.")
    return found


def exchanged(amount: Decimal, rate: Decimal, target: Currency) -> Decimal:
    """An amount at a rate, rounded to the decimals of the other currency."""
    return round_worth(amount * rate, target)
