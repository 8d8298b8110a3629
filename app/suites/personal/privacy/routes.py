"""/privacy and /shared of the suite: about the caller, not about one book."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response

from app.kernel.paging import Page
from app.suites.personal.privacy.models import ShownArchive, ShownShare
from app.suites.personal.privacy.schemas import (
    BookArchivesSchema,
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
    end_archive,
    request_archives,
)
from app.suites.personal.reports.schemas.figures import MonthFiguresSchema
from app.suites.personal.reports.service import MonthFigures
from app.web.api import Namespace, Resource, operation
from app.web.auth import current_identity
from app.web.changed_responses import Made
from app.web.context import context
from app.web.downloads import TemporaryFile
from app.web.dump import dumper
from app.web.json import json_response
from app.web.query import ListRequest
from app.web.responses import Computed, Describe, Listed, Message

privacy_namespace = Namespace("privacy", path="/privacy")
shared_namespace = Namespace("shared", path="/shared")
USUAL_MONTHS = 12


def consents() -> ConsentService:
    """The service of this request."""
    return ConsentService(context(), current_identity().user_id)


def shares() -> ShareService:
    """The service of this request."""
    return ShareService(context(), current_identity().user_id)


@dataclass(frozen=True)
class ArchiveOrLinks(TemporaryFile):
    """The archive (200), or the archives of books that tasks make beside requests, with their links (202)."""

    alternative_statuses: ClassVar[tuple[int, ...]] = (202,)

    def respond(self, result: Any, status: int) -> Response:
        if isinstance(result, list):
            return json_response(dumper(BookArchivesSchema)({"data": result}), 202)
        return super().respond(result, status)

    def document_of(self, status: int, describe: Describe) -> dict[str, Any] | None:
        return describe(BookArchivesSchema) if status == 202 else None

    def contents(self, shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Binary content for the archive, JSON for the links."""
        return super().contents(shape) if shape.get("format") == "binary" else {"application/json": shape}

    def description(self, status: int) -> str:
        return "Archives that are being made, or were." if status == 202 else super().description(status)


@privacy_namespace.route("/export")
class PersonalArchive(Resource):
    @operation("personal:read", ArchiveOrLinks("application/octet-stream"), name="downloadPersonalArchive")
    def get(self) -> Archive | list[ShownArchive]:
        """Download a ZIP file of everything that is kept of me: the account with its sessions, my books with files.

        The history of a book is in it for its owners. Of many rows (`ARCHIVE_ROWS`, by default 200,000) each book has
        an archive of its own, which is made beside requests: the answer is 202 with their links, at any later request,
        too. A notification tells when one is ready; it can be downloaded for 7 days, by me alone.
        """
        service = ExportService(context(), current_identity())
        return service.archive() if service.fits() else request_archives(context(), current_identity().user_id)


@privacy_namespace.route("/export/<id:archive_id>")
class BookArchive(Resource):
    @operation("personal:write", Message("Archive deleted"), errors=(404,), name="deletePersonalArchive")
    def delete(self, archive_id: int) -> None:
        """Delete an archive of mine before its time; the next request makes another."""
        end_archive(context(), current_identity().user_id, archive_id)


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
