"""Suppliers."""

from typing import Any

import factory

from app.core.parties.models import Party
from app.suites.fresco.suppliers.models import Supplier
from tests.factories import Examples, RowFactory

_OF_PARTY = {"name", "kind", "email", "phone", "address", "notes", "created_at", "updated_at"}


class SupplierFactory(RowFactory):
    """A supplier, and its party."""

    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Proveedor {n:03}")

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        party = Party(**{name: kwargs.pop(name) for name in _OF_PARTY & kwargs.keys()})
        return super()._create(model_class, *args, party=party, **kwargs)


EXAMPLES = Examples(
    rows={"Supplier": lambda: SupplierFactory(notes="Ñandú").id},
    existing={"/api/suppliers/<id:supplier_id>": lambda _: f"/api/suppliers/{SupplierFactory().id}"},
    changes={"/api/suppliers/<id:supplier_id>": {"name": "Otra"}},
    posts={"/api/suppliers": lambda: ("/api/suppliers", {"json": {"name": "Papelería Altura"}})},
)
