"""Photos of visits."""

from tests.factories.documents import upload
from tests.factories.files import SAMPLES
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import Sucursal

VISITAS = "/api/credito/visitas"


def test_the_photo_of_a_visit_is_seen_by_those_who_see_the_client(sucursal: Sucursal, hire: Hire) -> None:
    client, picture = sucursal.cliente(), SAMPLES["foto.jpg"]
    photo = upload(sucursal.titular, picture, "foto.jpg")["id"]
    body = {"cliente_id": client.id, "resultado": "no_estaba", "foto_id": photo}
    made = sucursal.titular.post(VISITAS, body)["data"]
    address = f"{VISITAS}/{made['id']}/foto"
    for caller in (sucursal.titular, sucursal.director):
        assert caller.send("GET", address).get_data() == picture
    hire("titular")[0].get(address, expect=404)
    bare = sucursal.titular.post(VISITAS, {"cliente_id": client.id, "resultado": "sin_dinero"})["data"]
    sucursal.titular.get(f"{VISITAS}/{bare['id']}/foto", expect=404)
