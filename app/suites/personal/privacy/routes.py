"""/privacy and /shared of the suite: about the caller, not about one book."""

from collections.abc import Mapping

from app.kernel.paging import Page
from app.suites.personal.privacy.models import ShownShare
from app.suites.personal.privacy.schemas import (
    ConsentsSchema,
    ProcessingListSchema,
    SharedMonthsQuery,
    SummaryShareListQuery,
    SummaryShareSchema,
)
from app.suites.personal.privacy.service import (
    Archive,
    ConsentService,
    ExportService,
    GivenConsent,
    NewShare,
    Processed,
    ShareService,
)
from app.suites.personal.reports.schemas.figures import MonthFiguresSchema
from app.suites.personal.reports.service import MonthFigures
from app.web.api import Namespace, Resource, operation
from app.web.auth import current_identity
from app.web.changed_responses import Made
from app.web.context import context
from app.web.downloads import TemporaryFile
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, Message

privacy_namespace = Namespace("privacy", path="/privacy")
shared_namespace = Namespace("shared", path="/shared")
USUAL_MONTHS = 12


def consents() -> ConsentService:
    """The service of this request."""
    return ConsentService(context(), current_identity().user_id)


def shares() -> ShareService:
    """The service of this request."""
    return ShareService(context(), current_identity().user_id)


@privacy_namespace.route("/export")
class PersonalArchive(Resource):
    @operation("personal:read", TemporaryFile("application/octet-stream"), name="downloadPersonalArchive")
    def get(self) -> Archive:
        """Download a ZIP file of everything that is kept of me: the account with its sessions, my books with files.

        The history of a book is in it for its owners.
        """
        return ExportService(context(), current_identity()).archive()


@privacy_namespace.route("/processing")
class Processing(Resource):
    @operation("personal:read", Computed(ProcessingListSchema), name="getProcessing")
    def get(self) -> dict[str, list[Processed]]:
        """Get the purposes for which my data is processed, on which ground, for how long, and my consents."""
        return {"purposes": consents().processing()}


@privacy_namespace.route("/consents")
class Consents(Resource):
    @operation("personal:write", Computed(ProcessingListSchema), body=ConsentsSchema, name="updateConsents")
    def put(self, body: Mapping[str, GivenConsent]) -> dict[str, list[Processed]]:
        """Give consents by purpose, or take them back; each is kept with its time and the version of the text."""
        return {"purposes": consents().give(body)}


@privacy_namespace.route("/shares")
class Shares(Resource):
    @operation(
        "personal:read",
        Listed(SummaryShareSchema, title="Compartidos"),
        query=SummaryShareListQuery,
        name="listSummaryShares",
    )
    def get(self, query: ListRequest) -> Page[ShownShare]:
        """List the shares of my books, and those that I received."""
        found = shares().list_all()
        return Page(found[query.page.span], len(found), query.page)

    @operation(
        "personal:write",
        Made(SummaryShareSchema),
        body=SummaryShareSchema,
        status=201,
        errors=(404, 409),
        name="createSummaryShare",
    )
    def post(self, body: NewShare) -> ShownShare:
        """Let the owner of an address read the monthly totals of one of my books.

        Where mail is sent (SMTP_HOST), once the address is verified.
        """
        return shares().share(body["email"], body.get("book_id"))


@privacy_namespace.route("/shares/<id:share_id>")
class OneShare(Resource):
    @operation("personal:write", Message("Share ended"), errors=(404,), name="deleteSummaryShare")
    def delete(self, share_id: int) -> None:
        """End a share that I gave or received."""
        shares().end(share_id)


@shared_namespace.route("/<id:share_id>/months")
class SharedMonths(Resource):
    @operation(
        "personal:read",
        Listed(MonthFiguresSchema, title="Meses compartidos"),
        query=SharedMonthsQuery,
        errors=(404, 409),
        name="listSharedMonths",
    )
    def get(self, query: ListRequest, share_id: int) -> Page[MonthFigures]:
        """Monthly totals by top category of a book that somebody shares with me, by default of twelve months."""
        found = shares().months(share_id, query.filters.get("months", USUAL_MONTHS))
        return Page(found[query.page.span], len(found), query.page)
