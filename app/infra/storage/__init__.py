"""Storage of file contents: a folder or an S3-compatible store, with one interface."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any, Protocol

from app.infra.storage.local import LocalStorage

__all__ = ["FileStorage", "LocalStorage", "make_storage"]


class FileStorage(Protocol):
    """A store of contents by path; saving is atomic."""

    def save(self, path: str, content: IO[bytes]) -> None:
        """Store the content under an unused path; it is durable when this returns."""

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content, in chunks; raises FileNotFoundError at once if the path is unknown."""

    def delete(self, path: str) -> None:
        """Delete the content; an unknown path is ignored."""

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every path with the time it was saved, unfinished files included."""


def make_storage(config: Mapping[str, Any]) -> FileStorage:
    """The store named by the settings."""
    if config["FILE_STORE"] == "s3":
        from app.infra.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 is slow to import, and rarely used

        return S3Storage(config["S3_BUCKET"], config["S3_ENDPOINT_URL"], config["S3_REGION"])
    return LocalStorage(config["INSTANCE_DIR"] / "files")
