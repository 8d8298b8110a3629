"""Manifest of parties."""

from app.core.parties import routes
from app.core.parties.service import PartyService
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"parties": "People and companies, whatever their roles in the suites."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("parties:read", "Ver terceros", EVERYONE),
        Permission("parties:write", "Cambiar terceros", WRITERS),
    ),
    words={
        "document_country": ("Country that issued the document; by default the company's", "CO"),
        "document_number": ("Number of the document, unique by country and type whatever its signs", "900.373.913-4"),
        "document_type": ("Type of the document", "NIT"),
        "kind": ("Person or company", "company"),
        "party_id": ("Id of the party", 1),
    },
    headings={
        "document_country": "País del documento",
        "document_number": "Número de documento",
        "document_type": "Tipo de documento",
    },
    violations=lambda context: PartyService(context).violations(),
)
