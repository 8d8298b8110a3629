"""Manifest of the ledger."""

from app.core.ledger import subscribers
from app.core.ledger.models import DAY_SUMS, SPAN_SUMS
from app.core.ledger.service import CheckService
from app.manifest import Manifest

MANIFEST = Manifest(
    subscriptions=subscribers.SUBSCRIPTIONS,
    sums=(DAY_SUMS, SPAN_SUMS),
    violations=lambda context: CheckService(context).violations(),
)
