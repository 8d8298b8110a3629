"""Addresses of transactions, changes, statements, files and contributions."""

from app.suites.personal.transactions.routes.attachments import attachments_namespace
from app.suites.personal.transactions.routes.changes import changes_namespace
from app.suites.personal.transactions.routes.contributions import contributions_namespace
from app.suites.personal.transactions.routes.reconciliations import reconciliations_namespace
from app.suites.personal.transactions.routes.transactions import namespace

NAMESPACES = (
    namespace,
    attachments_namespace,
    changes_namespace,
    contributions_namespace,
    reconciliations_namespace,
)
