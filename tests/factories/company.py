"""The company, whose only row is always there."""

from typing import Any

from sqlalchemy import update

from app.core.company.models import Company
from app.infra.db import db
from tests import factories
from tests.factories import Examples


def _with_another_name(_caller: Any) -> str:
    """Path of the company, whose name the example changes each time."""
    assert factories.app is not None
    with factories.app.app_context():
        db.session.execute(update(Company).values(name="Viento"))
        db.session.commit()
    return "/api/company"


EXAMPLES = Examples(
    rows={"Company": lambda: 1},
    existing={"/api/company": _with_another_name},
    changes={"/api/company": {"name": "Brisa"}},
)
