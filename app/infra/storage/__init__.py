"""Where the bytes of files are kept: a folder, or an S3-compatible store, behind one small interface."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any, Protocol

from app.infra.storage.local import LocalStorage

__all__ = ["FileStorage", "LocalStorage", "make_storage"]


class FileStorage(Protocol):
    """Bytes by path. What is saved is whole or not there at all."""

    def save(self, path: str, content: IO[bytes]) -> None:
        """Keep the content under a path that is not used yet; safe on disk when this returns."""

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content, in pieces; FileNotFoundError at once if there is none."""

    def delete(self, path: str) -> None:
        """Remove it; nothing happens if there is none."""

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every path with the instant it was saved; unfinished leftovers too."""


def make_storage(config: Mapping[str, Any]) -> FileStorage:
    """The store that the settings name."""
    if config["FILE_STORE"] == "s3":
        from app.infra.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 is slow to load, and most have no use for it

        return S3Storage(config["S3_BUCKET"], config["S3_ENDPOINT_URL"], config["S3_REGION"])
    return LocalStorage(config["INSTANCE_DIR"] / "files")
