"""/api/credito/personal, /rutas, /grupos, /asignaciones, /catalogos, /dias-inhabiles and /semanas-sin-cobro."""

from app.infra.queries.records import Item
from app.kernel.paging import Page
from app.suites.credito.equipo.models import (
    AsignacionRecord,
    DiaInhabilRecord,
    GrupoRecord,
    PersonalRecord,
    Ruta,
    RutaRecord,
    SemanaSinCobroRecord,
)
from app.suites.credito.equipo.schemas import (
    AsignacionListQuery,
    AsignacionSchema,
    AvisosSchema,
    CatalogosSchema,
    DiaInhabilListQuery,
    DiaInhabilSchema,
    GrupoConHistoriaSchema,
    GrupoListQuery,
    GrupoSchema,
    PersonalListQuery,
    PersonalSchema,
    RutaListQuery,
    RutaSchema,
    SemanaSinCobroListQuery,
    SemanaSinCobroSchema,
    TransferenciaSchema,
    TransferidoSchema,
)
from app.suites.credito.equipo.service import (
    AsignacionService,
    Catalogos,
    CatalogoService,
    DiaInhabilChanges,
    DiaInhabilService,
    GrupoChanges,
    GrupoService,
    NewDiaInhabil,
    NewGrupo,
    NewPersonal,
    NewRuta,
    NewSemanaSinCobro,
    PersonalChanges,
    PersonalService,
    RutaChanges,
    RutaService,
    SemanaSinCobroChanges,
    SemanaSinCobroService,
    TransferRequest,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, Message, One

personal_namespace = Namespace("personal", path="/personal")
rutas_namespace = Namespace("rutas", path="/rutas")
grupos_namespace = Namespace("grupos", path="/grupos")
asignaciones_namespace = Namespace("asignaciones", path="/asignaciones")
catalogos_namespace = Namespace("catalogos", path="/catalogos")
dias_namespace = Namespace("dias-inhabiles", path="/dias-inhabiles")
semanas_namespace = Namespace("semanas-sin-cobro", path="/semanas-sin-cobro")


def people() -> PersonalService:
    """The service of this request for people."""
    return PersonalService(context())


def rutas() -> RutaService:
    """The service of this request for routes."""
    return RutaService(context())


def grupos() -> GrupoService:
    """The service of this request for groups."""
    return GrupoService(context())


def dias() -> DiaInhabilService:
    """The service of this request for holidays."""
    return DiaInhabilService(context())


def semanas() -> SemanaSinCobroService:
    """The service of this request for weeks without collection."""
    return SemanaSinCobroService(context())


@personal_namespace.route("")
class Personal(Resource):
    @operation("credito.personal:read", Listed(PersonalSchema, title="Personal"), query=PersonalListQuery)
    def get(self, query: ListRequest) -> Page[PersonalRecord]:
        """List people: all for who may change groups, else those one works with."""
        return people().page(query.page, **query.filters)

    @operation("credito.personal:write", One(PersonalSchema), body=PersonalSchema, status=201, errors=(404, 409))
    def post(self, body: NewPersonal) -> PersonalRecord:
        """Make a user somebody of the suite; the position becomes the user's role, if the caller may give that."""
        return people().create(**body)


@personal_namespace.route("/<id:personal_id>")
class OnePersonal(Resource):
    @operation("credito.personal:read", One(PersonalSchema), errors=(404,))
    def get(self, personal_id: int) -> PersonalRecord:
        """One person."""
        return people().get(personal_id)

    @operation("credito.personal:write", One(PersonalSchema), body=changes(PersonalSchema), errors=(404, 409))
    def put(self, personal_id: int, body: PersonalChanges) -> PersonalRecord:
        """Change the fields of a person that are sent; another position ends the user's sessions."""
        return people().update(personal_id, **body)

    @operation("credito.personal:write", Message("Personal deleted"), errors=(404, 409))
    def delete(self, personal_id: int) -> None:
        """Delete a person who never had a route, a group or a subordinate; the user stays."""
        people().delete(personal_id)


@rutas_namespace.route("")
class Rutas(Resource):
    @operation("credito.rutas:read", Listed(RutaSchema, title="Rutas"), query=RutaListQuery)
    def get(self, query: ListRequest) -> Page[RutaRecord]:
        """List routes."""
        return rutas().page(query.page, **query.filters)

    @operation("credito.rutas:write", One(RutaSchema), body=RutaSchema, status=201, errors=(404, 409))
    def post(self, body: NewRuta) -> Ruta:
        """Create a route."""
        return rutas().create(**body)


@rutas_namespace.route("/<id:ruta_id>")
class OneRuta(Resource):
    @operation("credito.rutas:read", One(RutaSchema), errors=(404,))
    def get(self, ruta_id: int) -> RutaRecord:
        """One route."""
        return rutas().get(ruta_id)

    @operation("credito.rutas:write", One(RutaSchema), body=changes(RutaSchema), errors=(404, 409))
    def put(self, ruta_id: int, body: RutaChanges) -> Ruta:
        """Change the fields of a route that are sent; other people have it from today on."""
        return rutas().update(ruta_id, **body)

    @operation("credito.rutas:write", Message("Ruta deleted"), errors=(404, 409))
    def delete(self, ruta_id: int) -> None:
        """Delete a route that never had a group."""
        rutas().delete(ruta_id)


@grupos_namespace.route("")
class Grupos(Resource):
    @operation("credito.grupos:read", Listed(GrupoSchema, title="Grupos"), query=GrupoListQuery)
    def get(self, query: ListRequest) -> Page[GrupoRecord]:
        """List groups, each with the route and people that it has today."""
        return grupos().page(query.page, **query.filters)

    @operation("credito.grupos:write", One(GrupoSchema), body=GrupoSchema, status=201, errors=(404, 409))
    def post(self, body: NewGrupo) -> GrupoRecord:
        """Create a group in a route of the caller's."""
        return grupos().create(**body)


@grupos_namespace.route("/<id:grupo_id>")
class OneGrupo(Resource):
    @operation("credito.grupos:read", OneWithFigures(GrupoConHistoriaSchema), errors=(404,))
    def get(self, grupo_id: int) -> Item[GrupoRecord]:
        """One group, with the route and people that it has today, and those that it had or will have."""
        return grupos().with_history(grupo_id)

    @operation("credito.grupos:write", One(GrupoSchema), body=changes(GrupoSchema), errors=(404, 409))
    def put(self, grupo_id: int, body: GrupoChanges) -> GrupoRecord:
        """Change the fields of a group that are sent; another route or other people get it from today on."""
        return grupos().update(grupo_id, **body)

    @operation("credito.grupos:write", Message("Grupo deleted"), errors=(404, 409))
    def delete(self, grupo_id: int) -> None:
        """Delete a group that never had a loan."""
        grupos().delete(grupo_id)


@grupos_namespace.route("/<id:grupo_id>/transferir")
class GrupoTransferido(Resource):
    @operation(
        "credito.grupos:write",
        One(TransferidoSchema),
        body=TransferenciaSchema,
        errors=(404, 409),
        name="transferirGrupo",
    )
    def post(self, grupo_id: int, body: TransferRequest) -> Item[GrupoRecord]:
        """Give a group to another route or other people from a day on; what was planned for then or later goes."""
        return grupos().transferir(grupo_id, **body)


@asignaciones_namespace.route("")
class Asignaciones(Resource):
    @operation("credito.grupos:read", Listed(AsignacionSchema, title="Asignaciones"), query=AsignacionListQuery)
    def get(self, query: ListRequest) -> Page[AsignacionRecord]:
        """List the periods in which groups had the same route and people, newest first."""
        return AsignacionService(context()).page(query.page, **query.filters)


@catalogos_namespace.route("")
class CatalogosDeCredito(Resource):
    @operation("credito.catalogos:read", Computed(CatalogosSchema), name="getCatalogos")
    def get(self) -> Catalogos:
        """Every list of values of the suite, with Spanish labels."""
        return CatalogoService(context()).list()


@dias_namespace.route("")
class DiasInhabiles(Resource):
    @operation("credito.calendario:read", Listed(DiaInhabilSchema, title="Días inhábiles"), query=DiaInhabilListQuery)
    def get(self, query: ListRequest) -> Page[DiaInhabilRecord]:
        """List holidays, in their order."""
        return dias().page(query.page, **query.filters)

    @operation(
        "credito.calendario:write",
        One(DiaInhabilSchema, extra=AvisosSchema),
        body=DiaInhabilSchema,
        status=201,
        errors=(404, 409),
        name="createDiaInhabil",
    )
    def post(self, body: NewDiaInhabil) -> Item[DiaInhabilRecord]:
        """Make a day a holiday, of one route or of all: what is due on it is due on the next working day."""
        return dias().create(**body)


@dias_namespace.route("/<id:dia_id>")
class OneDiaInhabil(Resource):
    @operation("credito.calendario:read", OneWithFigures(DiaInhabilSchema, extra=AvisosSchema), errors=(404,))
    def get(self, dia_id: int) -> Item[DiaInhabilRecord]:
        """One holiday."""
        return dias().get(dia_id)

    @operation(
        "credito.calendario:write",
        One(DiaInhabilSchema, extra=AvisosSchema),
        body=changes(DiaInhabilSchema),
        errors=(404, 409),
    )
    def put(self, dia_id: int, body: DiaInhabilChanges) -> Item[DiaInhabilRecord]:
        """Change the fields of a holiday that are sent."""
        return dias().update(dia_id, **body)

    @operation("credito.calendario:write", Message("Día inhábil deleted"), errors=(404, 409))
    def delete(self, dia_id: int) -> None:
        """Make a day one of collection again."""
        dias().delete(dia_id)


@semanas_namespace.route("")
class SemanasSinCobro(Resource):
    @operation(
        "credito.calendario:read",
        Listed(SemanaSinCobroSchema, title="Semanas sin cobro"),
        query=SemanaSinCobroListQuery,
    )
    def get(self, query: ListRequest) -> Page[SemanaSinCobroRecord]:
        """List weeks without collection, in their order."""
        return semanas().page(query.page, **query.filters)

    @operation(
        "credito.calendario:write",
        One(SemanaSinCobroSchema, extra=AvisosSchema),
        body=SemanaSinCobroSchema,
        status=201,
        errors=(404, 409),
        name="createSemanaSinCobro",
    )
    def post(self, body: NewSemanaSinCobro) -> Item[SemanaSinCobroRecord]:
        """Collect nothing in a week, on one route or on all: unpaid installments move by seven days."""
        return semanas().create(**body)


@semanas_namespace.route("/<id:semana_id>")
class OneSemanaSinCobro(Resource):
    @operation("credito.calendario:read", OneWithFigures(SemanaSinCobroSchema, extra=AvisosSchema), errors=(404,))
    def get(self, semana_id: int) -> Item[SemanaSinCobroRecord]:
        """One week without collection."""
        return semanas().get(semana_id)

    @operation(
        "credito.calendario:write",
        One(SemanaSinCobroSchema, extra=AvisosSchema),
        body=changes(SemanaSinCobroSchema),
        errors=(404, 409),
    )
    def put(self, semana_id: int, body: SemanaSinCobroChanges) -> Item[SemanaSinCobroRecord]:
        """Change the fields of a week without collection that are sent."""
        return semanas().update(semana_id, **body)

    @operation("credito.calendario:write", Message("Semana sin cobro deleted"), errors=(404, 409))
    def delete(self, semana_id: int) -> None:
        """Make a week one of collection again."""
        semanas().delete(semana_id)
