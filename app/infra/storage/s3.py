"""Files in an S3-compatible store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.infra.storage.chunks import Chunks
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)

_GONE = {"NoSuchKey", "404"}
_PAST_THE_END = {"InvalidRange", "416"}


class S3Storage:
    """Files as objects of a bucket; a PUT is atomic. Credentials come from the environment."""

    def __init__(self, bucket: str, endpoint_url: str, region: str) -> None:
        self.bucket = bucket
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url or None,
            region_name=region or None,
            config=Config(
                connect_timeout=3,
                read_timeout=10,  # a request waits for it with an open transaction
                retries={"total_max_attempts": 2, "mode": "standard"},
                # Many other stores don't know Amazon's newest checksums; `flask verify` checks our own.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def save(self, path: str, content: IO[bytes]) -> None:
        """Store the content."""
        with _store_errors():
            self.client.put_object(Bucket=self.bucket, Key=path, Body=content)

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A part of the content."""
        span = f"bytes={start}-{start + max(length, 1) - 1}"
        with _store_errors():
            try:
                found = self.client.get_object(Bucket=self.bucket, Key=path, Range=span)
            except ClientError as error:
                if _code(error) in _GONE:
                    raise FileNotFoundError(path) from error
                if _code(error) in _PAST_THE_END:
                    return iter(())
                raise
        return Chunks(found["Body"], length)

    def delete(self, path: str) -> None:
        """Delete the object."""
        with _store_errors():
            self.client.delete_object(Bucket=self.bucket, Key=path)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every object of the bucket."""
        with _store_errors():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for found in page.get("Contents", ()):
                    yield found["Key"], found["LastModified"]


@contextmanager
def _store_errors() -> Iterator[None]:
    """Raise `Unavailable` if the store can't be reached, denies access or lacks the bucket."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        reason = _code(error) if isinstance(error, ClientError) else type(error).__name__
        log.error("the file store failed: %s", reason)  # noqa: TRY400 - a traceback adds nothing
        raise Unavailable("The file store does not respond; try again.", code="storage_unavailable") from error


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
