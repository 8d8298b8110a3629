"""/api/upload and /api/files."""

from collections.abc import Mapping

from flask import Response

from app.core.files.models import StoredFile
from app.core.files.schemas import UploadForm, UploadSchema
from app.core.files.service import Download, FileService
from app.kernel.files import JudgedFile
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.downloads import Binary
from app.web.responses import Unwrapped
from app.web.uploads import Upload

upload_namespace = Namespace("upload", path="/upload")
files_namespace = Namespace("files", path="/files")


def service() -> FileService:
    """The service of this request."""
    return FileService(context())


class Uploaded(Unwrapped):
    """Response with the new file and its location."""

    def respond(self, result: StoredFile, status: int) -> Response:
        response = super().respond(result, status)
        response.headers["Location"] = result.url
        return response


@upload_namespace.route("")
class Uploads(Resource):
    @operation(
        "files:write",
        Uploaded(UploadSchema),
        body=UploadForm,
        upload=Upload("file"),
        status=201,
        name="uploadFile",
    )
    def post(self, body: Mapping[str, object], file: JudgedFile) -> StoredFile:
        """Upload a file, whose path can then be sent as a `receipt_path`."""
        return service().upload(file)


@files_namespace.route("/<id:file_id>")
class OneFile(Resource):
    @operation("files:read", Binary(), errors=(404, 416), name="downloadFile", or_permission="files:write")
    def get(self, file_id: int) -> Download:
        """Download a file, or a range of it."""
        return service().download(file_id)


@files_namespace.route("/<stored:path>")
class OneFileByPath(Resource):
    @operation("files:read", Binary(), errors=(404, 416), name="downloadFileByPath", or_permission="files:write")
    def get(self, path: str) -> Download:
        """Download a file by its stored path, such as that of a receipt."""
        return service().download_path(path)
