"""Shops and companies of a generated household, by category, as bank texts name them."""

BRANDS: dict[str, tuple[str, ...]] = {
    "groceries": (
        *("MERCADONA", "CARREFOUR", "LIDL", "ALDI", "DIA", "EROSKI", "CONSUM", "ALCAMPO", "REWE", "EDEKA", "TESCO"),
        *("SAINSBURYS", "WHOLE FOODS", "TRADER JOES", "EXITO", "JUMBO", "OLIMPICA", "BONPREU"),
    ),
    "restaurants": (
        *("MCDONALDS", "BURGER KING", "TELEPIZZA", "DOMINOS PIZZA", "FOSTERS HOLLYWOOD", "VIPS", "GINOS", "NANDOS"),
        *("KFC", "SUBWAY", "GOIKO", "LA TAGLIATELLA", "CREPES WAFFLES", "EL CORRAL", "GLOVO", "UBER EATS", "RAPPI"),
    ),
    "coffee": ("STARBUCKS", "COSTA COFFEE", "JUAN VALDEZ", "DUNKIN", "TIM HORTONS", "BLUE BOTTLE", "ROLDAN", "TOSTAO"),
    "fuel": ("REPSOL", "CEPSA", "SHELL", "BP", "GALP", "ARAL", "TERPEL", "PRIMAX", "TEXACO", "BALLENOIL"),
    "transport": (
        "RENFE",
        "METRO DE MADRID",
        "UBER TRIP",
        "CABIFY",
        "BOLT",
        "EMT",
        "DB VERTRIEB",
        "TRANSMILENIO",
        "LIME",
    ),
    "pharmacy": ("DM DROGERIE", "ROSSMANN", "BOOTS", "WALGREENS", "CRUZ VERDE", "DROGUERIA INGLESA", "LA REBAJA"),
    "clothing": ("ZARA", "H M", "MANGO", "PULL BEAR", "UNIQLO", "PRIMARK", "C A", "KOAJ", "LEVIS", "BERSHKA", "NIKE"),
    "electronics": ("MEDIA MARKT", "FNAC", "APPLE STORE", "PCCOMPONENTES", "SATURN", "KTRONIX", "BEST BUY"),
    "home": ("IKEA", "LEROY MERLIN", "BRICOMART", "MAISONS DU MONDE", "HOMECENTER", "OBI", "BAUHAUS", "ZARA HOME"),
    "streaming": ("NETFLIX", "SPOTIFY", "DISNEY PLUS", "HBO MAX", "YOUTUBE PREMIUM", "DAZN", "FILMIN", "AUDIBLE"),
    "phone": ("MOVISTAR", "VODAFONE", "ORANGE", "YOIGO", "TELEKOM", "O2", "CLARO", "TIGO", "PEPEPHONE"),
    "utilities": ("ENDESA", "IBERDROLA", "NATURGY", "CANAL ISABEL II", "EPM", "VANTI", "STADTWERKE", "EON", "AQUALIA"),
    "insurance": ("MAPFRE", "ALLIANZ", "AXA", "LINEA DIRECTA", "MUTUA MADRILENA", "SURA", "SANITAS", "GENERALI"),
    "rent": ("INMOBILIARIA SOL", "HAUSVERWALTUNG KERN", "ARRENDAMIENTOS NORTE"),
    "salary": ("NOMINA ACME SL", "GEHALT MUSTER GMBH", "NOMINA TECNOAGUA"),
    "fitness": ("BASIC FIT", "MCFIT", "SMART FIT", "BODYTECH", "VIVAGYM", "ALTAFIT"),
    "travel": (
        "RYANAIR",
        "VUELING",
        "IBERIA",
        "AVIANCA",
        "BOOKING COM",
        "AIRBNB",
        "LUFTHANSA",
        "HOTEL IBIS",
        "NH HOTELES",
    ),
    "books": ("CASA DEL LIBRO", "LA CENTRAL", "THALIA", "LIBRERIA NACIONAL", "PANAMERICANA", "WATERSTONES"),
    "pets": ("KIWOKO", "TIENDANIMAL", "ZOOPLUS", "FRESSNAPF", "LAIKA"),
    "children": ("TOYS R US", "IMAGINARIUM", "PREMAMAN", "PEPE GANGA", "SMYTHS TOYS"),
    "donations": ("CRUZ ROJA", "UNICEF", "MEDICOS SIN FRONTERAS", "GREENPEACE"),
    "fees": ("COMISION MANTENIMIENTO", "CUOTA TARJETA", "KONTOFUEHRUNG"),
    "leisure": (
        "CINESA",
        "YELMO CINES",
        "STEAM GAMES",
        "PLAYSTATION NETWORK",
        "TICKETMASTER",
        "CINE COLOMBIA",
        "CINEMEX",
    ),
}
"""Brands whose purchases are of one category."""

