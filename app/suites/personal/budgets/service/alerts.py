"""Alerts of budgets: each level of a period once, when spending crosses it."""

from collections.abc import Sequence
from datetime import date

from app.core.notifications.rules import Message
from app.core.notifications.service import Teller
from app.infra.books import BookAccess
from app.infra.context import Context
from app.suites.personal.books.service import InBookService, MemberService, program_access
from app.suites.personal.budgets.models import Budget, BudgetRecord
from app.suites.personal.budgets.queries.spending import SpendingQueries
from app.suites.personal.budgets.repository import BudgetAlertRepository
from app.suites.personal.budgets.rules.limits import Crossed, Tracking
from app.suites.personal.budgets.rules.words import alert_body, alert_title
from app.suites.personal.budgets.service.tracking import Tracker, calendar_of

ALERT = "budget_alert"
"""The kind of notification."""


class AlertService(InBookService):
    """Sends the alerts of the budgets of a book to its members."""

    model = Budget

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.alerts = BudgetAlertRepository(access)
        self.tracker = Tracker(access)
        self.members = MemberService(access)
        self.teller = Teller(access.context)

    def judge(self, budgets: Sequence[BudgetRecord]) -> int:
        """Send the alerts that current periods have crossed and that were not sent; returns their number."""
        today = self.access.today
        current = {one.id: days for one in budgets if (days := calendar_of(one).on(today)) is not None}
        if not current:
            return 0
        sent = self.alerts.of(list(current), min(days.start for days in current.values()))
        open_ = [
            one
            for one in budgets
            if one.id in current and set(one.alerts) - set(sent.get((one.id, current[one.id].start), ()))
        ]
        followed = self.tracker.follow(open_, today)
        crossed: list[Crossed] = []
        for one in open_:
            tracking = followed.on(one.id, today)
            if tracking is not None:
                start = tracking.period.start
                levels = tracking.crossed(one.alerts, sent.get((one.id, start), ()), today)
                crossed += [Crossed(one.id, start, level) for level in levels]
        new = self.alerts.record_new(crossed)
        if new:
            self._tell(new, {one.id: (one, followed.on(one.id, today)) for one in open_})
        return len(new)

    def judge_all(self) -> int:
        """Send the alerts of all active budgets."""
        return self.judge(SpendingQueries(self.access.session, self.access.book_id).active())

    def _tell(self, alerts: Sequence[Crossed], known: dict[int, tuple[BudgetRecord, Tracking | None]]) -> None:
        users = [one.user_id for one in self.members.list_all()]
        for alert in alerts:
            budget, tracking = known[alert.budget_id]
            if tracking is None:
                continue
            key = f"{budget.id}:{alert.period_start}:{alert.level.normalize():f}"
            title, body = alert_title(budget.name, alert.level), alert_body(tracking, budget.currency)
            self.teller.tell(ALERT, Message(key, title, body, f"/budgets/{budget.id}"), users)


def judge_after(context: Context, book_id: int, day: date) -> None:
    """Send the alerts that a change of transactions from a day on has crossed; what is past sends none."""
    budgets = SpendingQueries(context.session, book_id).active()
    if not budgets:
        return
    access = program_access(context, book_id)
    touched = [one for one in budgets if (days := calendar_of(one).on(access.today)) is not None and day <= days.end]
    if touched:
        AlertService(access).judge(touched)
