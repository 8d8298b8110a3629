"""Insights: listing them, and what their readers say of them."""

from dataclasses import replace
from datetime import date
from typing import ClassVar, TypedDict, Unpack

from app.infra.audit_events import record_event
from app.infra.books import BookAccess
from app.kernel.languages import Language
from app.kernel.money import in_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.books.service import InBookService, PreferencesService
from app.suites.personal.insights.models import Insight, InsightRecord
from app.suites.personal.insights.repository import InsightFilter, InsightRepository
from app.suites.personal.insights.rules.insight import InsightCode, Severity
from app.suites.personal.insights.service.finding import InsightFinder

TABLE = Insight.__tablename__
NEWEST_FIRST = (Sort("found_on", descending=True), Sort("id"))


class InsightFilters(TypedDict, total=False):
    """The criteria of a list of insights."""

    since: date
    code: InsightCode
    severity: Severity
    include_dismissed: bool


class InsightChanges(TypedDict, total=False):
    """The answer of a reader: whether it is dismissed, and whether it was useful."""

    dismiss: bool
    useful: bool | None


class InsightService(InBookService):
    """Shows the insights of a book, which are found anew where the book has changed."""

    model: ClassVar = Insight

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.insights = InsightRepository(access)

    def page(self, request: PageRequest, **filters: Unpack[InsightFilters]) -> Page[InsightRecord]:
        """One page of what holds now and was not dismissed, the newest first."""
        InsightFinder(self.access).refresh()
        criteria = InsightFilter(
            is_dismissed=None if filters.get("include_dismissed") else False,
            since=filters.get("since"),
            code=filters.get("code"),
            severity=filters.get("severity"),
        )
        found = self.insights.page(criteria, replace(request, sort=request.sort or NEWEST_FIRST))
        language = self._language()
        return replace(found, items=[_shown(one, language) for one in found.items])

    def answer(self, insight_id: int, **changes: Unpack[InsightChanges]) -> InsightRecord:
        """Store what a reader says of an insight."""
        row = self.insights.get_for_update(insight_id)
        values: dict[str, object] = {}
        if "dismiss" in changes:
            values["is_dismissed"] = changes["dismiss"]
        if "useful" in changes:
            values["useful"] = changes["useful"]
        self.insights.change(row, values)
        record_event(self.access.session, "answered", TABLE, insight_id, {**changes}, book_id=self.access.book_id)
        return _shown(self.insights.get(insight_id), self._language())

    def _language(self) -> Language:
        """The language of the reader, or else that of the book."""
        reader = self.access.user_id
        own = None if reader is None else PreferencesService(self.context).get(reader).locale
        return Language.of(own or self.access.settings.locale)


def _shown(one: InsightRecord, language: Language) -> InsightRecord:
    amount = None if one.amount is None else in_digits(one.amount, one.currency)
    if language is Language.SPANISH:
        return one._replace(amount=amount, title=one.title_es, detail=one.detail_es)
    return one._replace(amount=amount)
