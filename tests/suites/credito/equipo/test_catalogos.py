"""Lists of values with their Spanish labels."""

from tests.support import Caller, sign_in

CATALOGOS = "/api/credito/catalogos"


def test_every_list_of_values_has_spanish_labels_in_its_order(anonymous: Caller) -> None:
    found = sign_in(anonymous, "cobrador").get(CATALOGOS)["data"]
    assert found["puesto"][:2] == [
        {"valor": "admin", "etiqueta": "Administrador"},
        {"valor": "director", "etiqueta": "Director"},
    ]
    assert [one["etiqueta"] for one in found["dia_reunion"]][:2] == ["Lunes", "Martes"]


def test_people_of_other_suites_have_nothing_here(anonymous: Caller) -> None:
    for role in ("user", "viewer", "person"):
        sign_in(anonymous, role).get(CATALOGOS, expect=403)
