"""/api/reminders and /api/reminder-rules."""

from app.kernel.paging import Page
from app.suites.fresco.reminders.models import ReminderRecord, ReminderRule, RuleRecord
from app.suites.fresco.reminders.schemas import (
    PreviewQuery,
    ReminderListQuery,
    ReminderPreviewSchema,
    ReminderRuleSchema,
    ReminderSchema,
    RuleListQuery,
)
from app.suites.fresco.reminders.service import Preview, PreviewRequest, ReminderService, RuleService, RuleValues
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, Message, One

namespace = Namespace("reminders", path="/reminders")
rules_namespace = Namespace("reminder-rules", path="/reminder-rules")


def rules() -> RuleService:
    """The service of this request that has the rules."""
    return RuleService(context())


@namespace.route("")
class Reminders(Resource):
    @operation("reminders:read", Listed(ReminderSchema, title="Recordatorios"), query=ReminderListQuery)
    def get(self, query: ListRequest) -> Page[ReminderRecord]:
        """List reminders to clients, newest first: to whom, when, and why one was not sent."""
        return ReminderService(context()).page(query.page, **query.filters)


@rules_namespace.route("")
class Rules(Resource):
    @operation("reminders:read", Listed(ReminderRuleSchema, title="Reglas de recordatorios"), query=RuleListQuery)
    def get(self, query: ListRequest) -> Page[RuleRecord]:
        """List the rules by which clients are reminded, in the order of their days."""
        return rules().page(query.page)

    @operation("reminders:write", One(ReminderRuleSchema), body=ReminderRuleSchema, status=201)
    def post(self, body: RuleValues) -> ReminderRule:
        """Create a rule: clients are reminded once of each payment that is unpaid so many days after its due date.

        Subject and text may have the fields `{cliente}`, `{contacto}`, `{proyecto}`, `{monto}`, `{saldo}`, `{vence}`,
        `{dias}`, `{factura}` and `{empresa}`. Mails are sent from 8:00 to 18:00 of the company's day.
        """
        return rules().create(**body)


@rules_namespace.route("/<id:rule_id>")
class OneRule(Resource):
    @operation("reminders:read", One(ReminderRuleSchema), errors=(404,))
    def get(self, rule_id: int) -> RuleRecord:
        """One rule."""
        return rules().get(rule_id)

    @operation("reminders:write", One(ReminderRuleSchema), body=changes(ReminderRuleSchema), errors=(404,))
    def put(self, rule_id: int, body: RuleValues) -> ReminderRule:
        """Change the fields of a rule that are sent."""
        return rules().update(rule_id, **body)

    @operation("reminders:write", Message("Reminder rule deleted"), errors=(404,))
    def delete(self, rule_id: int) -> None:
        """Delete a rule; the list of reminders keeps those that it made."""
        rules().delete(rule_id)


@rules_namespace.route("/<id:rule_id>/preview")
class RulePreview(Resource):
    @operation(
        "reminders:read",
        Computed(ReminderPreviewSchema),
        query=PreviewQuery,
        errors=(404,),
        name="previewReminder",
    )
    def get(self, rule_id: int, query: PreviewRequest) -> Preview:
        """The reminder of a payment as the rule would write it today; nothing is sent."""
        return rules().preview(rule_id, query.get("payment_id"))
