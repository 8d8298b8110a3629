"""Insights: listing them, and what their readers say of them."""

from dataclasses import replace
from datetime import date
from typing import ClassVar, TypedDict, Unpack

from app.infra.books import BookAccess
from app.kernel.money import in_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.books.service import InBookService
from app.suites.personal.insights.models import Insight, InsightRecord
from app.suites.personal.insights.repository import InsightFilter, InsightRepository
from app.suites.personal.insights.rules.insight import InsightCode, Severity
from app.suites.personal.insights.service.finding import InsightFinder

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
        return replace(found, items=map(_shown, found.items))

    def answer(self, insight_id: int, **changes: Unpack[InsightChanges]) -> InsightRecord:
        """Store what a reader says of an insight."""
        row = self.insights.get_for_update(insight_id)
        values: dict[str, object] = {}
        if "dismiss" in changes:
            values["is_dismissed"] = changes["dismiss"]
        if "useful" in changes:
            values["useful"] = changes["useful"]
        self.insights.change(row, values)
        return _shown(self.insights.get(insight_id))


def _shown(one: InsightRecord) -> InsightRecord:
    return one if one.amount is None else one._replace(amount=in_digits(one.amount, one.currency))
