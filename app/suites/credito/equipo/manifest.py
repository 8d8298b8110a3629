"""Manifest of the people who lend and collect, their routes and groups."""

from app.manifest import BuiltInRole, Manifest, Permission, ScopeKind
from app.suites.credito import CAJERO, COBRADOR, CONSULTA, DIRECCION, DIRECTOR, GERENTE, SUPERVISOR, TITULAR, TODOS
from app.suites.credito.equipo import routes
from app.suites.credito.equipo.rules import DIAS, PUESTOS, RUTA

_ALL_ROUTES = frozenset({RUTA})
_OF_THE_CORE = frozenset({"account:read", "account:write", "company:read", "files:write"})
_NAMES = (
    (DIRECTOR, _ALL_ROUTES),
    (GERENTE, frozenset[str]()),
    (SUPERVISOR, frozenset[str]()),
    (TITULAR, frozenset[str]()),
    (COBRADOR, frozenset[str]()),
    (CAJERO, _ALL_ROUTES),
    (CONSULTA, _ALL_ROUTES),
)

MANIFEST = Manifest(
    tags={
        "credito personal": "People who lend, collect or look on.",
        "credito rutas": "Routes: groups that the same people manage and supervise.",
        "credito grupos": "Groups of clients that meet once a week.",
        "credito asignaciones": "Who had which group when.",
        "credito catalogos": "Lists of values with their Spanish labels.",
        "credito dias-inhabiles": "Holidays, on which nothing is due.",
        "credito semanas-sin-cobro": "Weeks in which nothing is collected.",
    },
    namespaces=(
        routes.personal_namespace,
        routes.rutas_namespace,
        routes.grupos_namespace,
        routes.asignaciones_namespace,
        routes.catalogos_namespace,
        routes.dias_namespace,
        routes.semanas_namespace,
    ),
    permissions=(
        Permission("credito.personal:read", "Ver el personal de crédito", TODOS),
        Permission("credito.personal:write", "Cambiar el personal de crédito", DIRECCION),
        Permission("credito.rutas:read", "Ver rutas", TODOS),
        Permission("credito.rutas:write", "Cambiar rutas", DIRECCION),
        Permission("credito.grupos:read", "Ver grupos", TODOS),
        Permission("credito.grupos:write", "Cambiar y transferir grupos", DIRECCION | {GERENTE}),
        Permission("credito.catalogos:read", "Ver los catálogos de crédito", TODOS),
        Permission("credito.calendario:read", "Ver días y semanas sin cobro", TODOS),
        Permission("credito.calendario:write", "Cambiar días y semanas sin cobro", DIRECCION),
    ),
    roles=tuple(BuiltInRole(code, PUESTOS[code], scopes, _OF_THE_CORE) for code, scopes in _NAMES),
    scopes=(
        ScopeKind(
            RUTA,
            "Ruta",
            "credito_rutas",
            frozenset(
                {
                    "credito.personal:read",
                    "credito.rutas:read",
                    "credito.grupos:read",
                    "credito.grupos:write",
                    "credito.calendario:read",
                }
            ),
        ),
    ),
    labels={"puesto": PUESTOS, "dia_reunion": DIAS},
    words={
        "activa": ("Whether it is in use", True),
        "activo": ("Whether it is in use", True),
        "asignacion": ("The last assignment of the group", None),
        "clave": ("Short name in receipts, 2 to 6 capitals and digits", "ANA1"),
        "asignaciones": ("Periods in which it had the same route and people, the first one first", None),
        "cobrador_id": ("Id of the person who collects, of the position `cobrador`; null where the titular does", 3),
        "desde": ("First day", "2026-03-02"),
        "dia_reunion": ("Weekday on which the group meets, 1 for Monday to 7", 2),
        "etiqueta": ("Spanish label", "Gerente"),
        "fecha": ("The day", "2026-09-16"),
        "gerente_id": ("Id of the person who manages the route, of the position `gerente`", 1),
        "grupo_id": ("Id of the group", 1),
        "hasta": ("Last day; null while it goes on", "2026-06-30"),
        "hora_reunion": ("Time of day at which the group meets", "17:30"),
        "jefe_id": ("Id of the person's superior", 1),
        "limite_efectivo": ("Cash that the person may hold, in pesos; null for any", 20000),
        "limite_prestamo": ("Largest loan that the person may approve, in pesos", 5000),
        "motivo": ("Reason, 5 to 500 characters", "Inundación de la colonia"),
        "nombre": ("Its name", "Las Rosas"),
        "presidenta_id": ("Id of a client of the group who speaks for it", 7),
        "puesto": ("Position, which is the role of the user; null leaves the role as it is", "gerente"),
        "ruta_id": ("Id of the route", 1),
        "semana": ("Monday of the week; another day stands for its week", "2026-03-30"),
        "solidario": ("Whether its members answer for each other", False),
        "supervisor_id": ("Id of the person who supervises the route, of the position `supervisor`", 2),
        "telefono": ("Telephone number", "+52 55 5555 0134"),
        "titular_id": ("Id of the person in charge of the group, of the position `titular`", 2),
        "valor": ("Value, as fields have it", "gerente"),
    },
    headings={
        "activa": "Activa",
        "activo": "Activo",
        "clave": "Clave",
        "cobrador_id": "ID del cobrador",
        "desde": "Desde",
        "dia_reunion": "Día de reunión",
        "fecha": "Fecha",
        "gerente_id": "ID del gerente",
        "grupo_id": "ID del grupo",
        "hasta": "Hasta",
        "hora_reunion": "Hora de reunión",
        "jefe_id": "ID del jefe",
        "limite_efectivo": "Límite de efectivo",
        "limite_prestamo": "Límite de préstamo",
        "motivo": "Motivo",
        "nombre": "Nombre",
        "puesto": "Puesto",
        "presidenta_id": "ID de la presidenta",
        "ruta_id": "ID de la ruta",
        "semana": "Semana",
        "solidario": "Solidario",
        "supervisor_id": "ID del supervisor",
        "telefono": "Teléfono",
        "titular_id": "ID de la titular",
    },
)
