"""Demo suppliers: those of a small agency."""

from datetime import date

from app.infra.context import Context
from app.suites.fresco.suppliers.service import SupplierService

# name, contact, tax id
_SUPPLIERS = (
    ("Pauta Clara S.A.S.", "Natalia Ríos", "901.330.218-4"),
    ("Papelería El Punto", "Álvaro Gil", "71.655.903-1"),
    ("Compuredes Andinas Ltda.", "Sandra Ortiz", "830.114.629-0"),
    ("Energía del Valle S.A. E.S.P.", None, "800.249.860-1"),
    ("Inmobiliaria Plaza Mayor", "Gustavo Arenas", "890.902.155-3"),
)


def seed(context: Context, _today: date) -> None:
    """Create a handful of suppliers."""
    suppliers = SupplierService(context)
    for number, (name, contact, tax_id) in enumerate(_SUPPLIERS, start=1):
        suppliers.create(
            name=name,
            contact_name=contact,
            email=f"ventas{number}@proveedor.example",
            phone=f"+57 310 555 {number:04}",
            tax_id=tax_id,
        )