MIXED: dict[str, dict[str, float]] = {
    "AMAZON": {"electronics": 0.4, "home": 0.3, "books": 0.2, "children": 0.1},
    "EL CORTE INGLES": {"clothing": 0.4, "groceries": 0.4, "home": 0.2},
    "COSTCO": {"groceries": 0.6, "home": 0.4},
    "PAYPAL PAYMENT": {"leisure": 0.5, "clothing": 0.3, "books": 0.2},
    "MERCADOLIBRE": {"electronics": 0.5, "home": 0.5},
    "DECATHLON": {"clothing": 0.75, "fitness": 0.25},
}
"""Shops for everything."""

LOCAL: dict[str, tuple[str, ...]] = {
    "groceries": ("FRUTERIA", "PANADERIA", "CARNICERIA", "SUPERMERCADO", "BAECKEREI"),
    "restaurants": ("RESTAURANTE", "BAR", "TABERNA", "PIZZERIA", "TRATTORIA", "ASADOR", "SUSHI"),
    "coffee": ("CAFE", "CAFETERIA", "PASTELERIA"),
    "pharmacy": ("FARMACIA", "APOTHEKE", "OPTICA"),
    "clothing": ("BOUTIQUE", "MODAS", "CALZADOS"),
    "home": ("FERRETERIA", "MUEBLES", "FLORISTERIA"),
    "books": ("LIBRERIA", "PAPELERIA"),
    "travel": ("HOTEL", "HOSTAL", "PENSION"),
    "leisure": ("TEATRO", "MUSEO"),
    "transport": ("TAXI", "PARKING", "GARAJE"),
}
"""Kinds of small shops, which have a name besides: some tell the category, some are only the name."""

NAMES = (
    *("PACO", "LA RIA", "EL OLIVO", "SAN JUAN", "GARCIA", "LOPEZ", "CENTRAL", "LA PLAZA", "MARTINEZ", "SOL", "LUNA"),
    *("EL FARO", "BELLAVISTA", "MUELLER", "SCHMIDT", "LA ESQUINA", "NUEVO", "DEL MAR", "EL ROBLE", "LA FUENTE"),
    *("ROSALES", "HERMANOS RUIZ", "MODERNA", "TIO PEPE", "LA ABUELA", "DON LUIS", "TERESA", "EL PUERTO", "AURORA"),
)
CITIES = ("MADRID", "BOGOTA", "BARCELONA", "SEVILLA", "MEDELLIN", "KOELN", "VALENCIA", "BILBAO", "LONDON", "BERLIN")

TIMES_A_MONTH: dict[str, float] = {
    "groceries": 10,
    "restaurants": 8,
    "coffee": 6,
    "fuel": 3,
    "transport": 5,
    "pharmacy": 1.5,
    "clothing": 1.5,
    "electronics": 0.4,
    "home": 1,
    "fitness": 1,
    "travel": 0.7,
    "books": 0.7,
    "pets": 1,
    "children": 0.6,
    "leisure": 2,
    "donations": 0.3,
}
"""Purchases at no fixed day."""

MONTHLY: dict[str, int] = {
    "rent": 1,
    "salary": 1,
    "streaming": 3,
    "phone": 2,
    "utilities": 3,
    "insurance": 1,
    "fees": 1,
}
"""Payments of each month, each to another company."""
MIXED_A_MONTH = 4.0
