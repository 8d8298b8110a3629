"""Manifest of expenses: entered one by one, recurring, and accrued."""

from app.domains.expenses import demo, jobs, routes
from app.domains.expenses.models import EXPENSE_SUMS
from app.domains.expenses.service import AccruedService
from app.manifest import Manifest

MANIFEST = Manifest(
    namespaces=(routes.namespace,),
    jobs=jobs.jobs,
    sums=(EXPENSE_SUMS,),
    violations=lambda context: AccruedService(context).violations(context.clock.today()),
    demo=demo.seed,
    load=demo.load,
)
