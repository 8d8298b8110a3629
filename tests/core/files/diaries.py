"""A small suite whose files belong to books: diaries, which their members read and nobody else."""

from typing import Any

from marshmallow import fields
from sqlalchemy import text

from app.core.files.models import StoredFile
from app.core.files.schemas import UploadForm, UploadSchema
from app.core.files.service import AttachedFiles
from app.infra.context import Context
from app.kernel.errors import Invalid, NotFound
from app.kernel.files import JudgedFile
from app.manifest import ANYBODY, Manifest, Permission, Suite
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.fields import Text
from app.web.responses import Unwrapped
from app.web.schema import ResourceSchema
from app.web.uploads import Upload

TABLES = (
    "CREATE TABLE diary_members (book_id bigint REFERENCES books, user_id bigint REFERENCES users ON DELETE CASCADE)",
)
IS_MEMBER = text("SELECT EXISTS (SELECT FROM diary_members WHERE book_id = :book AND user_id = :user)")


def is_member(context: Context, book_id: int | None) -> bool:
    """Whether the caller is in the book."""
    identity = context.identity
    values = {"book": book_id, "user": identity.user_id if identity else None}
    return bool(context.session.scalar(IS_MEMBER, values))


class PageSchema(ResourceSchema):
    """A page, by the path of a file that was uploaded before."""

    id = fields.Integer(dump_only=True)
    file_path = Text(100, required=True)


class Answer(Unwrapped):
    """A new file, without a `Location`."""

    sets_location = False


namespace = Namespace("pages", path="/pages/<id:book_id>")


def files_of(book_id: int) -> AttachedFiles:
    """The files of a book of the caller; NotFound of another."""
    if not is_member(context(), book_id):
        raise NotFound("There is no such book.")
    return AttachedFiles(context(), "diaries.diaries", book_id)


@namespace.route("/uploaded")
class Uploaded(Resource):
    @operation("pages:write", Answer(UploadSchema), body=UploadForm, upload=Upload("file"), status=201, errors=(404,))
    def post(self, book_id: int, body: object, file: JudgedFile) -> StoredFile:
        """Add a page with its file."""
        return files_of(book_id).keep(file)


@namespace.route("")
class Pages(Resource):
    @operation("pages:write", Answer(UploadSchema), body=PageSchema, status=201, errors=(404,))
    def post(self, book_id: int, body: dict[str, Any]) -> StoredFile:
        """Add a page of a file that was uploaded before."""
        file = files_of(book_id).attach(body["file_path"])
        if file is None:
            raise Invalid.field("file_path", "There is no such file.")
        return file


MANIFEST = Manifest(
    namespaces=(namespace,),
    permissions=(Permission("pages:write", "Escribir", ANYBODY),),
    tags={"diaries": "Diaries."},
    may_read_file=lambda context, file: is_member(context, file.book_id),
)
SUITE = Suite(name="diaries", package="tests.core.files", prefix="/api/diaries", domains=("diaries",))
