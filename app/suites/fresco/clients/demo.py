"""Demo clients: a dozen companies, typical clients of a small agency in Colombia."""

from datetime import date, timedelta

from app.infra.context import Context
from app.suites.fresco.clients.rules import ClientStatus
from app.suites.fresco.clients.service import ClientService

_ACTIVE, _PAUSED, _ENDED = ClientStatus.ACTIVE, ClientStatus.PAUSED, ClientStatus.ENDED

# name, contact, tax id, city, days as a client, status
_COMPANIES = (
    (
        "Café Altura S.A.S.",
        "Marcela Restrepo",
        "900.412.338-1",
        "Carrera 43A # 5-15, Medellín",
        1090,
        _ACTIVE,
    ),
    (
        "Clínica San Rafael del Norte",
        "Dr. Hernán Pardo",
        "830.077.911-4",
        "Calle 134 # 7-83, Bogotá",
        1050,
        _ACTIVE,
    ),
    ("Transportes Nevado Ltda.", "Óscar Cañón", "811.034.560-7", "Avenida 6N # 23-40, Cali", 960, _ACTIVE),
    ("Muebles El Roble", "Patricia Núñez", "901.228.045-2", "Calle 30 # 16-22, Bucaramanga", 900, _PAUSED),
    (
        "Colegio Nueva Granada Digital",
        "Jorge Iván Peña",
        "860.512.774-9",
        "Calle 80 # 11-42, Bogotá",
        840,
        _ACTIVE,
    ),
    ("Northwind Trading LLC", "Susan Miller", "US-47-2210345", "1200 Brickell Ave, Miami", 780, _ACTIVE),
    ("Hotel Brisa del Mar", "Luz Dary Gómez", "806.009.187-3", "Carrera 1 # 2-87, Cartagena", 700, _ACTIVE),
    (
        "Agropecuaria Los Llanos",
        "Wilson Quintero",
        "822.004.615-0",
        "Calle 15 # 40-01, Villavicencio",
        610,
        _ENDED,
    ),
    ("Odontología Sonríe", "Ángela Múnera", "900.871.203-6", "Carrera 65 # 48-30, Medellín", 480, _ACTIVE),
    ("Bluebird Analytics Inc.", "Daniel Kim", "US-82-5519027", "548 Market St, San Francisco", 365, _ACTIVE),
    ("Panadería La Espiga", "Rosa Elvira Díaz", "79.412.556-8", "Calle 53 # 25-11, Manizales", 240, _ACTIVE),
    ("Fundación Semilla Viva", "Camilo Ordóñez", "901.556.780-5", "Carrera 9 # 12-44, Popayán", 120, _PAUSED),
)


def seed(context: Context, today: date) -> None:
    """Create a dozen clients, the oldest from almost three years ago."""
    clients = ClientService(context)
    for number, (name, contact, tax_id, address, days, status) in enumerate(_COMPANIES, start=1):
        clients.create(
            name=name,
            contact_name=contact,
            email=f"contacto{number}@cliente.example",
            phone=f"+57 300 555 {number:04}",
            address=address,
            tax_id=tax_id,
            start_date=today - timedelta(days=days),
            status=status,
            notes=None,
        )
