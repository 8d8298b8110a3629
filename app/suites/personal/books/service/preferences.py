"""Preferences of a user: defaults for new books."""

from decimal import Decimal
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.books import BookSettings, BudgetMethod, CardHandling
from app.kernel.money import Currency
from app.suites.personal.books.models import PreferencesRecord
from app.suites.personal.books.repository import PreferencesRepository
from app.suites.personal.books.rules import FIRST_BOOK


class PreferenceChanges(TypedDict, total=False):
    """The preferences that a user may change."""

    currency: Currency
    timezone: str
    locale: str | None
    monthly_income: Decimal | None
    week_start: int
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling


class PreferencesService:
    """Reads and changes preferences; no book changes with them."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, user_id: int) -> PreferencesRecord:
        """The preferences of a user; the company's currency and zone, and the usual rest, where there are none."""
        return PreferencesRepository(self.context.session, user_id).find() or self._usual()

    def change(self, user_id: int, **changes: Unpack[PreferenceChanges]) -> PreferencesRecord:
        """Change the given preferences and leave the others."""
        preferences = PreferencesRepository(self.context.session, user_id)
        before = preferences.find() or self._usual()
        after = before._replace(**changes)
        preferences.put(after._asdict())
        return after

    def _usual(self) -> PreferencesRecord:
        company = self.context.company
        return PreferencesRecord(
            currency=company.base_currency,
            timezone=company.timezone,
            locale=None,
            monthly_income=None,
            week_start=1,
            month_start_day=1,
            budget_method=BudgetMethod.LIMITS,
            card_handling=CardHandling.PAYMENT,
        )


def first_book(preferred: PreferencesRecord) -> BookSettings:
    """Settings of the book that a registration makes."""
    shared = {name: value for name, value in preferred._asdict().items() if name in BookSettings._fields}
    return BookSettings(name=FIRST_BOOK, **shared)
