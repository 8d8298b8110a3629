"""Saved reports of people's books."""

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.reports.rules.saved import SavedKind
from app.suites.personal.reports.service import SavedReportService
from tests import factories
from tests.factories import Examples
from tests.factories.auth import UserFactory
from tests.factories.personal import open_book
from tests.factories.personal_money import existing, sent

SAVED = "/api/personal/reports/saved"
_BODY = {"name": "Mes", "report": "tags", "params": {"period": "month"}}


def _saved() -> int:
    assert factories.app is not None
    with factories.app.app_context():
        saved = SavedReportService(program_access(make_context(db.session()), open_book(UserFactory().id).id))
        row_id = saved.create(name="Año", report=SavedKind.SUMMARY, params={"period": "year"}).id
        db.session.commit()
        return row_id


EXAMPLES = Examples(
    rows={"SavedReport": _saved},
    existing={
        f"{SAVED}/<id:saved_id>": existing(SAVED, _BODY),
        f"{SAVED}/<id:saved_id>/run": lambda caller: f"{existing(SAVED, _BODY)(caller)}/run",
    },
    changes={f"{SAVED}/<id:saved_id>": {"report": "tags", "params": {"period": "year"}}},
    own_posts={SAVED: sent(SAVED, _BODY)},
)
