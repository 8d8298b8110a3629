"""A row of each model that has a repository, by the model's name; each function returns the id of a new one."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from app.domains.audit.models import AccessRefusal, AuditEntry
from app.domains.auth.models import UserSession
from app.domains.documents.models import Document
from app.domains.documents.rules import DocumentType
from app.domains.projects.rules import PlanType
from app.infra.db import db
from app.infra.job_runs import JobRun, Outcome
from tests import factories
from tests.factories import RowFactory
from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory, RecurringExpenseFactory
from tests.factories.files import StoredFileFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import ProjectFactory, plan

NOW = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)


class _SessionFactory(RowFactory):
    class Meta:
        model = UserSession


class _RefusalFactory(RowFactory):
    class Meta:
        model = AccessRefusal


class _DocumentFactory(RowFactory):
    class Meta:
        model = Document


class _JobRunFactory(RowFactory):
    class Meta:
        model = JobRun


def _audit_entry() -> int:
    client = ClientFactory()
    assert factories.app is not None
    with factories.app.app_context():
        found = select(AuditEntry.id).where(AuditEntry.table_name == "clients", AuditEntry.row_id == client.id)
        return int(db.session.scalars(found).one())


def _session() -> int:
    user = UserFactory()
    values = {"user_id": user.id, "address": "::1", "created_at": NOW, "expires_at": NOW.replace(year=2027)}
    values["last_used_at"] = NOW
    return int(_SessionFactory(**values).id)


def _document() -> int:
    file = StoredFileFactory()
    values = {"client_id": ClientFactory().id, "name": "RUT", "type": DocumentType.RUT}
    return int(_DocumentFactory(file_path=file.path, file_id=file.id, **values).id)


def _job_run() -> int:
    values = {"job": "example", "started_at": NOW, "finished_at": NOW, "outcome": Outcome.DONE, "counts": {"rows": 1}}
    return int(_JobRunFactory(slot=NOW, **values).id)


def _refusal() -> int:
    values = {"kind": "forbidden", "status": 403, "code": "forbidden", "username": None, "user_id": 1, "times": 2}
    request = {"address": "::1", "user_agent": "curl", "method": "GET", "path": "/api/users", "request_id": "r"}
    return int(_RefusalFactory(at=NOW, **values, **request).id)


ROWS: dict[str, Callable[[], int]] = {
    "AccessRefusal": _refusal,
    "AccruedExpense": lambda: int(AccruedExpenseFactory(recurring_id=RecurringExpenseFactory().id).id),
    "AuditEntry": _audit_entry,
    "Client": lambda: int(ClientFactory(notes="Ñandú").id),
    "Document": _document,
    "ExchangeRate": lambda: int(RateFactory(date=NOW.date()).id),
    "Expense": lambda: int(ExpenseFactory().id),
    "Income": lambda: int(IncomeFactory().id),
    "JobRun": _job_run,
    "Payment": lambda: int(PaymentFactory().id),
    "Project": lambda: int(ProjectFactory(payment_plan=plan(PlanType.MIXED)).id),
    "RecurringExpense": lambda: int(RecurringExpenseFactory().id),
    "StoredFile": lambda: int(StoredFileFactory().id),
    "User": lambda: int(UserFactory().id),
    "UserSession": _session,
}
