"""Repository of the company's row."""

from typing import Any

from sqlalchemy import Select, select

from app.core.company.models import Company, CompanyRecord
from app.infra.db.columns import revision
from app.infra.queries.cached import cached_query
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Repository
from app.kernel.company import CompanySettings


class CompanyRepository(Repository[Company, CompanyRecord]):
    """The company's row."""

    model = Company
    record = CompanyRecord

    def settings(self) -> CompanySettings:
        """Values for calculations, and the row's revision."""
        return _settings().all(self.session, CompanySettings)[0]


@cached_query
def _settings() -> Select[Any]:
    return select(*columns_of(CompanySettings, Company.__table__), revision(Company.__tablename__))
