"""Parties."""

import factory

from app.core.parties.models import Party
from tests.factories import Examples, RowFactory
from tests.factories.clients import ClientFactory


class PartyFactory(RowFactory):
    """A company without a role, which nobody sees."""

    class Meta:
        model = Party

    name = factory.Sequence(lambda n: f"Tercero {n:03}")


EXAMPLES = Examples(
    rows={"Party": lambda: ClientFactory(notes="Ñandú").id},
    existing={"/api/parties/<id:party_id>": lambda _: f"/api/parties/{ClientFactory().id}"},
    changes={"/api/parties/<id:party_id>": {"name": "Otra"}},
)
