"""Manifest of payments."""

from app.domains.payments import demo, jobs, routes, subscribers
from app.domains.payments.models import PAYMENT_SUMS
from app.domains.payments.service import PaymentService
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    jobs=jobs.jobs,
    subscriptions=subscribers.SUBSCRIPTIONS,
    sums=(PAYMENT_SUMS,),
    violations=lambda context: PaymentService(context).violations(context.clock.today()),
    demo=demo.seed,
    load=demo.load,
)
