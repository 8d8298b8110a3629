"""/api/parties."""

from app.core.parties.models import Party, PartyRecord
from app.core.parties.schemas import PartyListQuery, PartySchema
from app.core.parties.service import PartyChanges, PartyService
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One

namespace = Namespace("parties", path="/parties")


def service() -> PartyService:
    """The service of this request."""
    return PartyService(context())


@namespace.route("")
class Parties(Resource):
    @operation("parties:read", Listed(PartySchema, title="Terceros"), query=PartyListQuery)
    def get(self, query: ListRequest) -> Page[PartyRecord]:
        """List the parties that the caller may read one of the roles of."""
        return service().page(query.page, **query.filters)


@namespace.route("/<id:party_id>")
class OneParty(Resource):
    @operation("parties:read", One(PartySchema), errors=(404,))
    def get(self, party_id: int) -> PartyRecord:
        """One party."""
        return service().get(party_id)

    @operation("parties:write", One(PartySchema), body=changes(PartySchema), errors=(404, 409))
    def put(self, party_id: int, body: PartyChanges) -> Party:
        """Change the fields of a party that are sent; its document is unique by country, type and number.

        A number is checked where its type has a rule. Without a country, it is the company's.
        """
        return service().update(party_id, **body)
